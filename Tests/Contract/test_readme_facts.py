"""What the README says of the program and of its tests is so."""

import base64
import hashlib
import hmac
import json
import re

import yaml

import readme
from conftest import ROOT


def section(title):
    """The text between a bold title and the next one."""
    return readme.TEXT.partition(f"**{title}.**")[2].partition("\n**")[0]


def families(bridge):
    text = bridge.admin("/metrics")[1]
    return {name.removeprefix("marksign_bridge_") for name in re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)}


def test_metrics(bridge):
    rows = "".join(re.findall(r"^\|([^|]*)\|", section("Metrics"), re.MULTILINE))
    printed = set(re.findall(r"`([a-z_]+)(?:\{[a-z,]+\})?`", rows))
    assert printed == {name for name in families(bridge) if not name.startswith("alarm_")}


def test_alarms(bridge):
    printed = set(re.findall(r"^\| `(alarm_[a-z_]+)`", section("Alarms"), re.MULTILINE))
    assert printed == {name for name in families(bridge) if name.startswith("alarm_")}


def test_named_files_exist():
    named = re.findall(r"`((?:[A-Z]\w+Tests|EndToEnd|Contract)(?:/[\w.]+)*)`", readme.TEXT)
    assert len(named) > 10
    for name in named:
        assert (ROOT / "Tests" / name).exists(), name
    for name in re.findall(r"`((?:Deploy|Sources)/[\w./-]+)`", readme.TEXT):
        assert (ROOT / name).exists(), name


def test_the_printed_webhook_verifies():
    head, _, body = readme.block("http").partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    secret = json.loads(readme.blocks("json")[0])["secret"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    body = "".join(line.strip() for line in body.splitlines())
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}"
    signature = hmac.new(key, content.encode(), hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(signature).decode()}"


def test_the_printed_schedule_is_the_default():
    default = re.search(r"^\| `webhooks\.retrySchedule`.*?`([^`]*,[^`]*)`", readme.TEXT, re.MULTILINE)[1]
    units = {"s": 1, "m": 60, "h": 3600}
    delays = [int(text[:-1]) * units[text[-1]] for text in default.split(",")]
    delivery = readme.section("What is delivered when")
    rows = re.findall(r"^\| (\d+) \| ([^|]*?) ?\| ([^|]*) \|$", delivery, re.MULTILINE)
    assert rows[0] == ("1", "", "at once")
    total = 0
    for number, delay in enumerate(delays, start=2):
        total += delay
        assert rows[number - 1] == (str(number), written(delay), written(total))
    assert len(rows) == len(delays) + 1 == 10
    words = " ".join(delivery.split())
    assert f"ten attempts in {written(total)}" in words
    assert f"at the latest the waits add up to {written(total * 6 // 5)}" in words


def written(seconds):
    """`2 h 35 min 5 s`"""
    parts = [(seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def test_settings(bridge):
    """Each setting is in the table; what the table says of it is compared by a test of the program itself."""
    printed = re.findall(r"^\| `[a-z]+\.[A-Za-z]+` \| `([A-Z_]+)` \|", readme.TEXT, re.MULTILINE)
    told = re.findall(r"^ {6}([A-Z_]+):", bridge.command("serve", "--help").stdout, re.MULTILINE)
    assert printed == told


def test_every_reason_is_in_its_table(contract):
    schemas = yaml.safe_load(contract.read_text())["components"]["schemas"]
    for code in schemas["SessionErrorCode"]["enum"]:
        assert f"`{code}`" in readme.section("How a session ends"), code
    delivery = readme.section("What is delivered when")
    assert first_words(delivery, "error") == schemas["AttemptError"]["enum"]
    assert first_words(delivery, "status") == schemas["DeliveryStatus"]["enum"]


def test_every_field_of_an_endpoint_is_in_the_table(contract):
    operations = yaml.safe_load(contract.read_text())["paths"]["/v1/endpoints"]
    schema = operations["post"]["requestBody"]["content"]["application/json"]["schema"]
    fields = first_words(readme.section("Endpoints with ways of their own"), "field")
    assert ["url", "events", "description", *fields] == list(schema["properties"])


def first_words(text, heading):
    """What stands in code in the first column of the table of that heading."""
    table = re.search(rf"^\| {heading} \|[^\n]*\n((?:\|[^\n]*\n)+)", text, re.MULTILINE)[1]
    cells = re.findall(r"^\| (`[^|]*`) \|", table, re.MULTILINE)
    return [word for cell in cells for word in re.findall("`(.*?)`", cell)]
