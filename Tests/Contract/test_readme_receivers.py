"""The README's receivers take what the bridge sends, and nothing else."""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import time

import pytest

import readme

# Each reads {"secret", "headers", "body"} from standard input, with the body in base64, and prints the event.
DRIVERS = {
    "python": ([sys.executable], "receiver.py", """
import base64, json, sys
call = json.load(sys.stdin)
print(json.dumps(verify(call["secret"], call["headers"], base64.b64decode(call["body"]))))
"""),
    "js": (["node"], "receiver.mjs", """
import { readFileSync } from 'node:fs';
const call = JSON.parse(readFileSync(0));
console.log(JSON.stringify(verify(call.secret, call.headers, Buffer.from(call.body, 'base64'))));
"""),
    "php": (["php"], "receiver.php", """
$call = json_decode(stream_get_contents(STDIN), true);
echo json_encode(verify($call['secret'], $call['headers'], base64_decode($call['body'])));
"""),
}
OTHER_SECRET = "whsec_" + base64.b64encode(bytes(24)).decode()


@pytest.fixture(scope="module", params=DRIVERS)
def receive(request, tmp_path_factory):
    """Gives a webhook to one of the samples: the event, or None when it refuses."""
    command, name, driver = DRIVERS[request.param]
    opening = "<?php\n" if request.param == "php" else ""
    file = tmp_path_factory.mktemp("receiver") / name
    file.write_text(opening + readme.block(request.param) + driver)

    def receive(secret, headers, body):
        call = {"secret": secret, "headers": headers, "body": base64.b64encode(body).decode()}
        result = subprocess.run(
            [*command, str(file)], input=json.dumps(call), capture_output=True, text=True, timeout=30, check=False)
        if result.returncode == 0:
            return json.loads(result.stdout)
        # It refused with an error of its own, and did not just fail to run.
        assert any(text in result.stderr + result.stdout for text in REFUSALS), result.stderr + result.stdout
        return None
    return receive


REFUSALS = [
    "WebhookVerificationError", "the webhook is too old", "the signature does not hold",
    "this is not the secret of an endpoint",
]


@pytest.fixture(scope="module")
def webhook(bridge, receiver):
    """A webhook of the live bridge, signed with two secrets; both, the new one first, its headers and its body."""
    api = bridge.new_api("receivers")
    endpoint = api.endpoint(receiver.url)
    rotated = api.post(f"/v1/endpoints/{endpoint['id']}/rotate-secret").expect(200).json
    event = api.post(f"/v1/endpoints/{endpoint['id']}/test").expect(202).json["event_id"]
    (arrival,) = receiver.wait_for(where=lambda arrival: arrival.id == event)
    headers = {name: value for name, value in arrival.headers.items() if name.startswith("webhook-")}
    return rotated["secret"], endpoint["secret"], headers, arrival.body


def signed(secret, body, age):
    """The headers of a webhook of that age in seconds."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    timestamp = int(time.time()) - age
    signature = hmac.new(key, f"evt_1.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": "evt_1", "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def test_takes_what_the_bridge_sends(receive, webhook):
    new, old, headers, body = webhook
    assert receive(new, headers, body) == json.loads(body)
    assert receive(old, headers, body) == json.loads(body)


def test_refuses_a_changed_body(receive, webhook):
    secret, _, headers, body = webhook
    assert receive(secret, headers, body.replace(b"endpoint.test", b"endpoint.best")) is None
    assert receive(secret, headers, body + b" ") is None


def test_refuses_another_secret(receive, webhook):
    assert receive(OTHER_SECRET, *webhook[2:]) is None


def test_refuses_changed_headers(receive, webhook):
    secret, _, headers, body = webhook
    for name in headers:
        assert receive(secret, {key: value for key, value in headers.items() if key != name}, body) is None
    assert receive(secret, headers | {"webhook-id": "evt_2"}, body) is None
    assert receive(secret, headers | {"webhook-signature": "v1,"}, body) is None
    assert receive(secret, headers | {"webhook-signature": headers["webhook-signature"][:20]}, body) is None
    assert receive(secret, headers | {"webhook-timestamp": "now"}, body) is None


@pytest.mark.parametrize("age", [310, 86_400, -310])
def test_refuses_what_is_not_recent(receive, webhook, age):
    secret, _, _, body = webhook
    assert receive(secret, signed(secret, body, age), body) is None


@pytest.mark.parametrize("age", [0, 290, -290])
def test_takes_what_is_recent(receive, webhook, age):
    secret, _, _, body = webhook
    assert receive(secret, signed(secret, body, age), body) == json.loads(body)


def test_takes_one_good_signature_of_several(receive, webhook):
    secret, _, _, body = webhook
    headers = signed(secret, body, 0)
    good = headers["webhook-signature"]
    headers["webhook-signature"] = f"v1,AAAA v2,{good[3:]} {good} v1,BBBB"
    assert receive(secret, headers, body) == json.loads(body)
    headers["webhook-signature"] = f"v1,AAAA v2,{good[3:]}"
    assert receive(secret, headers, body) is None
