"""Too much of everything: bounded memory, others served meanwhile, and all as before afterwards."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from harness import RawConnection, eventually, step, watch

JSON_POST = "POST /v1/sessions HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"


def session_is_told(api, upstream, receiver):
    """A whole session, from outside: start, polls and webhook."""
    receiver.of_session(api.start(watch(upstream.polls(step("ok"))))["id"])


@contextmanager
def connections(bridge, count, begin):
    """So many connections at once, each of which has sent that."""
    with ExitStack() as stack:
        opened = []
        for _ in range(count):
            opened.append(stack.enter_context(RawConnection(bridge.port, timeout=60)))
            opened[-1].send(begin)
        yield opened


ATTACKS = {
    "silent connections": "",
    "headers that do not end": "GET /v1/sessions HTTP/1.1\r\nHost: test\r\nX-A: " + "a" * 16_000,
    "many headers": "GET /v1/sessions HTTP/1.1\r\n" + "".join(f"X-{n}: {'a' * 200}\r\n" for n in range(70)),
    "targets that do not end": "GET /" + "a" * 16_000,
    "large bodies without a key": JSON_POST + "Content-Length: 50000000\r\n\r\n" + "[" * 65_536,
    "chunks without a key": JSON_POST + "Transfer-Encoding: chunked\r\n\r\n" + "8000\r\n" + "[" * 0x8000,
    "large bodies, announced only": JSON_POST + "Authorization: Bearer {key}\r\nContent-Length: 50000000\r\n\r\n",
    "JSON bombs": JSON_POST + "Authorization: Bearer {key}\r\nContent-Length: 60000\r\n\r\n" + "[" * 60_000,
    "answers that nobody reads": "GET /openapi.yaml HTTP/1.1\r\nHost: test\r\n\r\n" * 20,
    "pipelines": "GET /v1/x HTTP/1.1\r\nHost: test\r\n\r\n" * 300,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_memory(make_bridge, upstream, receiver, name):
    """Under each of these attacks by nearly as many connections as it takes, the service keeps within twice the memory
    that it has when idle, serves others, and is as before when it is over. `Deploy/test` asks the release build."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    for _ in range(5):
        session_is_told(api, upstream, receiver)
    idle = bridge.forget_peak_memory()
    with connections(bridge, 480, ATTACKS[name].replace("{key}", api.key)):
        session_is_told(api, upstream, receiver)
    peak = bridge.peak_memory()
    print(f"{name}: {idle >> 20} MiB idle, {peak >> 20} MiB at most")
    assert peak <= 2 * idle
    session_is_told(api, upstream, receiver)


def test_slow_requests(make_bridge, upstream, receiver):
    """Headers that come byte by byte have ten seconds, however busy the connection looks; others are served."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    with connections(bridge, 50, "GET /v1/sessions HTTP/1.1\r\nHost: test\r\nX-Slow: ") as slow:
        began = time.monotonic()
        left = list(slow)
        while left:
            # A connection that says nothing has thirty.
            assert time.monotonic() < began + 25
            left = [connection for connection in left if connection.send("a")]
            session_is_told(api, upstream, receiver)
        assert time.monotonic() >= began + 9
        assert all(connection.is_closed() for connection in slow)


def test_long_polls(make_bridge, upstream, receiver):
    """Hundreds that wait for one session hold nobody up, and are all answered when it ends."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    session = api.start(watch(upstream.polls(step("waiting", until=6), step("ok"))))
    waiting = (f"GET /v1/sessions/{session['id']}?wait=60 HTTP/1.1\r\nHost: test\r\n"
               f"Authorization: Bearer {api.key}\r\nConnection: close\r\n\r\n")
    with connections(bridge, 400, waiting) as polls:
        session_is_told(api, upstream, receiver)
        replies = [poll.reply() for poll in polls]
    assert {reply.expect(200).json["status"] for reply in replies} == {"completed"}


@pytest.mark.parametrize("to", ["the API", "the admin listener"])
def test_connections(make_bridge, upstream, receiver, to):
    """More connections than the process may have files take nothing from sessions and webhooks that are under way; once
    they are gone, new ones are answered at once."""
    bridge = make_bridge()
    bridge.wrapper = ["prlimit", "--nofile=256"]
    bridge.start()
    api = bridge.new_api()
    api.endpoint(receiver.url)
    sessions = [api.start(watch(upstream.polls(step("waiting", until=3), step("ok")))) for _ in range(20)]
    port = bridge.port if to == "the API" else bridge.admin_port
    with ExitStack() as stack:
        for _ in range(270):
            stack.enter_context(RawConnection(port))
        # All connections were there before the sessions ended.
        for session in sessions:
            receiver.of_session(session["id"])
    eventually(lambda: bridge.is_ready(), 20)
    session_is_told(api, upstream, receiver)
    assert not [line for line in bridge.log() if line["level"] in ("error", "critical")]


def test_many_requests_at_once(make_bridge, upstream, receiver):
    """A burst of refused requests from many threads: each is answered, and nothing else suffers."""
    bridge = make_bridge().start()
    api = bridge.new_api()
    api.endpoint(receiver.url)

    def ask(number):
        kinds = [lambda: api.get("/v1/sessions/x"), lambda: api.post("/v1/sessions", {}),
                 lambda: api.request("GET", "/v1/sessions", headers={"Authorization": "Bearer x"}),
                 lambda: api.request("PUT", "/v1/sessions")]
        return kinds[number % 4]().status

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(ask, range(800)))
    assert [statuses.count(status) for status in (404, 422, 401, 405)] == [200] * 4
    session_is_told(api, upstream, receiver)
