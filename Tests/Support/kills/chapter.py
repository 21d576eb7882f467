"""One store's life under load and kills, from its first second until nothing is left to do."""

import random
import sqlite3
import subprocess
import time
from base64 import b64encode
from collections import Counter
from http.client import HTTPException

from harness import Answer, Bridge, Receiver, Upstream, eventually

from .checks import check
from .failpoints import FAILPOINTS
from .ledger import Ledger
from .load import LONG_AGO, Worker

WORKERS = 6
SETTINGS = {
    "webhooks.timeout": "20s", "webhooks.retrySchedule": ",".join(["300ms"] * 60), "poll.timeout": "170s",
    "log.level": "info",
}


#: The how-manieth time a failpoint is meant, where not one of the first: a process takes its sessions over once, and
#: its first transactions are all of one kind.
TURNS = {"sessionsAdopted": [1], "transactionWritten": [1, 5, 20, 60], "transactionCommitted": [1, 5, 20, 60]}


class Chapter:
    """A chapter has `kills` kills: half of them at moments drawn from the seed, the others at failpoints in turn."""

    def __init__(self, folder, seed, kills):
        self.random, self.kills = random.Random(seed), kills
        self.old_key, self.new_key = (b64encode(self.random.randbytes(32)).decode() for _ in range(2))
        self.upstream, self.ledger = Upstream(), Ledger()
        self.bridge = Bridge(folder, self.upstream.url, SETTINGS | {"store.encryptionKey": self.old_key})
        self.receivers, self.endpoints, self.workers = [], {}, []
        #: Endpoints that were added late, and whose recovery nobody has accepted.
        self.unrecovered = set()
        #: How often each failpoint, and each "random" moment, was the end of a process.
        self.deaths = Counter()

    def run(self):
        """Raises an AssertionError that tells of everything that was broken."""
        try:
            self._begin()
            for number in range(self.kills):
                self._kill(FAILPOINTS[number // 2 % len(FAILPOINTS)] if number % 2 else None)
            self._drain()
            check(self)
            self._look_at_the_store()
        finally:
            self._close()
        return self

    # MARK: The beginning

    def _begin(self):
        self.bridge.start()
        self.client = self.bridge.add_client()
        self.api = self.bridge.api(self.client)
        flaky = random.Random(self.random.random())
        self._endpoint(Receiver())
        self._endpoint(Receiver(lambda _: Answer(delay=flaky.choice([0, 0.1, 0.4]))), signature="v1")
        self._endpoint(Receiver(lambda _: flaky.choice([Answer(), Answer(), Answer(500), Answer(reset=True)])))
        self._endpoint(Receiver(), ordered=True)
        self.workers = [
            Worker(f"w{number}", self.random.random(), self.bridge.api(self.client), self.upstream, self.ledger,
                   list(self.endpoints))
            for number in range(WORKERS)]
        for worker in self.workers:
            worker.start()
        # Something that the old key seals, for the resealing to come.
        eventually(lambda: len(self.ledger.asked) >= 20, 60, what="sessions")
        self.bridge.settings["store.encryptionKey"] = f"{self.new_key},{self.old_key}"

    def _endpoint(self, receiver, **members):
        self.receivers.append(receiver)
        endpoint = self.api.endpoint(receiver.url, **members)
        self.endpoints[endpoint["id"]] = (receiver, endpoint["secret"])

    # MARK: The kills

    def _kill(self, point):
        """Lets the present process end at a failpoint, or at a moment that nobody chose, and starts the next one."""
        if not self.bridge.is_running:
            self._spawn(point)
        elif point:
            # A process learns of its failpoint when it starts.
            self.bridge.kill()
            self._note("random")
            self._spawn(point)
        if point:
            self._await_death(point)
        else:
            time.sleep(self.random.uniform(0, 1.2))
            self.bridge.kill()
            self._note("random")

    def _spawn(self, point=None):
        self.bridge.fail_at(point, self.random.choice(TURNS.get(point, [1, 1, 2, 5])))
        self.bridge.spawn()

    def _await_death(self, point):
        """The load leads there by itself; only a resealing must be asked for, and a recovery of much."""
        if point in ("resealed", "recoveryContinued"):
            eventually(lambda: self.bridge.is_ready() or not self.bridge.is_running, 30)
        if point == "recoveryContinued":
            self._add_latecomer()
        if point == "resealed":
            self._reseal()
        try:
            code = self.bridge.exited(60)
        except subprocess.TimeoutExpired:
            # What stopped the load stopped the way there.
            raise AssertionError(f"nothing led to {point} within a minute: {self.ledger.faults[:5]}") from None
        assert code == -9, f"it ended with {code} at {point}: {self.bridge.lines()[-5:]}"
        self._note(point)

    def _add_latecomer(self):
        """A new endpoint has everything to come. Whether its recovery was accepted or died with the process, the end
        knows."""
        try:
            self._endpoint(Receiver())
            latest = list(self.endpoints)[-1]
            self.unrecovered.add(latest)
            self._recover(latest)
        except (OSError, HTTPException):
            pass

    def _recover(self, endpoint):
        self.api.post(f"/v1/endpoints/{endpoint}/recover", {"since": LONG_AGO}).expect(202)
        self.unrecovered.discard(endpoint)

    def _note(self, cause):
        self.ledger.kills.append(time.monotonic())
        self.deaths[cause] += 1

    def _reseal(self):
        return self.bridge.command("store", "reseal")

    # MARK: The end

    def _drain(self):
        """Nobody asks for more, and what is due gets done."""
        self.bridge.fail_at(None)
        if not self.bridge.is_running:
            self.bridge.start()
        for worker in self.workers:
            worker.stopping.set()
        for worker in self.workers:
            worker.join(70)
        assert not any(worker.is_alive() for worker in self.workers), "the load does not end"
        for endpoint in list(self.unrecovered):
            self._recover(endpoint)
        eventually(lambda: self.bridge.metric("marksign_bridge_open_sessions") == 0, 60, 0.2, "the end of all sessions")
        eventually(lambda: self.bridge.metric("marksign_bridge_pending_deliveries") == 0, 120, 0.2, "all deliveries")

    def _look_at_the_store(self):
        """It is whole, and opens with the new key alone once all is sealed anew."""
        done = self._reseal()
        assert done.returncode == 0, done.stderr
        assert self.bridge.terminate() == 0
        with sqlite3.connect(self.bridge.store) as database:
            found, = database.execute("PRAGMA integrity_check").fetchone()
            orphans, = database.execute(
                "SELECT count(*) FROM file_chunk c JOIN session s ON s.id = c.session_id "
                "WHERE c.epoch <> s.epoch AND s.status NOT IN ('starting', 'pending') AND NOT EXISTS ("
                "SELECT 1 FROM unwanted_file u WHERE u.session_id = c.session_id AND u.epoch = c.epoch)").fetchone()
        database.close()
        assert (found, orphans) == ("ok", 0)
        self.bridge.settings["store.encryptionKey"] = self.new_key
        self.bridge.start()
        assert len(self.api.all("/v1/sessions")) == len(self.sessions)
        assert self.bridge.terminate() == 0

    def _close(self):
        for worker in self.workers:
            worker.stopping.set()
        for receiver in self.receivers:
            receiver.close()
        self.bridge.kill()
        self.upstream.close()
