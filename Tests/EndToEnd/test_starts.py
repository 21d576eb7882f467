"""What Marksign's answer to a start leads to, and that a start is sent at most once."""

import time

import pytest
from harness import document_start, eventually, free_port, hash_start, step, verified, watch


@pytest.fixture(scope="module")
def stage(make_stage):
    return make_stage({"upstream.startTimeout": "2s"})


def settle(stage):
    """Good starts before a bad one, so that the breaker stays out of the picture."""
    for _ in range(2):
        stage.api.start(hash_start("A good one"))


@pytest.mark.parametrize("answer, code, upstream_code", [
    (step("error", code=40001), "request_rejected", 40001),
    (step("error", code=40005), "request_rejected", 40005),
    (step("error", code=40022), "document_unusable", 40022),
    (step("error", code=40401), "signer_not_found", 40401),
    (step("error", code=40403, http_status=404), "account_not_qualified", 40403),
    (step("error", code=40801), "certificate_timeout", 40801),
])
def test_refused(stage, upstream, answer, code, upstream_code):
    """Refused: 422 with a stable code and Marksign's own; nothing stays."""
    upstream.next_start(answer)
    before = len(stage.api.all("/v1/sessions"))
    problem = stage.api.post("/v1/sessions", document_start("Refused")).expect(422, code).json
    assert problem["upstream_code"] == upstream_code
    assert len(stage.api.all("/v1/sessions")) == before
    assert len(upstream.starts("Refused")) == 1


@pytest.mark.parametrize("answer, status, code", [
    (step("error", code=40003), 502, "upstream_unauthorized"),
    (step("error", code=50003), 502, "upstream_unauthorized"),
    (step("error", code=50004), 502, "upstream_unauthorized"),
    (step("empty", status=401), 502, "upstream_unauthorized"),
    (step("html", status=403), 502, "upstream_unauthorized"),
    (step("error", code=50000), 502, "upstream_error"),
    (step("error", code=50001, http_status=500), 502, "upstream_error"),
    (step("empty", status=429, retry_after=7), 503, "upstream_unavailable"),
])
def test_not_started(stage, upstream, answer, status, code):
    """Not started for a reason of the bridge's or Marksign's: nothing stays, and the key is free for another try."""
    settle(stage)
    before = len(stage.api.all("/v1/sessions"))
    message = f"not-started-{time.monotonic()}"
    upstream.next_start(answer)
    reply = stage.api.post("/v1/sessions", document_start(message), key=message).expect(status, code)
    if status == 503:
        assert reply.headers["retry-after"] == "7"
    assert len(stage.api.all("/v1/sessions")) == before
    assert len(upstream.starts(message)) == 1
    again = stage.api.post("/v1/sessions", document_start(message), key=message).expect(201)
    assert "idempotent-replayed" not in again.headers


def test_unauthorized_is_an_alarm(stage, upstream):
    """A refused access token raises an alarm, and a good answer ends it."""
    alarm = "marksign_bridge_alarm_upstream_unauthorized"
    eventually(lambda: stage.bridge.metric("marksign_bridge_open_sessions") == 0)
    upstream.next_start(step("error", code=40003))
    stage.api.post("/v1/sessions", document_start()).expect(502, "upstream_unauthorized")
    assert stage.bridge.metric(alarm) == 1
    stage.api.ended(stage.api.start(document_start())["id"])
    assert stage.bridge.metric(alarm) == 0


@pytest.mark.parametrize("answer", [
    step("reset"), step("cut", of=step("start")), step("empty"), step("html"), step("html", status=502),
    step("raw", body='{"status":"ok","token":"short"}'), step("empty", status=408), step("start", delay=4),
], ids=lambda answer: "-".join(str(part) for part in answer.values() if not isinstance(part, dict)))
def test_lost(stage, upstream, answer):
    """Sent, and the answer lost, late or unreadable: 504, an unknown session and its event; nothing is sent again."""
    settle(stage)
    message = f"lost-{time.monotonic()}"
    upstream.next_start(answer)
    problem = stage.api.post("/v1/sessions", document_start(message), key=message).expect(504, "start_unknown")
    session = stage.api.session(problem.json["session_id"])
    assert (session["status"], session["error"]["code"]) == ("unknown", "start_unknown")
    assert session["token"] is None
    arrival = stage.receiver.of_session(session["id"])[0]
    webhook = verified(arrival, stage.secret)
    assert (webhook["type"], webhook["data"]["error"]["code"]) == ("session.unknown", "start_unknown")
    replay = stage.api.post("/v1/sessions", document_start(message), key=message).expect(504, "start_unknown")
    assert replay.headers["idempotent-replayed"] == "true"
    assert replay.body == problem.body
    assert len(upstream.starts(message)) == 1


@pytest.mark.parametrize("fault", ["connect", "resolve"])
def test_unreachable(make_bridge, fault):
    """Nothing could be sent: 503 with Retry-After, and nothing stays. A session that is watched stays, and is polled."""
    url = {"connect": f"http://127.0.0.1:{free_port()}", "resolve": "https://does-not-exist.invalid"}[fault]
    bridge = make_bridge(url=url)
    api = bridge.start().new_api()
    reply = api.post("/v1/sessions", document_start(), key="k").expect(503, "upstream_unavailable")
    assert int(reply.headers["retry-after"]) >= 1
    assert api.all("/v1/sessions") == []
    session = api.start(watch("aec29dc7-bde3-8299"))["id"]
    eventually(lambda: sum(fault in line.get("fault", "") for line in bridge.log()) >= 2)
    assert api.session(session)["status"] == "pending"


def test_breaker(make_bridge, upstream):
    """Ten faults in a row hold the starts back, at once and without a request; one good probe lets them go again."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    upstream.next_start(*[step("error", code=50000)] * 11)
    for _ in range(10):
        api.post("/v1/sessions", hash_start("Failing")).expect(502, "upstream_error")
    assert bridge.metric("marksign_bridge_upstream_breaker_state") == 2
    sent = len(upstream.starts("Failing"))
    api.post("/v1/sessions", hash_start("Held back")).expect(503, "upstream_unavailable")
    assert len(upstream.starts("Failing")) == sent
    assert len(upstream.starts("Held back")) <= 1
    # There is no session to poll: a start is the probe.
    eventually(lambda: api.post("/v1/sessions", hash_start("Probe")).status == 201, 10, what="a start goes again")


def test_a_caller_that_hangs_up(make_bridge, upstream, receiver):
    """A caller that hangs up does not stop its start: the key answers for it afterwards."""
    api = make_bridge().start().new_api()
    api.endpoint(receiver.url)
    upstream.next_start(step("start", delay=1.5))
    with pytest.raises(TimeoutError):
        api.request("POST", "/v1/sessions", document_start("Hung up"), key="hung-up", timeout=0.7)
    receiver.wait_for(1)
    replay = api.post("/v1/sessions", document_start("Hung up"), key="hung-up").expect(201)
    assert replay.headers["idempotent-replayed"] == "true"
    assert api.ended(replay.json["id"])["status"] == "completed"
    assert len(upstream.starts("Hung up")) == 1
