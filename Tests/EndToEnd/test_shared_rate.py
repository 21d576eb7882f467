"""The rate to Marksign, as Marksign sees it, when several instances share it."""

import itertools
import signal
import time

from harness import eventually, step, watch
from harness.cluster import Cluster
from harness.rate import Arrivals, most_within
from harness.stalls import calmly

RATE, SESSIONS = 120, 150
#: Longer than any lease.
STOP = 33
#: The longest stall in seconds with which what is allowed stays below four thirds of the rate: what a share too much
#: makes in a whole second.
CALM = 0.1


def test_instances_share_the_rate(tmp_path, upstream):
    """More is due than the rate allows, while instances are killed, stopped, ended and come back. No second has more
    than the rate, and a tenth for what the way there bunches up; and when all is quiet, the rate is used."""
    cluster = Cluster(tmp_path, upstream, {
        "upstream.maxRate": RATE, "poll.interval": "1s", "poll.slowInterval": "1s", "poll.timeout": "3600s",
        "log.level": "info"})

    arrivals = Arrivals(upstream)
    names = (f"token-{number:06}" for number in itertools.count())

    def watch_much(instance):
        """More than its part of the rate is enough for."""
        tokens = list(itertools.islice(names, SESSIONS))
        upstream.polls_of_all(tokens, step("waiting"))
        for token in tokens:
            instance.api(cluster.client).start(watch(token))

    def most_around(change):
        """The most in a second while something happens and afterwards, and the most in one when all is quiet again."""
        arrivals.go_on(0)
        before = len(arrivals.times)
        change()
        cluster.await_settled()
        arrivals.go_on(0)
        settled = len(arrivals.times)
        arrivals.go_on(4 * RATE)
        return most_within(1000, sorted(arrivals.times[before:])), most_within(1000, sorted(arrivals.times[settled:]))

    def begin():
        for instance in cluster.instances:
            watch_much(instance)

    def kill_and_stop():
        losses = stopped.metric("marksign_bridge_lost_leases_total")
        stopped.signal(signal.SIGSTOP)
        try:
            stopped_at = time.monotonic()
            killed.kill()
            killed.start(within=60)
            while time.monotonic() < stopped_at + STOP:
                arrivals.go_on(RATE // 4)
        finally:
            stopped.signal(signal.SIGCONT)
        eventually(lambda: stopped.metric("marksign_bridge_lost_leases_total") > losses, what="the loss of its lease")
        # Who has just joined has the sessions that come to it, and no others.
        cluster.await_settled()
        watch_much(stopped)

    def end():
        assert ended.terminate() == 0
        ended.start()
        watch_much(ended)

    try:
        cluster.start()
        killed, stopped, ended = cluster.instances
        for change in [begin, kill_and_stop, end]:
            (most, used), stall = calmly(lambda: most_around(change), CALM)
            print(f"{change.__name__}: at most {most} requests in a second, when quiet {used}; "
                  f"the machine stalled for up to {stall:.3f} s")
            # A machine that stalls delivers in one second what was sent in a longer time; both sides may be kept
            # waiting.
            assert most <= RATE * 1.1 * (1 + 2 * stall)
            assert used > RATE * 0.8
    finally:
        cluster.close()
