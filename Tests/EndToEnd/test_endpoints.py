"""What an endpoint may have its own way of, and what becomes of one that fails."""

import time
from datetime import datetime, timedelta

import pytest
from harness import Answer, eventually, stays, step, watch
from harness.certificates import Authority
from harness.stalls import Stalls


@pytest.fixture(scope="module")
def bridge(make_stage):
    return make_stage({"webhooks.timeout": "30s", "webhooks.retrySchedule": "1h"}).bridge


@pytest.fixture
def api(bridge):
    return bridge.new_api()


def end_one(api, upstream):
    return api.start(watch(upstream.polls(step("ok"))))["id"]


def end_many(api, upstream, count):
    tokens = [f"many-{number}-{time.monotonic_ns()}" for number in range(count)]
    upstream.polls_of_all(tokens, step("ok"))
    return [api.start(watch(token))["id"] for token in tokens]


def path_of(endpoint):
    return f"/v1/endpoints/{endpoint['id']}"


def starts(api, endpoint):
    """When the endpoint's attempts began, oldest first."""
    return sorted(datetime.fromisoformat(attempt["started_at"])
                  for attempt in api.all("/v1/attempts", endpoint_id=endpoint["id"]))


def test_members(api, receiver):
    """An endpoint shows how it is, in this order; PATCH changes what is given and nothing else."""
    created = api.endpoint(receiver.url)
    assert list(created) == [
        "id", "url", "events", "description", "enabled", "disabled_reason", "failing_since", "ordered", "timeout",
        "retry_schedule", "rate_limit", "signature", "keys_url", "headers", "tls", "created_at", "secret"]
    plain = {"ordered": False, "timeout": None, "retry_schedule": None, "rate_limit": None, "signature": "v1",
             "keys_url": None, "headers": [], "tls": None, "failing_since": None}
    assert created | plain == created
    shown = {name: value for name, value in created.items() if name != "secret"}
    changes = [
        {"ordered": True}, {"timeout": "2500ms"}, {"retry_schedule": ["1s", "5m", "3d"]}, {"rate_limit": 1000},
        {"signature": "v1a"}, {"headers": [{"name": "X-A", "value": "b c", "secret": False}]}, {"retry_schedule": []},
        {"timeout": "1s"}, {"timeout": "1m"}, {"rate_limit": 1}, {"timeout": None}, {"retry_schedule": None},
        {"rate_limit": None}, {"headers": []}, {"signature": "v1"}, {"ordered": False}]
    for change in changes:
        changed = api.patch(path_of(created), change).expect(200).json
        others = {name for name in shown if shown[name] != changed[name]} - {"keys_url"}
        assert changed | change == changed and others <= set(change)
        assert api.get(path_of(created)).expect(200).json == changed
        shown = changed
    assert {name: shown[name] for name in plain} == plain
    # A duration is shown in the largest unit that leaves a whole number.
    given = {"timeout": "2.5s", "retry_schedule": ["72h", "90s", "60s"]}
    assert given | {"timeout": "2500ms", "retry_schedule": ["3d", "90s", "1m"]} == {
        name: value for name, value in api.patch(path_of(created), given).expect(200).json.items() if name in given}


URL = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def registered(bridge):
    """A client with one endpoint."""
    api = bridge.new_api()
    return api, api.endpoint(URL)


def header(name, value="v", **members):
    return {"headers": [{"name": name, "value": value} | members]}


@pytest.mark.parametrize("pointer, members", [
    ("/ordered", {"ordered": "yes"}), ("/ordered", {"ordered": None}),
    *[("/timeout", {"timeout": value}) for value in ("999ms", "60.001s", "2m", "0s", "-1s", "5", 5, "", "1e3s")],
    ("/retry_schedule", {"retry_schedule": "5s"}), ("/retry_schedule", {"retry_schedule": ["1s"] * 21}),
    *[("/retry_schedule/1", {"retry_schedule": ["1s", value]}) for value in ("999ms", "72h1s", "73h", 1, None, "x")],
    *[("/rate_limit", {"rate_limit": value}) for value in (0, 1001, -1, 1.5, "1", True)],
    *[("/signature", {"signature": value}) for value in ("v2", "", None, 1, "V1")],
    ("/headers", {"headers": None}), ("/headers", {"headers": {"X-A": "b"}}),
    ("/headers", {"headers": [{"name": f"X-{number}", "value": "v"} for number in range(21)]}),
    ("/headers", {"headers": [{"name": f"X-{number}", "value": "v" * 1020} for number in range(9)]}),
    ("/headers/1", {"headers": [{"name": "X-A", "value": "1"}, {"name": "x-a", "value": "2"}]}),
    ("/headers/0", {"headers": [{"name": "X-A"}]}), ("/headers/0", {"headers": [{"value": "v"}]}),
    ("/headers/0", {"headers": ["X-A: b"]}), ("/headers/0", header("X-A", None)),
    *[("/headers/0", header(name)) for name in (
        "", "a b", "a:b", "X-\u00e9", "X-A\r\nX-B", "a" * 65, "webhook-id", "Webhook-Signature", "WEBHOOK-X", "Host",
        "Content-Type", "content-length", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Authorization", "TE",
        "Trailer", "Upgrade", "Expect", "User-Agent", "Accept-Encoding", "Date", "Via", "Forwarded")],
    *[("/headers/0", header("X-A", value)) for value in (
        "", " v", "v ", "a\tb", "a\r\nX-B: c", "a\nb", "\u00e9", "a\0b", "v" * 1025, 1)],
    ("/headers/0", header("X-A", secret="yes")),
    *[("/tls", {"tls": value}) for value in (
        {}, "x", [], {"certificate": "x"}, {"private_key": "x"}, {"ca": ""}, {"ca": "no certificate"}, {"ca": 1},
        {"other": "x"}, {"ca": "x" * 65_537})],
])
def test_bad_members(registered, pointer, members):
    """Each fault has a pointer to its field, and nothing of it is kept."""
    api, endpoint = registered
    for reply in (api.post("/v1/endpoints", {"url": URL} | members), api.patch(path_of(endpoint), members)):
        faults = reply.expect(422, "invalid_request").json["errors"]
        assert faults and all(fault["pointer"].startswith(pointer) for fault in faults), faults
    assert len(api.all("/v1/endpoints")) == 1
    assert api.get(path_of(endpoint)).expect(200).json == {
        name: value for name, value in endpoint.items() if name != "secret"}


def test_keys_that_do_not_belong(api, receiver, tmp_path):
    """A private key must be the certificate's."""
    authority = Authority(tmp_path)
    (one, key), (two, other) = authority.issue("one"), authority.issue("two")
    url = receiver.url.replace("http:", "https:")
    for certificate, private_key in ((one, other), (two, key), (key, key), (one, one), (one, "")):
        reply = api.post("/v1/endpoints", {"url": url, "tls": {"certificate": certificate, "private_key": private_key}})
        faults = reply.expect(422, "invalid_request").json["errors"]
        assert all(fault["pointer"].startswith("/tls") for fault in faults)
    shown = api.endpoint(url, tls={"ca": authority.certificate, "certificate": one, "private_key": key})["tls"]
    assert shown == {"ca": authority.certificate, "certificate": one}


def test_own_headers(api, upstream, receiver):
    """Every attempt carries them, and the list is replaced as a whole."""
    endpoint = api.endpoint(receiver.url, **header("X-Team", "pay roll!~"))
    first = receiver.of_session(end_one(api, upstream))[0]
    assert first.headers["x-team"] == "pay roll!~"
    api.patch(path_of(endpoint), header("X-Other", "2", secret=True)).expect(200)
    second = receiver.of_session(end_one(api, upstream))[0]
    assert "x-team" not in second.headers and second.headers["x-other"] == "2"


def test_own_timeout_and_schedule(api, upstream, make_receiver):
    """In place of the service's 30 seconds and an hour."""
    hanging, refusing = make_receiver(Answer(hang=True)), make_receiver(Answer(500))
    slow = api.endpoint(hanging.url, timeout="1s", retry_schedule=[])
    twice = api.endpoint(refusing.url, retry_schedule=["1s"])
    session = end_one(api, upstream)
    attempt, = api.delivery("failed", session_id=session, endpoint_id=slow["id"])["attempts"]
    assert attempt["error"] == "timeout" and 998 <= attempt["duration_ms"] < 10_000
    failed = api.delivery("failed", session_id=session, endpoint_id=twice["id"])
    assert [attempt["error"] for attempt in failed["attempts"]] == ["status", "status"]
    first, second = starts(api, twice)
    assert second - first >= timedelta(seconds=1)


def test_rate_limit(api, upstream, receiver):
    """No second holds more attempts than the limit, wherever it begins, and nothing is lost by that."""
    limit, count = 5, 14
    endpoint = api.endpoint(receiver.url, rate_limit=limit)
    with Stalls() as stalls:
        end_many(api, upstream, count)
        receiver.wait_for(count)
        eventually(lambda: len(api.deliveries(endpoint_id=endpoint["id"], status="delivered")) == count)
    began = starts(api, endpoint)
    assert len(began) == count
    # An attempt is let go first, and writes its time down then, in milliseconds: a machine that stalls lies between.
    second = timedelta(seconds=0.998 - stalls.longest)
    assert all(after - before >= second for before, after in zip(began, began[limit:]))


def test_ordered(api, upstream, make_receiver):
    """One session's event that fails holds up no other session, and a resend of it waits for its own turn."""
    receiver = make_receiver(Answer(500), Answer())
    endpoint = api.endpoint(receiver.url, ordered=True, retry_schedule=["1s", "1s"])
    first = end_one(api, upstream)
    receiver.of_session(first)
    others = end_many(api, upstream, 6)
    for session in others:
        assert api.delivery("delivered", session_id=session)["attempt_count"] == 1
    delivered = api.delivery("delivered", session_id=first)
    assert delivered["attempt_count"] == 2
    # Resent while it is on its way: never two at once.
    receiver.answer_with(Answer(delay=0.5))
    for _ in range(3):
        api.post(f"/v1/deliveries/{delivered['id']}/resend").expect(202)
    eventually(lambda: api.delivery("delivered", session_id=first)["attempt_count"] >= 3)
    attempts = api.get(f"/v1/deliveries/{delivered['id']}").expect(200).json["attempts"]
    for before, after in zip(attempts, attempts[1:]):
        ended = datetime.fromisoformat(before["started_at"]) + timedelta(milliseconds=before["duration_ms"] - 2)
        assert datetime.fromisoformat(after["started_at"]) >= ended
    assert api.get(path_of(endpoint)).expect(200).json["ordered"] is True


def test_pause(api, upstream, make_receiver):
    """An endpoint that asks for time gets it for all that waits for it, not only for the delivery that was told."""
    receiver = make_receiver(Answer(503, {"Retry-After": "2"}), Answer())
    endpoint = api.endpoint(receiver.url, retry_schedule=["1s"])
    end_one(api, upstream)
    eventually(lambda: api.get(path_of(endpoint)).expect(200).json["failing_since"])
    end_many(api, upstream, 5)
    receiver.wait_for(7)
    told = receiver.snapshot()[0].time
    assert all(arrival.time - told >= 1.9 for arrival in receiver.snapshot()[1:])


def test_probing(make_bridge, upstream, make_receiver):
    """An endpoint that has failed ten times in a row is asked now and then, one attempt at a time; what waits behind
    loses no attempt, and goes out once one succeeds."""
    backlog = 50
    api = make_bridge({"webhooks.retrySchedule": "1h"}).start().new_api()
    receiver = make_receiver(Answer(500))
    endpoint = api.endpoint(receiver.url)
    end_many(api, upstream, backlog)
    eventually(lambda: len(api.deliveries()) == backlog)
    receiver.wait_for(10)
    # Ten, those that were under way beside the tenth, and the probes after 1 and 2 further seconds.
    assert stays(lambda: len(receiver.snapshot()) <= 10 + 3 + 2, 3)
    receiver.answer_with(Answer())
    # The waits double to 4 seconds or 8, not more, in this time.
    receiver.wait_for(backlog, within=30)
    eventually(lambda: {delivery["attempt_count"] for delivery in api.deliveries()} == {1})
    assert len(receiver.snapshot()) == backlog
    assert api.get(path_of(endpoint)).expect(200).json["failing_since"] is None
    # Probes leave the endpoint alone for longer each time.
    began = starts(api, endpoint)
    first_probe = next(number for number in range(10, len(began))
                       if began[number] - began[number - 1] >= timedelta(seconds=0.9))
    assert first_probe <= 13


def test_failing_for_too_long(make_bridge, upstream, make_receiver):
    """An endpoint whose attempts have all failed for webhooks.disableAfter is disabled; nothing of it is lost."""
    schedule = "600ms,600ms,600ms,600ms,1h"
    bridge = make_bridge({"webhooks.disableAfter": "1s", "webhooks.retrySchedule": schedule}).start()
    api = bridge.new_api()
    receiver = make_receiver(Answer(500))
    endpoint = api.endpoint(receiver.url)
    session = end_one(api, upstream)
    since = eventually(lambda: api.get(path_of(endpoint)).expect(200).json["failing_since"])
    first = api.get(f"/v1/deliveries/{api.deliveries()[0]['id']}").expect(200).json["attempts"][0]
    assert abs(datetime.fromisoformat(since) - datetime.fromisoformat(first["started_at"])) < timedelta(seconds=1)
    held = api.delivery("held", session_id=session)
    disabled = api.get(path_of(endpoint)).expect(200).json
    assert (disabled["enabled"], disabled["disabled_reason"], disabled["failing_since"]) == (False, "failing", since)
    last = datetime.fromisoformat(held["attempts"][-1]["started_at"])
    assert last - datetime.fromisoformat(since) >= timedelta(seconds=0.9)
    assert bridge.metric("marksign_bridge_endpoints_disabled_total", reason="failing") == 1
    eventually(lambda: bridge.metric("marksign_bridge_disabled_endpoints", reason="failing") == 1)
    another = end_one(api, upstream)
    api.delivery("held", session_id=another)
    receiver.answer_with(Answer())
    enabled = api.patch(path_of(endpoint), {"enabled": True}).expect(200).json
    assert (enabled["enabled"], enabled["disabled_reason"], enabled["failing_since"]) == (True, None, None)
    for released in (session, another):
        api.delivery("delivered", session_id=released)
    assert len({arrival.body for arrival in receiver.snapshot() if session.encode() in arrival.body}) == 1


def test_another_url_clears_the_record(api, upstream, make_receiver):
    """The failures of the address before say nothing of the new one."""
    failing, good = make_receiver(Answer(500)), make_receiver()
    endpoint = api.endpoint(failing.url)
    end_one(api, upstream)
    eventually(lambda: api.get(path_of(endpoint)).expect(200).json["failing_since"])
    assert api.patch(path_of(endpoint), {"description": "new"}).expect(200).json["failing_since"] is not None
    assert api.patch(path_of(endpoint), {"url": good.url}).expect(200).json["failing_since"] is None
