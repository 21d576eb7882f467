"""`store copy` when something is in its way: one line, and never a store that is half of another."""

import signal

import pytest
from harness import Process, step, watch
from harness.postgresql import PASSWORD, PostgreSQL


@pytest.fixture(scope="module")
def server():
    return PostgreSQL.shared()


class Move:
    """A store that was used, and a place for another one of the other kind."""

    def __init__(self, kinds, make_bridge, upstream, receiver, server, tmp_path):
        password = tmp_path / "pgpass"
        password.write_text(f"*:*:*:*:{PASSWORD}\n")
        password.chmod(0o600)
        self.folder, self.server, self.password = tmp_path, server, password
        self.source, self.target = (self.place(kind) for kind in kinds)
        self.bridge = make_bridge({"store.url": self.source, "log.level": "error"}).start()
        self.client = self.bridge.add_client()
        self.api = self.bridge.api(self.client)
        self.api.endpoint(receiver.url)
        self.session = self.api.start(watch(upstream.polls(step("ok"))))["id"]
        self.api.delivery("delivered", session_id=self.session)

    def place(self, kind):
        if kind == "sqlite":
            return f"sqlite:{self.folder}/{len(list(self.folder.iterdir()))}.sqlite"
        return self.server.new_database().replace(f":{PASSWORD}", "") + f"?passfile={self.password}"

    def copy(self):
        return self.bridge.command("store", "copy", self.source, self.target)

    def is_whole(self, url):
        """Whether a service over that store has the session, and its file."""
        self.bridge.settings["store.url"] = url
        self.bridge.start()
        found = [one["id"] for one in self.api.all("/v1/sessions")] == [self.session]
        file = self.api.get(f"/v1/sessions/{self.session}/file").status
        assert self.bridge.terminate() == 0
        return found and file == 200


def one_line(result):
    text = (result.stdout + result.stderr).strip()
    assert result.returncode > 0 and text and "\n" not in text and PASSWORD not in text, text
    return text


@pytest.fixture(params=[("sqlite", "postgresql"), ("postgresql", "sqlite")], ids="-to-".join)
def move(request, make_bridge, upstream, receiver, server, tmp_path):
    return Move(request.param, make_bridge, upstream, receiver, server, tmp_path)


def test_a_store_in_use(move):
    """While a service has the store, nothing is copied; afterwards all is, with its counts, and once."""
    assert "use" in one_line(move.copy())
    assert move.bridge.terminate() == 0
    copied = move.copy()
    assert copied.returncode == 0, copied.stdout + copied.stderr
    for count in ("client: 1", "endpoint: 1", "session: 1", "event: 1", "delivery: 1", "attempt: 1", "file_chunk: 1"):
        assert f"{count}\n" in copied.stdout
    assert "in use already" in one_line(move.copy())
    assert move.is_whole(move.target)


@pytest.mark.parametrize("commits", [1, 2, 5, 9])
def test_killed_in_the_middle(move, commits):
    """What a copy leaves that was killed is no store: nothing starts on it, nothing is copied to it, and the store that
    was copied is as it was."""
    assert move.bridge.terminate() == 0
    killed = Process(["store", "copy", move.source, move.target], move.bridge.settings, move.folder)
    # The first is that the tables are there, or what they know of themselves is taken out.
    killed.fail_at("transactionCommitted", commits)
    killed.spawn()
    try:
        assert killed.exited(30) == -signal.SIGKILL, killed.lines()
    finally:
        killed.kill()
    one_line(move.copy())
    move.bridge.settings["store.url"] = move.target
    one_line(move.bridge.command("serve"))
    move.target = move.place("sqlite" if move.target.startswith("sqlite") else "postgresql")
    assert move.copy().returncode == 0
    assert move.is_whole(move.target) and move.is_whole(move.source)
