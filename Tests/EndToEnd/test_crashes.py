"""kill -9 at one bad moment each. What comes of many, under load, is in test_kills.py."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

from harness import Answer, document_start, eventually, step, verified, watch


def random_pause(generator, longest):
    """A moment that nobody chose: the one thing that is slept for here."""
    time.sleep(generator.uniform(0, longest))


def test_killed_after_the_answer(make_bridge, upstream, receiver):
    """A 201 is a promise: whenever the process dies after it, the session ends as it would have, with one event."""
    generator = random.Random(1)
    bridge = make_bridge().start()
    api = bridge.new_api()
    secret = api.endpoint(receiver.url)["secret"]
    for round in range(8):
        token = upstream.polls(step("waiting", until=0.4), step("ok", signature_value=f"U0lH{round:04}"), kind="hash")
        session = api.start(watch(token, "hash", metadata={"round": str(round)}))
        random_pause(generator, 0.8)
        bridge.kill()
        bridge.start()
        assert api.ended(session["id"])["result"] == {"signature_value": f"U0lH{round:04}"}
        api.delivery("delivered", session_id=session["id"])
        arrivals = receiver.of_session(session["id"])
        assert 1 <= len(arrivals) <= 2
        assert len({(arrival.id, arrival.body) for arrival in arrivals}) == 1
        assert all(verified(arrival, secret)["data"]["metadata"] == {"round": str(round)} for arrival in arrivals)
        event, = api.all("/v1/events", session_id=session["id"])
        assert event["id"] == arrivals[0].id


def test_killed_during_a_delivery(make_bridge, upstream, make_receiver):
    """Killed while the receiver thinks about it: the same id and the same bytes come once more."""
    receiver = make_receiver(Answer(delay=1), Answer())
    bridge = make_bridge().start()
    api = bridge.new_api()
    secret = api.endpoint(receiver.url)["secret"]
    session = api.start(watch(upstream.polls(step("ok"))))
    receiver.wait_for(1)
    bridge.kill()
    bridge.start()
    first, second = receiver.wait_for(2)
    assert (first.id, first.body) == (second.id, second.body)
    verified(second, secret)
    api.delivery("delivered", session_id=session["id"])
    assert len(receiver.snapshot()) == 2


def test_killed_during_a_start(make_bridge, upstream, receiver):
    """Killed while Marksign thinks about a start: it is never sent again. The session is unknown, the key replays the
    504, and the event tells."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    secret = api.endpoint(receiver.url)["secret"]
    upstream.next_start(step("start", delay=3))

    def start():
        try:
            return api.post("/v1/sessions", document_start("Once"), key="once")
        except (OSError, HTTPException):
            return None

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(start)
        eventually(lambda: upstream.starts("Once"))
        bridge.kill()
        assert answer.result() is None
    bridge.start()
    arrival, = receiver.wait_for(1)
    told = verified(arrival, secret)
    assert (told["type"], told["data"]["error"]["code"]) == ("session.unknown", "start_unknown")
    replay = api.post("/v1/sessions", document_start("Once"), key="once").expect(504, "start_unknown")
    assert replay.headers["idempotent-replayed"] == "true"
    assert replay.json["session_id"] == told["data"]["session_id"]
    session = api.session(told["data"]["session_id"])
    assert (session["status"], session["error"]["code"]) == ("unknown", "start_unknown")
    assert len(upstream.starts("Once")) == 1


def test_killed_during_a_cancel(make_bridge, upstream, receiver):
    """A cancel that was accepted is carried out by the next process."""
    bridge = make_bridge({"poll.firstDelay": "30s", "poll.interval": "30s"}).start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    session = api.start(watch(upstream.polls(step("waiting"))))
    upstream.removals(step("ok", delay=2), step("ok"))

    def cancel():
        try:
            return api.post(f"/v1/sessions/{session['id']}/cancel")
        except (OSError, HTTPException):
            return None

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(cancel)
        eventually(lambda: upstream.log("remove", session["token"]))
        bridge.kill()
        assert answer.result() is None
    bridge.start()
    assert api.ended(session["id"])["status"] == "cancelled"
    receiver.of_session(session["id"])
