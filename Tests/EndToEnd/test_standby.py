"""A commit waits for a standby that is away: the server has it, and still nobody is told that it is done."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from harness import eventually, hash_start, step, verified, watch
from harness.postgresql import PASSWORD, PostgreSQL

WAITING = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@pytest.fixture
def server():
    server = PostgreSQL()
    yield server
    server.close()


@contextmanager
def standby_away(server):
    """Commits wait for a standby that does not come, and somebody gives up each wait: the server has committed then,
    and warns that it alone did."""
    back = threading.Event()

    def give_up():
        while not back.wait(0.2):
            server.sql(f"SELECT pg_cancel_backend(pid) {WAITING}")

    with ThreadPoolExecutor(1) as pool:
        server.sql("ALTER SYSTEM SET synchronous_standby_names = 'away'")
        server.sql("SELECT pg_reload_conf()")
        # The bridge renews its lease every few seconds.
        eventually(lambda: server.sql(f"SELECT count(*) > 0 {WAITING}").strip() == "t", what="a wait")
        somebody = pool.submit(give_up)
        try:
            yield
        finally:
            back.set()
            somebody.result()
            server.sql("ALTER SYSTEM RESET synchronous_standby_names")
            server.sql("SELECT pg_reload_conf()")


def test_the_standby_is_away(make_bridge, upstream, receiver, server):
    # A role such as the README has, which is no superuser.
    server.sql(f"CREATE ROLE bridge LOGIN PASSWORD '{PASSWORD}'")
    server.sql("CREATE DATABASE signing OWNER bridge")
    bridge = make_bridge({"store.url": server.url("signing", user="bridge")}).start()
    api = bridge.new_api()
    secret = api.endpoint(receiver.url)["secret"]
    upstream.starts_of("lost", step("start"), polls=[step("ok")], kind="hash")
    new, old = upstream.polls(step("waiting")), upstream.polls(step("waiting"))
    ending = api.start(watch(old))["id"]
    cancelled = api.start(watch(upstream.polls(step("waiting"))))["id"]

    def start():
        return api.post("/v1/sessions", hash_start("lost"), key="start")

    def watching():
        return api.post("/v1/sessions", watch(new), key="watch")

    def cancel():
        return api.post(f"/v1/sessions/{cancelled}/cancel")

    with standby_away(server), ThreadPoolExecutor() as pool:
        upstream.polls(step("ok"), token=old)
        asked = [pool.submit(ask) for ask in (
            start, watching, cancel, lambda: api.post("/v1/endpoints", {"url": f"{receiver.url}/second"}))]
        command = pool.submit(bridge.command, "client", "add", "second")
        for answer in asked:
            answer.result().expect(503, "store_unavailable")
        assert command.result().returncode == 1
        # The server has it, and it is not told before the standby has it, too.
        assert int(server.sql("SELECT count(*) FROM session", server.url("signing"))) == 4
        for answer in [pool.submit(ask) for ask in (watching, cancel)]:
            answer.result().expect(503, "store_unavailable")
        assert not upstream.log("start")
        assert not [one for one in receiver.snapshot() if ending.encode() in one.body or cancelled.encode() in one.body]

    eventually(bridge.is_ready, 60, what="readiness")
    watched = eventually(lambda: watching().json.get("id"), what="the session that was kept")
    upstream.polls(step("ok"), token=new)
    for session in (ending, watched):
        assert api.ended(session)["status"] == "completed"
        arrival = receiver.wait_for(
            where=lambda one: session.encode() in one.body and not one.path.endswith("second"))[0]
        assert verified(arrival, secret)["data"]["session_id"] == session
    assert api.ended(cancelled)["status"] == "cancelled"
    eventually(lambda: start().status == 504, 60, what="that the start counts as lost")
    assert not upstream.starts("lost")
    assert bridge.terminate() == 0
