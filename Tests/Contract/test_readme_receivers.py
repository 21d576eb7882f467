"""The README's receivers take what the bridge sends, and nothing else."""

import base64
import hashlib
import hmac
import http.client
import json
import subprocess
import sys
import time

import pytest

import readme
from tls import openssl

# Each reads {"trusted", "headers", "body"} from standard input, with the body in base64, and prints the event.
DRIVERS = {
    "python": ([sys.executable], "receiver.py", """
import base64, json, sys
call = json.load(sys.stdin)
print(json.dumps(verify(call["trusted"], call["headers"], base64.b64decode(call["body"]))))
"""),
    "js": (["node"], "receiver.mjs", """
import { readFileSync } from 'node:fs';
const call = JSON.parse(readFileSync(0));
console.log(JSON.stringify(verify(call.trusted, call.headers, Buffer.from(call.body, 'base64'))));
"""),
    "php": (["php"], "receiver.php", """
$call = json_decode(stream_get_contents(STDIN), true);
echo json_encode(verify($call['trusted'], $call['headers'], base64_decode($call['body'])));
"""),
}
# The samples of each language, in their order: with the secret, and with the public keys.
SCHEMES = ["v1", "v1a"]
SAMPLES = [("python", "v1"), ("js", "v1"), ("php", "v1"), ("js", "v1a"), ("php", "v1a")]
REFUSALS = [
    "WebhookVerificationError", "the webhook is too old", "the signature does not hold",
    "this is not the secret of an endpoint",
]


class Receiver:
    """One of the samples."""

    def __init__(self, language, scheme, folder):
        self.scheme = scheme
        self.command, name, driver = DRIVERS[language]
        self.file = folder / name
        opening = "<?php\n" if language == "php" else ""
        self.file.write_text(opening + readme.blocks(language)[SCHEMES.index(scheme)] + driver)

    def __call__(self, trusted, headers, body):
        """The event, or None when the sample refuses it. `trusted` is a secret, or a set of keys."""
        call = {"trusted": trusted, "headers": headers, "body": base64.b64encode(body).decode()}
        result = subprocess.run(
            [*self.command, str(self.file)], input=json.dumps(call), capture_output=True, text=True, timeout=30,
            check=False)
        if result.returncode == 0:
            return json.loads(result.stdout)
        # It refused with an error of its own, and did not just fail to run.
        assert any(text in result.stderr + result.stdout for text in REFUSALS), result.stderr + result.stdout
        return None


class Secret:
    """Somebody who signs with a secret."""

    def __init__(self, folder):
        self.trusted = "whsec_" + base64.b64encode(hashlib.sha256(str(folder).encode()).digest()).decode()

    def signature(self, content):
        key = base64.b64decode(self.trusted.removeprefix("whsec_"))
        return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


class KeyPair:
    """Somebody who signs with an Ed25519 key."""

    def __init__(self, folder):
        self.key, self.content = folder / "key.pem", folder / "content"
        openssl("genpkey", "-algorithm", "ed25519", "-out", self.key)
        public = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")[-32:]
        x = base64.urlsafe_b64encode(public).decode().rstrip("=")
        whpk = "whpk_" + base64.b64encode(public).decode()
        self.trusted = {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "whpk": whpk}]}

    def signature(self, content):
        self.content.write_bytes(content)
        signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.key, "-in", self.content)
        return "v1a," + base64.b64encode(signature).decode()


@pytest.fixture(scope="module", params=SAMPLES, ids="-".join)
def receive(request, tmp_path_factory):
    return Receiver(*request.param, tmp_path_factory.mktemp("receiver"))


@pytest.fixture(scope="module")
def signer(receive, tmp_path_factory):
    return {"v1": Secret, "v1a": KeyPair}[receive.scheme](tmp_path_factory.mktemp("signer"))


@pytest.fixture(scope="module")
def stranger(receive, tmp_path_factory):
    """Who signs just so, and is not known."""
    return {"v1": Secret, "v1a": KeyPair}[receive.scheme](tmp_path_factory.mktemp("stranger"))


@pytest.fixture(scope="module")
def sent(bridge, receiver):
    """A webhook of the live bridge after a rotation: what is trusted by scheme, the new one first; headers; body."""
    api = bridge.new_api("receivers")
    endpoint = api.endpoint(receiver.url, signature="v1a")
    rotated = api.post(f"/v1/endpoints/{endpoint['id']}/rotate-secret").expect(200).json
    event = api.post(f"/v1/endpoints/{endpoint['id']}/test").expect(202).json["event_id"]
    (arrival,) = receiver.wait_for(where=lambda arrival: arrival.id == event)
    new_key, old_key = public_keys(bridge, endpoint["keys_url"])
    trusted = {
        "v1": [rotated["secret"], endpoint["secret"]],
        "v1a": [{"keys": [new_key]}, {"keys": [old_key]}, {"keys": [old_key, new_key]}],
    }
    headers = {name: value for name, value in arrival.headers.items() if name.startswith("webhook-")}
    return trusted, headers, arrival.body


def public_keys(bridge, path):
    """The keys of an endpoint, as anybody gets them."""
    connection = http.client.HTTPConnection("127.0.0.1", bridge.port, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status == 200 and response.getheader("Content-Type") == "application/jwk-set+json"
    return json.load(response)["keys"]


@pytest.fixture(scope="module")
def webhook(receive, sent):
    """What the sample trusts, the headers and the body of the bridge's webhook."""
    trusted, headers, body = sent
    return trusted[receive.scheme][0], headers, body


def signed(signer, body, age=0):
    """The headers of a webhook of that age in seconds."""
    timestamp = int(time.time()) - age
    return {
        "webhook-id": "evt_1", "webhook-timestamp": str(timestamp),
        "webhook-signature": signer.signature(f"evt_1.{timestamp}.".encode() + body),
    }


def test_takes_what_the_bridge_sends(receive, sent):
    trusted, headers, body = sent
    for each in trusted[receive.scheme]:
        assert receive(each, headers, body) == json.loads(body)


def test_refuses_a_changed_body(receive, webhook):
    trusted, headers, body = webhook
    assert receive(trusted, headers, body.replace(b"endpoint.test", b"endpoint.best")) is None
    assert receive(trusted, headers, body + b" ") is None


def test_refuses_a_stranger(receive, webhook, signer, stranger):
    trusted, headers, body = webhook
    assert receive(stranger.trusted, headers, body) is None
    assert receive(trusted, signed(stranger, body), body) is None
    assert receive(signer.trusted, signed(stranger, body), body) is None


def test_refuses_changed_headers(receive, webhook):
    trusted, headers, body = webhook
    for name in headers:
        assert receive(trusted, {key: value for key, value in headers.items() if key != name}, body) is None
    assert receive(trusted, headers | {"webhook-id": "evt_2"}, body) is None
    assert receive(trusted, headers | {"webhook-signature": f"{receive.scheme},"}, body) is None
    assert receive(trusted, headers | {"webhook-signature": headers["webhook-signature"][:20]}, body) is None
    assert receive(trusted, headers | {"webhook-timestamp": "now"}, body) is None


@pytest.mark.parametrize("age", [310, 86_400, -310])
def test_refuses_what_is_not_recent(receive, webhook, signer, age):
    body = webhook[2]
    assert receive(signer.trusted, signed(signer, body, age), body) is None


@pytest.mark.parametrize("age", [0, 290, -290])
def test_takes_what_is_recent(receive, webhook, signer, age):
    body = webhook[2]
    assert receive(signer.trusted, signed(signer, body, age), body) == json.loads(body)


def test_takes_one_good_signature_of_several(receive, webhook, signer):
    body = webhook[2]
    headers = signed(signer, body)
    good, scheme = headers["webhook-signature"], receive.scheme
    other = f"v2,{good.partition(',')[2]}"
    headers["webhook-signature"] = f"{scheme},AAAA {other} {good} {scheme},BBBB"
    assert receive(signer.trusted, headers, body) == json.loads(body)
    headers["webhook-signature"] = f"{scheme},AAAA {other}"
    assert receive(signer.trusted, headers, body) is None
