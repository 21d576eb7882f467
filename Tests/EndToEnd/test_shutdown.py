"""SIGTERM: everybody is answered, nothing is lost, and the exit code is 0."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor

from harness import Answer, document_start, eventually, step, watch


def test_long_polls_and_readiness(make_bridge, upstream):
    """Not ready at once; a long-poll answers with the present state; exit code 0 within shutdown.timeout."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    session = api.start(watch(upstream.polls(step("waiting"))))
    # A start that is under way holds the process up long enough to look at it.
    upstream.next_start(step("start", delay=3))
    with ThreadPoolExecutor(2) as pool:
        start = pool.submit(api.post, "/v1/sessions", document_start("Under way"))
        poll = pool.submit(api.get, f"/v1/sessions/{session['id']}", wait=60)
        eventually(lambda: upstream.starts("Under way"))
        began = time.monotonic()
        bridge.signal(signal.SIGTERM)
        eventually(lambda: bridge.readiness() == 503, 3, what="not ready")
        assert poll.result().expect(200).json["status"] == "pending"
        assert time.monotonic() - began < 2.9
        started = start.result().expect(201).json
    assert bridge.exited() == 0
    assert time.monotonic() - began < 12
    bridge.start()
    assert api.session(session["id"])["status"] == "pending"
    assert api.ended(started["id"])["status"] == "completed"


def test_a_start_that_takes_too_long(make_bridge, upstream, receiver):
    """A start has eight seconds more, then its caller gets the 504 that the next process stands by."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    upstream.next_start(step("start", delay=30))
    with ThreadPoolExecutor(1) as pool:
        start = pool.submit(api.post, "/v1/sessions", document_start("Too long"), key="too-long")
        eventually(lambda: upstream.starts("Too long"))
        began = time.monotonic()
        assert bridge.terminate() == 0
        assert 7.5 < time.monotonic() - began < 12
        lost = start.result().expect(504, "start_unknown")
    problem = lost.json
    bridge.start()
    assert api.session(problem["session_id"])["error"]["code"] == "start_unknown"
    receiver.of_session(problem["session_id"])
    replay = api.post("/v1/sessions", document_start("Too long"), key="too-long").expect(504)
    assert replay.body == lost.body
    assert len(upstream.starts("Too long")) == 1


def test_a_second_signal(make_bridge, upstream, receiver):
    """Whoever is impatient changes nothing: the start that is under way still has its time, and its answer."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    upstream.next_start(step("start", delay=2))
    with ThreadPoolExecutor(1) as pool:
        start = pool.submit(api.post, "/v1/sessions", document_start("Impatient"), key="impatient")
        eventually(lambda: upstream.starts("Impatient"))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
            bridge.signal(number)
            eventually(lambda: bridge.readiness() != 200, 3)
        session = start.result().expect(201).json["id"]
    assert bridge.exited() == 0
    bridge.start()
    assert api.ended(session)["status"] == "completed"
    receiver.of_session(session)


def test_a_poll_under_way(make_bridge, upstream, receiver):
    """The answer to a poll that is under way is waited for: it may be a signature that is told only once."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    token = upstream.polls(step("ok", delay=2, times=1), step("error", code=40402))
    session = api.start(watch(token))
    eventually(lambda: upstream.log("status", token))
    assert bridge.terminate() == 0
    bridge.start()
    assert api.session(session["id"])["status"] == "completed"
    receiver.of_session(session["id"])
    assert len(upstream.log("status", token)) == 1


def test_deliveries_under_way(make_bridge, upstream, make_receiver):
    """A delivery under way is cut, stays pending without losing an attempt, and arrives after the restart."""
    receiver = make_receiver(Answer(hang=True), Answer())
    bridge = make_bridge({"webhooks.timeout": "60s", "webhooks.retrySchedule": "1h"}).start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    session = api.start(watch(upstream.polls(step("ok"))))
    receiver.wait_for(1)
    began = time.monotonic()
    assert bridge.terminate() == 0
    assert time.monotonic() - began < 8
    bridge.start()
    first, second = receiver.wait_for(2)
    assert (first.id, first.body) == (second.id, second.body)
    api.delivery("delivered", session_id=session["id"])


def test_idle(make_bridge):
    """With nothing to do it stops at once, for SIGINT too, and leaves no socket behind."""
    bridge = make_bridge()
    for number in (signal.SIGTERM, signal.SIGINT):
        bridge.start()
        began = time.monotonic()
        bridge.signal(number)
        assert bridge.exited() == 0
        assert time.monotonic() - began < 5
    assert not list(bridge.folder.glob("*.sock"))


def test_restarts_lose_nothing(make_bridge, upstream, receiver):
    """Stopped and started again and again, with sessions that end all the time: each has its event."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    sessions = [api.start(watch(upstream.polls(step("waiting", until=number * 0.2), step("ok"))))["id"]
                for number in range(30)]
    for _ in range(4):
        assert bridge.terminate() == 0
        bridge.start()
    for session in sessions:
        assert api.ended(session)["status"] == "completed"
        receiver.of_session(session)
    events = api.all("/v1/events")
    assert sorted(event["session_id"] for event in events) == sorted(sessions)
