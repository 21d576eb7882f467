"""Two services under load over one database, which can be taken away from them."""

import random
import time

from harness import Answer, Api, Bridge, Receiver, Upstream, eventually
from harness.postgresql import PASSWORD, PostgreSQL
from harness.proxy import Proxy
from harness.stalls import Stalls
from kills.checks import check
from kills.ledger import Ledger
from kills.load import Worker

from .clerk import Clerk
from .pace import Pace

#: How soon after the end of a fault the service is back, in seconds; what the machine stalls comes on top.
BACK_WITHIN = 15
#: Who asks whether an instance is ready while its database is away hears that it is not in so many seconds: two for the
#: database, and a half for the way there and for one question that came too early.
UNREADY_WITHIN = 2.5
#: The part of the rate that is served while somebody is in the way, and the database is there.
MEANWHILE = 0.5
SETTINGS = {
    "webhooks.timeout": "20s", "webhooks.retrySchedule": ",".join(["300ms"] * 60), "poll.interval": "400ms",
    # Longer than any fault: a session is never given up for one.
    "poll.timeout": "3600s", "log.level": "info",
}


class Either(Api):
    """The API of several instances: each request goes to one of them, as through a gateway that knows nothing."""

    def __init__(self, ports, key):
        super().__init__(ports[0], key)
        self.ports = ports

    def request(self, *arguments, **options):
        return Api(random.choice(self.ports), self.key, self.kept).request(*arguments, **options)


class Caller(Worker):
    """A client that asks for no recoveries: one may send again what an instance that lost its lease has under way. They
    are tried where instances are killed."""

    pause = 0.6

    def recover(self):
        self.read()


class World:
    """Begins well. `suffer` takes the database away, `check` says what must be true at the end."""

    def __init__(self, folder, seed, seconds=60):
        """`seconds` is how long a fault may last."""
        self.random, self.ledger = random.Random(seed), Ledger()
        self.receivers, self.proxies, self.bridges, self.workers, self.endpoints = [], [], [], [], {}
        self.server, self.upstream = PostgreSQL(), Upstream()
        try:
            self.server.sql(f"CREATE ROLE bridge LOGIN PASSWORD '{PASSWORD}'; CREATE DATABASE bridge OWNER bridge")
            self.url = self.server.url("bridge")
            for name in "ab":
                self.proxies.append(Proxy(self.server.port))
                url = self.server.url("bridge", "bridge", port=self.proxies[-1].port)
                self.bridges.append(Bridge(folder / name, self.upstream.url, SETTINGS | {"store.url": url}).start(60))
            self._load(seconds + 120)
        except BaseException:
            self.close()
            raise

    def _load(self, patience):
        client, clerk = self.bridges[0].add_client(), self.bridges[1].add_client("clerk")
        ports = [bridge.port for bridge in self.bridges]
        self.api = Either(ports, client.key)
        flaky = random.Random(self.random.random())
        self._endpoint(Receiver())
        self._endpoint(Receiver(), ordered=True)
        self._endpoint(Receiver(lambda _: flaky.choice([Answer(), Answer(), Answer(500), Answer(reset=True)])))
        for number in range(3):
            self.workers.append(Caller(f"w{number}", self.random.random(), Either(ports, client.key), self.upstream,
                                       self.ledger, list(self.endpoints)))
        self.clerk = Clerk(Either(ports, clerk.key), self.ledger)
        self.pace = Pace(Either(ports, client.key), self.upstream, self.ledger, self.receivers[0])
        for worker in [*self.workers, self.clerk]:
            worker.patience = patience
        for thread in [*self.workers, self.clerk, self.pace]:
            thread.start()
        # Before anything is broken, it works.
        self.pace.back_at(time.monotonic(), 60)

    def _endpoint(self, receiver, **members):
        self.receivers.append(receiver)
        endpoint = self.api.endpoint(receiver.url, **members)
        self.endpoints[endpoint["id"]] = (receiver, endpoint["secret"])

    # MARK: Faults

    def suffer(self, name, fault, seconds):
        """Lets something happen, and waits until all is as before; says how long that took."""
        self.notes, self.unready_after, began, leases = [], 0, time.monotonic(), self.lost_leases()
        with Stalls() as stalls:
            fault(self, seconds)
            healed = time.monotonic()
            self.await_ready(90)
            ready = time.monotonic() - healed
            back = self.pace.back_at(healed, 120) - healed
        lost = self.lost_leases() - leases
        if lost:
            # What was another's for a while may have been sent by both.
            self.ledger.kills += [began, healed]
        print(f"{name}, {healed - began:.0f} s: ready {ready:.1f} s after it, at 95 % of the rate after {back:.1f} s; "
              f"slowest answer {self.pace.longest(began):.1f} s, {lost} leases lost, longest stall "
              f"{stalls.longest:.1f} s" + "".join(f"; {note}" for note in self.notes[-1:]), flush=True)
        assert all(bridge.is_running for bridge in self.bridges)
        assert not self.ledger.faults, self.ledger.faults[:5]
        assert max(ready, back) <= BACK_WITHIN + stalls.longest
        # The question, its answer, and both may be kept waiting.
        assert self.unready_after <= UNREADY_WITHIN + 2 * stalls.longest
        return back

    def note(self, text):
        """Something for the line about the fault."""
        self.notes.append(text)

    def stay(self, seconds):
        """Lets the fault last, while nobody ends for it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert all(bridge.is_running for bridge in self.bridges), "an instance ended"
            time.sleep(0.1)

    def await_unready(self, instances=slice(None)):
        """A gateway would notice: each instance says that it is not ready. How long that took is judged at the end."""
        for bridge in self.bridges[instances]:
            began = time.monotonic()
            eventually(lambda: bridge.readiness() == 503, 20, 0, "no readiness")
            self.unready_after = max(self.unready_after, time.monotonic() - began)
        self.note(f"not ready {self.unready_after:.1f} s after it was asked")

    def serve_meanwhile(self, seconds):
        """Lets a fault last during which the service goes on."""
        began = time.monotonic()
        self.stay(seconds)
        share = self.pace.share_served(began)
        self.note(f"{share:.0%} of the rate meanwhile")
        assert share >= MEANWHILE, f"only {share:.0%} were served meanwhile"
        self.await_ready(10)

    def await_ready(self, within):
        eventually(lambda: all(bridge.is_ready() for bridge in self.bridges), within, 0.1, "readiness")

    def lost_leases(self):
        return sum(int(bridge.metric("marksign_bridge_lost_leases_total")) for bridge in self.bridges)

    # MARK: The end

    def check(self):
        """Nobody asks for more; what is due gets done, and all that was promised is so."""
        for thread in (threads := [*self.workers, self.clerk, self.pace]):
            thread.stopping.set()
        for thread in threads:
            thread.join(120)
        assert not any(thread.is_alive() for thread in threads), "the load does not end"
        for metric in ("open_sessions", "pending_deliveries"):
            eventually(lambda: all(bridge.metric(f"marksign_bridge_{metric}") == 0 for bridge in self.bridges), 120,
                       0.2, f"no {metric}")
        check(self)
        self.clerk.check()
        assert [bridge.terminate() for bridge in self.bridges] == [0, 0]

    def close(self):
        for thread in self.workers:
            thread.stopping.set()
        if hasattr(self, "pace"):
            self.pace.stopping.set()
            self.clerk.stopping.set()
        for bridge in self.bridges:
            bridge.close()
        for part in [*self.receivers, *self.proxies, self.upstream, self.server]:
            part.close()
