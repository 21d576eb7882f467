"""Everything that can go wrong under the store: nothing is told that is not kept, and what can heal does."""

import json
import os
import sqlite3
import subprocess
from http.client import HTTPException

import pytest
from harness import Answer, eventually, step, watch
from harness.faults import Faults


class SmallDisk:
    """A disk of three megabytes, for as long as this may be mounted; otherwise one that refuses by the library of
    faults. Both say whether they were really full."""

    def __init__(self, folder):
        self.folder, self.faults = folder / "disk", Faults(folder)
        self.folder.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", self.folder], check=False,
                                 capture_output=True)
        self.is_mounted, self.filler = mounted.returncode == 0, self.folder / "filler"

    def fill(self):
        if not self.is_mounted:
            self.faults.fail_writes = 1
            return
        # Whole pages first, then the last bytes of them.
        for size in (4096, 1):
            with pytest.raises(OSError, match="No space left"), self.filler.open("ab", buffering=0) as file:
                while file.write(b"x" * size) == size:
                    pass

    def was_refused(self):
        return self.is_mounted or self.faults.failed_writes > 0

    def empty(self):
        self.faults.fail_writes = 0
        self.filler.unlink(missing_ok=True)

    def close(self):
        if self.is_mounted:
            subprocess.run(["umount", "-l", self.folder], check=True)


@pytest.fixture
def disk(tmp_path):
    disk = SmallDisk(tmp_path)
    yield disk
    disk.close()


def is_whole(bridge):
    with sqlite3.connect(bridge.store) as database:
        answer, = database.execute("PRAGMA integrity_check").fetchone()
    database.close()
    return answer == "ok"


def refused(api, upstream):
    """A 503 that says when to come back, and nothing was promised."""
    reply = api.post("/v1/sessions", watch(upstream.polls(step("waiting"))))
    if reply.status == 201:
        return False
    return reply.expect(503, "store_unavailable").headers["retry-after"] == "1"


def test_disk_full(make_bridge, upstream, receiver, disk):
    """On a full disk there is no 2xx, but a 503 with Retry-After, and a session that ends meanwhile does not end. With
    space again all goes on by itself, and what was answered before is there."""
    bridge = make_bridge()
    bridge.settings["store.url"] = f"sqlite:{disk.folder}/bridge.sqlite"
    bridge.store = disk.folder / "bridge.sqlite"
    bridge.variables |= disk.faults.variables
    bridge.start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    ready = upstream.polls(step("waiting"))
    before = api.start(watch(ready))
    disk.fill()
    # The last page of the log may still take something.
    eventually(lambda: refused(api, upstream), what="a refusal")
    assert disk.was_refused()
    api.post("/v1/endpoints", {"url": receiver.url}).expect(503, "store_unavailable")
    assert bridge.readiness() == 503
    upstream.polls(step("ok"), token=ready)
    eventually(lambda: bridge.metric("marksign_bridge_alarm_store_failing") == 1)
    polled = len(upstream.log("status", ready))
    assert api.session(before["id"])["status"] == "pending"
    assert refused(api, upstream) and bridge.is_running
    disk.empty()
    assert api.ended(before["id"])["status"] == "completed"
    receiver.of_session(before["id"])
    # Its result was kept in memory: a signature may be told only once.
    assert len(upstream.log("status", ready)) <= polled + 1
    eventually(bridge.is_ready)
    api.start(watch(upstream.polls(step("ok"))))
    accepted = {reply.json["id"] for reply in bridge.answers if reply.status == 201 and b'"ses_' in reply.body}
    assert bridge.terminate() == 0
    assert is_whole(bridge)
    bridge.start()
    assert {session["id"] for session in api.all("/v1/sessions")} == accepted
    assert bridge.terminate() == 0


def test_sync_fails(make_bridge, upstream, receiver, tmp_path):
    """After a sync that failed nobody knows what is on the disk: no 2xx any more, and the process ends. The next one
    reads the disk, and has everything that was answered."""
    faults = Faults(tmp_path)
    bridge = make_bridge()
    bridge.variables |= faults.variables
    bridge.start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    token = upstream.polls(step("waiting", until=1), step("ok"))
    session = api.start(watch(token))
    faults.fail_syncs = 1
    try:
        api.post("/v1/sessions", watch(upstream.polls(step("waiting")))).expect(503, "store_unavailable")
    except (OSError, HTTPException):
        # It ended before it could say so.
        pass
    assert bridge.exited() > 0
    assert faults.failed_syncs > 0
    assert any(json.loads(line).get("alarm") == "store_failing" for line in bridge.lines() if line.startswith("{"))
    faults.fail_syncs = 0
    bridge.start()
    assert api.ended(session["id"])["status"] == "completed"
    receiver.of_session(session["id"])
    assert bridge.terminate() == 0
    assert is_whole(bridge)


def test_foreign_lock(make_bridge, upstream, receiver):
    """Another program holds the database: a 503 after two seconds, nothing lost, and all goes on when it lets go."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    token = upstream.polls(step("waiting"))
    session = api.start(watch(token))
    intruder = sqlite3.connect(bridge.store, isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    assert refused(api, upstream)
    upstream.polls(step("ok"), token=token)
    assert bridge.readiness() == 503
    assert api.session(session["id"])["status"] == "pending"
    intruder.execute("ROLLBACK")
    intruder.close()
    assert api.ended(session["id"])["status"] == "completed"
    receiver.of_session(session["id"])
    eventually(bridge.is_ready)
    assert bridge.terminate() == 0
    assert is_whole(bridge)


def test_read_only_file(make_bridge):
    """A store that may only be read is refused with one line, and left as it is."""
    bridge = make_bridge().start()
    bridge.add_client()
    assert bridge.terminate() == 0
    before = bridge.store.read_bytes()
    bridge.store.chmod(0o400)
    if os.geteuid() == 0:
        # Root may write everything, unless it gives that up.
        bridge.wrapper = ["setpriv", "--bounding-set", "-dac_override"]
    bridge.spawn()
    assert bridge.exited() > 0
    line, = bridge.lines()[-1:]
    assert f"{bridge.store} cannot be opened for writing" in line
    assert bridge.store.read_bytes() == before
    bridge.store.chmod(0o600)
    bridge.start()


def test_the_clock_jumps(make_bridge, upstream, make_receiver, tmp_path):
    """An hour and a day, forwards and back: sessions and retries keep their times, and only signatures show it."""
    faults = Faults(tmp_path)
    bridge = make_bridge({"poll.timeout": "60s", "webhooks.retrySchedule": "1s,1s"})
    bridge.variables |= faults.variables
    bridge.start()
    api = bridge.new_api()
    receiver = make_receiver()
    api.endpoint(receiver.url)
    for jump in (3600, -3600, 86400, -86400):
        receiver.answer_with(Answer(500), Answer())
        count = len(receiver.snapshot())
        token = upstream.polls(step("waiting"))
        session = api.start(watch(token))
        polled = len(upstream.log("status", token))
        faults.clock_offset += jump
        # Polled on, neither stopped nor given up.
        eventually(lambda: len(upstream.log("status", token)) > polled + 3, 5)
        assert api.session(session["id"])["status"] == "pending"
        upstream.polls(step("ok"), token=token)
        first, = receiver.wait_for(count + 1)[count:]
        # The retry is scheduled; then the clock is right again.
        eventually(lambda id=session["id"]: api.deliveries(session_id=id)[0]["attempt_count"] == 1)
        faults.clock_offset -= jump
        second = receiver.wait_for(count + 2, within=5)[count + 1]
        assert first.body == second.body
        told = [int(arrival.headers["webhook-timestamp"]) for arrival in (first, second)]
        assert abs(told[0] - told[1] - jump) < 10
        assert api.ended(session["id"])["status"] == "completed"
        api.delivery("delivered", session_id=session["id"])
