"""The contract is sound, it is what is served, and the service keeps to it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from tls import certificate

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def document(contract):
    return yaml.safe_load(contract.read_text())


def test_is_valid_openapi(document):
    validate(document)


def test_is_served_as_it_is(contract, bridge):
    reply = bridge.new_api().get("/openapi.yaml")
    assert reply.expect(200).body == contract.read_bytes()
    assert reply.headers["content-type"] == "application/yaml"


def test_examples_fit_their_schemas(document):
    checked = 0
    for place, media in media_types(document, ()):
        for name, example in media.get("examples", {}).items():
            example = resolve(document, example)
            schema = media["schema"] | {"components": document["components"]}
            faults = list(OAS31Validator(schema).iter_errors(example["value"]))
            assert not faults, f"{'/'.join(place)} {name}: {faults}"
            checked += 1
    assert checked > 40


def test_service_keeps_to_it(contract, bridge, receiver, tmp_path):
    """Every check of schemathesis, in all its phases; see schemathesis.toml."""
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml", "run", contract,
        "--url", f"http://127.0.0.1:{bridge.port}", "--phases", "examples,coverage,fuzzing,stateful",
        "--checks", "all", "--no-color",
    ]
    variables = {
        "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py"), "API_KEY": bridge.add_client("contract").key,
        "RECEIVER": receiver.url, "TLS_CERTIFICATE": str(tmp_path / "tls.crt"), "TLS_KEY": str(tmp_path / "tls.key"),
    }
    certificate(tmp_path / "tls.crt", tmp_path / "tls.key")
    result = subprocess.run(
        command, cwd=tmp_path, env=os.environ | variables, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=900, check=False)
    assert result.returncode == 0, result.stdout
    assert bridge.is_ready()


def media_types(value, place):
    """Every media type with a schema, wherever it stands."""
    if isinstance(value, dict):
        if "schema" in value and "examples" in value:
            yield place, value
        for name, inner in value.items():
            yield from media_types(inner, (*place, str(name)))


def resolve(document, example):
    if "$ref" not in example:
        return example
    for name in example["$ref"].removeprefix("#/").split("/"):
        document = document[name]
    return document
