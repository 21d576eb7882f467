"""One database's life under load, with instances that come and go, until nothing is left to do."""

import random
import signal
import time
from collections import Counter

from harness import Answer, Receiver, Upstream, eventually
from harness.cluster import Cluster
from kills.checks import check
from kills.ledger import Ledger
from kills.load import Worker

WORKERS = 6
SETTINGS = {
    "webhooks.timeout": "20s", "webhooks.retrySchedule": ",".join(["300ms"] * 60), "poll.timeout": "170s",
    "log.level": "info",
}

#: Longer than any lease, so that another instance has what the stopped one had.
STOP = 33


class Chapter:
    """A chapter lasts for so many seconds; each turn is for an instance drawn from the seed: it is killed, ended or
    stopped, and comes back."""

    def __init__(self, folder, seed, seconds):
        self.folder, self.random, self.seconds = folder, random.Random(seed), seconds
        self.upstream, self.ledger = Upstream(), Ledger()
        self.cluster = Cluster(folder, self.upstream, SETTINGS)
        self.receivers, self.endpoints, self.workers = [], {}, []
        #: How often each thing befell an instance.
        self.turns = Counter()
        #: The same as a list, by time.
        self.story = []
        #: An instance and when it is to be waked.
        self.stopped = None

    def run(self):
        """Raises an AssertionError that tells of everything that was broken."""
        try:
            self._begin()
            end = time.monotonic() + self.seconds
            # The first is stopped at once, so that it wakes while the load goes on.
            self._stop(self.cluster.instances[0])
            while time.monotonic() < end:
                time.sleep(self.random.uniform(0.2, 5))
                self._turn()
            self._drain()
            check(self)
            self._end()
        finally:
            self._close()
        return self

    # MARK: The beginning

    def _begin(self):
        self.cluster.start()
        self.api = self.cluster.api()
        flaky = random.Random(self.random.random())
        self._endpoint(Receiver())
        self._endpoint(Receiver(lambda _: Answer(delay=flaky.choice([0, 0.1, 0.4]))), signature="v1")
        self._endpoint(Receiver(lambda _: flaky.choice([Answer(), Answer(), Answer(500), Answer(reset=True)])))
        self._endpoint(Receiver(), ordered=True)
        self.workers = [
            Worker(f"w{number}", self.random.random(), self.cluster.api(), self.upstream, self.ledger,
                   list(self.endpoints))
            for number in range(WORKERS)]
        for worker in self.workers:
            worker.start()

    def _endpoint(self, receiver, **members):
        self.receivers.append(receiver)
        endpoint = self.api.endpoint(receiver.url, **members)
        self.endpoints[endpoint["id"]] = (receiver, endpoint["secret"])

    # MARK: The turns

    def _turn(self):
        if self.stopped and time.monotonic() >= self.stopped[1]:
            self._wake()
        awake = [instance for instance in self.cluster.instances if not self.stopped or instance is not self.stopped[0]]
        act = self.random.choices(
            [self._kill, self._terminate, self._stop], [5, 3, 0 if self.stopped else 3])[0]
        act(self.random.choice(awake))

    def _kill(self, instance):
        self._note("killed")
        instance.kill()
        time.sleep(self.random.choice([0, 0, 1]))
        instance.spawn()

    def _terminate(self, instance):
        # It may be ended while it starts, before it can hear the signal.
        self._note("ended")
        code = instance.terminate(within=20)
        assert code in (0, -signal.SIGTERM), f"it ended with {code}: {instance.lines()[-5:]}"
        instance.spawn()

    def _stop(self, instance):
        self._note("stopped")
        instance.signal(signal.SIGSTOP)
        self.stopped = instance, time.monotonic() + STOP

    def _wake(self):
        # What was under way may go on now, beside those who have taken it over.
        self._note("waked")
        self.stopped[0].signal(signal.SIGCONT)
        self.stopped = None

    def _note(self, what):
        self.ledger.kills.append(time.monotonic())
        self.turns[what] += 1
        self.story.append(f"{self.ledger.kills[-1] - self.ledger.kills[0]:.2f} {what}")

    # MARK: The end

    def _drain(self):
        """Nobody asks for more, and what is due gets done."""
        for worker in self.workers:
            worker.stopping.set()
        if self.stopped:
            time.sleep(max(0, self.stopped[1] - time.monotonic()))
            self._wake()
        for worker in self.workers:
            worker.join(70)
        assert not any(worker.is_alive() for worker in self.workers), "the load does not end"
        self.cluster.await_settled()
        for table, condition in [
            ("session", "status IN ('starting', 'pending')"), ("recovery", "true"), ("delivery", "status = 'pending'")
        ]:
            eventually(lambda: self.cluster.count(table, condition) == 0, 120, 0.3, f"the last {table}")

    def _end(self):
        for instance in self.cluster.instances:
            assert instance.is_running, instance.lines()[-5:]
            assert instance.terminate() == 0

    def _close(self):
        for worker in self.workers:
            worker.stopping.set()
        for receiver in self.receivers:
            receiver.close()
        self.cluster.close()
        # Of one that failed, the folder is kept.
        for instance in self.cluster.instances:
            (instance.folder / "log").write_text("\n".join(instance.lines()))
        (self.folder / "story").write_text("\n".join(self.story))
        self.upstream.close()
