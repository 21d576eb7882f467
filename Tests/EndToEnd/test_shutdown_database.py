"""SIGTERM on PostgreSQL: the process does not wait for a database that is away, and gives up what it owns also when a
caller is slow."""

import http.client
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest
from harness import Bridge, eventually, step, watch
from harness.postgresql import PostgreSQL
from harness.proxy import Proxy
from harness.raw import RawConnection
from harness.stalls import Stalls

TIMEOUT = 10
SESSIONS = 50


@pytest.fixture
def server():
    server = PostgreSQL()
    yield server
    server.close()


@pytest.fixture
def proxy(server):
    proxy = Proxy(server.port)
    yield proxy
    proxy.close()


@pytest.mark.parametrize("fault", ["stopped", "swallowed"])
@pytest.mark.parametrize("moment", [0, 3])
def test_the_database_is_away(tmp_path, upstream, server, proxy, fault, moment):
    """Under load, and `moment` seconds after the database went away, the exit code is 0 within shutdown.timeout."""
    url = server.url(server.new_database().rpartition("/")[2], port=proxy.port)
    bridge = Bridge(tmp_path / "bridge", upstream.url, {"store.url": url, "shutdown.timeout": f"{TIMEOUT}s"}).start()
    stopping, numbers = Event(), count()
    try:
        api = bridge.new_api()
        tokens = [f"open-{number:05}" for number in range(SESSIONS)]
        upstream.polls_of_all(tokens, step("waiting"))
        for token in tokens:
            api.start(watch(token))

        def ask():
            while not stopping.is_set():
                try:
                    api.post("/v1/sessions", watch(upstream.polls(step("ok"))), key=f"key-{next(numbers)}")
                except (OSError, http.client.HTTPException):
                    return

        with ThreadPoolExecutor(8) as pool, Stalls() as stalls:
            try:
                for _ in range(8):
                    pool.submit(ask)
                eventually(lambda: next(numbers) > 100)
                if fault == "stopped":
                    server.stop()
                else:
                    proxy.tell("swallow")
                # Sessions end meanwhile, and are to be written.
                upstream.polls_of_all(tokens, step("ok"))
                time.sleep(moment)
                began = time.monotonic()
                bridge.signal(signal.SIGTERM)
                code = bridge.exited(40)
                took = time.monotonic() - began
            finally:
                stopping.set()
        print(f"ended with {code} after {took:.2f} s; stalls of up to {stalls.longest:.2f} s")
        assert code == 0
        assert took <= TIMEOUT + 2 * stalls.longest
    finally:
        bridge.close()


def test_a_slow_caller(tmp_path, upstream, server):
    """One who never ends his request keeps the process for its time, and no instance behind."""
    url = server.new_database()
    bridge = Bridge(tmp_path / "bridge", upstream.url, {"store.url": url, "shutdown.timeout": f"{TIMEOUT}s"}).start()
    try:
        api = bridge.new_api()
        with RawConnection(bridge.port) as slow:
            slow.send(f"POST /v1/sessions HTTP/1.1\r\nHost: bridge\r\nAuthorization: Bearer {api.key}\r\n"
                      "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
            # Later on the wire.
            api.start(watch(upstream.polls(step("waiting"))))
            began = time.monotonic()
            bridge.signal(signal.SIGTERM)
            assert bridge.exited(40) == 0
        # It was waited for, so it was there.
        assert time.monotonic() - began > TIMEOUT - 1
        assert server.sql("SELECT count(*) FROM instance", url).strip() == "0"
    finally:
        bridge.close()
