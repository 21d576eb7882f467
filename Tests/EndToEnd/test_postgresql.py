"""A service whose store is in PostgreSQL: what stops its start, its commands, and what is told of a password."""

import re
import socketserver
import struct
import threading

import pytest
from harness.postgresql import PASSWORD, PostgreSQL
from harness.process import run
from harness.waiting import free_port


@pytest.fixture(scope="module")
def server():
    return PostgreSQL.shared()


def one_line(result):
    """The one line with which a command that is refused ends."""
    text = (result.stdout + result.stderr).strip()
    assert result.returncode != 0 and text and "\n" not in text, text
    assert PASSWORD not in text
    return text


class OldServer(socketserver.BaseRequestHandler):
    """Says that it is of version 12, and no more."""

    def handle(self):
        while True:
            size, kind = struct.unpack("!II", self.request.recv(8, 0x100))  # MSG_WAITALL
            self.request.recv(size - 8, 0x100)
            if kind != 80877103:
                break
            # No TLS here.
            self.request.sendall(b"N")
        settings = b"".join(
            b"S" + struct.pack("!I", 4 + len(pair)) + pair
            for pair in (b"server_version\0" b"12.22\0", b"server_encoding\0UTF8\0", b"client_encoding\0UTF8\0"))
        self.request.sendall(b"R" + struct.pack("!II", 8, 0) + settings + b"Z" + struct.pack("!I", 5) + b"I")
        self.request.recv(1)


def other_encoding(server):
    """A database that does not keep all characters."""
    name = server.new_database().rsplit("/", 1)[1]
    server.sql(f"DROP DATABASE {name}; CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0")
    return server.url(name)


def newer_store(server):
    """A database with the tables of a later version."""
    url = server.new_database()
    server.sql("CREATE TABLE schema_version (name TEXT PRIMARY KEY); INSERT INTO schema_version VALUES ('999')", url)
    return url


def foreign_tables(server):
    """A database that is another program's."""
    url = server.new_database()
    server.sql("CREATE TABLE session (id INT)", url)
    return url


def no_login(server):
    """A role that may not log in."""
    server.sql("DROP ROLE IF EXISTS nobody; CREATE ROLE nobody NOLOGIN")
    return server.url(user="nobody")


WRONG = {
    "a scheme": (lambda server: server.url().replace("postgres://", "mysql://"), "store.url"),
    "a host": (lambda server: server.url().replace("127.0.0.1", "db.invalid"), "db.invalid"),
    "a role": (lambda server: server.url(user="who"), "password authentication failed"),
    "a role that may not log in": (no_login, "nobody"),
    "an encoding": (other_encoding, "LATIN1, not UTF8"),
    "a later version's tables": (newer_store, "newer"),
    "another program's tables": (foreign_tables, "another program"),
    "a password": (lambda server: server.url(password="not-it"), "password authentication failed"),
    "a database": (lambda server: server.url("nowhere"), "does not exist"),
    "a port": (lambda server: server.url(port=free_port()), "refused"),
    "an option": (lambda server: server.url() + "?no_such_option=1", "store.url"),
    "a password that is not encoded": (lambda server: server.url(password="hor@se/1"), "store.url"),
    "a server that only reads": (
        lambda server: server.new_database() + "?options=-cdefault_transaction_read_only%3Don", "only reads"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_stops_the_start(make_bridge, server, what):
    """Whatever is wrong with the database is told in one line, without the password."""
    url, expected = WRONG[what][0](server), WRONG[what][1]
    text = one_line(make_bridge({"store.url": url, "log.level": "error"}).command("serve"))
    assert expected in text
    assert "hor@se" not in text and "not-it" not in text


def test_an_old_server(make_bridge):
    """A server of a version that is not supported is refused, and told."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), OldServer) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            url = f"postgres://postgres@127.0.0.1:{server.server_address[1]}/bridge"
            text = one_line(make_bridge({"store.url": url, "log.level": "error"}).command("serve"))
            assert "PostgreSQL 12.22" in text and "13 is the oldest" in text
        finally:
            server.shutdown()


def test_commits_that_are_not_on_disk(make_bridge, server):
    """With `synchronous_commit` off, for the role or the database, the service says at its start what that means."""
    for off in [True, False]:
        url = server.new_database()
        server.sql(f"ALTER DATABASE {url.rsplit('/', 1)[1]} SET synchronous_commit = {'off' if off else 'on'}")
        bridge = make_bridge({"store.url": url}).start()
        warnings = [entry for entry in bridge.log() if "synchronous_commit is off" in entry["message"]]
        assert [entry["level"] for entry in warnings] == ["warning"] * off
        assert bridge.terminate() == 0


def test_a_role_without_rights(make_bridge, server):
    """A role that may not make the tables, and one that lacks a right, are refused in one line; the least rights do."""
    url = server.new_database()
    name = url.rsplit("/", 1)[1]
    server.sql(f"CREATE ROLE {name}_user LOGIN PASSWORD '{PASSWORD}'")
    least = server.url(name, user=f"{name}_user")
    bridge = make_bridge({"store.url": least, "log.level": "error"})
    assert "permission denied" in one_line(bridge.command("serve"))
    make_bridge({"store.url": url}).start().terminate()
    server.sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}_user", url)
    server.sql(f"REVOKE DELETE ON session FROM {name}_user", url)
    assert "no right to DELETE on session" in one_line(bridge.command("serve"))
    server.sql(f"GRANT DELETE ON session TO {name}_user", url)
    bridge.start()
    assert bridge.new_api().endpoint("http://127.0.0.1:9/")["enabled"]


def test_commands_beside_the_service(make_bridge, server):
    """The commands reach the database themselves, whether a service runs or not; all see the same."""
    bridge = make_bridge({"store.url": server.new_database()})
    before = bridge.command("client", "list", "--json")
    assert before.returncode != 0 and "there is no store" in before.stdout + before.stderr
    early = bridge.add_client("early")
    bridge.start()
    late = bridge.add_client("late")
    listed = bridge.command("client", "list", "--json").stdout
    assert early.id in listed and late.id in listed
    for client in (early, late):
        assert bridge.api(client).endpoint("http://127.0.0.1:9/")["enabled"]
    check = bridge.command("check")
    assert re.search(r"ok +store.*postgresql_version", check.stdout), check.stdout
    assert PASSWORD not in check.stdout + check.stderr
    assert bridge.command("client", "remove", early.id).returncode == 0
    assert PASSWORD not in "\n".join(bridge.lines())


def test_no_password_in_a_flag(tmp_path, server):
    """Everybody can read a command line: a password there is refused, and not repeated."""
    text = one_line(run("client", "list", f"--store-url={server.url()}", settings={}, cwd=tmp_path))
    assert "--store-url" in text and "STORE_URL" in text


def test_nothing_that_is_sealed_can_be_read(make_bridge, server):
    """With a key of the store, a dump of the database shows nothing of what is confidential."""
    url = server.new_database()
    bridge = make_bridge({"store.url": url, "store.encryptionKey": "A" * 43 + "="}).start()
    secret = bridge.new_api().endpoint("http://127.0.0.1:9/canary")["secret"]
    dump = server.dump(url)
    assert "INSERT INTO" in dump and secret not in dump and secret.encode().hex() not in dump
    plain = server.new_database()
    other = make_bridge({"store.url": plain}).start()
    told = other.new_api().endpoint("http://127.0.0.1:9/canary")["secret"]
    assert told.encode().hex() in server.dump(plain)


def test_the_store_moves_and_comes_back(make_bridge, server, tmp_path):
    """`store copy` moves a store to PostgreSQL and back: clients and endpoints go on under the same keys."""
    bridge = make_bridge({"store.url": f"sqlite:{tmp_path}/first.sqlite"}).start()
    client = bridge.add_client()
    endpoint = bridge.api(client).endpoint("http://127.0.0.1:9/")
    bridge.terminate()
    url = server.new_database()
    password = tmp_path / "pgpass"
    password.write_text(f"*:*:*:*:{PASSWORD}\n")
    password.chmod(0o600)
    shown = url.replace(f":{PASSWORD}", "") + f"?passfile={password}"
    for source, target in [(f"sqlite:{tmp_path}/first.sqlite", shown), (shown, f"sqlite:{tmp_path}/back.sqlite")]:
        moved = bridge.command("store", "copy", source, target)
        assert moved.returncode == 0, moved.stdout + moved.stderr
        assert "client: 1\n" in moved.stdout and "endpoint: 1\n" in moved.stdout
        assert "already" in one_line(bridge.command("store", "copy", source, target))
        bridge.settings["store.url"] = target
        bridge.start()
        assert [one["id"] for one in bridge.api(client).all("/v1/endpoints")] == [endpoint["id"]]
        bridge.terminate()
