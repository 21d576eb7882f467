"""The rate to Marksign, as Marksign sees it: through restarts, outages and with more overdue than it allows."""

import secrets
import signal
import sqlite3
import time

import pytest
from harness import eventually, step, watch
from harness.rate import Arrivals, most_within
from harness.stalls import calmly

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


def test_ten_thousand_overdue(make_bridge, upstream):
    """Ten thousand sessions that should be polled every second, and a process that is killed, stopped, told to end and
    cut off from Marksign meanwhile: no second has more than the rate, and a tenth for what the way there bunches up."""
    bridge = make_bridge({"upstream.maxRate": RATE, "poll.interval": "1s", "poll.slowInterval": "1s",
                          "poll.timeout": "3600s", "log.level": "info"}).start()
    tokens = multiply(bridge, bridge.new_api(), SESSIONS)
    upstream.polls_of_all(tokens, step("waiting"))
    arrivals = Arrivals(upstream)
    arrivals.go_on(0)

    def breaker(state):
        eventually(lambda: bridge.metric("marksign_bridge_upstream_breaker_state") == state, 60, 0.1, "the breaker")

    def count():
        before = len(arrivals.times)
        bridge.start()
        assert bridge.metric("marksign_bridge_open_sessions") >= SESSIONS
        for _ in range(3):
            arrivals.go_on(2 * RATE)
            bridge.kill()
            bridge.start()
        arrivals.go_on(RATE)
        bridge.signal(signal.SIGSTOP)
        time.sleep(2)
        bridge.signal(signal.SIGCONT)
        arrivals.go_on(2 * RATE)
        upstream.polls_of_all(tokens, step("html", status=502))
        breaker(2)
        upstream.polls_of_all(tokens, step("waiting"))
        breaker(0)
        arrivals.go_on(2 * RATE)
        assert bridge.terminate(within=30) == 0
        bridge.start()
        arrivals.go_on(2 * RATE)
        bridge.kill()
        arrivals.go_on(0)
        return most_within(1000, sorted(arrivals.times[before:]))

    most, stall = calmly(count, at_most=0.25)
    print(f"{len(arrivals.times)} requests, at most {most} in a second; the machine stalled for up to {stall:.3f} s")
    # A machine that stalls delivers in one second what was sent in a longer time; both sides may be kept waiting.
    assert most <= RATE * 1.1 * (1 + 2 * stall)
    # And the rate is used: what is allowed is also done.
    assert most > RATE * 0.8


@pytest.mark.parametrize("rate", [4, 1])
def test_a_low_rate(make_bridge, upstream, rate):
    """Twenty sessions that are always overdue, and a process that is killed whenever the second is used up: no second
    around a restart has more than the rate. With 1 in a second a single permit too many at the start is one."""
    bridge = make_bridge({"upstream.maxRate": rate, "poll.timeout": "3600s"}).start()
    api = bridge.new_api()
    for _ in range(20):
        api.start(watch(upstream.polls(step("waiting"))))
    bridge.kill()
    arrivals = Arrivals(upstream)
    arrivals.go_on(0)

    def count():
        before = len(arrivals.times)
        for _ in range(6):
            bridge.spawn()
            arrivals.go_on(rate)
            bridge.kill()
        arrivals.go_on(0)
        return sorted(arrivals.times[before:])

    times, stall = calmly(count, at_most=0.2)
    print(f"came at {times}; the machine stalled for up to {stall:.3f} s")
    # Requests a second apart may come that much closer together when the first of them was kept waiting.
    assert most_within(max(1, 950 - 2000 * stall), times) <= rate
