"""The ways to a PostgreSQL server: through PgBouncer in transaction mode, and over TLS that is verified."""

import pytest
from harness import hash_start, step, verified
from harness.certificates import Authority
from harness.pgbouncer import PgBouncer
from harness.postgresql import PostgreSQL


def signs(api, upstream, receiver, secret, message):
    """A session is started, signed, and told to the receiver."""
    upstream.starts_of(message, step("start"), polls=[step("waiting", times=2), step("ok")], kind="hash")
    session = api.start(hash_start(message), key=message)["id"]
    assert api.ended(session)["status"] == "completed"
    arrival, = receiver.of_session(session)
    assert verified(arrival, secret)["data"]["session_id"] == session
    api.delivery("delivered", session_id=session)
    return session


def lives(bridges, upstream, receiver):
    """Each instance starts, signs and delivers, and again when it was restarted or killed."""
    for bridge in bridges:
        bridge.start()
    client = bridges[0].add_client()
    apis = [bridge.api(client) for bridge in bridges]
    secret = apis[0].endpoint(receiver.url)["secret"]
    sessions = [signs(api, upstream, receiver, secret, f"first-of-{number}") for number, api in enumerate(apis)]
    assert bridges[0].terminate() == 0
    bridges[-1].kill()
    for number, (bridge, api) in enumerate(zip(bridges, apis)):
        if not bridge.is_running:
            bridge.start()
        sessions.append(signs(api, upstream, receiver, secret, f"second-of-{number}"))
    assert sorted(one["id"] for one in apis[0].all("/v1/sessions")) == sorted(sessions)
    assert [bridge.terminate() for bridge in bridges] == [0] * len(bridges)


def test_through_pgbouncer(make_bridge, upstream, receiver):
    """Two instances want eighteen connections, and PgBouncer has two to the server: each transaction takes whichever is
    free, so nothing may be left in one."""
    server = PostgreSQL.shared()
    bouncer = PgBouncer(server, 2)
    try:
        name = server.new_database().rsplit("/", 1)[1]
        url = server.url(name, port=bouncer.port)
        lives([make_bridge({"store.url": url}) for _ in range(2)], upstream, receiver)
    finally:
        bouncer.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def guarded(authority):
    """A server with a certificate for 127.0.0.1."""
    certificate, key = authority.issue("database")
    server = PostgreSQL("ssl=on", files={"server.crt": certificate, "server.key": key})
    yield server
    server.close()


def test_over_tls(make_bridge, upstream, receiver, authority, guarded):
    """`sslmode=verify-full` is all that it takes."""
    url = guarded.new_database()
    bridge = make_bridge({"store.url": f"{url}?sslmode=verify-full&sslrootcert={authority.folder}/ca.pem"})
    bridge.start()
    plain = guarded.sql("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                        "WHERE datname = current_database() AND NOT ssl AND pid <> pg_backend_pid()", url)
    assert int(plain) == 0
    assert bridge.terminate() == 0
    lives([bridge], upstream, receiver)


def test_tls_to_somebody_else(make_bridge, authority, guarded, tmp_path):
    """Another authority, another name, and a server without TLS are refused, each in one line."""
    stranger = Authority(tmp_path / "stranger")
    plain = PostgreSQL.shared()
    for server, host, root, expected in [
        (guarded, "127.0.0.1", stranger, "certificate verify failed"),
        (guarded, "localhost", authority, "does not match host name"),
        (plain, "127.0.0.1", authority, "does not support SSL"),
    ]:
        url = server.new_database().replace("127.0.0.1", host)
        bridge = make_bridge({"store.url": f"{url}?sslmode=verify-full&sslrootcert={root.folder}/ca.pem",
                              "log.level": "error"})
        refused = bridge.command("serve")
        told = (refused.stdout + refused.stderr).strip()
        assert refused.returncode > 0 and expected in told and "\n" not in told, told
