"""Tests of the built program, all from outside: MARKSIGN_BRIDGE names it."""

import pytest
from harness import Bridge, Receiver
from harness.fixtures import *  # noqa: F403


class Stage:
    """A service with one client and one endpoint, shared by the tests of a file."""

    def __init__(self, folder, upstream, settings=None):
        self.upstream = upstream
        self.bridge = Bridge(folder, upstream.url, settings)
        self.receiver = Receiver()

    def start(self):
        self.bridge.start()
        self.api = self.bridge.new_api()
        self.secret = self.api.endpoint(self.receiver.url)["secret"]
        return self

    def close(self):
        self.receiver.close()
        self.bridge.close()


@pytest.fixture(scope="module")
def make_stage(tmp_path_factory, scripted_upstream):
    """Makes stages for the tests of a file: make_stage({"poll.timeout": "1s"})"""
    made = []

    def make(settings=None):
        made.append(Stage(tmp_path_factory.mktemp("stage"), scripted_upstream, settings))
        return made[-1].start()

    yield make
    for stage in made:
        stage.close()
