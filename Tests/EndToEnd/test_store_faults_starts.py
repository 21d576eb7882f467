"""A store that fails before a start, or while it is at Marksign: the caller hears what is on disk, and nothing is sent
twice."""

import threading
from http.client import HTTPException

import pytest
from harness import document_start, eventually, step
from harness.faults import Faults

MESSAGE, KEY = "On a full disk", "the-key"
REFUSAL = step("error", code=40401)


class Start:
    """A start that its client repeats under one key."""

    def __init__(self, bridge, upstream, receiver, faults):
        self.bridge, self.upstream, self.faults, self.told = bridge, upstream, faults, None
        bridge.variables |= faults.variables
        self.api = bridge.start().new_api()
        self.api.endpoint(receiver.url)

    def ask(self):
        return self.api.post("/v1/sessions", document_start(MESSAGE), key=KEY)

    def ask_while(self, answer):
        """Asks; Marksign has it, and thinks about its answer."""
        self.upstream.starts_of(MESSAGE, answer | {"delay": 1}, polls=[step("ok")])
        self.thread = threading.Thread(target=self._ask, daemon=True)
        self.thread.start()
        eventually(lambda: self.upstream.starts(MESSAGE))

    def fill_the_disk_meanwhile(self, answer):
        """Until what Marksign answered could not be kept, twice."""
        self.ask_while(answer)
        self.faults.fail_writes = 1
        eventually(self._has_answer)
        before = self.faults.failed_writes
        eventually(lambda: self.faults.failed_writes > before + 1)

    def _has_answer(self):
        return 'request_duration_seconds_count{operation="start"} 1' in self.bridge.admin("/metrics")[1]

    def _ask(self):
        try:
            self.told = self.ask()
        except (OSError, HTTPException):
            """It died with the process."""

    def hear(self):
        """What the caller was told, or nothing."""
        self.thread.join(20)
        assert not self.thread.is_alive()
        return self.told

    def make_space(self):
        self.faults.fail_writes = 0
        eventually(self.bridge.is_ready)

    def crash_and_make_space(self):
        self.bridge.kill()
        self.faults.fail_writes = 0
        self.bridge.start()

    def repeated(self):
        """What the key has, once nothing runs under it."""
        def again():
            reply = self.ask()
            return reply if reply.status != 409 else None

        reply = eventually(again)
        assert reply.headers["idempotent-replayed"] == "true"
        assert len(self.upstream.starts(MESSAGE)) == 1
        return reply

    def is_unknown(self):
        id = self.repeated().expect(504, "start_unknown").json["session_id"]
        session = self.api.ended(id)
        assert (session["status"], session["error"]["code"]) == ("unknown", "start_unknown")
        assert self.api.delivery("delivered", session_id=id)
        return True


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
    start.make_space()
    assert start.api.all("/v1/sessions") == []
    started = start.ask().expect(201)
    assert "idempotent-replayed" not in started.headers
    assert len(start.upstream.starts(MESSAGE)) == 1


def test_full_meanwhile(start):
    """A session that Marksign gave is told when it is kept, and not before."""
    start.fill_the_disk_meanwhile(step("start"))
    assert start.told is None
    start.make_space()
    assert start.repeated().body == start.hear().expect(201).body
    assert start.api.ended(start.told.json["id"])["status"] == "completed"


def test_full_for_long(start):
    """After ten seconds what Marksign gave counts as lost: the caller hears it, before it is on disk."""
    start.fill_the_disk_meanwhile(step("start"))
    start.hear().expect(504, "start_unknown")
    start.make_space()
    assert start.is_unknown()
    assert start.repeated().body == start.told.body


def test_full_until_a_crash(start):
    """What Marksign gave is lost with a process that could not keep it."""
    start.fill_the_disk_meanwhile(step("start"))
    start.crash_and_make_space()
    assert start.hear() is None
    assert start.is_unknown()


def test_full_at_a_refusal(start):
    """A refusal is told when it is kept for its key, and is the same after a crash."""
    start.fill_the_disk_meanwhile(REFUSAL)
    assert start.told is None
    start.make_space()
    start.hear().expect(422, "signer_not_found")
    start.crash_and_make_space()
    assert start.repeated().body == start.told.body
    assert start.api.all("/v1/sessions") == []


def test_full_for_long_at_a_refusal(start):
    """After ten seconds the caller hears that the store does not work, and nothing that the next process takes back."""
    start.fill_the_disk_meanwhile(REFUSAL)
    start.hear().expect(503, "store_unavailable")
    start.crash_and_make_space()
    assert start.is_unknown()


def test_a_token_in_doubt(start):
    """A sync fails while the token is stored: whether it is, only the next process knows, and the caller hears nothing
    else from this one."""
    start.ask_while(step("start"))
    start.faults.fail_syncs = 1
    told = start.hear()
    assert start.bridge.exited() > 0
    assert start.faults.failed_syncs > 0
    start.faults.fail_syncs = 0
    start.bridge.start()
    status = start.repeated().status
    assert status in (201, 504)
    assert told is None or told.status in (503, status)
