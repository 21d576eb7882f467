"""Webhooks and receivers of every kind."""

import pytest
from harness import Answer, eventually, free_port, stays, step, verified, watch
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


@pytest.mark.parametrize("bad, error", [
    (Answer(500), "status"), (Answer(404), "status"), (Answer(429), "status"),
    (Answer(302, {"Location": "/elsewhere"}), "redirect"), (Answer(304), "redirect"),
    (Answer(reset=True), "reset"), (Answer(hang=True), "timeout"),
], ids=["500", "404", "429", "redirect", "304", "reset", "hang"])
def test_retries(api, upstream, make_receiver, bad, error):
    """What is not a 2xx is tried again: the same id and bytes, a signature that holds, a timestamp of its own; a
    redirect is never followed."""
    receiver = make_receiver(bad, bad, Answer())
    secret = api.endpoint(receiver.url)["secret"]
    session = end_one(api, upstream)
    arrivals = receiver.of_session(session, 3)
    delivery = api.delivery("delivered", session_id=session)
    assert len(receiver.snapshot()) == 3
    assert len({arrival.id for arrival in arrivals}) == 1
    assert len({arrival.body for arrival in arrivals}) == 1
    for arrival in arrivals:
        assert arrival.path == "/webhooks"
        assert verified(arrival, secret)["type"] == "session.completed"
        assert arrival.headers["content-type"] == "application/json"
    assert [attempt["error"] for attempt in delivery["attempts"]] == [error, error, None]
    assert [attempt["number"] for attempt in delivery["attempts"]] == [1, 2, 3]
    assert delivery["attempts"][-1]["status"] == 204


def test_another_secret_does_not_verify(api, upstream, receiver):
    """The signature is the endpoint's own."""
    api.endpoint(receiver.url)
    end_one(api, upstream)
    with pytest.raises(WebhookVerificationError):
        verified(receiver.wait_for(1)[0], "whsec_" + "A" * 32)


@pytest.mark.parametrize("good", [Answer(200, body=b"x" * 1_000_000), Answer(200, endless=True), Answer(202)],
                         ids=["large", "endless", "202"])
def test_success_whatever_the_body(api, upstream, make_receiver, good):
    """A 2xx is success at its status line, however large its body."""
    receiver = make_receiver(good)
    api.endpoint(receiver.url)
    delivery = api.delivery("delivered", session_id=end_one(api, upstream))
    assert len(delivery["attempts"]) == 1
    assert len(delivery["attempts"][0]["response"]) <= 16_384


def test_retry_after(api, upstream, make_receiver):
    """A receiver that asks for time gets it."""
    receiver = make_receiver(Answer(503, {"Retry-After": "2"}), Answer())
    api.endpoint(receiver.url)
    end_one(api, upstream)
    first, second = receiver.wait_for(2)
    assert second.time - first.time >= 1.9


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


def test_gone(api, upstream, make_receiver):
    """410 disables the endpoint: this delivery is failed, the next ones are held, and enabling lets them go."""
    receiver = make_receiver(Answer(410), Answer())
    endpoint = api.endpoint(receiver.url)
    first = end_one(api, upstream)
    assert api.delivery("failed", session_id=first)["attempts"][0]["error"] == "gone"
    disabled = api.get(f"/v1/endpoints/{endpoint['id']}").expect(200).json
    assert (disabled["enabled"], disabled["disabled_reason"]) == (False, "gone")
    second = end_one(api, upstream)
    api.delivery("held", session_id=second)
    assert api.patch(f"/v1/endpoints/{endpoint['id']}", {"enabled": True}).expect(200).json["disabled_reason"] is None
    api.delivery("delivered", session_id=second)
    assert [second.encode() in arrival.body for arrival in receiver.snapshot()] == [False, True]


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


def test_rotation(api, upstream, receiver):
    """After a rotation both secrets verify, and the header is one that every library reads."""
    endpoint = api.endpoint(receiver.url)
    rotated = api.post(f"/v1/endpoints/{endpoint['id']}/rotate-secret").expect(200).json
    assert rotated["secret"] != endpoint["secret"]
    end_one(api, upstream)
    arrival, = receiver.wait_for(1)
    signatures = arrival.headers["webhook-signature"].split(" ")
    assert [signature.split(",")[0] for signature in signatures] == ["v1", "v1"]
    for secret in (endpoint["secret"], rotated["secret"]):
        verified(arrival, secret)
    assert "secret" not in api.get(f"/v1/endpoints/{endpoint['id']}").expect(200).json


def test_unreachable(api, upstream):
    """Nobody listens: retried, with `connect` for the reason."""
    api.endpoint(f"http://127.0.0.1:{free_port()}/")
    session = end_one(api, upstream)
    eventually(lambda: [d for d in api.deliveries(session_id=session) if d["attempt_count"] >= 2])
    delivery = api.delivery("pending", session_id=session)
    assert {attempt["error"] for attempt in delivery["attempts"]} == {"connect"}


def test_no_such_host(api, upstream):
    """A host that does not resolve is accepted, and its attempts fail with `dns`."""
    api.endpoint("http://does-not-exist.invalid/")
    session = end_one(api, upstream)
    delivery = eventually(lambda: [d for d in api.deliveries(session_id=session) if d["attempt_count"]])[0]
    attempts = api.get(f"/v1/deliveries/{delivery['id']}").expect(200).json["attempts"]
    assert attempts[0]["error"] == "dns"


def test_blocked_address(make_bridge, upstream, receiver):
    """Without webhooks.allowedNetworks nothing is sent to this machine: a literal address is refused at once, a name
    at every attempt."""
    api = make_bridge({"webhooks.allowedNetworks": "10.0.0.0/8", "webhooks.retrySchedule": "50ms,50ms,50ms"}
                      ).start().new_api()
    for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "192.168.0.1"):
        api.post("/v1/endpoints", {"url": f"http://{host}:{receiver.port}/"}).expect(422, "invalid_request")
    # Other spellings of 127.0.0.1 may pass for names at first, but not when they are connected to.
    for host in ("2130706433", "0x7f.1", "127.1", "0177.0.0.1"):
        assert api.post("/v1/endpoints", {"url": f"http://{host}:{receiver.port}/"}).status in (201, 422)
    api.endpoint(f"http://localhost:{receiver.port}/webhooks")
    session = end_one(api, upstream)
    eventually(lambda: all(d["status"] == "failed" for d in api.deliveries(session_id=session))
               and api.deliveries(session_id=session))
    for delivery in api.deliveries(session_id=session):
        attempts = api.get(f"/v1/deliveries/{delivery['id']}").expect(200).json["attempts"]
        assert {attempt["error"] for attempt in attempts} == {"blocked_address"}
    assert receiver.snapshot() == []


def test_metadata_is_never_allowed(make_bridge):
    """The address of the cloud's metadata is refused even when its network is allowed."""
    api = make_bridge({"webhooks.allowedNetworks": "169.254.0.0/16"}).start().new_api()
    api.post("/v1/endpoints", {"url": "http://169.254.169.254/"}).expect(422, "invalid_request")
    api.post("/v1/endpoints", {"url": "http://169.254.1.1/"}).expect(201)


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
