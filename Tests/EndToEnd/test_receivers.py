"""Receivers that misbehave, each in its own way. One session tells all of them at once, so that together they take no
longer than the slowest."""

import email.utils
import socket
import time
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from harness import Answer, Receiver, eventually, free_port, stays, step, verified, watch
from harness.certificates import Authority

TIMEOUT = 3
DELAY = 0.2
SETTINGS = {
    "webhooks.timeout": f"{TIMEOUT}s", "webhooks.retrySchedule": f"{int(DELAY * 1000)}ms,{int(DELAY * 1000)}ms"}

OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: 1000\r\n\r\n"


def later(seconds):
    """Retry-After as a date, so many whole seconds from now or a little more."""
    return lambda: email.utils.formatdate(time.time() + seconds + 1, usegmt=True)


def twice(answer):
    return answer, answer, Answer()


def told(*answers):
    """Answers that are made when they are due, where they depend on the time."""
    def answer(arrivals):
        made = answers[min(len(arrivals), len(answers) - 1)]
        return made() if callable(made) else made
    return answer


@dataclass
class Row:
    answers: tuple
    #: How its attempts end: their errors.
    errors: list
    #: The answer's status at the first attempt.
    status: int = None
    #: Seconds between its attempts, at least.
    delay: float = DELAY
    options: dict = field(default_factory=dict)


RETRIED = {
    **{str(status): Row(twice(Answer(status)), ["status", "status", None], status)
       for status in (400, 401, 404, 408, 409, 413, 429, 499, 500, 501, 502, 503, 504, 599)},
    **{f"redirect {status}": Row(twice(Answer(status, {"Location": "@trap"})), ["redirect", "redirect", None], status)
       for status in (300, 301, 302, 303, 304, 307, 308, 399)},
    "reset": Row(twice(Answer(reset=True)), ["reset", "reset", None]),
    "closed without an answer": Row(twice(Answer(raw=b"")), ["reset", "reset", None]),
    "cut within the status line": Row(twice(Answer(raw=b"HTTP/1.1 2")), ["@reset", "@reset", None]),
    "cut within the header": Row(twice(Answer(raw=OK + b"Content-Le")), ["@reset", "@reset", None]),
    "HTTP/0.9": Row(twice(Answer(raw=b"it is fine\n")), ["protocol", "protocol", None]),
    "another protocol": Row(twice(Answer(raw=b"SSH-2.0-OpenSSH_9.2\r\n")), ["protocol", "protocol", None]),
    "HTTP/2": Row(twice(Answer(raw=b"\0\0\x12\4\0\0\0\0\0\0\3\0\0\0\x64\0\4\0\1\0\0")), ["protocol", "protocol", None]),
    "only 1xx": Row(twice(Answer(raw=b"HTTP/1.1 100 Continue\r\n\r\n")), ["@reset", "@reset", None]),
    "only 1xx, and waits": Row(
        twice(Answer(raw=b"HTTP/1.1 102 Processing\r\n\r\n", stays=True)), ["timeout", "timeout", None]),
    "endless 1xx": Row(
        twice(Answer(raw=b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100_000)), ["protocol", "protocol", None]),
    "endless header": Row(twice(Answer(raw=OK + b"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 100_000)),
                          ["protocol", "protocol", None]),
    "header byte by byte": Row((Answer(raw=OK + b"X: y\r\n" * 10_000, every=0.1), Answer()), ["timeout", None]),
    "status line byte by byte": Row((Answer(raw=OK, every=1), Answer()), ["timeout", None]),
    "no answer": Row((Answer(hang=True), Answer()), ["timeout", None]),
}

TAKEN = {
    **{str(status): Row((Answer(status),), [None], status) for status in (200, 201, 202, 203, 204, 205, 206, 299)},
    "body that never ends": Row((Answer(200, endless=True),), [None], 200),
    "huge body": Row((Answer(200, body=b"x" * 5_000_000),), [None], 200),
    "body byte by byte": Row((Answer(raw=OK + LENGTH + b"x" * 500, every=0.01),), [None], 200),
    "body that never comes": Row((Answer(raw=OK + LENGTH, stays=True),), [None], 200),
    "body cut short": Row((Answer(raw=OK + LENGTH + b"half"),), [None], 200),
    "broken chunks": Row((Answer(raw=OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nnonsense"),), [None], 200),
    "chunks cut short": Row((Answer(raw=OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel"),), [None], 200),
    "broken gzip": Row((Answer(200, {"Content-Encoding": "gzip"}, b"no gzip"),), [None], 200),
    "unknown coding": Row((Answer(200, {"Content-Encoding": "rot13"}, b"x"),), [None], 200),
    "204 with a body": Row((Answer(raw=b"HTTP/1.1 204 No Content\r\n\r\nnothing"),), [None], 204),
    "HTTP/1.0": Row((Answer(raw=b"HTTP/1.0 200 OK\r\n\r\nfine"),), [None], 200),
    "some 1xx before": Row((Answer(raw=b"HTTP/1.1 102 Processing\r\n\r\n" * 50 + OK + b"Content-Length: 0\r\n\r\n"),),
                           [None], 200),
    "slow, but in time": Row((Answer(delay=3.5),), [None], 204, options={"timeout": "10s"}),
    "told to disable beside success": Row((Answer(200, {"webhook-delivery": "disable"}),), [None], 200),
}

RETRY_AFTER = {
    **{f"{status} with seconds": Row((Answer(status, {"Retry-After": "1"}), Answer()), ["status", None], status, 1)
       for status in (429, 502, 503, 504)},
    **{f"{status} with a date": Row(
        ((lambda status=status: Answer(status, {"Retry-After": later(1)()})), Answer()), ["status", None], status, 1)
       for status in (429, 503)},
    "shorter than the schedule": Row((Answer(503, {"Retry-After": "0"}), Answer()), ["status", None], 503),
    "a date that is past": Row(
        (Answer(503, {"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}), Answer()), ["status", None], 503),
    "nonsense": Row((Answer(503, {"Retry-After": "soon"}), Answer()), ["status", None], 503),
    "beside 500, where it says nothing": Row((Answer(500, {"Retry-After": "3600"}), Answer()), ["status", None], 500),
}

TOLD_TO_STOP = {
    "410": Row((Answer(410),), ["gone"], 410),
    "disable": Row((Answer(500, {"webhook-delivery": "disable"}),), ["gone"], 500),
    "abort-message": Row((Answer(500, {"webhook-delivery": "abort-message"}),), ["status"], 500),
}

ROWS = RETRIED | TAKEN | RETRY_AFTER | TOLD_TO_STOP


class Stand:
    """All receivers of the table, and how telling them went."""

    def __init__(self, bridge, upstream):
        self.trap = Receiver()
        self.bridge, self.api, self.endpoints, self.receivers = bridge, bridge.new_api(), {}, {}
        for name, row in ROWS.items():
            for answer in row.answers:
                if isinstance(answer, Answer) and answer.headers.get("Location") == "@trap":
                    answer.headers["Location"] = self.trap.url
            self.receivers[name] = Receiver(told(*row.answers))
            self.endpoints[name] = self.api.endpoint(self.receivers[name].url, **row.options)
        self.session = self.api.start(watch(upstream.polls(step("ok"))))["id"]

    def delivery(self, name, status):
        return self.api.delivery(status, endpoint_id=self.endpoints[name]["id"], within=40)

    def close(self):
        for receiver in (*self.receivers.values(), self.trap):
            receiver.close()


@pytest.fixture(scope="module")
def stand(make_stage, scripted_upstream):
    stand = Stand(make_stage(SETTINGS).bridge, scripted_upstream)
    yield stand
    stand.close()


def seconds(text):
    return datetime.fromisoformat(text).timestamp()


def check(row, delivery):
    """The attempts ended as the row says, none began before its time, and none took longer than the deadline."""
    attempts = delivery["attempts"]
    assert len(attempts) == len(row.errors), attempts
    for attempt, error in zip(attempts, row.errors, strict=True):
        # A connection that ends within the head is one or the other.
        assert attempt["error"] in ({"reset", "protocol"} if error == "@reset" else {error}), attempts
        assert len(attempt["response"] or "") <= 16_384
    assert attempts[0]["status"] == row.status
    for before, after in zip(attempts, attempts[1:]):
        ended = seconds(before["started_at"]) + before["duration_ms"] / 1000
        assert seconds(after["started_at"]) >= ended + row.delay - 0.002, attempts
    for attempt in attempts:
        if attempt["error"] == "timeout":
            assert TIMEOUT * 1000 - 2 <= attempt["duration_ms"] <= TIMEOUT * 1000 + 2000


@pytest.mark.parametrize("name", RETRIED)
def test_retried(stand, name):
    """What is not a 2xx answer is a failure of its kind, and is tried again with the same bytes."""
    check(ROWS[name], stand.delivery(name, "delivered"))
    arrivals = stand.receivers[name].snapshot()
    assert len(arrivals) == len(ROWS[name].errors)
    assert len({(arrival.id, arrival.body) for arrival in arrivals}) == 1
    for arrival in arrivals:
        verified(arrival, stand.endpoints[name]["secret"])
    # No redirect was followed.
    assert stand.trap.snapshot() == []


@pytest.mark.parametrize("name", TAKEN)
def test_taken(stand, name):
    """A 2xx is success at its status line, whatever the rest does: one attempt, and no second one."""
    check(ROWS[name], stand.delivery(name, "delivered"))
    assert len(stand.receivers[name].snapshot()) == 1


@pytest.mark.parametrize("name", RETRY_AFTER)
def test_retry_after(stand, name):
    """A receiver that asks for time gets it, and never less than the schedule has."""
    check(ROWS[name], stand.delivery(name, "delivered"))


@pytest.mark.parametrize("name, reason", [("410", "gone"), ("disable", "gone"), ("abort-message", None)])
def test_told_to_stop(stand, name, reason):
    """A receiver may give up on all events, or on one."""
    check(ROWS[name], stand.delivery(name, "failed"))
    endpoint = stand.api.get(f"/v1/endpoints/{stand.endpoints[name]['id']}").expect(200).json
    assert (endpoint["enabled"], endpoint["disabled_reason"]) == (reason is None, reason)


def test_nobody_there(make_bridge, upstream):
    """Neither a name nor a listener: each with its reason, until the schedule is over."""
    api = make_bridge(SETTINGS).start().new_api()
    unread = socket.create_server(("127.0.0.1", 0))
    urls = {
        "dns": "http://does-not-exist.invalid/", "connect": f"http://127.0.0.1:{free_port()}/",
        # It takes the connection, and never reads.
        "timeout": f"http://127.0.0.1:{unread.getsockname()[1]}/",
    }
    endpoints = {error: api.endpoint(url, timeout="1s")["id"] for error, url in urls.items()}
    api.start(watch(upstream.polls(step("ok"))))
    with unread:
        for error, endpoint in endpoints.items():
            failed = api.delivery("failed", endpoint_id=endpoint)
            assert [attempt["error"] for attempt in failed["attempts"]] == [error] * 3


def test_tls(make_bridge, upstream, make_receiver, tmp_path):
    """Whom the bridge trusts: the system's authorities, or those of the endpoint, and the name must be right."""
    bridge = make_bridge({"webhooks.retrySchedule": "50ms"}).start()
    api = bridge.new_api()
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    certificate, key = ours.issue("client", "-addext", "extendedKeyUsage=clientAuth")
    stranger, stranger_key = theirs.issue("client")
    trusting = {"ca": ours.certificate}
    plain = make_receiver(tls=ours.server())
    picky = make_receiver(tls=ours.server(clients=ours))
    misnamed = make_receiver(tls=ours.server("-addext", "subjectAltName=DNS:elsewhere.example"))
    no_tls = make_receiver()
    rows = [
        (plain.url, None, False),
        (plain.url, trusting, True),
        (plain.url, {"ca": theirs.certificate + ours.certificate}, True),
        (plain.url, {"ca": theirs.certificate}, False),
        (misnamed.url, trusting, False),
        (no_tls.url.replace("http:", "https:"), trusting, False),
        (picky.url, trusting, False),
        (picky.url, trusting | {"certificate": certificate, "private_key": key}, True),
        (picky.url, trusting | {"certificate": stranger, "private_key": stranger_key}, False),
    ]
    endpoints = [api.endpoint(url, tls=tls) for url, tls, _ in rows]
    api.start(watch(upstream.polls(step("ok"))))
    for number, (endpoint, (_, tls, works)) in enumerate(zip(endpoints, rows, strict=True)):
        delivery = api.delivery("delivered" if works else "failed", endpoint_id=endpoint["id"])
        errors = [attempt["error"] for attempt in delivery["attempts"]]
        # In TLS 1.3 a client learns only after its own part that its certificate is not wanted.
        wanted = {"tls", "reset", "protocol"} if tls and (number == 6 or "certificate" in tls) else {"tls"}
        assert errors == [None] if works else set(errors) <= wanted, (number, errors)
        assert endpoint["tls"] == (tls and {"ca": tls["ca"], "certificate": tls.get("certificate")})
    assert len(plain.snapshot()) == 2 and len(picky.snapshot()) == 1 and misnamed.snapshot() == []
    line = key.splitlines()[2]
    assert not any(line in text for text in [*bridge.lines(), *(answer.body.decode() for answer in bridge.answers)])


def test_gone_holds_its_siblings(make_bridge, upstream, make_receiver):
    """410 holds all that waits for the endpoint in the commit of the attempt: from then on nothing of it is pending."""
    bridge = make_bridge({"webhooks.retrySchedule": "1h"}).start()
    api = bridge.new_api()
    receiver = make_receiver(Answer(500))
    endpoint = api.endpoint(receiver.url)["id"]
    waiting = {api.start(watch(upstream.polls(step("ok"))))["id"] for _ in range(6)}
    eventually(lambda: len(api.all("/v1/attempts", endpoint_id=endpoint)) == 6)
    receiver.answer_with(Answer(410))
    gone = api.start(watch(upstream.polls(step("ok"))))["id"]
    eventually(lambda: api.get(f"/v1/endpoints/{endpoint}").expect(200).json["disabled_reason"] == "gone")
    by_status = {status: {delivery["session_id"] for delivery in api.deliveries(status=status)}
                 for status in ("pending", "held", "failed")}
    assert by_status == {"pending": set(), "held": waiting, "failed": {gone}}
    assert bridge.metric("marksign_bridge_endpoints_disabled_total", reason="gone") == 1
    receiver.answer_with(Answer())
    api.patch(f"/v1/endpoints/{endpoint}", {"enabled": True}).expect(200)
    eventually(lambda: {delivery["session_id"] for delivery in api.deliveries(status="delivered")} == waiting)


def test_endless_bodies_take_no_memory(make_bridge, upstream, make_receiver):
    """Of a body no more is read than is kept."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    receiver = make_receiver(Answer(200, endless=True))
    api.endpoint(receiver.url)

    def deliver(count):
        tokens = [upstream.polls(step("ok")) for _ in range(count)]
        before = len(receiver.snapshot())
        for token in tokens:
            api.start(watch(token))
        receiver.wait_for(before + count)
        eventually(lambda: all(delivery["status"] == "delivered" for delivery in api.deliveries()))

    deliver(100)
    peak = bridge.peak_memory()
    deliver(100)
    assert bridge.peak_memory() - peak < 8 * 1024 * 1024


def test_a_dead_endpoint_beside_a_good_one(make_bridge, upstream, make_receiver):
    """The backlog of one endpoint is in nobody's way: the other one's deliveries go out at once, at the first try."""
    api = make_bridge({"webhooks.timeout": "60s"}).start().new_api()
    dead, good = make_receiver(Answer(hang=True)), make_receiver()
    api.endpoint(dead.url)
    endpoint = api.endpoint(good.url)["id"]
    for _ in range(30):
        api.start(watch(upstream.polls(step("ok"))))
    good.wait_for(30)
    eventually(lambda: len(api.deliveries(endpoint_id=endpoint, status="delivered")) == 30)
    assert {delivery["attempt_count"] for delivery in api.deliveries(endpoint_id=endpoint)} == {1}
    # The dead one has its own slots, and no more.
    dead.wait_for(4)
    assert stays(lambda: len(dead.snapshot()) == 4, 0.5)
