"""The README's calls work as they are printed, and are answered as it says."""

import json
import os
import shutil
import subprocess

import pytest

from harness import CONTRACT

import readme
from tls import certificate


@pytest.fixture
def call(bridge, receiver, tmp_path):
    """Runs a call with the variables that the README sets, and whatever else it is given."""
    always = {
        "BRIDGE": f"http://127.0.0.1:{bridge.port}", "KEY": bridge.add_client("readme").key, "RECEIVER": receiver.url,
        "PATH": os.environ["PATH"],
    }

    def call(code, **variables):
        result = subprocess.run(
            [shutil.which("bash"), "-euo", "pipefail", "-c", code], cwd=tmp_path, env=always | variables,
            capture_output=True, text=True, timeout=60, check=True)
        return result.stdout
    return call


def test_the_five_calls(call, receiver, tmp_path):
    text = readme.section("The API in five calls")
    setup, *calls = readme.blocks("sh", text)
    assert len(calls) == 5 and setup.startswith("export BRIDGE=")
    printed = [json.loads(text) for text in readme.blocks("json", text)]
    (tmp_path / "contract.pdf").write_bytes(CONTRACT)

    def answered(number, **variables):
        answer = json.loads(call(calls[number - 1], **variables))
        assert shape(answer) == shape(printed[number - 1])
        return answer

    endpoint = answered(1)
    document = answered(2)
    hashed = answered(3)
    assert answered(4, SESSION=document["id"])["status"] == "completed"
    assert call(calls[4], SESSION=document["id"]) == ""
    assert (tmp_path / "signed.pdf").read_bytes().startswith(b"%PDF-")
    webhooks = receiver.of_session(document["id"]) + receiver.of_session(hashed["id"])
    assert len(webhooks) == 2

    body = readme.block("http").partition("\n\n")[2]
    assert shape(json.loads(webhooks[0].body)) == shape(json.loads(body))
    assert endpoint["url"] == receiver.url


def test_the_calls_to_an_endpoint(call, tmp_path):
    create = readme.blocks("sh", readme.section("The API in five calls"))[1]
    (recover,) = readme.blocks("sh", readme.section("What is delivered when").partition("\n### ")[0])
    options, tls, rotate = readme.blocks("sh", readme.section("Endpoints with ways of their own"))
    endpoint = json.loads(call(create))
    for name in ("ca", "client"):
        certificate(tmp_path / f"{name}.pem", tmp_path / f"{name}-key.pem")

    def answered(code):
        return json.loads(call(code, ENDPOINT=endpoint["id"]))

    assert answered(recover) == {"count": 0}
    changed = answered(options)
    assert changed["retry_schedule"] == ["10s", "1m", "10m", "1h"]
    assert changed["headers"] == [
        {"name": "X-Environment", "value": "production", "secret": False},
        {"name": "X-Api-Key", "value": None, "secret": True},
    ]
    # The receiver of the first call has no TLS.
    moved = answered(
        """curl -s -X PATCH "$BRIDGE/v1/endpoints/$ENDPOINT" -H "Authorization: Bearer $KEY" \\
             -H 'Content-Type: application/json' -d "{\\"url\\":\\"https${RECEIVER#http}\\"}\"""")
    assert moved["url"].startswith("https://")
    changed = answered(tls)["tls"]
    assert changed["ca"].split() == (tmp_path / "ca.pem").read_text().split()
    assert changed["certificate"].split() == (tmp_path / "client.pem").read_text().split()
    assert answered(rotate)["secret"] != endpoint["secret"]


def shape(value):
    """What a text of JSON is made of: names, in their order, and kinds of values."""
    if isinstance(value, dict):
        return [(name, shape(inner)) for name, inner in value.items()]
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value).__name__
