"""An instance that is killed, or stopped for longer than its lease: the others have what it had, and when it comes back
it changes nothing."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

import pytest
from harness import Receiver, Upstream, eventually, hash_start, stays, step, verified, watch
from harness.cluster import Cluster, token_of
from harness.stalls import Stalls

OPEN = 1000
HELD = 20


class Stopped:
    """An instance that stops itself when the end of a session has come from Marksign and is not stored yet; more ends
    reach it while it is stopped. It needs no care meanwhile: other tests go on."""

    def __init__(self, folder):
        self.upstream, self.receiver = Upstream(), Receiver()
        self.cluster = Cluster(folder, self.upstream, {"upstream.timeout": "100s", "poll.timeout": "600s"}, count=2)
        self.instance, self.other = self.cluster.instances
        self.instance.fail_at("pollAnswered", stop=True)
        self.cluster.start()
        self.api, self.live = self.cluster.apis()
        self.secret = self.live.endpoint(self.receiver.url)["secret"]
        # All have an answer that comes too late. Then half of them end otherwise, and half wait.
        late = step("ok", signature_value="c3RhbGU=", delay=1)
        self.ended = [self.watch(late, step("error", code=40020)) for _ in range(HELD)]
        self.waiting = [self.watch(late, step("waiting")) for _ in range(HELD)]
        eventually(lambda: self.instance.state() == "T", 30, what="the stop")
        self.stopped_at = time.monotonic()

    def watch(self, *steps):
        token = self.upstream.polls(*steps, kind="hash")
        return self.api.start(watch(token, "hash"))["id"], token

    def close(self):
        self.instance.kill()
        self.cluster.close()
        self.receiver.close()
        self.upstream.close()


@pytest.fixture(scope="module", autouse=True)
def stopped(tmp_path_factory):
    stopped = Stopped(tmp_path_factory.mktemp("stopped"))
    yield stopped
    stopped.close()


def test_killed_with_a_thousand_sessions(tmp_path, upstream, receiver):
    """All are polled by others within 35 seconds, in the worst case: it had just renewed its lease. What it was starting
    is unknown, and never sent again."""
    cluster = Cluster(tmp_path, upstream, {
        "poll.interval": "2.5s", "poll.slowInterval": "2.5s", "poll.timeout": "600s", "upstream.maxRate": "1000",
        "log.level": "info"})
    try:
        cluster.start()
        killed = cluster.instances[0]
        api, live, _ = cluster.apis()
        secret = api.endpoint(receiver.url)["secret"]
        tokens = [f"token-{number:05}" for number in range(OPEN)]
        upstream.polls_of_all(tokens, step("waiting"))
        with ThreadPoolExecutor(8) as pool:
            ids = list(pool.map(lambda token: api.start(watch(token))["id"], tokens))
        upstream.starts_of("Under way", step("start", delay=100), polls=[step("ok")], kind="hash")
        with ThreadPoolExecutor(1) as pool, Stalls() as stalls:
            start = pool.submit(api.post, "/v1/sessions", hash_start("Under way"), key="under-way")
            eventually(lambda: upstream.starts("Under way"))
            renewed = renewals(cluster)
            eventually(lambda: renewals(cluster) != renewed, 10, 0.05, "a renewal")
            killed.kill()
            after, died = len(upstream.log()), upstream.now()
            with pytest.raises((OSError, HTTPException)):
                start.result()
            live.post("/v1/sessions", hash_start("Under way"), key="under-way").expect(409)
            took = upstream.all_polled(tokens, after, but=token_of(killed), within=70) - died
        print(f"all polled elsewhere {took:.1f} s after the kill; stalls of up to {stalls.longest:.2f} s")
        assert took <= 35 + 2 * stalls.longest
        again = live.post("/v1/sessions", hash_start("Under way"), key="under-way").expect(504, "start_unknown")
        session = live.session(again.json["session_id"])
        assert (session["status"], session["error"]["code"]) == ("unknown", "start_unknown")
        arrival, = receiver.of_session(session["id"])
        assert verified(arrival, secret)["type"] == "session.unknown"
        assert len(upstream.starts("Under way")) == 1
        assert len(live.all("/v1/sessions", status="pending")) == len(ids)
    finally:
        cluster.close()


def renewals(cluster):
    """Changes with each renewal of the first instance."""
    return cluster.sql(f"SELECT lease_until FROM instance WHERE name LIKE '%:{cluster.instances[0].pid}'")


def test_stopped_past_its_lease(stopped):
    """What reached the instance before it was stopped, and while it was, changes nothing when it wakes: the sessions are
    others', under another epoch."""
    live, upstream = stopped.live, stopped.upstream
    assert time.monotonic() - stopped.stopped_at < 300, "Marksign's answers to the stopped instance are too old"
    for id, _ in stopped.ended:
        assert live.ended(id, within=60)["error"]["code"] == "user_refused"
    elsewhere = token_of(stopped.other)
    for _, token in stopped.waiting:
        eventually(lambda: any(poll["access_token"] == elsewhere for poll in upstream.log("status", token)), 60, 0.2)
    assert stopped.instance.state() == "T"
    stopped.instance.signal(signal.SIGCONT)
    stopped.instance.line("The lease is over", 20)
    eventually(stopped.instance.is_ready, 30, what="readiness under another id")
    assert stays(lambda: all(live.session(id)["status"] == "pending" for id, _ in stopped.waiting), 2, 0.5)
    for _, token in stopped.waiting:
        upstream.polls(step("error", code=40021), token=token, kind="hash")
    for sessions, code in ((stopped.ended, "user_refused"), (stopped.waiting, "session_expired")):
        for id, _ in sessions:
            assert live.ended(id)["error"]["code"] == code
            event, = live.all("/v1/events", session_id=id)
            arrivals = stopped.receiver.of_session(id)
            assert {arrival.id for arrival in arrivals} == {event["id"]}
            assert verified(arrivals[-1], stopped.secret)["data"]["error"]["code"] == code
    assert stopped.instance.terminate() == 0
