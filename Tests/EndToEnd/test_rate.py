"""The rate to Marksign, as Marksign sees it: through restarts, outages and with more overdue than it allows."""

import secrets
import signal
import sqlite3
import time

from harness import eventually, step, watch
from harness.stalls import Stalls

RATE, SESSIONS = 200, 10_000
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def multiply(bridge, api, count):
    """Makes one watched session many, straight in the store, while nobody runs; gives their tokens."""
    id = api.start(watch("token-to-multiply"))["id"]
    assert bridge.terminate() == 0
    tokens = [f"token-{number:05}" for number in range(count)]
    with sqlite3.connect(bridge.store) as database:
        database.row_factory = sqlite3.Row
        row = dict(database.execute("SELECT * FROM session WHERE id = ?", [id]).fetchone())
        rows = [row | {
            "id": id[:14] + "".join(secrets.choice(ALPHABET) for _ in range(16)),
            "token": row["token"].replace(b"token-to-multiply", token.encode()),
            "token_hash": secrets.token_bytes(32)} for token in tokens]
        database.executemany(
            f"INSERT INTO session ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", rows)
    database.close()
    return tokens


def most_in_a_second(times):
    """The most of these milliseconds that any second holds."""
    first = most = 0
    for last, at in enumerate(times):
        while times[first] <= at - 1000:
            first += 1
        most = max(most, last - first + 1)
    return most


def test_ten_thousand_overdue(make_bridge, upstream):
    """Ten thousand sessions that should be polled every second, and a process that is killed, stopped, told to end and
    cut off from Marksign meanwhile: no second has more than the rate, and a tenth for what the way there bunches up."""
    bridge = make_bridge({"upstream.maxRate": RATE, "poll.interval": "1s", "poll.slowInterval": "1s",
                          "poll.timeout": "3600s", "log.level": "info"}).start()
    tokens = multiply(bridge, bridge.new_api(), SESSIONS)
    upstream.polls_of_all(tokens, step("waiting"))
    times = []

    def go_on(more):
        """Until there were so many requests more."""
        enough = len(times) + more

        def came():
            times.extend(entry["time_ms"] for entry in upstream.log(after=len(times)))
            return len(times) >= enough

        eventually(came, 60, 0.2, f"{more} requests")

    def breaker(state):
        eventually(lambda: bridge.metric("marksign_bridge_upstream_breaker_state") == state, 60, 0.1, "the breaker")

    go_on(0)
    with Stalls() as stalls:
        bridge.start()
        assert bridge.metric("marksign_bridge_open_sessions") >= SESSIONS
        for _ in range(3):
            go_on(2 * RATE)
            bridge.kill()
            bridge.start()
        go_on(RATE)
        bridge.signal(signal.SIGSTOP)
        time.sleep(2)
        bridge.signal(signal.SIGCONT)
        go_on(2 * RATE)
        upstream.polls_of_all(tokens, step("html", status=502))
        breaker(2)
        upstream.polls_of_all(tokens, step("waiting"))
        breaker(0)
        go_on(2 * RATE)
        assert bridge.terminate(within=30) == 0
        bridge.start()
        go_on(2 * RATE)
    most = most_in_a_second(sorted(times))
    print(f"{len(times)} requests, at most {most} in a second; the machine stalled for up to {stalls.longest:.3f} s")
    # A machine that stalls delivers in one second what was sent in a longer time; both sides may be kept waiting.
    assert most <= RATE * 1.1 * (1 + 2 * stalls.longest)
    # And the rate is used: what is allowed is also done.
    assert most > RATE * 0.8
