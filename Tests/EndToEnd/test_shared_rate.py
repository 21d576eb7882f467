"""The rate to Marksign, as Marksign sees it, when several instances share it."""

import signal
import time

from harness import step, watch
from harness.cluster import Cluster
from harness.rate import Arrivals, most_within
from harness.stalls import Stalls

RATE, SESSIONS = 120, 150
#: Longer than any lease.
STOP = 33


def test_instances_share_the_rate(tmp_path, upstream):
    """More is due than the rate allows, while instances are killed, stopped, ended and come back. No second has more
    than the rate, and a tenth for what the way there bunches up; and when all is quiet, the rate is used."""
    cluster = Cluster(tmp_path, upstream, {
        "upstream.maxRate": RATE, "poll.interval": "1s", "poll.slowInterval": "1s", "poll.timeout": "3600s",
        "log.level": "info"})

    arrivals = Arrivals(upstream)

    def watch_much(instance, name):
        """More than its part of the rate is enough for."""
        tokens = [f"{name}-{number:05}" for number in range(SESSIONS)]
        upstream.polls_of_all(tokens, step("waiting"))
        for token in tokens:
            instance.api(cluster.client).start(watch(token))

    def quiet():
        """The most in a second while nothing happens."""
        cluster.await_settled()
        arrivals.go_on(0)
        before = len(arrivals.times)
        arrivals.go_on(4 * RATE)
        return most_within(1000, sorted(arrivals.times[before:]))

    try:
        cluster.start()
        killed, stopped, ended = cluster.instances
        for number, instance in enumerate(cluster.instances):
            watch_much(instance, f"first-{number}")
        with Stalls() as stalls:
            used = [quiet()]
            stopped.signal(signal.SIGSTOP)
            stopped_at = time.monotonic()
            killed.kill()
            killed.start(within=60)
            while time.monotonic() < stopped_at + STOP:
                arrivals.go_on(RATE // 4)
            stopped.signal(signal.SIGCONT)
            stopped.line("The lease is over")
            # Who has just joined has the sessions that come to it, and no others.
            cluster.await_settled()
            watch_much(stopped, "waked")
            used.append(quiet())
            assert ended.terminate() == 0
            ended.start()
            watch_much(ended, "begun")
            used.append(quiet())
        most = most_within(1000, sorted(arrivals.times))
        print(f"{len(arrivals.times)} requests, at most {most} in a second, when quiet {used}; "
              f"the machine stalled for up to {stalls.longest:.3f} s")
        # A machine that stalls delivers in one second what was sent in a longer time; both sides may be kept waiting.
        assert most <= RATE * 1.1 * (1 + 2 * stalls.longest)
        assert min(used) > RATE * 0.8
    finally:
        cluster.close()
