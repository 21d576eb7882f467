"""The README's calls work as they are printed, and are answered as it says."""

import json
import os
import shutil
import subprocess

from harness import CONTRACT

import readme


def test_the_five_calls(bridge, receiver, tmp_path):
    setup, *calls = readme.blocks("sh")
    assert len(calls) == 5 and setup.startswith("export BRIDGE=")
    printed = [json.loads(text) for text in readme.blocks("json")]
    (tmp_path / "contract.pdf").write_bytes(CONTRACT)
    variables = {
        "BRIDGE": f"http://127.0.0.1:{bridge.port}", "KEY": bridge.add_client("readme").key, "RECEIVER": receiver.url,
    }

    def call(number):
        result = subprocess.run(
            [shutil.which("bash"), "-euo", "pipefail", "-c", calls[number - 1]], cwd=tmp_path,
            env={"PATH": os.environ["PATH"]} | variables, capture_output=True, text=True, timeout=60, check=True)
        return result.stdout

    def answered(number):
        answer = json.loads(call(number))
        assert shape(answer) == shape(printed[number - 1])
        return answer

    endpoint = answered(1)
    document = answered(2)
    hashed = answered(3)
    variables["SESSION"] = document["id"]
    assert answered(4)["status"] == "completed"
    assert call(5) == ""
    assert (tmp_path / "signed.pdf").read_bytes().startswith(b"%PDF-")
    webhooks = receiver.of_session(document["id"]) + receiver.of_session(hashed["id"])
    assert len(webhooks) == 2

    body = readme.block("http").partition("\n\n")[2]
    assert shape(json.loads(webhooks[0].body)) == shape(json.loads(body))
    assert endpoint["url"] == receiver.url


def shape(value):
    """What a text of JSON is made of: names, in their order, and kinds of values."""
    if isinstance(value, dict):
        return [(name, shape(inner)) for name, inner in value.items()]
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value).__name__
