"""A live bridge before the sandbox, shared by all tests here."""

import os
from pathlib import Path

import pytest

from harness import Bridge, Receiver, Sandbox

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def contract():
    """The contract's path. OPENAPI names another one, to see that the tests notice what is wrong in it."""
    return Path(os.environ.get("OPENAPI", ROOT / "openapi.yaml")).absolute()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"), "--signing-time", "300ms")
    sandbox.start()
    yield sandbox
    sandbox.kill()


@pytest.fixture(scope="session")
def bridge(tmp_path_factory, sandbox):
    """The rate is no subject here: nothing may wait for it."""
    bridge = Bridge(tmp_path_factory.mktemp("bridge"), sandbox.url, {
        "log.level": "info", "upstream.maxRate": "100000", "poll.timeout": "20s",
    }).start()
    yield bridge
    bridge.kill()


@pytest.fixture(scope="session")
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()
