"""Signing from the first request to the webhook."""

import base64
import hashlib

import pytest
from harness import CONTRACT, PERSONAL_CODE, document_start, hash_start, step, verified, watch
from harness.bridge import ACCESS_TOKEN

SIGNED = CONTRACT + b"\n% signed \x00\xff\n"


@pytest.fixture(scope="module")
def stage(make_stage):
    return make_stage()


def only_webhook(stage, session):
    """The one webhook of a session, verified by the official library."""
    arrival, = stage.receiver.of_session(session["id"])
    stage.api.delivery("delivered", session_id=session["id"])
    assert len(stage.receiver.of_session(session["id"])) == 1
    event, = stage.api.all("/v1/events", session_id=session["id"])
    assert event["id"] == arrival.id
    told = verified(arrival, stage.secret)
    assert event["body"] == told
    return told


@pytest.mark.parametrize("form", ["started", "watched"])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_document(stage, upstream, form, algorithm):
    """A signed document: its digest is told as Marksign sent it, and the file is had byte for byte."""
    content = base64.b64encode(SIGNED).decode()
    polls = [step("waiting", times=2),
             step("ok", content_base64=content, digest_algorithm=algorithm, name="contract_signed.pdf")]
    if form == "started":
        upstream.next_start(step("start", control_code="0007"), polls=polls)
        session = stage.api.start(document_start(metadata={"contract_id": "42"}))
        assert session["control_code"] == "0007"
    else:
        session = stage.api.start(watch(upstream.polls(*polls), metadata={"contract_id": "42"}))
    assert session["status"] == "pending"

    data = only_webhook(stage, session)["data"]
    path = f"/v1/sessions/{session['id']}/file"
    assert data == {
        "session_id": session["id"], "kind": "document", "method": "smart-id", "status": "completed",
        "token": session["token"], "metadata": {"contract_id": "42"},
        "file": {
            "name": "contract_signed.pdf", "size": len(SIGNED), "digest": hashlib.new(algorithm, SIGNED).hexdigest(),
            "digest_algorithm": {"sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384",
                                 "sha512": "SHA-512"}[algorithm],
            "digest_verified": True, "sha256": hashlib.sha256(SIGNED).hexdigest(), "url": path}}

    ended = stage.api.session(session["id"])
    assert ended["status"] == "completed"
    assert ended["result"]["file"] == data["file"]
    assert ended["result"]["person"] == {"name": "NAME", "surname": "SURNAME"}
    download = stage.api.get(path).expect(200)
    assert download.body == SIGNED
    assert download.headers["content-type"] == "application/pdf"
    assert "contract_signed.pdf" in download.headers["content-disposition"]
    digest = base64.b64encode(hashlib.sha256(SIGNED).digest()).decode()
    assert download.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert download.headers["etag"]


def test_wrong_digest(stage, upstream):
    """A digest that is not that of the file: completed all the same, but told as not verified, with an alarm."""
    session = stage.api.start(watch(upstream.polls(step("ok", digest="a" * 64))))
    file = only_webhook(stage, session)["data"]["file"]
    assert (file["digest"], file["digest_verified"]) == ("a" * 64, False)
    assert stage.bridge.metric("marksign_bridge_alarm_digest_mismatch") == 1
    assert [line for line in stage.bridge.log() if line["level"] == "error" and session["id"] in line.values()]


@pytest.mark.parametrize("form", ["started", "watched"])
def test_hash(stage, upstream, form):
    """A signed hash: the signature value is told as Marksign sent it."""
    value = base64.b64encode(base64.b64encode(bytes(range(256)))).decode()
    polls = [step("waiting", times=2), step("ok", signature_value=value)]
    if form == "started":
        upstream.next_start(polls=polls, kind="hash")
        session = stage.api.start(hash_start())
    else:
        session = stage.api.start(watch(upstream.polls(*polls, kind="hash"), "hash"))
    data = only_webhook(stage, session)["data"]
    assert data["signature_value"] == value
    assert "file" not in data
    assert stage.api.session(session["id"])["result"] == {"signature_value": value}
    stage.api.get(f"/v1/sessions/{session['id']}/file").expect(404, "no_file")


def test_what_was_sent(stage, upstream):
    """Marksign gets what the client sent, once, and a hash in lower case."""
    stage.api.start(document_start("Sent once", checks={"peps": True, "sanctions": False}))
    stage.api.start(hash_start("Hash sent once", hash="5FEF901D" * 8))
    start, = upstream.starts("Sent once")
    expected = {"type": "pdf", "country": "LT", "code": PERSONAL_CODE, "certificate_level": "QUALIFIED", "peps": True}
    assert expected.items() <= start["fields"].items()
    assert start["access_token"] == ACCESS_TOKEN
    start, = upstream.starts("Hash sent once")
    assert start["fields"]["hash"] == "5fef901d" * 8


def test_secrets_stay_inside(make_bridge, upstream, receiver):
    """The access token and the API key appear nowhere outside, personal codes in no log, metric or webhook; not even
    when Marksign's answers repeat what was sent."""
    bridge = make_bridge({"poll.timeout": "3s", "poll.rescue": "1s"}).start()
    client = bridge.add_client()
    api = bridge.api(client)
    webhook_secret = api.endpoint(receiver.url)["secret"]
    echo = f"access_token {ACCESS_TOKEN} code {PERSONAL_CODE} is wrong"
    polls = [step("error", code=40020, message=echo)]
    upstream.next_start(step("error", code=40001, message=echo))
    api.post("/v1/sessions", document_start()).expect(422)
    upstream.next_start(step("error", code=50000, message=echo))
    api.post("/v1/sessions", document_start()).expect(502)
    upstream.next_start(step("raw", body=echo, status=500))
    api.post("/v1/sessions", document_start(), key="lost").expect(504)
    upstream.next_start(polls=polls)
    sessions = [api.start(document_start())]
    upstream.next_start(kind="hash")
    sessions += [api.start(hash_start()), api.start(watch(upstream.polls(step("raw", body=echo)))),
                 api.start(watch(upstream.polls(step("error", code=40003, message=echo))))]
    wrong = document_start()
    wrong["signer"]["personal_code"] = PERSONAL_CODE[:-1] + "5"
    api.post("/v1/sessions", wrong).expect(422)
    bridge.api(client._replace(key=client.key + "x")).get("/v1/sessions").expect(401)
    api.get("/v1/sessions", access_token=client.key).expect(400)
    for session in sessions:
        api.ended(session["id"])
    receiver.wait_for(5)
    api.all("/v1/events"), api.all("/v1/deliveries"), api.all("/v1/endpoints"), api.all("/v1/sessions")
    metrics = bridge.admin("/metrics")[1]
    check = bridge.command("check")
    assert bridge.terminate() == 0

    logs = "\n".join(bridge.lines())
    answers = "\n".join(f"{reply.headers} {reply.body.decode()}" for reply in bridge.answers)
    webhooks = "\n".join(f"{arrival.headers} {arrival.body.decode()}" for arrival in receiver.snapshot())
    assert len(logs) > 1000 and len(answers) > 1000 and len(metrics) > 1000 and len(webhooks) > 1000
    outside = {"logs": logs, "answers": answers, "webhooks": webhooks, "metrics": metrics,
               "check": check.stdout + check.stderr}
    for place, text in outside.items():
        # Half of a key would be too much too.
        for secret in (ACCESS_TOKEN, client.key, client.key[-20:]):
            assert secret not in text, f"a secret in the {place}"
    for place in ("logs", "webhooks", "metrics"):
        for secret in (PERSONAL_CODE, wrong["signer"]["personal_code"], webhook_secret):
            assert secret not in outside[place], f"a secret in the {place}"


def test_the_published_samples(stage, upstream):
    """The answers as Marksign's documentation prints them, what it leaves out filled in, come through unchanged."""
    content = base64.b64encode(SIGNED).decode().replace("/", "\\/")
    sanctions = ('[{\n    "id": 17,\n    "reference": "10131008196",\n    "date_of_birth": "18 Apr 1981",\n'
                 '    "score": 1.50e0,\n    "associates": {\n      "parent": "Name Surname"\n    },\n'
                 '    "image_url": "http:\\/\\/www.eltiempo.com\\/archivo\\/MAM-2761276.jpg"\n  }]')
    peps = '[{\n    "id": 1422,\n    "first_name": "Name",\n    "country_of_origin": ""\n  }]'
    document = f"""{{
  "status": "ok",
  "signature_id": "IEBCLXycNwpDQ\\/OrctsPN+FTv\\/nhGn6u+E9z2KB+W4Aw",
  "file": {{
    "name": "aec29dc7-bde3-8299-6dc6-00686318e538_signed.pdf",
    "content": "{content}",
    "digest": "{hashlib.sha1(SIGNED).hexdigest()}"
  }},
  "person": {{
    "name": "NAME",
    "surname": "SURNAME"
  }},
  "sanctions_data": {sanctions},
  "peps_data": {peps}
}}"""
    session = stage.api.start(watch(upstream.polls(step("raw", body=document))))
    data = only_webhook(stage, session)["data"]
    assert (data["file"]["digest_algorithm"], data["file"]["digest_verified"]) == ("SHA-1", True)
    assert data["file"]["name"] == "aec29dc7-bde3-8299-6dc6-00686318e538_signed.pdf"
    ended = stage.api.get(f"/v1/sessions/{session['id']}").expect(200)
    assert ended.json["result"]["signature_id"] == "IEBCLXycNwpDQ/OrctsPN+FTv/nhGn6u+E9z2KB+W4Aw"
    assert sanctions.encode() in ended.body and peps.encode() in ended.body

    value = base64.b64encode(base64.b64encode(bytes(range(64)))).decode()
    signed = f'{{\n  "status": "ok",\n  "signature_value": "{value}"\n}}'
    session = stage.api.start(watch(upstream.polls(step("raw", body=signed), kind="hash"), kind="hash"))
    assert only_webhook(stage, session)["data"]["signature_value"] == value
