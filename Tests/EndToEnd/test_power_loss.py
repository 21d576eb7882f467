"""What a power loss would leave: only what was synced. A kill cannot show that, because the kernel keeps what it was
given; the order of the system calls can."""

import re

import pytest
from harness import document_start, hash_start, step, watch
from harness.faults import Faults
from harness.trace import Trace

SENDS = ("write", "writev", "sendto", "sendmsg")


def unsynced(calls, messages):
    """Everything that was told to somebody before the log that has it was synced; and how much was told in all.

    Told are: the ids and tokens in a 2xx, the id of a webhook, and to Marksign a start, by the id of its session, which
    `messages` says."""
    on_log = [call for call in calls if "bridge.sqlite-wal>" in call.arguments]
    writes = [call for call in on_log if call.name == "pwrite64"]
    syncs = [call for call in on_log if call.name in ("fsync", "fdatasync") and call.result == 0]

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
