"""A disk that is full before a start, or while it is at Marksign: no second start, whatever is told."""

import threading
from http.client import HTTPException

import pytest
from harness import document_start, eventually, step
from harness.faults import Faults

MESSAGE, KEY = "On a full disk", "the-key"


class Start:
    """A start that its client repeats under one key."""

    def __init__(self, bridge, upstream, receiver, faults):
        self.bridge, self.upstream, self.faults, self.told = bridge, upstream, faults, None
        bridge.variables |= faults.variables
        self.api = bridge.start().new_api()
        self.api.endpoint(receiver.url)

    def ask(self):
        return self.api.post("/v1/sessions", document_start(MESSAGE), key=KEY)

    def fill_the_disk_meanwhile(self, answer):
        """Asks, and fills the disk while Marksign thinks about its answer."""
        self.upstream.starts_of(MESSAGE, answer | {"delay": 1}, polls=[step("ok")])
        self.thread = threading.Thread(target=self._ask, daemon=True)
        self.thread.start()
        eventually(lambda: self.upstream.starts(MESSAGE))
        self.faults.fail_writes = 1
        eventually(self.has_answer)
        # The answer was to be kept, and then once more.
        before = self.faults.failed_writes
        eventually(lambda: self.faults.failed_writes > before + 1)

    def has_answer(self):
        return 'request_duration_seconds_count{operation="start"} 1' in self.bridge.admin("/metrics")[1]

    def _ask(self):
        try:
            self.told = self.ask()
        except (OSError, HTTPException):
            """It died with the process."""

    def repeated(self):
        """What the key has, once nothing runs under it."""
        def again():
            reply = self.ask()
            return reply if reply.status != 409 else None

        reply = eventually(again)
        assert reply.headers["idempotent-replayed"] == "true"
        assert len(self.upstream.starts(MESSAGE)) == 1
        return reply


@pytest.fixture
def start(make_bridge, upstream, receiver, tmp_path):
    return Start(make_bridge(), upstream, receiver, Faults(tmp_path))


def test_full_before(start):
    """What cannot be kept is not sent, and leaves nothing: neither a session nor a key."""
    start.upstream.starts_of(MESSAGE, step("start"), polls=[step("ok")])
    start.faults.fail_writes = 1
    assert start.ask().expect(503, "store_unavailable").headers["retry-after"] == "1"
    assert start.faults.failed_writes > 0
    assert start.upstream.starts(MESSAGE) == []
    start.faults.fail_writes = 0
    eventually(start.bridge.is_ready)
    assert start.api.all("/v1/sessions") == []
    started = start.ask().expect(201)
    assert "idempotent-replayed" not in started.headers
    assert len(start.upstream.starts(MESSAGE)) == 1


def test_full_meanwhile(start):
    """A session that Marksign gave is told when it is kept, and not before."""
    start.fill_the_disk_meanwhile(step("start"))
    assert start.told is None
    start.faults.fail_writes = 0
    start.thread.join(20)
    assert start.repeated().body == start.told.expect(201).body
    assert start.api.ended(start.told.json["id"])["status"] == "completed"


def test_full_at_a_refusal(start):
    """A refusal, which leaves nothing, is told at once, and kept for its key when there is space again."""
    start.fill_the_disk_meanwhile(step("error", code=40401))
    start.thread.join(20)
    start.told.expect(422, "signer_not_found")
    start.faults.fail_writes = 0
    assert start.repeated().body == start.told.body
    assert start.api.all("/v1/sessions") == []


def test_full_until_a_crash(start):
    """What Marksign gave is lost with a process that could not keep it: the session is unknown, and says so."""
    start.fill_the_disk_meanwhile(step("start"))
    start.bridge.kill()
    start.thread.join(20)
    assert start.told is None
    start.faults.fail_writes = 0
    start.bridge.start()
    id = start.repeated().expect(504, "start_unknown").json["session_id"]
    session = start.api.ended(id)
    assert (session["status"], session["error"]["code"]) == ("unknown", "start_unknown")
    assert start.api.delivery("delivered", session_id=id)
