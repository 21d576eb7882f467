"""A commit waits for a standby that is away: the server has it, and still nobody is told that it is done."""

import threading

import pytest
from harness import eventually, hash_start, step, verified, watch
from harness.postgresql import PASSWORD, PostgreSQL


@pytest.fixture
def server():
    server = PostgreSQL()
    yield server
    server.close()


def await_standby(server, name):
    """From now on, commits wait for that standby; for none, when it has no name."""
    server.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
    server.sql("SELECT pg_reload_conf()")
    waiting = "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    # The bridge renews its lease every few seconds.
    eventually(lambda: server.sql(waiting).strip() == ("t" if name else "f"), what=f"the wait for {name!r}")


def test_the_standby_is_away(make_bridge, upstream, receiver, server):
    # A role such as the README has, which is no superuser.
    server.sql(f"CREATE ROLE bridge LOGIN PASSWORD '{PASSWORD}'")
    server.sql("CREATE DATABASE signing OWNER bridge")
    bridge = make_bridge({"store.url": server.url("signing", user="bridge")}).start()
    api = bridge.new_api()
    secret = api.endpoint(receiver.url)["secret"]
    upstream.starts_of("lost", step("start"), polls=[step("ok")], kind="hash")
    token = upstream.polls(step("ok"))
    wanted = {
        "start": lambda: api.post("/v1/sessions", hash_start("lost"), key="start"),
        "watch": lambda: api.post("/v1/sessions", watch(token), key="watch"),
        "endpoint": lambda: api.post("/v1/endpoints", {"url": f"{receiver.url}/second"}),
        "client": lambda: bridge.command("client", "add", "second"),
    }
    await_standby(server, "away")
    answers = {}
    threads = [threading.Thread(target=lambda name=name: answers.update({name: wanted[name]()})) for name in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            # Somebody gives up the wait for the standby: the server has committed then, and warns that it alone did.
            server.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
            thread.join(0.2)
    for name in ("start", "watch", "endpoint"):
        answers[name].expect(503, "store_unavailable")
    assert answers["client"].returncode == 1, answers["client"]
    assert not upstream.log("start")

    # Now it has each of them, and says so to who asks again.
    await_standby(server, "")
    eventually(bridge.is_ready, 40, what="readiness")
    session = eventually(lambda: wanted["watch"]().json.get("id"), what="the session that was kept")
    assert api.ended(session)["status"] == "completed"
    arrival, = receiver.wait_for(
        where=lambda one: session.encode() in one.body and not one.path.endswith("second"))
    assert verified(arrival, secret)["data"]["session_id"] == session
    eventually(lambda: wanted["start"]().status == 504, 60, what="that the start counts as lost")
    assert not upstream.starts("lost")
    assert bridge.terminate() == 0
