"""The harness as pytest fixtures. A conftest.py takes what it needs: `from harness.fixtures import *`."""

import pytest

from .bridge import Bridge
from .receiver import Receiver
from .sandbox import Sandbox
from .upstream import Upstream

__all__ = ["make_bridge", "make_receiver", "receiver", "sandbox", "scripted_upstream", "upstream"]


@pytest.fixture(scope="module")
def scripted_upstream():
    """One upstream for the tests of a file."""
    upstream = Upstream()
    yield upstream
    upstream.close()


@pytest.fixture
def upstream(scripted_upstream):
    """The upstream of the file, with nothing in it of the tests before."""
    scripted_upstream.reset()
    return scripted_upstream


@pytest.fixture
def make_bridge(tmp_path, upstream):
    """Makes services over the upstream, not yet started: make_bridge({"poll.timeout": "1s"}).start()"""
    made = []

    def make(settings=None, url=None):
        bridge = Bridge(tmp_path / f"bridge-{len(made)}", url or upstream.url, settings)
        made.append(bridge)
        return bridge

    yield make
    for bridge in made:
        bridge.close()


@pytest.fixture
def make_receiver():
    """Makes receivers that answer as told."""
    made = []

    def make(*answers, tls=None):
        made.append(Receiver(*answers, tls=tls))
        return made[-1]

    yield make
    for receiver in made:
        receiver.close()


@pytest.fixture
def receiver(make_receiver):
    """A receiver that takes everything."""
    return make_receiver()


@pytest.fixture
def sandbox(tmp_path):
    """A sandbox whose signers take no time."""
    sandbox = Sandbox(tmp_path, "--signing-time", "100ms").start()
    yield sandbox
    sandbox.close()
