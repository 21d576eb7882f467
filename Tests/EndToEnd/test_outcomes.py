"""How a poll's answer decides: each row of the table, told by the API and by a verified webhook."""

import base64
import gzip
import json
from datetime import datetime

import pytest
from harness import document_start, step, verified, watch

WAITING = step("waiting")

# name: kind, polls, status, code, upstream code, how many polls it takes (None: it depends on the pace)
ENDINGS = {
    "refused": ("document", [step("error", code=40020)], "failed", "user_refused", 40020, 1),
    "refused a hash": ("hash", [step("error", code=40020)], "failed", "user_refused", 40020, 1),
    "canceled": ("document", [step("canceled")], "failed", "user_refused", None, 1),
    "expired": ("document", [WAITING, step("error", code=40021)], "failed", "session_expired", 40021, 2),
    "unusable": ("document", [step("error", code=40022)], "failed", "document_unusable", 40022, 1),
    "unknown signer": ("document", [step("error", code=40401)], "failed", "signer_not_found", 40401, 1),
    "not qualified": ("document", [step("error", code=40403)], "failed", "account_not_qualified", 40403, 1),
    "no certificate": ("document", [step("error", code=40801)], "failed", "certificate_timeout", 40801, 1),
    "refused with HTTP 400": ("document", [step("error", code=40020, http_status=400)], "failed", "user_refused",
                              40020, 1),
    "never there": ("document", [step("error", code=40402)], "failed", "session_not_found", 40402, 2),
    "there, then gone": ("document", [WAITING, step("error", code=40402)], "unknown", "session_not_found", 40402, 3),
    "a fault, then gone": ("document", [step("empty"), step("error", code=40402)], "unknown", "session_not_found",
                           40402, 3),
    "no file": ("document", [step("ok", omit=["file"])], "unknown", "invalid_result", None, 2),
    "no content": ("document", [step("ok", omit=["content"])], "unknown", "invalid_result", None, 2),
    "content not base64": ("document", [step("raw", body='{"status":"ok","signature_id":"1","file":{"name":"a.pdf",'
                                             '"content":"%%%","digest":"00"}}')],
                           "unknown", "invalid_result", None, 2),
    "no signature value": ("hash", [step("ok", omit=["signature_value"])], "unknown", "invalid_result", None, 2),
    "rejected 40001": ("document", [step("error", code=40001)], "unknown", "request_rejected", 40001, 1),
    "rejected 40004": ("document", [step("error", code=40004)], "unknown", "request_rejected", 40004, 1),
    "rejected 40005": ("document", [step("error", code=40005)], "unknown", "request_rejected", 40005, 1),
}

# An answer that would complete a session, if it could be read.
SIGNED = json.dumps({"status": "ok", "signature_id": "1", "file": {
    "name": "a.pdf", "content": base64.b64encode(b"%PDF-1.4").decode(), "digest": "0" * 64}})

# What ends nothing: the session is polled on, and completes with the answer after it.
ENDS_NOTHING = {
    "pending": step("pending"), "running": step("running"), "a new word": step("abracadabra"),
    "40003": step("error", code=40003), "50003": step("error", code=50003), "50004": step("error", code=50004),
    "HTTP 401": step("empty", status=401), "HTTP 403": step("html", status=403),
    "50000": step("error", code=50000), "50002": step("error", code=50002), "a new code": step("error", code=41234),
    "no code": step("error", code=None), "HTTP 408": step("empty", status=408), "HTTP 425": step("empty", status=425),
    "HTTP 429": step("empty", status=429, retry_after=1), "HTTP 500": step("empty", status=500),
    "HTTP 502, HTML": step("html", status=502), "HTTP 200, HTML": step("html"), "HTTP 200, empty": step("empty"),
    "cut JSON": step("raw", body='{"status":"o'), "an array": step("raw", body='["ok"]'),
    "NUL bytes": step("raw", body_base64=base64.b64encode(b"\0" * 64).decode()),
    "a redirect": step("html", status=302, headers={"Location": "http://127.0.0.1:1/"}),
    "HTTP 503, Retry-After": step("empty", status=503, retry_after=1), "HTTP 504": step("html", status=504),
    "an absurd Retry-After": step("empty", status=429, retry_after="-1e9, Sun, 99 Foo 0000 99:99:99 GMT"),
    "a Retry-After that is past": step("empty", status=429, retry_after="Sun, 06 Nov 1994 08:49:37 GMT"),
    "HTTP 404": step("html", status=404), "HTTP 410": step("empty", status=410),
    "a BOM": step("raw", body="\ufeff" + SIGNED), "a key twice": step("raw", body='{"status":"waiting",' + SIGNED[1:]),
    "beyond a double": step("raw", body='{"n":1e400,' + SIGNED[1:]), "NaN": step("raw", body='{"n":NaN,' + SIGNED[1:]),
    "a lone surrogate": step("raw", body='{"n":"\\ud800",' + SIGNED[1:]), "text behind": step("raw", body=SIGNED + "x"),
    "compressed": step("raw", body_base64=base64.b64encode(gzip.compress(b" " * 1_000_000 + SIGNED.encode())).decode(),
                       headers={"Content-Encoding": "gzip"}),
    "a length that is too long": step("raw", body=SIGNED, headers={"Content-Length": "100000"}),
    "a negative length": step("raw", body=SIGNED, headers={"Content-Length": "-1"}),
    "a broken chunk": step("raw", body="zz\r\n" + SIGNED, headers={"Transfer-Encoding": "chunked"}),
    "cut": step("cut", of=step("ok")), "reset": step("reset"), "slow": step("ok", delay=3),
    "ok, unreadable once": step("ok", omit=["content"]),
}


@pytest.fixture(scope="module")
def stage(make_stage):
    return make_stage({"upstream.timeout": "1s", "upstream.connectTimeout": "1s"})


@pytest.fixture(scope="module")
def sessions(stage, scripted_upstream):
    """All rows at once: the whole table takes as long as its longest row."""
    rows = {name: (kind, polls) for name, (kind, polls, *_) in ENDINGS.items()}
    rows |= {name: ("document", [polls, step("ok")]) for name, polls in ENDS_NOTHING.items()}
    tokens = {name: scripted_upstream.polls(*polls, kind=kind) for name, (kind, polls) in rows.items()}
    return {name: stage.api.start(watch(tokens[name], kind, metadata={"row": name}))
            for name, (kind, _) in rows.items()}


def told(stage, session):
    """How the session ended, as the API and its one webhook agree."""
    ended = stage.api.ended(session["id"])
    arrival = stage.receiver.of_session(session["id"])[0]
    webhook = verified(arrival, stage.secret)
    assert webhook["type"] == f"session.{ended['status']}"
    assert webhook["data"]["status"] == ended["status"]
    assert webhook["data"].get("error") == ended["error"]
    stage.api.delivery("delivered", session_id=session["id"])
    assert len(stage.api.all("/v1/events", session_id=session["id"])) == 1
    assert len(stage.receiver.of_session(session["id"])) == 1
    return ended


@pytest.mark.parametrize("name", ENDINGS)
def test_endings(stage, sessions, scripted_upstream, name):
    """An answer that is final ends the session as the table says, after as many polls as it says."""
    _, _, status, code, upstream_code, polls = ENDINGS[name]
    ended = told(stage, sessions[name])
    assert ended["status"] == status
    assert (ended["error"]["code"], ended["error"]["upstream_code"]) == (code, upstream_code)
    assert ended["error"]["message"]
    assert ended["result"] is None
    assert len(scripted_upstream.log("status", ended["token"])) == polls


@pytest.mark.parametrize("name", ["never there", "there, then gone"])
def test_a_missing_session_is_confirmed(stage, sessions, scripted_upstream, name):
    """40402 is believed when it comes again at least five seconds later."""
    ended = stage.api.ended(sessions[name]["id"])
    times = [entry["time_ms"] for entry in scripted_upstream.log("status", ended["token"])]
    assert times[-1] - times[-2] >= 4990


@pytest.mark.parametrize("name", ENDS_NOTHING)
def test_what_ends_nothing(stage, sessions, scripted_upstream, name):
    """Unknown words and faults of Marksign end no session: it completes with the next good answer."""
    ended = told(stage, sessions[name])
    assert (ended["status"], ended["error"]) == ("completed", None)
    assert len(scripted_upstream.log("status", ended["token"])) == 2


@pytest.mark.parametrize("alarm", ["invalid_result", "request_rejected"])
def test_alarms(stage, sessions, alarm):
    """What only an operator can mend raises an alarm: a number for each session, and an error line."""
    names = [name for name, row in ENDINGS.items() if row[3] == alarm]
    for name in names:
        stage.api.ended(sessions[name]["id"])
    assert stage.bridge.metric(f"marksign_bridge_alarm_{alarm}") == len(names)
    errors = [line for line in stage.bridge.log() if line["level"] == "error"]
    for name in names:
        assert any(sessions[name]["id"] in line.values() for line in errors), name


@pytest.fixture(scope="module")
def impatient(make_stage):
    """A service that gives sessions up soon."""
    return make_stage({"poll.timeout": "1s", "poll.rescue": "3s"})


def test_timeout(impatient, upstream):
    """A session that still waits at its timeout is removed, polled once more, and failed."""
    session = impatient.api.start(watch(upstream.polls(WAITING)))
    ended = told(impatient, session)
    assert (ended["status"], ended["error"]["code"]) == ("failed", "timed_out")
    operations = [entry["operation"] for entry in upstream.log(token=session["token"])]
    assert operations.count("remove") == 1
    assert operations[-2:] == ["remove", "status"]


def test_timeout_not_confirmed(impatient, upstream):
    """When the removal is not confirmed, the signature may exist: unknown."""
    upstream.removals(step("error", code=None))
    ended = told(impatient, impatient.api.start(watch(upstream.polls(WAITING))))
    assert (ended["status"], ended["error"]["code"]) == ("unknown", "timed_out")


def test_rescue(impatient, upstream):
    """A session whose last answers were faults at its timeout is polled on, and its result is not lost."""
    token = upstream.polls(step("empty", status=500, until=1.5), step("ok"))
    assert told(impatient, impatient.api.start(watch(token)))["status"] == "completed"


@pytest.mark.parametrize("fault, code", [
    (step("empty", status=500), "upstream_error"), (step("error", code=40003), "upstream_unauthorized")])
def test_faults_to_the_end(impatient, upstream, fault, code):
    """Faults until the rescue is over: unknown, and not before."""
    session = impatient.api.start(watch(upstream.polls(fault)))
    ended = told(impatient, session)
    assert (ended["status"], ended["error"]["code"]) == ("unknown", code)
    age = datetime.fromisoformat(ended["ended_at"]) - datetime.fromisoformat(ended["created_at"])
    assert age.total_seconds() >= 3.9


def test_an_endless_answer(stage, upstream):
    """An answer beyond its bound is not read to its end, and ends nothing; the memory stays bounded."""
    token = upstream.polls(step("raw", body=" " * (8 << 20) + "{}"), step("ok"), kind="hash")
    before = stage.bridge.forget_peak_memory()
    assert told(stage, stage.api.start(watch(token, "hash")))["status"] == "completed"
    assert stage.bridge.peak_memory() - before < 6 << 20


def test_an_answer_that_drips(stage, upstream):
    """A byte now and then does not stretch the time that a poll has, nor hold others up."""
    dripping = [upstream.polls(step("raw", body=SIGNED, drip=0.2, times=1), step("ok")) for _ in range(10)]
    sessions = [stage.api.start(watch(token)) for token in dripping]
    assert told(stage, stage.api.start(watch(upstream.polls(step("ok")))))["status"] == "completed"
    for session in sessions:
        assert told(stage, session)["result"]["file"]["digest_verified"]


@pytest.fixture(scope="module")
def slow(make_stage):
    """A service that polls once at the beginning, and then not for a long time."""
    return make_stage({"poll.firstDelay": "60s", "poll.interval": "60s", "poll.slowInterval": "60s",
                       "poll.timeout": "300s"})


def test_cancel(slow, upstream):
    """A cancelled session is removed at Marksign, polled a last time, and cancelled; a second cancel finds it final."""
    session = slow.api.start(watch(upstream.polls(WAITING)))
    cancelled = slow.api.post(f"/v1/sessions/{session['id']}/cancel").expect(200).json
    assert (cancelled["status"], cancelled["error"]["code"]) == ("cancelled", "cancelled_by_client")
    assert told(slow, session)["status"] == "cancelled"
    operations = [entry["operation"] for entry in upstream.log(token=session["token"])]
    assert operations[-2:] == ["remove", "status"]
    slow.api.post(f"/v1/sessions/{session['id']}/cancel").expect(409, "session_final")


def test_a_signature_wins_over_a_cancel(slow, upstream):
    """When the last poll shows a signature, the session is completed, and the cancel is refused."""
    upstream.removals(step("ok"))
    upstream.next_start(polls=[step("ok")])
    session = slow.api.start(document_start())
    slow.api.post(f"/v1/sessions/{session['id']}/cancel").expect(409, "session_final")
    assert told(slow, session)["status"] == "completed"
