"""Secrets and keys: rotation, public keys, and what must never be seen."""

import base64
import hashlib
import http.client
import json
import secrets
import subprocess
import time

import pytest
from harness import Answer, eventually, step, verified, watch
from standardwebhooks import WebhookVerificationError

# What stands before the 32 bytes of an Ed25519 public key in its DER form (RFC 8410).
DER_PREFIX = bytes.fromhex("302a300506032b6570032100")


@pytest.fixture(scope="module")
def bridge(make_stage):
    return make_stage({"webhooks.retrySchedule": "1s"}).bridge


@pytest.fixture
def api(bridge):
    return bridge.new_api()


def arrival_of(api, upstream, receiver):
    """How the end of a new session arrives."""
    return receiver.of_session(api.start(watch(upstream.polls(step("ok"))))["id"])[0]


def items(arrival, version):
    found = [item.split(",", 1) for item in arrival.headers["webhook-signature"].split(" ")]
    return [value for name, value in found if name == version]


def verifies(arrival, secret):
    try:
        verified(arrival, secret)
    except WebhookVerificationError:
        return False
    return True


def public_keys(api, endpoint):
    """The key set, as anyone gets it: without an API key."""
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    connection.request("GET", f"/.well-known/webhook-keys/{endpoint}")
    response = connection.getresponse()
    body = json.loads(response.read())
    connection.close()
    return response.status, response.getheader("Content-Type"), body.get("keys")


def holds(arrival, signature, key, folder):
    """Whether an Ed25519 signature is that key's, by OpenSSL."""
    x = base64.urlsafe_b64decode(key["x"] + "=")
    content = b".".join([arrival.id.encode(), arrival.headers["webhook-timestamp"].encode(), arrival.body])
    for name, data in {"key": DER_PREFIX + x, "content": content, "signature": base64.b64decode(signature)}.items():
        (folder / name).write_bytes(data)
    return subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder / "key", "-rawin",
         "-in", folder / "content", "-sigfile", folder / "signature"], capture_output=True, check=False).returncode == 0


def test_public_key_signatures(api, upstream, receiver, tmp_path):
    """With v1a every webhook carries both signatures, and the public key that is served verifies its own."""
    endpoint = api.endpoint(receiver.url, signature="v1a")
    assert endpoint["keys_url"].endswith(f"/.well-known/webhook-keys/{endpoint['id']}")
    status, media_type, keys = public_keys(api, endpoint["id"])
    assert (status, media_type, len(keys)) == (200, "application/jwk-set+json", 1)
    key, = keys
    assert {name: key[name] for name in ("kty", "crv", "alg", "use")} == {
        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig"}
    thumbprint = hashlib.sha256(json.dumps(
        {"crv": "Ed25519", "kty": "OKP", "x": key["x"]}, separators=(",", ":")).encode()).digest()
    assert key["kid"] == base64.urlsafe_b64encode(thumbprint).decode().rstrip("=")
    assert base64.b64decode(key["whpk"].removeprefix("whpk_")) == base64.urlsafe_b64decode(key["x"] + "=")
    arrival = arrival_of(api, upstream, receiver)
    assert verifies(arrival, endpoint["secret"])
    signature, = items(arrival, "v1a")
    assert len(items(arrival, "v1")) == 1
    assert holds(arrival, signature, key, tmp_path)
    arrival.body += b" "
    assert not holds(arrival, signature, key, tmp_path)


def test_no_public_keys(api, receiver):
    """An endpoint that is not signed with v1a has none, nor has one that is not there."""
    endpoint = api.endpoint(receiver.url)
    assert endpoint["keys_url"] is None
    assert public_keys(api, endpoint["id"])[0] == 404
    assert public_keys(api, "end_" + "0" * 26)[0] == 404
    path = f"/v1/endpoints/{endpoint['id']}"
    assert api.patch(path, {"signature": "v1a"}).expect(200).json["keys_url"] is not None
    assert public_keys(api, endpoint["id"])[0] == 200
    api.delete(path).expect(204)
    assert public_keys(api, endpoint["id"])[0] == 404


def test_rotations(api, upstream, receiver, tmp_path):
    """During the overlap both secrets and both key pairs sign, the present ones first; several overlaps at once too."""
    endpoint = api.endpoint(receiver.url, signature="v1a")
    path, given = f"/v1/endpoints/{endpoint['id']}/rotate-secret", [endpoint["secret"]]
    for body in (None, {}, {"overlap": "7d"}):
        given.insert(0, api.post(path, body).expect(200).json["secret"])
    assert len(set(given)) == 4
    arrival = arrival_of(api, upstream, receiver)
    signatures, keys = items(arrival, "v1a"), public_keys(api, endpoint["id"])[2]
    assert len(items(arrival, "v1")) == len(signatures) == len(keys) == 4
    assert all(verifies(arrival, secret) for secret in given)
    # The same order everywhere: the present one first.
    for place, (signature, key) in enumerate(zip(signatures, keys, strict=True)):
        assert holds(arrival, signature, key, tmp_path)
        assert not holds(arrival, signatures[place - 1], key, tmp_path)


def test_rotation_without_overlap(api, upstream, receiver):
    """A secret that has leaked is gone at once."""
    endpoint = api.endpoint(receiver.url)
    secret = api.post(f"/v1/endpoints/{endpoint['id']}/rotate-secret", {"overlap": "0s"}).expect(200).json["secret"]
    arrival = arrival_of(api, upstream, receiver)
    assert len(items(arrival, "v1")) == 1
    assert verifies(arrival, secret) and not verifies(arrival, endpoint["secret"])


def test_the_end_of_an_overlap(api, upstream, receiver):
    """The old secret signs until its overlap is over, and is gone within a second of that."""
    endpoint = api.endpoint(receiver.url, signature="v1a")
    before = time.time()
    api.post(f"/v1/endpoints/{endpoint['id']}/rotate-secret", {"overlap": "3s"}).expect(200)
    after = time.time()

    def sent(arrival):
        return int(arrival.headers["webhook-timestamp"])

    eventually(lambda: sent(arrival_of(api, upstream, receiver)) >= after + 4, every=0.3)
    # Each by the time that it says itself, in whole seconds.
    with_both = [arrival for arrival in receiver.snapshot() if sent(arrival) + 1 <= before + 3]
    with_one = [arrival for arrival in receiver.snapshot() if sent(arrival) >= after + 4]
    assert with_both and all(verifies(arrival, endpoint["secret"]) for arrival in with_both)
    for arrival in with_one:
        assert not verifies(arrival, endpoint["secret"])
        assert len(items(arrival, "v1")) == len(items(arrival, "v1a")) == 1
    assert len(public_keys(api, endpoint["id"])[2]) == 1


@pytest.mark.parametrize("overlap", ["8d", "7d1h", "-1s", "1", "", 5, None, "169h"])
def test_overlaps_that_are_none(api, receiver, overlap):
    """Bad overlaps are refused, and change nothing."""
    endpoint = api.endpoint(receiver.url, signature="v1a")
    before = public_keys(api, endpoint["id"])
    api.post(f"/v1/endpoints/{endpoint['id']}/rotate-secret", {"overlap": overlap}).expect(422, "invalid_request")
    assert public_keys(api, endpoint["id"]) == before


def test_rotation_within_a_backlog(make_bridge, upstream, make_receiver):
    """What was waiting when the secret was rotated is signed with both."""
    api = make_bridge({"webhooks.retrySchedule": "1s"}).start().new_api()
    receiver = make_receiver(Answer(500), Answer(500), Answer(500), Answer())
    endpoint = api.endpoint(receiver.url)
    sessions = [api.start(watch(upstream.polls(step("ok"))))["id"] for _ in range(3)]
    receiver.wait_for(3)
    new = api.post(f"/v1/endpoints/{endpoint['id']}/rotate-secret").expect(200).json["secret"]
    for session in sessions:
        first, second = receiver.of_session(session, 2)
        assert first.body == second.body and verifies(first, endpoint["secret"]) and not verifies(first, new)
        assert verifies(second, endpoint["secret"]) and verifies(second, new)


def sealing_key():
    return base64.b64encode(secrets.token_bytes(32)).decode()


def in_store(bridge, text):
    """Whether a text is anywhere in the files of the store."""
    return any(text.encode() in path.read_bytes() for path in bridge.folder.glob("bridge.sqlite*") if path.is_file())


@pytest.mark.parametrize("while_it_runs", [True, False], ids=["beside the service", "alone"])
def test_reseal(make_bridge, upstream, receiver, while_it_runs):
    """After `store reseal` under a new first key the old one is not needed any more: nothing is lost or left plain."""
    old, new = sealing_key(), sealing_key()
    bridge = make_bridge({"store.encryptionKey": old}).start()
    client = bridge.add_client()
    api = bridge.api(client)
    endpoint = api.endpoint(receiver.url, signature="v1a", headers=[
        {"name": "Authorization", "value": "Bearer canary-7f3e"}])
    keys = public_keys(api, endpoint["id"])
    before = arrival_of(api, upstream, receiver)
    assert bridge.terminate() == 0
    assert not in_store(bridge, "canary-7f3e") and not in_store(bridge, endpoint["secret"])
    bridge.settings["store.encryptionKey"] = f"{new},{old}"
    if while_it_runs:
        bridge.start()
    resealed = bridge.command("store", "reseal", "--json")
    assert resealed.returncode == 0, resealed.stderr + resealed.stdout
    assert json.loads(resealed.stdout)["resealed"] >= 3
    again = bridge.command("store", "reseal", "--json")
    assert json.loads(again.stdout) == {"resealed": 0}
    told = bridge.command("store", "reseal")
    assert told.returncode == 0 and told.stdout.strip()
    if while_it_runs:
        assert bridge.terminate() == 0
    assert not in_store(bridge, "canary-7f3e") and not in_store(bridge, endpoint["secret"])
    # The old key alone fits no longer.
    bridge.settings["store.encryptionKey"] = old
    refused = bridge.command("serve")
    assert refused.returncode != 0
    bridge.settings["store.encryptionKey"] = new
    bridge.start()
    assert public_keys(api, endpoint["id"]) == keys
    after = arrival_of(api, upstream, receiver)
    assert verifies(after, endpoint["secret"])
    assert after.headers["authorization"] == "Bearer canary-7f3e"
    assert api.get(f"/v1/events/{before.id}").expect(200).json["body"] == json.loads(before.body)


def test_never_seen(make_bridge, upstream, make_receiver):
    """A secret header value and the webhook secret are in no answer, no log and no metric; not in the store's files
    either, when it is sealed."""
    bridge = make_bridge({"store.encryptionKey": sealing_key(), "webhooks.retrySchedule": "50ms"}).start()
    api = bridge.new_api()
    receiver = make_receiver(Answer(500), Answer())
    canaries = ["canary-a91b", "canary-c22d", "canary-e48f"]
    created = api.endpoint(receiver.url, headers=[
        {"name": "Authorization", "value": "Bearer " + canaries[0]},
        {"name": "Cookie", "value": "id=" + canaries[1], "secret": False},
        {"name": "X-Api-Key", "value": canaries[2], "secret": True},
        {"name": "X-Team", "value": "in the open"}])
    arrival = arrival_of(api, upstream, receiver)
    assert [arrival.headers[name] for name in ("authorization", "cookie", "x-api-key", "x-team")] == [
        "Bearer canary-a91b", "id=canary-c22d", "canary-e48f", "in the open"]
    assert created["headers"] == [
        *({"name": name, "value": None, "secret": True} for name in ("Authorization", "Cookie", "X-Api-Key")),
        {"name": "X-Team", "value": "in the open", "secret": False}]
    path = f"/v1/endpoints/{created['id']}"
    eventually(lambda: api.deliveries(status="delivered"))
    assert api.get(path).expect(200).json == {name: value for name, value in created.items() if name != "secret"}
    api.patch(path, {"description": "changed"}).expect(200)
    api.all("/v1/endpoints"), api.all("/v1/deliveries"), api.all("/v1/attempts"), api.all("/v1/events")
    texts = [reply.body.decode() for reply in bridge.answers if created["secret"].encode() not in reply.body]
    texts += [*bridge.lines(), bridge.admin("/metrics")[1]]
    assert sum(created["secret"].encode() in reply.body for reply in bridge.answers) == 1
    for canary in (*canaries, created["secret"]):
        assert not any(canary in text for text in texts), canary
        assert not in_store(bridge, canary), canary
