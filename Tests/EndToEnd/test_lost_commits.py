"""A commit is done, and its answer is lost on the way: the client is told the truth all the same, and nothing is done
twice."""

import pytest
from harness import hash_start, step, verified, watch
from harness.postgresql import PostgreSQL
from harness.proxy import Proxy


@pytest.fixture
def place(make_bridge, upstream, receiver):
    """A service behind a proxy that cuts commits off from their answers."""
    server = PostgreSQL.shared()
    url = server.new_database()
    proxy = Proxy(server.port)
    try:
        yield Place(make_bridge, upstream, receiver, proxy, server.url(url.rsplit("/", 1)[1], port=proxy.port))
    finally:
        proxy.close()


class Place:
    def __init__(self, make_bridge, upstream, receiver, proxy, url):
        self.upstream, self.receiver, self.proxy = upstream, receiver, proxy
        self.bridge = make_bridge({"store.url": url}).start()
        self.api = self.bridge.new_api()
        self.secret = self.api.endpoint(receiver.url)["secret"]

    def cut(self, statement):
        """Of the next transaction with that statement, the answer to its commit will not come."""
        self.proxy.tell(f"cut {statement}")

    def check(self, session, cuts=1):
        """It has its one end, which was told once."""
        assert self.api.ended(session)["status"] == "completed"
        self.api.delivery("delivered", session_id=session)
        arrival, = self.receiver.of_session(session)
        assert verified(arrival, self.secret)["data"]["session_id"] == session
        event, = self.api.all("/v1/events", session_id=session)
        assert event["id"] == arrival.id
        assert [one["id"] for one in self.api.all("/v1/sessions")] == [session]
        assert self.proxy.cuts == cuts
        assert self.bridge.terminate() == 0


def start(place, message, **options):
    place.upstream.starts_of(message, step("start"), polls=[step("waiting", times=3), step("ok")], kind="hash")
    return place.api.start(hash_start(message), **options)["id"]


def test_the_start(place):
    """What was to be sent is stored, and nobody was told: it is sent, once."""
    place.cut("INSERT INTO session ")
    session = start(place, "one", key="key-one")
    assert start(place, "one", key="key-one") == session
    assert len(place.upstream.starts("one")) == 1
    place.check(session)


def test_what_became_of_the_start(place):
    """The session is open, and nobody was told: it is watched."""
    place.cut("SET status = 'pending'")
    session = start(place, "two")
    assert len(place.upstream.starts("two")) == 1
    place.check(session)


def test_the_end(place):
    """The end is stored, with its event, and nobody was told: there is no second one."""
    session = place.api.start(watch(place.upstream.polls(step("waiting", times=3), step("ok"))))["id"]
    place.cut("INSERT INTO event ")
    place.check(session)


def test_the_attempt(place):
    """That a webhook was taken is stored, and nobody was told: it is not sent again."""
    session = place.api.start(watch(place.upstream.polls(step("waiting", times=3), step("ok"))))["id"]
    place.cut("INSERT INTO attempt ")
    place.check(session)


def test_an_endpoint(place):
    """The endpoint is there, and nobody was told: there is one, with the secret that the client gets."""
    place.cut("INSERT INTO endpoint ")
    made = place.api.endpoint(place.receiver.url + "/second")
    assert place.proxy.cuts == 1
    endpoints = place.api.all("/v1/endpoints")
    assert [one["id"] for one in endpoints if one["url"].endswith("second")] == [made["id"]]
    session = place.api.start(watch(place.upstream.polls(step("ok"))))["id"]
    arrival, = place.receiver.wait_for(where=lambda arrival: arrival.path.endswith("second"))
    assert verified(arrival, made["secret"])["data"]["session_id"] == session
