"""What a power loss would leave: only what was synced. A kill cannot show that, because the kernel keeps what it was
given; the order of the system calls can."""

import re
import threading

import pytest
from harness import Answer, document_start, eventually, hash_start, step, watch
from harness.faults import Faults
from harness.trace import Trace

SENDS = ("write", "writev", "sendto", "sendmsg")


def log_calls(calls):
    """The writes to the log, and the syncs of it."""
    on_log = [call for call in calls if "bridge.sqlite-wal>" in call.arguments]
    return ([call for call in on_log if call.name == "pwrite64"],
            [call for call in on_log if call.name in ("fsync", "fdatasync") and call.result == 0])


def unsynced(calls, messages):
    """Everything that was told to somebody before the log that has it was synced; and how much was told in all.

    Told are: the ids and tokens in a 2xx, the id of a webhook, and to Marksign a start, by the id of its session, which
    `messages` says."""
    writes, syncs = log_calls(calls)

    def is_synced(word, before):
        first = next((call for call in writes if word in call.arguments), None)
        return first is not None and any(first.ended < sync.began and sync.ended < before for sync in syncs)

    found, told = [], 0
    for call in calls:
        if call.name not in SENDS or "socket:" not in call.arguments[:40]:
            continue
        words = [id for message, id in messages.items() if message in call.arguments]
        if re.search(r'"HTTP/1\.1 2\d\d', call.arguments):
            words = re.findall(r"(?:ses|end)_[0-9a-z]{26}", call.arguments)
            words += re.findall(r'\\"token\\":\\"([^\\]+)\\"', call.arguments)
        words += re.findall(r"webhook-id: (evt_[0-9a-z]{26})", call.arguments)
        told += len(words)
        found += [word for word in words if not is_synced(word, call.began)]
    return found, told


@pytest.mark.parametrize("weakened", [False, True], ids=["as it is", "without synchronous=FULL"])
def test_synced_before_it_is_told(make_bridge, upstream, receiver, tmp_path, weakened):
    """The log is synced before each 2xx, before each start is sent and before each webhook. And this test can fail:
    with synchronous=NORMAL under the same program, hardly anything is synced in time."""
    bridge = make_bridge({"poll.firstDelay": "300ms"})
    faults = Faults(tmp_path)
    bridge.variables |= faults.variables
    faults.weaken_commits = weakened
    trace = Trace(bridge, tmp_path)
    trace.start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    messages, sessions = {}, []
    for number in range(5):
        for make in (document_start, hash_start):
            message = f"{make.__name__}-{number}"
            upstream.starts_of(message, step("start"), polls=[step("ok")], kind=make.__name__.split("_")[0])
            sessions.append(api.start(make(message), key=message))
            messages[message] = sessions[-1]["id"]
        sessions.append(api.start(watch(upstream.polls(step("ok")))))
    for session in sessions:
        receiver.of_session(session["id"])
    assert bridge.terminate() == 0
    assert (faults.weakened_commits > 0) == weakened
    found, told = unsynced(trace.calls(), messages)
    # The endpoint; the id and token of each session, in its 201; each start; each webhook.
    assert told >= 1 + 2 * 15 + 10 + 15
    if weakened:
        assert len(found) > told / 2
    else:
        assert found == []


class Changes:
    """Every request that changes something, one after another, with nothing else under way: what is written to the log
    meanwhile is written for it."""

    def __init__(self, api, upstream, make_receiver):
        self.api, self.upstream = api, upstream
        #: What was asked for -> the ids of the request before it and of its own.
        self.asked = {}
        # No attempt ends, and so none is recorded, before this lets it.
        self.go_on = threading.Event()
        self.receiver = make_receiver(lambda _: Answer(204 if self.go_on.wait(30) else 500))

    def ask(self, what, method, path, *arguments):
        before = self.api.get("/v1/endpoints").expect(200)
        reply = self.api.request(method, path, *arguments)
        assert 200 <= reply.status < 300, (what, reply)
        self.asked[what] = [answer.headers["x-request-id"] for answer in (before, reply)]
        return reply.json if reply.body else None

    def ask_for_a_webhook(self, what, path):
        """The same where an attempt follows."""
        self.go_on.clear()
        self.ask(what, "POST", path)
        self.go_on.set()
        eventually(lambda: not self.api.deliveries(status="pending"))

    def make(self):
        endpoint = self.ask("endpoint", "POST", "/v1/endpoints", {
            "url": self.receiver.url, "events": ["session.completed"], "timeout": "30s"})
        path = f"/v1/endpoints/{endpoint['id']}"
        self.ask("change", "PATCH", path, {"description": "changed"})
        self.ask("rotate-secret", "POST", f"{path}/rotate-secret")
        self.ask_for_a_webhook("test", f"{path}/test")
        done = self.api.start(watch(self.upstream.polls(step("ok"))))["id"]
        delivery = self.api.delivery("delivered", session_id=done)
        self.ask_for_a_webhook("resend", f"/v1/deliveries/{delivery['id']}/resend")
        self.ask("recover", "POST", f"{path}/recover", {"since": "2020-01-01T00:00:00Z"})
        self.ask("erasure", "DELETE", f"/v1/sessions/{done}")
        # The endpoint does not want to hear of its end.
        watched = self.ask("watch", "POST", "/v1/sessions", watch(self.upstream.polls(step("waiting"))))["id"]
        self.ask("cancel", "POST", f"/v1/sessions/{watched}/cancel")
        self.ask("removal", "DELETE", path)
        return self.asked


def unsynced_changes(calls, asked):
    """What was answered before all was synced that had been written to the log for it, or with nothing written."""
    writes, syncs = log_calls(calls)
    found = []
    for what, ids in asked.items():
        before, answer = (next(call for call in calls if call.name in SENDS and "socket:" in call.arguments[:40]
                               and id in call.arguments) for id in ids)
        own = [write for write in writes if before.ended < write.began < answer.began]
        # A recovery goes on in the background at once: only its first write is surely the request's.
        needed = own[:1] if what == "recover" else own
        if not needed or not all(
                any(write.ended < sync.began and sync.ended < answer.began for sync in syncs) for write in needed):
            found.append(what)
    return found


@pytest.mark.parametrize("weakened", [False, True], ids=["as it is", "without synchronous=FULL"])
def test_each_change_is_synced(make_bridge, upstream, make_receiver, tmp_path, weakened):
    """The log is synced before the 2xx of every kind of request that changes something, also where no id is new; and
    this fails too with synchronous=NORMAL."""
    bridge = make_bridge()
    faults = Faults(tmp_path)
    bridge.variables |= faults.variables
    faults.weaken_commits = weakened
    trace = Trace(bridge, tmp_path)
    trace.start()
    asked = Changes(bridge.new_api(), upstream, make_receiver).make()
    assert bridge.terminate() == 0
    found = unsynced_changes(trace.calls(), asked)
    assert found == (list(asked) if weakened else [])
