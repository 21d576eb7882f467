"""A store that an earlier version made goes on; one of a later version is left as it is."""

import contextlib
import hashlib
import hmac
import json
import secrets
import sqlite3
import time
from pathlib import Path

import pytest
from harness import Client, step, verified, watch

SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix):
    return prefix + "0" + "".join(secrets.choice(ALPHABET) for _ in range(25))


def plain(value):
    """A value in a store without a key."""
    return b"\0" + (value if isinstance(value, bytes) else value.encode())


class Version1:
    """A store as the first version left it: a client, an endpoint, a session that is open, and an ended one whose event
    failed to arrive once."""

    def __init__(self, path, token, url):
        self.token, now = token, int(time.time() * 1000)
        self.open, self.ended, self.event, self.delivery = map(new_id, ("ses_", "ses_", "evt_", "dlv_"))
        self.client = Client(new_id("cli_"), f"mbk_{new_id('')[:12]}_{secrets.token_hex(32)}")
        self.endpoint, lookup_key = new_id("end_"), secrets.token_bytes(32)
        self.body = json.dumps({"type": "session.failed", "data": {"session_id": self.ended}})
        session = {"client_id": self.client.id, "owner": "1", "epoch": 1, "kind": "document", "method": "smart-id",
                   "created_at": now - 5000, "expires_at": now + 170_000}
        rows = [
            ("meta", {"name": "store_id", "value": b"11111111-1111-1111-1111-111111111111"}),
            ("meta", {"name": "fingerprint_key", "value": plain(lookup_key)}),
            ("client", {"id": self.client.id, "name": "app", "created_at": now}),
            ("api_key", {"id": self.client.key[4:16], "client_id": self.client.id, "created_at": now,
                         "digest": hashlib.sha256(self.client.key.encode()).digest()}),
            ("endpoint", {"id": self.endpoint, "client_id": self.client.id, "url": url, "events": "session.*",
                          "description": "old", "enabled": 1, "secret": plain(SECRET), "created_at": now}),
            ("session", session | {"id": self.open, "status": "pending", "token": plain(token),
                                   "token_hash": hmac.digest(lookup_key, b"token\0" + token.encode(), "sha256"),
                                   "control_code": plain("0042"), "metadata": plain('{"contract":"7"}')}),
            ("session", session | {"id": self.ended, "status": "failed", "ended_at": now, "error_code": "user_refused",
                                   "upstream_code": 40020}),
            ("event", {"id": self.event, "client_id": self.client.id, "session_id": self.ended,
                       "type": "session.failed", "created_at": now, "body": plain(self.body)}),
            ("delivery", {"id": self.delivery, "client_id": self.client.id, "event_id": self.event,
                          "endpoint_id": self.endpoint, "status": "pending", "attempt_count": 1, "counted_attempts": 1,
                          "last_number": 1, "next_attempt_at": now, "created_at": now}),
            ("attempt", {"delivery_id": self.delivery, "number": 1, "started_at": now - 100, "duration_ms": 5,
                         "error": "status", "status": 503, "address": "127.0.0.1:1", "response": plain("busy")}),
        ]
        with contextlib.closing(sqlite3.connect(path)) as store:
            store.executescript((Path(__file__).parent / "version1.sql").read_text())
            for table, row in rows:
                marks = ", ".join("?" * len(row))
                store.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
            store.commit()


def test_a_store_of_version_1(make_bridge, upstream, receiver):
    """What was open is polled and ends, what was due is delivered with the old secret and its own bytes, and what was
    shown is shown; new things work beside it, and after another start."""
    bridge = make_bridge()
    old = Version1(bridge.store, upstream.polls(step("waiting"), step("ok")), receiver.url)
    bridge.start()
    api = bridge.api(old.client)
    due, = receiver.of_session(old.ended)
    assert (due.id, due.body.decode()) == (old.event, old.body)
    verified(due, SECRET)
    ended = api.ended(old.open)
    assert (ended["status"], ended["metadata"], ended["control_code"]) == ("completed", {"contract": "7"}, "0042")
    assert verified(receiver.of_session(old.open)[0], SECRET)["type"] == "session.completed"
    assert api.get(f"/v1/sessions/{old.open}/file").expect(200).body
    api.post("/v1/sessions", watch(old.token)).expect(409, "session_exists")
    delivery = api.delivery("delivered", session_id=old.ended)
    assert [(attempt["number"], attempt["error"]) for attempt in delivery["attempts"]] == [(1, "status"), (2, None)]
    assert api.get(f"/v1/endpoints/{old.endpoint}").expect(200).json["description"] == "old"
    assert api.patch(f"/v1/endpoints/{old.endpoint}", {"signature": "v1a"}).expect(200).json["keys_url"]
    assert bridge.terminate() == 0
    bridge.start()
    receiver.of_session(api.start(watch(upstream.polls(step("ok"))))["id"])
    assert len(receiver.of_session(old.ended)) == len(receiver.of_session(old.open)) == 1


@pytest.mark.parametrize("command", ["serve", "check"])
def test_a_store_of_a_later_version(make_bridge, upstream, receiver, command):
    """It is refused with one clear line, and not a byte of it is touched."""
    bridge = make_bridge().start()
    assert bridge.terminate() == 0
    with contextlib.closing(sqlite3.connect(bridge.store)) as store:
        store.execute("INSERT INTO grdb_migrations VALUES ('3')")
        store.commit()
    before = bridge.store.read_bytes()
    refused = bridge.command(command)
    assert refused.returncode != 0
    lines = [line for line in (refused.stdout + refused.stderr).splitlines() if "newer version" in line]
    assert len(lines) == 1 and "bridge.sqlite" in lines[0], refused
    assert bridge.store.read_bytes() == before
    left = {path.name for path in bridge.folder.glob("bridge.sqlite-*")}
    # `check` has not the lock, with which alone it may remove the empty log that looking at the store leaves.
    assert not left if command == "serve" else left <= {"bridge.sqlite-wal", "bridge.sqlite-shm"}
    assert not any(bridge.folder.glob("bridge.sqlite-wal")) or not bridge.store.with_name("bridge.sqlite-wal").read_bytes()
