"""The real process under load, killed at moments that nobody chose and at every failpoint: nothing is lost, and nothing
happens twice. `Deploy/prove kills` does it for longer."""

import signal
import subprocess
import time

import pytest
from harness import Answer, Bridge, Receiver, Upstream, free_port, step, verified, watch
from kills import FAILPOINTS, Chapter
from kills.failpoints import SOURCE

SEED = 20261121
STOPPED_FOR = 30


class Suspended:
    """A service that is stopped in the middle of its work. It needs no care meanwhile: other tests go on."""

    def __init__(self, folder):
        self.upstream, self.receiver = Upstream(), Receiver(Answer(500), Answer(delay=1), Answer())
        self.bridge = Bridge(folder, self.upstream.url, {
            "poll.interval": "3s", "poll.slowInterval": "3s", "poll.timeout": "20s", "poll.rescue": "5s",
            "upstream.maxRate": "20", "webhooks.retrySchedule": "15s,1s,1s"})
        self.bridge.start()
        self.api = self.bridge.new_api()
        self.secret = self.api.endpoint(self.receiver.url)["secret"]
        # One has had a refusal and waits for its retry, one is under way, and the others end at Marksign meanwhile:
        # their time is over before anybody here knows.
        self.refused = self.watch(step("ok"))
        self.receiver.wait_for(1)
        self.open = [self.watch(step("waiting", until=12), step("ok")) for _ in range(60)]
        self.under_way = self.watch(step("ok"))
        self.receiver.wait_for(2)
        self.bridge.signal(signal.SIGSTOP)
        self.stopped_at = time.monotonic()

    def watch(self, *steps):
        return self.api.start(watch(self.upstream.polls(*steps)))["id"]

    def go_on(self):
        """Wakes it when it has slept for long enough; gives the state in which it was."""
        time.sleep(max(0, self.stopped_at + STOPPED_FOR - time.monotonic()))
        # Who sleeps is not dead: nobody takes over what it has.
        refused = self.bridge.command("serve", settings={"http.port": free_port(), "admin.port": free_port()})
        assert refused.returncode > 0 and "in use by another process" in refused.stdout + refused.stderr
        stopped = self.bridge.state()
        self.bridge.signal(signal.SIGCONT)
        return stopped

    def close(self):
        self.bridge.kill()
        self.receiver.close()
        self.upstream.close()


@pytest.fixture(scope="module")
def suspended(tmp_path_factory):
    suspended = Suspended(tmp_path_factory.mktemp("suspended") / "bridge")
    yield suspended
    suspended.close()


@pytest.mark.usefixtures("suspended")
def test_fifty_kills(tmp_path):
    """What the checks in Tests/Support/kills say holds after fifty kills, every failpoint among them."""
    print(f"seed {SEED}")
    chapter = Chapter(tmp_path / "bridge", SEED, 50).run()
    print(chapter.deaths)
    assert chapter.deaths.total() >= 50
    assert chapter.deaths.keys() == {*FAILPOINTS, "random"}
    # Something must have happened; how much is up to the machine.
    assert len(chapter.sessions) > 30


def test_stopped_for_half_a_minute(suspended):
    """Nothing that came due meanwhile is lost or ended unasked, and Marksign is not run over with what is overdue."""
    before = len(suspended.upstream.log())
    assert suspended.go_on() == "T"
    for id in suspended.open:
        assert suspended.api.ended(id)["status"] == "completed"
    for id in (suspended.refused, suspended.under_way, *suspended.open):
        arrivals = suspended.receiver.of_session(id)
        assert len({(arrival.id, arrival.body) for arrival in arrivals}) == 1
        verified(arrivals[-1], suspended.secret)
        suspended.api.delivery("delivered", session_id=id)
    times = [entry["time_ms"] for entry in suspended.upstream.log(after=before)]
    assert len(times) >= len(suspended.open)
    assert max(sum(at <= other < at + 1000 for other in times) for at in times) <= 22
    assert suspended.bridge.terminate() == 0


def crash_loop(bridge, point, times):
    """Every start of the service ends at that failpoint; then one lives."""
    bridge.fail_at(point)
    for _ in range(times):
        bridge.spawn()
        assert bridge.exited() == -signal.SIGKILL
    bridge.fail_at(None)
    bridge.start()


@pytest.mark.parametrize("point", ["sessionsAdopted", "pollAnswered", "fileStored", "transactionWritten"])
def test_crash_loop_with_a_session(make_bridge, upstream, receiver, point):
    """A session that the process dies of, again and again, is not lost, and ends once."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    secret = api.endpoint(receiver.url)["secret"]
    token = upstream.polls(step("waiting"))
    session = api.start(watch(token))["id"]
    bridge.kill()
    upstream.polls(step("ok"), token=token)
    crash_loop(bridge, point, 6)
    assert api.ended(session)["status"] == "completed"
    arrival, = receiver.of_session(session)
    assert verified(arrival, secret)["data"]["session_id"] == session
    event, = api.all("/v1/events", session_id=session)
    assert event["id"] == arrival.id


def test_crash_loop_with_a_delivery(make_bridge, upstream, receiver):
    """A delivery that the process dies of comes once for each start, always the same, and then is delivered."""
    bridge = make_bridge({"poll.firstDelay": "5s"}).start()
    api = bridge.new_api()
    secret = api.endpoint(receiver.url)["secret"]
    token = upstream.polls(step("waiting"))
    session = api.start(watch(token))["id"]
    bridge.kill()
    upstream.polls(step("ok"), token=token)
    crash_loop(bridge, "webhookAnswered", 6)
    api.delivery("delivered", session_id=session)
    arrivals = receiver.snapshot()
    assert len(arrivals) == 7
    assert len({(arrival.id, arrival.body) for arrival in arrivals}) == 1
    assert all(verified(arrival, secret)["data"]["session_id"] == session for arrival in arrivals)


@pytest.mark.parametrize("options", [["-Onone", "-DDEBUG"], ["-O"]], ids=["debug", "release"])
def test_failpoints_are_in_debug_builds_only(tmp_path, options):
    """What a release build makes of them knows neither the variable nor how to kill."""
    compiled = tmp_path / "failpoint.o"
    subprocess.run(["swiftc", "-swift-version", "6", "-parse-as-library", *options, "-c", SOURCE, "-o", compiled],
                   check=True)
    content = compiled.read_bytes()
    assert [word in content for word in (b"MARKSIGN_BRIDGE_FAILPOINT", b"getpid")] == [options[0] == "-Onone"] * 2
