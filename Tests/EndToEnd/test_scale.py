"""A thousand sessions at once."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from harness import eventually, step, watch

INTERVAL = 4.0


def test_a_thousand_sessions(make_bridge, upstream):
    """All are polled on schedule, the upstream's rate is kept, and neither threads nor the store grow with them."""
    bridge = make_bridge({
        "upstream.maxRate": "500", "poll.interval": f"{INTERVAL}s", "poll.slowInterval": f"{INTERVAL}s",
        "poll.timeout": "600s", "log.level": "info"}).start()
    api = bridge.new_api()
    tokens = [f"token-{number:05}" for number in range(1000)]
    upstream.polls_of_all(tokens, step("waiting"))
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda token: api.start(watch(token)), tokens[:100]))
        # With a tenth of the sessions, and as many callers.
        threads = bridge.threads()
        list(pool.map(lambda token: api.start(watch(token)), tokens[100:]))
    assert bridge.metric("marksign_bridge_open_sessions") == 1000

    def polls():
        return Counter(entry["token"] for entry in upstream.log("status"))

    # Everything has settled once each session was polled; from here on nothing is written.
    eventually(lambda: len(polls()) == 1000, 30, 0.5, "a first poll of each")
    wal = bridge.store.with_name(bridge.store.name + "-wal")
    written, before = wal.stat(), polls()

    def polled_since():
        now = polls()
        return all(now[token] >= before[token] + 3 for token in tokens)

    eventually(polled_since, 60, 0.5, "three more polls of each")
    after = wal.stat()
    assert (after.st_size, after.st_mtime_ns) == (written.st_size, written.st_mtime_ns)
    assert bridge.threads() <= threads + 16

    # On schedule: no gap is twice the interval.
    seen = {}
    for entry in upstream.log("status"):
        gap = entry["time_ms"] - seen.get(entry["token"], entry["time_ms"])
        assert gap < 2 * INTERVAL * 1000
        seen[entry["token"]] = entry["time_ms"]

    elapsed = time.monotonic() - began
    assert max(polls().values()) <= elapsed / (INTERVAL * 0.95) + 2
    times = [entry["time_ms"] for entry in upstream.log()]
    first = 0
    for last, at in enumerate(times):
        while times[first] <= at - 1000:
            first += 1
        assert last - first + 1 <= 550, "more than upstream.maxRate in a second"


def test_one_client_does_not_hold_up_another(make_bridge, upstream):
    """With more to poll than the rate allows, a second client's one session still has its turn."""
    bridge = make_bridge({"upstream.maxRate": "20", "poll.timeout": "600s"}).start()
    busy, other = bridge.new_api("busy"), bridge.new_api("other")
    tokens = [f"busy-{number:05}" for number in range(400)]
    upstream.polls_of_all(tokens, step("waiting"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda token: busy.start(watch(token)), tokens))
    session = other.start(watch(upstream.polls(step("waiting", times=3), step("ok"))))
    # Behind 400 others it would take 20 s to its first poll.
    assert other.ended(session["id"], within=15)["status"] == "completed"


def test_large_files_take_turns(make_bridge, upstream):
    """Signed files that are ready at once share a budget of memory: what is big waits on its connection."""
    bridge = make_bridge({
        "upstream.timeout": "60s", "poll.timeout": "600s", "limits.maxFileBytes": "16MiB"}).start()
    api = bridge.new_api()
    size = 24 << 20
    tokens = [f"large-{number:05}" for number in range(10)]
    # The delay makes them come together.
    upstream.polls_of_all(tokens, step("ok", content="%PDF-" + "x" * (size - 5), delay=1))
    for session in [api.start(watch(token))["id"] for token in tokens]:
        ended = api.ended(session, within=60)
        assert (ended["status"], ended["result"]["file"]["size"]) == ("completed", size)
        assert ended["result"]["file"]["digest_verified"]
    # Ten answers of 32 MiB, and what they hold, would be more than 400.
    assert bridge.peak_memory() < 220 << 20, bridge.peak_memory()
