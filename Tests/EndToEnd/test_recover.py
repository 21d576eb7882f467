"""What an endpoint has not had, sent when it is asked for, and the lists that show it."""

import time
from datetime import datetime, timedelta, timezone

import pytest
from harness import Answer, eventually, stays, step, watch

LONG_AGO = "2020-01-01T00:00:00Z"


def end_many(api, upstream, count):
    tokens = [f"many-{number}-{time.monotonic_ns()}" for number in range(count)]
    upstream.polls_of_all(tokens, step("ok"))
    sessions = [api.start(watch(token))["id"] for token in tokens]
    wanted = set(sessions)
    eventually(lambda: wanted <= {event["session_id"] for event in api.all("/v1/events")}, within=60)
    return sessions


def recover(api, endpoint, since=LONG_AGO):
    return api.post(f"/v1/endpoints/{endpoint['id']}/recover", {"since": since}).expect(202).json


def told(receiver):
    return {arrival.id for arrival in receiver.snapshot()}


@pytest.fixture(scope="module")
def bridge(make_stage):
    return make_stage({"webhooks.retrySchedule": "1h"}).bridge


@pytest.fixture
def api(bridge):
    return bridge.new_api()


def test_never_sent(api, upstream, receiver):
    """An endpoint that was added later gets the events that nobody wanted at the time, once."""
    sessions = end_many(api, upstream, 5)
    endpoint = api.endpoint(receiver.url)
    assert stays(lambda: receiver.snapshot() == [], 0.3)
    assert recover(api, endpoint) == {"count": 5}
    receiver.wait_for(5)
    eventually(lambda: {delivery["session_id"] for delivery in api.deliveries(status="delivered")} == set(sessions))
    # It has had all of them now, when the answers are on record.
    assert recover(api, endpoint) == {"count": 0}
    assert stays(lambda: len(receiver.snapshot()) == 5, 0.3)


def test_under_way(api, upstream, make_receiver):
    """What is on its way is not sent a second time when it arrives."""
    receiver = make_receiver(Answer(delay=1))
    endpoint = api.endpoint(receiver.url)
    end_many(api, upstream, 3)
    receiver.wait_for(3)
    recover(api, endpoint)
    eventually(lambda: len(api.deliveries(status="delivered")) == 3)
    assert stays(lambda: len(receiver.snapshot()) == 3, 0.5)


def test_only_what_is_wanted(api, upstream, receiver):
    """The endpoint's types, the client's own events, and no tests."""
    end_many(api, upstream, 2)
    failed = api.start(watch(upstream.polls(step("error", code=40020))))["id"]
    api.ended(failed)
    other = api.endpoint(receiver.url)
    api.post(f"/v1/endpoints/{other['id']}/test").expect(202)
    receiver.wait_for(1)
    endpoint = api.endpoint(receiver.url, events=["session.failed"])
    assert recover(api, endpoint) == {"count": 1}
    assert receiver.of_session(failed)[0].path == "/webhooks"
    assert stays(lambda: len(receiver.snapshot()) == 2, 0.3)


def test_failed_and_waiting(api, upstream, make_receiver):
    """What has failed and what waits for a retry is sent now, and has its schedule anew; what was delivered is not."""
    receiver = make_receiver(Answer())
    endpoint = api.endpoint(receiver.url)
    delivered = end_many(api, upstream, 2)
    receiver.wait_for(2)
    receiver.answer_with(Answer(500))
    waiting = end_many(api, upstream, 2)
    eventually(lambda: len(api.all("/v1/attempts", endpoint_id=endpoint["id"], error="status")) == 2)
    receiver.answer_with(Answer(500, {"webhook-delivery": "abort-message"}))
    failed = end_many(api, upstream, 2)
    eventually(lambda: len(api.deliveries(status="failed")) == 2)
    receiver.answer_with(Answer(500), Answer(500), Answer(500), Answer(500), Answer())
    before = len(receiver.snapshot())
    assert recover(api, endpoint) == {"count": 4}
    receiver.wait_for(before + 4)
    # They wait again, from the beginning of their schedule.
    eventually(lambda: {delivery["session_id"] for delivery in api.deliveries(status="pending")
                        if delivery["attempt_count"] == 2} == {*waiting, *failed})
    assert recover(api, endpoint) == {"count": 4}
    eventually(lambda: {delivery["session_id"] for delivery in api.deliveries(status="delivered")}
               == {*delivered, *waiting, *failed})
    assert all(len(receiver.of_session(session)) == 1 for session in delivered)


def test_since(api, upstream, receiver):
    """Only events made then or later."""
    end_many(api, upstream, 2)
    last = max(event["created_at"] for event in api.all("/v1/events"))
    since = datetime.fromisoformat(last) + timedelta(milliseconds=1)
    eventually(lambda: datetime.now(timezone.utc) > since)
    late = end_many(api, upstream, 3)
    endpoint = api.endpoint(receiver.url)
    assert recover(api, endpoint, since.isoformat()) == {"count": 3}
    receiver.wait_for(3)
    assert all(len(receiver.of_session(session)) == 1 for session in late)
    eventually(lambda: len(api.deliveries(status="delivered")) == 3)
    # Another zone says the same time.
    again = since.astimezone(timezone(timedelta(hours=3))).isoformat()
    assert recover(api, endpoint, again) == {"count": 0}


def test_held(api, upstream, receiver):
    """What a disabled endpoint holds stays held, and goes out once when it is enabled."""
    endpoint = api.endpoint(receiver.url)
    path = f"/v1/endpoints/{endpoint['id']}"
    api.patch(path, {"enabled": False}).expect(200)
    end_many(api, upstream, 3)
    recover(api, endpoint)
    assert stays(lambda: receiver.snapshot() == [], 0.5)
    assert {delivery["status"] for delivery in api.deliveries()} == {"held"}
    api.patch(path, {"enabled": True}).expect(200)
    receiver.wait_for(3)
    eventually(lambda: len(api.deliveries(status="delivered")) == 3)
    assert len(receiver.snapshot()) == 3


@pytest.mark.parametrize("body", [{}, {"since": None}, {"since": "yesterday"}, {"since": 5}, {"since": "2026-01-01"},
                                  {"since": LONG_AGO, "until": LONG_AGO}, {"since": "2026-02-30T00:00:00Z"}])
def test_bad_wishes(api, receiver, body):
    endpoint = api.endpoint(receiver.url)
    api.post(f"/v1/endpoints/{endpoint['id']}/recover", body).expect(422, "invalid_request")


def test_of_others(bridge, api, receiver):
    """Another client's endpoint is not there."""
    endpoint = api.endpoint(receiver.url)
    stranger = bridge.new_api()
    stranger.post(f"/v1/endpoints/{endpoint['id']}/recover", {"since": LONG_AGO}).expect(404)
    api.post("/v1/endpoints/end_" + "0" * 26 + "/recover", {"since": LONG_AGO}).expect(404)


def test_killed_in_the_middle(make_bridge, upstream, make_receiver):
    """A recovery goes on after the process was killed, at its beginning and in its midst, and no event is missing."""
    count = 600
    bridge = make_bridge({"webhooks.retrySchedule": "200ms,200ms,200ms"}).start()
    client = bridge.add_client()
    api = bridge.api(client)
    receiver = make_receiver()
    end_many(api, upstream, count)
    events = {event["id"] for event in api.all("/v1/events")}
    endpoint = api.endpoint(receiver.url)
    assert recover(api, endpoint) == {"count": count}
    bridge.kill()
    bridge.start()
    receiver.wait_for(100)
    bridge.kill()
    assert len(told(receiver)) < count, "the kill came too late to show anything"
    bridge.start()
    eventually(lambda: told(receiver) == events, within=60)
    eventually(lambda: len(api.deliveries(status="delivered")) == count, within=60)
    # At most what was under way when it was killed has come twice.
    assert len(receiver.snapshot()) <= count + 8
    assert recover(api, endpoint) == {"count": 0}


def test_attempts(api, upstream, make_receiver):
    """Attempts are found by whose they are, how they ended and when; what is not there is not invented."""
    good, bad = make_receiver(Answer(200, body=b"thank you")), make_receiver(Answer(503, body=b"not now"))
    first, second = api.endpoint(good.url), api.endpoint(bad.url)
    sessions = end_many(api, upstream, 4)
    eventually(lambda: len(api.all("/v1/attempts")) == 8)
    entries = api.all("/v1/attempts")
    assert set(entries[0]) == {"id", "delivery_id", "event_id", "session_id", "endpoint_id", "number", "started_at",
                               "duration_ms", "status", "error", "address", "response"}
    ids = [entry["id"] for entry in entries]
    assert ids == sorted(ids, reverse=True)

    def found(**query):
        return {entry["id"] for entry in api.all("/v1/attempts", **query)}

    def picked(condition):
        return {entry["id"] for entry in entries if condition(entry)}

    assert found(endpoint_id=first["id"]) == picked(lambda entry: entry["endpoint_id"] == first["id"])
    assert found(session_id=sessions[0]) == picked(lambda entry: entry["session_id"] == sessions[0])
    assert found(delivery_id=entries[3]["delivery_id"]) == picked(
        lambda entry: entry["delivery_id"] == entries[3]["delivery_id"])
    assert found(error="none") == found(status=200) == picked(lambda entry: entry["error"] is None)
    assert found(error="status") == found(status=503) == picked(lambda entry: entry["error"] == "status")
    assert found(error="timeout") == found(status=204) == set()
    assert found(error="none", endpoint_id=second["id"]) == set()
    middle = entries[4]["started_at"]
    assert found(since=middle) == picked(lambda entry: entry["started_at"] >= middle)
    assert found(until=middle) == picked(lambda entry: entry["started_at"] < middle)
    assert {entry["response"] for entry in entries} == {"thank you", "not now"}
    for query in ({"error": "nothing"}, {"status": "99"}, {"status": "600"}, {"status": "ok"}, {"since": "now"},
                  {"delivery_id": "dlv_x"}, {"unknown": "1"}, {"limit": "0"}, {"limit": "201"}, {"cursor": "x"}):
        assert api.get("/v1/attempts", **query).status == 400, query
    # A delivery shows its own, with the same ids.
    shown = api.get(f"/v1/deliveries/{entries[0]['delivery_id']}").expect(200).json["attempts"]
    assert [attempt["id"] for attempt in shown] == [entries[0]["id"]]
    stranger = api.get("/v1/attempts", endpoint_id="end_" + "0" * 26).expect(200).json
    assert stranger == {"data": [], "next_cursor": None}


@pytest.mark.parametrize("path", ["/v1/attempts", "/v1/deliveries", "/v1/events"])
def test_pages_under_inserts(api, upstream, receiver, path):
    """Reading page by page while entries are added: each that was there comes once, and none is missing."""
    api.endpoint(receiver.url)
    end_many(api, upstream, 6)
    eventually(lambda: len(api.all("/v1/attempts")) == 6)
    there = [entry["id"] for entry in api.all(path)]
    read, cursor = [], {}
    while True:
        page = api.get(path, limit=2, **cursor).expect(200).json
        read += [entry["id"] for entry in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
        end_many(api, upstream, 1)
    assert read == there


def test_filters_of_events_and_deliveries(api, upstream, make_receiver):
    """Events by their deliveries, and deliveries by their event and time."""
    good, bad = make_receiver(), make_receiver(Answer(500))
    first, second = api.endpoint(good.url), api.endpoint(bad.url, retry_schedule=[])
    sessions = end_many(api, upstream, 3)
    ended = ["delivered"] * 3 + ["failed"] * 3
    eventually(lambda: sorted(delivery["status"] for delivery in api.deliveries()) == ended)

    def events(**query):
        return {event["session_id"] for event in api.all("/v1/events", **query)}

    assert events(endpoint_id=first["id"]) == events(status="failed") == events(status="delivered") == set(sessions)
    assert events(endpoint_id=first["id"], status="failed") == events(status="held") == set()
    assert events(endpoint_id=second["id"], status="failed") == set(sessions)
    one = api.all("/v1/events", session_id=sessions[1])[0]
    assert {delivery["session_id"] for delivery in api.deliveries(event_id=one["id"])} == {sessions[1]}
    assert len(api.deliveries(event_id=one["id"], status="failed", endpoint_id=second["id"])) == 1
    times = sorted(delivery["created_at"] for delivery in api.deliveries())
    assert len(api.deliveries(since=times[0])) == 6
    assert len(api.deliveries(until=times[0])) == 0
    assert len(api.deliveries(since=times[3], until="2100-01-01T00:00:00Z")) == sum(at >= times[3] for at in times)
