"""One row of the store that cannot be read stops nothing but what needs it, and is left for whoever repairs it."""

import contextlib
import sqlite3

from harness import Answer, eventually, step, watch

# Longer than any of these tests: what fails once is pending at the next start.
LATER = {"webhooks.retrySchedule": "1h"}


class Damage:
    """A value that somebody else has overwritten while nothing ran."""

    def __init__(self, bridge, table, column, id):
        assert bridge.terminate() == 0
        self.store, self.place = bridge.store, (table, column, id)
        self.before = self.value()
        # The mark of a sealed value, in a store that has no key.
        self.after = b"\1" + self.before[1:]
        self.write(self.after)

    def value(self):
        table, column, id = self.place
        with contextlib.closing(sqlite3.connect(self.store)) as store:
            return store.execute(f"SELECT {column} FROM {table} WHERE id = ?", (id,)).fetchone()[0]

    def write(self, value):
        table, column, id = self.place
        with contextlib.closing(sqlite3.connect(self.store)) as store, store:
            assert store.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (value, id)).rowcount == 1

    def repair(self, bridge):
        """Puts back what was there. Nobody else has touched it."""
        assert self.value() == self.after
        assert bridge.terminate() == 0
        self.write(self.before)


def passed_over(bridge):
    """The rows that were told of, one line each; the gauge has as many."""
    def lines():
        return [line for line in bridge.log() if line.get("alarm") == "unreadable_row"]

    eventually(lambda: bridge.metric("marksign_bridge_alarm_unreadable_row") == len(lines()))
    assert all(line["level"] == "error" for line in lines())
    return sorted(line["row"] for line in lines())


def test_a_session(make_bridge, upstream, receiver):
    """It is neither polled nor shown; the others end."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    tokens = [upstream.polls(step("waiting")) for _ in range(3)]
    sessions = [api.start(watch(token))["id"] for token in tokens]
    damage = Damage(bridge, "session", "token", sessions[1])
    for token in tokens:
        upstream.polls(step("ok"), token=token)
    polled = len(upstream.log("status", tokens[1]))
    bridge.start()
    assert passed_over(bridge) == [sessions[1]]
    for id in (sessions[0], sessions[2]):
        assert api.ended(id)["status"] == "completed"
        receiver.of_session(id)
    assert [session["id"] for session in api.all("/v1/sessions")] == [sessions[2], sessions[0]]
    api.get(f"/v1/sessions/{sessions[1]}").expect(500, "internal_error")
    # A write that finds it comes to nothing, and takes no other with it.
    api.post(f"/v1/sessions/{sessions[1]}/cancel").expect(500, "internal_error")
    api.ended(api.start(watch(upstream.polls(step("ok"))))["id"])
    assert passed_over(bridge) == [sessions[1]]
    assert len(upstream.log("status", tokens[1])) == polled
    damage.repair(bridge)
    bridge.start()
    assert api.ended(sessions[1])["status"] == "completed"
    receiver.of_session(sessions[1])


def test_an_event(make_bridge, upstream, make_receiver):
    """Its deliveries wait, the others go out."""
    receiver = make_receiver(Answer(500), Answer(500), Answer())
    bridge = make_bridge(LATER).start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    sessions = [api.start(watch(upstream.polls(step("ok"))))["id"] for _ in range(2)]
    deliveries = [api.delivery("pending", session_id=id) for id in sessions]
    receiver.wait_for(2)
    eventually(lambda: all(delivery["attempt_count"] == 1 for delivery in api.deliveries()))
    damage = Damage(bridge, "event", "body", deliveries[0]["event_id"])
    bridge.settings |= {"webhooks.retrySchedule": "1s"}
    bridge.start()
    for delivery in deliveries:
        api.post(f"/v1/deliveries/{delivery['id']}/resend").expect(202)
    api.delivery("delivered", session_id=sessions[1])
    eventually(lambda: passed_over(bridge) == [deliveries[0]["id"]])
    api.get(f"/v1/events/{deliveries[0]['event_id']}").expect(500, "internal_error")
    assert [event["session_id"] for event in api.all("/v1/events")] == [sessions[1]]
    assert api.delivery("pending", session_id=sessions[0])["attempt_count"] == 1
    damage.repair(bridge)
    bridge.start()
    api.delivery("delivered", session_id=sessions[0])
    assert len(receiver.of_session(sessions[0])) == 2


def test_an_endpoint(make_bridge, upstream, make_receiver):
    """It gets nothing, and cannot be changed; other endpoints, and their recoveries, go on."""
    receivers = [make_receiver(Answer(500), Answer()) for _ in range(2)]
    bridge = make_bridge(LATER).start()
    api = bridge.new_api()
    endpoints = [api.endpoint(receiver.url)["id"] for receiver in receivers]
    session = api.start(watch(upstream.polls(step("ok"))))["id"]
    eventually(lambda: [delivery["attempt_count"] for delivery in api.deliveries()] == [1, 1])
    damage = Damage(bridge, "endpoint", "credentials", endpoints[0])
    bridge.start()
    lost = api.delivery("pending", endpoint_id=endpoints[0])["id"]
    api.post(f"/v1/deliveries/{lost}/resend").expect(202)
    eventually(lambda: lost in passed_over(bridge))
    for path in ("recover", "rotate-secret", "test"):
        body = {"since": "2026-01-01T00:00:00Z"} if path == "recover" else None
        api.post(f"/v1/endpoints/{endpoints[0]}/{path}", body).expect(500, "internal_error")
    api.post(f"/v1/endpoints/{endpoints[1]}/recover", {"since": "2026-01-01T00:00:00Z"}).expect(202)
    api.delivery("delivered", endpoint_id=endpoints[1])
    assert [endpoint["id"] for endpoint in api.all("/v1/endpoints")] == [endpoints[1]]
    # An event that is made meanwhile has its delivery all the same.
    another = api.start(watch(upstream.polls(step("ok"))))["id"]
    receivers[1].of_session(another)
    assert len(api.deliveries(endpoint_id=endpoints[0], status="pending")) == 2
    damage.repair(bridge)
    bridge.start()
    for id in (session, another):
        receivers[0].of_session(id)
