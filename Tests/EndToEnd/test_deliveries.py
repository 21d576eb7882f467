"""What becomes of an event: delivered, held, failed, abandoned, sent again."""

import re

import pytest
from harness import Answer, eventually, stays, step, verified, watch
from standardwebhooks import WebhookVerificationError


@pytest.fixture(scope="module")
def bridge(make_stage):
    return make_stage().bridge


@pytest.fixture
def api(bridge):
    """A client of its own for each test: it sees only its own endpoints and deliveries."""
    return bridge.new_api()


def end_one(api, upstream):
    """A session that completes at once."""
    return api.start(watch(upstream.polls(step("ok"))))["id"]


def test_another_secret_does_not_verify(api, upstream, receiver):
    """The signature is the endpoint's own."""
    api.endpoint(receiver.url)
    end_one(api, upstream)
    with pytest.raises(WebhookVerificationError):
        verified(receiver.wait_for(1)[0], "whsec_" + "A" * 32)


def test_exhausted_and_resent(make_bridge, upstream, make_receiver):
    """When the attempts are used up, the delivery is failed and stays to be seen; it can be sent again."""
    api = make_bridge({"webhooks.retrySchedule": "50ms,50ms"}).start().new_api()
    receiver = make_receiver(Answer(500))
    api.endpoint(receiver.url)
    session = end_one(api, upstream)
    failed = api.delivery("failed", session_id=session)
    assert failed["attempt_count"] == 3
    assert failed["next_attempt_at"] is None
    receiver.answer_with(Answer())
    resent = api.post(f"/v1/deliveries/{failed['id']}/resend").expect(202).json
    assert resent == {"delivery_id": failed["id"], "event_id": failed["event_id"]}
    delivered = api.delivery("delivered", session_id=session)
    assert delivered["attempt_count"] == 4
    assert len({(arrival.id, arrival.body) for arrival in receiver.snapshot()}) == 1


def test_disabled(api, upstream, receiver):
    """A disabled endpoint gets nothing; what it missed is held, and goes out when it is enabled."""
    endpoint = api.endpoint(receiver.url)
    path = f"/v1/endpoints/{endpoint['id']}"
    assert api.patch(path, {"enabled": False}).expect(200).json["enabled"] is False
    sessions = [end_one(api, upstream) for _ in range(3)]
    for session in sessions:
        api.delivery("held", session_id=session)
    assert receiver.snapshot() == []
    api.patch(path, {"enabled": True}).expect(200)
    receiver.wait_for(3)
    for session in sessions:
        api.delivery("delivered", session_id=session)


def test_deleted(api, upstream, make_receiver):
    """The deliveries of an endpoint that is deleted are abandoned, and stay to be seen."""
    receiver = make_receiver(Answer(500))
    endpoint = api.endpoint(receiver.url)
    session = end_one(api, upstream)
    receiver.wait_for(1)
    api.delete(f"/v1/endpoints/{endpoint['id']}").expect(204)
    abandoned = api.delivery("abandoned", session_id=session)
    api.get(f"/v1/endpoints/{endpoint['id']}").expect(404)
    api.post(f"/v1/deliveries/{abandoned['id']}/resend").expect(409, "endpoint_gone")


def test_event_types(api, upstream, make_receiver):
    """An endpoint gets the events that it asked for."""
    failures, everything = make_receiver(), make_receiver()
    api.endpoint(failures.url, events=["session.failed"])
    api.endpoint(everything.url, events=["session.*"])
    end_one(api, upstream)
    failed = api.start(watch(upstream.polls(step("error", code=40020))))["id"]
    everything.wait_for(2)
    failures.wait_for(1)
    eventually(lambda: all(d["status"] == "delivered" for d in api.deliveries()))
    assert [failed.encode() in arrival.body for arrival in failures.snapshot()] == [True]


def test_endpoint_test(api, receiver):
    """An endpoint can be tried without a signing."""
    endpoint = api.endpoint(receiver.url)
    accepted = api.post(f"/v1/endpoints/{endpoint['id']}/test").expect(202).json
    arrival, = receiver.wait_for(1)
    assert arrival.id == accepted["event_id"]
    told = verified(arrival, endpoint["secret"])
    assert (told["type"], told["data"]) == ("endpoint.test", {"endpoint_id": endpoint["id"]})
    event = api.get(f"/v1/events/{arrival.id}").expect(200).json
    assert (event["body"], event["session_id"]) == (told, None)


def test_http_must_be_allowed(make_bridge):
    """Plain http is refused unless it is allowed."""
    api = make_bridge({"webhooks.allowHttp": "false"}).start().new_api()
    problem = api.post("/v1/endpoints", {"url": "http://example.com/"}).expect(422, "invalid_request").json
    assert [error["pointer"] for error in problem["errors"]] == ["/url"]
    api.post("/v1/endpoints", {"url": "https://example.com/"}).expect(201)


def test_a_hanging_receiver_delays_nobody(make_bridge, upstream, make_receiver):
    """While one receiver hangs on forty deliveries, another one gets its own at once."""
    bridge = make_bridge({"webhooks.timeout": "60s"}).start()
    hanging, good = make_receiver(Answer(hang=True)), make_receiver()
    busy, other = bridge.new_api("busy"), bridge.new_api("other")
    busy.endpoint(hanging.url)
    other.endpoint(good.url)
    for _ in range(40):
        end_one(busy, upstream)
    hanging.wait_for(4)
    for _ in range(10):
        session = end_one(other, upstream)
        assert other.delivery("delivered", session_id=session)["attempt_count"] == 1
    # A few slots of its own are all that the hanging one holds.
    assert stays(lambda: len(hanging.snapshot()) <= 8, 0.5)


def test_the_oldest_undelivered_event(make_bridge, upstream, make_receiver):
    """The age of the oldest undelivered event rises while one waits, and is 0 again when it was taken."""
    bridge = make_bridge({"webhooks.retrySchedule": "1s"}).start()
    api = bridge.new_api()
    api.endpoint(make_receiver(Answer(500), Answer()).url)

    def age():
        metrics = bridge.admin("/metrics")[1]
        return float(re.search(r"^marksign_bridge_oldest_undelivered_event_age_seconds (\S+)", metrics, re.M)[1])

    end_one(api, upstream)
    eventually(lambda: age() > 0)
    eventually(lambda: api.deliveries(status="delivered"))
    eventually(lambda: age() == 0)
