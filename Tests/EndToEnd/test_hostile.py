"""Bad input from whoever can reach the port: refused as the tables say, and the service answers as before."""

import json

import pytest
from harness import RawConnection, document_start, eventually, hash_start, step, verified, watch

SESSION = "ses_01jd7c0000000000000000000a"


@pytest.fixture(scope="module")
def stage(make_stage):
    """One service for all of it, and what it was before."""
    stage = make_stage()
    stage.pid = stage.bridge.pid
    return stage


@pytest.fixture(autouse=True)
def it_answers_as_before(stage, upstream):
    """After each: the same process, no fault of its own, and a session that is told."""
    yield
    assert stage.bridge.pid == stage.pid and stage.bridge.is_running
    session = stage.api.start(watch(upstream.polls(step("ok"))))
    assert verified(stage.receiver.of_session(session["id"])[0], stage.secret)["type"] == "session.completed"
    # Every line of the log can be read, and none tells of an error.
    assert [line for line in stage.bridge.log() if line["level"] in ("error", "critical")] == []
    assert not [line for line in stage.bridge.lines() if not line.startswith("{")]


def head(stage, line, *headers):
    fields = ["Host: test", f"Authorization: Bearer {stage.api.key}", *headers]
    return "\r\n".join([line, *fields]) + "\r\n\r\n"


def json_head(stage, *headers, path="/v1/sessions"):
    return head(stage, f"POST {path} HTTP/1.1", "Content-Type: application/json", *headers)


def post(stage, body, path="/v1/sessions"):
    """A body of any bytes, and what is answered."""
    with RawConnection(stage.bridge.port) as connection:
        connection.send(json_head(stage, f"Content-Length: {len(body)}", path=path).encode() + body)
        return connection.reply()


FRAMING = {
    "a length and chunks": ["Content-Length: 5", "Transfer-Encoding: chunked"],
    "chunks and a length": ["Transfer-Encoding: chunked", "Content-Length: 5"],
    "two lengths": ["Content-Length: 5", "Content-Length: 6"],
    "the same length twice": ["Content-Length: 5", "Content-Length: 5"],
    "a list of lengths": ["Content-Length: 5, 5"],
    "a negative length": ["Content-Length: -1"],
    "a length with an exponent": ["Content-Length: 1e18"],
    "a length beyond all bounds": ["Content-Length: " + "9" * 30],
    "an unknown coding": ["Transfer-Encoding: xchunked"],
    "chunked twice": ["Transfer-Encoding: chunked, chunked"],
    "a space before the colon": ["Transfer-Encoding : chunked"],
    "a folded header": ["X-Folded: a\r\n b"],
    "NUL in a header": ["X-Value: a\0b"],
    "a lone CR in a header": ["X-Value: a\rb"],
    "two hosts": ["Host: other"],
    "a thousand headers": [f"X-{number}: a" for number in range(1000)],
    "a header of 1 MB": ["X-Large: " + "a" * 1_000_000],
    "a key of 1 MB": ["Authorization: Bearer mbk_" + "a" * 1_000_000],
    "no number of a chunk": ["Transfer-Encoding: chunked\r\n\r\nzz"],
    "a chunk beyond all bounds": ["Transfer-Encoding: chunked\r\n\r\n" + "F" * 17],
}


@pytest.mark.parametrize("name", FRAMING)
def test_framing(stage, name):
    """What can be read in two ways, or is too large to be read, is refused below HTTP, and the connection ends."""
    with RawConnection(stage.bridge.port) as connection:
        connection.send(json_head(stage, *FRAMING[name]) + "5\r\nhello\r\n0\r\n\r\n")
        reply = connection.reply()
        # A problem in JSON would mean that the request was taken for one.
        assert reply is None or (reply.status, reply.body) == (400, b"")
        assert connection.is_closed()


@pytest.mark.parametrize("text", [
    "GET /openapi.yaml\r\n", "GET /openapi.yaml\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\x16\x03\x01\x02\0\x01\0",    "\0" * 100, "GET /openapi.yaml HTTP/1.1\nHost: test\n\n", "GET /openapi.yaml HTTP/1.1\r\n\r\n", "}{\r\n\r\n",
    "A" * 100_000, "GET /" + "a" * 65_536 + " HTTP/1.1\r\nHost: test\r\n\r\n",
], ids=range(10))
def test_no_http(stage, text):
    """Other protocols, and what is none: a bare 400 or nothing, and the connection ends, at once or in time."""
    with RawConnection(stage.bridge.port, timeout=30) as connection:
        connection.send(text)
        reply = connection.reply()
        assert reply is None or reply.status == 400
        assert connection.is_closed()


def test_garbage_behind_a_request(stage):
    """A good request is answered, and what comes behind it is not taken for one."""
    with RawConnection(stage.bridge.port) as connection:
        connection.send(head(stage, "GET /v1/sessions HTTP/1.1") + "\x01\x02GARBAGE\r\n\r\n")
        replies = [connection.reply(), connection.reply()]
        assert [reply.status for reply in replies if reply] in ([200], [200, 400])
        assert connection.is_closed()


@pytest.mark.parametrize("length", [2 ** 40, 2 ** 62, 10 ** 18])
def test_announced_bodies(stage, length):
    """A body that is too large is refused before it comes."""
    with RawConnection(stage.bridge.port) as connection:
        connection.send(json_head(stage, f"Content-Length: {length}"))
        connection.reply().expect(413, "payload_too_large")
        assert connection.is_closed()


@pytest.mark.parametrize("headers, status, code", [
    (["Content-Type: text/plain"], 415, "unsupported_media_type"), ([], 415, "unsupported_media_type"),
    (["Content-Type: application/json; charset=utf-16"], 415, "unsupported_media_type"),
    (["Content-Type: application/json", "Content-Encoding: gzip"], 415, "unsupported_media_type"),
    (["Content-Type: application/json", "Accept: image/png;q=abc, */"], 400, "malformed_json"),
    (["Content-Type: application/json", "Expect: nothing"], 417, "expectation_failed"),
    (["Content-Type: application/json", "Idempotency-Key: "], 400, "invalid_idempotency_key"),
    (["Content-Type: application/json", "Idempotency-Key: " + "k" * 10_240], 400, "invalid_idempotency_key"),
    (["Content-Type: application/json", "Idempotency-Key: k", "Idempotency-Key: k"], 400, "invalid_idempotency_key"),
    (["Content-Type: application/json", "Idempotency-Key: a\tb"], 400, "invalid_idempotency_key"),
    (["Content-Type: application/json", 'Idempotency-Key: "quoted"'], 400, "malformed_json"),
])
def test_headers(stage, headers, status, code):
    """Headers that are wrong are told as problems."""
    with RawConnection(stage.bridge.port) as connection:
        connection.send(head(stage, "POST /v1/sessions HTTP/1.1", "Content-Length: 2", *headers) + "{]")
        connection.reply().expect(status, code)


@pytest.mark.parametrize("method", ["PUT", "TRACE", "OPTIONS", "CONNECT", "PATCH", "DELETE", "GETS", "get"])
def test_methods(stage, method):
    """Methods that a path has not: 405 with those that it has, or nothing that could be taken for an answer."""
    with RawConnection(stage.bridge.port) as connection:
        connection.send(head(stage, f"{method} /v1/sessions HTTP/1.1"))
        reply = connection.reply()
        if reply is not None and reply.status != 400:
            assert reply.expect(405, "method_not_allowed").headers["allow"] == "POST, GET"


MALFORMED = {
    "nothing": b"", "blanks": b" \r\n\t", "half": b'{"kind":"has', "deep arrays": b"[" * 33, "513 deep": b"[" * 513,
    "deep objects": b'{"a":' * 40, "100 000 brackets": b"[" * 100_000, "a key twice": b'{"kind":"hash","kind":"hash"}',
    "a key twice, escaped": b'{"kind":"hash","k\\u0069nd":"document"}', "10 MB of digits": b"1" * 10_000_000,
    "beyond a double": b'{"a":1e400}', "NaN": b'{"a":NaN}', "a leading zero": b'{"a":01}', "+1": b'{"a":+1}',
    "bytes behind": b"{} {}", "a comment": b"{/* */}", "a trailing comma": b'{"a":1,}', "BOM": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16"), "single quotes": b"{'a':1}", "many values": b"[" + b"0," * 20_000 + b"0]",
    "overlong": b'{"a":"\xc0\xaf"}', "a surrogate": b'{"a":"\xed\xa0\x80"}', "cut UTF-8": b'{"a":"\xe2\x82"}',
    "beyond Unicode": b'{"a":"\xf5\x80\x80\x80"}', "a lone escape": b'{"a":"\\ud800"}', "a raw NUL": b'{"a":"\0"}',
    "a raw tab": b'{"a":"\t"}', "half an escape": b'{"a":"\\u12"}', "YAML": b"kind: hash", "XML": b"<kind>hash</kind>",
}


@pytest.mark.parametrize("path", ["/v1/sessions", "/v1/endpoints"])
@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_json(stage, name, path):
    """What is not JSON to the letter is told where, without a word of it; too much of it is not read."""
    reply = post(stage, MALFORMED[name], path)
    if reply.status == 413:
        assert len(MALFORMED[name]) > 60_000 and path == "/v1/endpoints"
    else:
        assert " at byte " in reply.expect(400, "malformed_json").json["detail"]
    assert len(reply.body) < 500


def document(**members):
    return document_start()["document"] | members


# What is wrong in an otherwise good body, and what is pointed at.
SESSIONS = {
    "a list": ([], ""), "a text": ("x", ""), "a number": (5, ""), "null": (None, ""),
    "a number for a text": (document_start(message=5), "/message"),
    "null for a text": (document_start(message=None), "/message"),
    "a list for an object": (document_start(signer=[]), "/signer"),
    "another case": (hash_start(hash_algorithm="sha256"), "/hash_algorithm"),
    "an unknown field": (hash_start(admin=True), "/admin"),
    "an unknown field of another kind": (hash_start(document={}), "/document"),
    "a field of a prototype": (hash_start(__proto__={}), "/__proto__"),
    "NUL": (document_start("a\0b"), "/message"), "bidi": (document_start("a\u202eb"), "/message"),
    "zero width": (document_start("\u200b"), "/message"), "a new line": (document_start("a\nb"), "/message"),
    "a long message": (document_start("a" * 201), "/message"),
    "a path": (document_start(document=document(files=[{"name": "../../a.pdf", "content": "JVBERi0="}])),
               "/document/files/0/name"),
    "many files": (document_start(document=document(files=[{}] * 2000)), "/document/files"),
    "base64 that is none": (document_start(document=document(files=[{"name": "a.pdf", "content": "JVBERi0=="}])),
                            "/document/files/0/content"),
    "a digest of another file": (document_start(document=document(files=[
        document()["files"][0] | {"digest": "0" * 64}])), "/document/files/0/digest"),
    "a number as a code": (hash_start(signer={"country": "LT", "personal_code": 30303039914}),
                           "/signer/personal_code"),
    "another script's digits": (hash_start(signer={"country": "LT", "personal_code": "３０３０３０３９９１４"}),
                                "/signer/personal_code"),
    "a value that is no text": (watch("a" * 20, metadata={"a/b~": {"c": 1}}), "/metadata/a~1b~0"),
    "51 pairs": (watch("a" * 20, metadata={str(n): "" for n in range(51)}), "/metadata"),
} | {f"the token {token}": (watch(token), "/token") for token in (
    "../../../etc/passwd", "..%2f..%2fapi", "a" * 7, "a" * 129, "aaaaaaaa/../b", "aaaaaaaa?x=1", "aaaaaaaa#x",
    "aaaaaaaa\r\nX: y", "aaaaaaaa%00", "aaaaaaaa\0", "ąąąąąąąą", "aaaa aaaa", "..;/aaaaaaaa", "aaaaaaaa\\b")}


@pytest.mark.parametrize("name", SESSIONS)
def test_fields_of_sessions(stage, upstream, name):
    """A field that is wrong is pointed at, and nothing of it reaches Marksign."""
    body, pointer = SESSIONS[name]
    reply = stage.api.post("/v1/sessions", body) if body is not None else post(stage, b"null")
    assert pointer in [error["pointer"] for error in reply.expect(422, "invalid_request").json["errors"]]
    assert upstream.log() == []


ENDPOINTS = {
    "a large number": {"rate_limit": 2 ** 53 + 1}, "a huge number": {"rate_limit": 10 ** 300},
    "minus nothing": {"rate_limit": -0.0}, "a text": {"rate_limit": "5"}, "a fraction": {"rate_limit": 1.5},
    "true": {"rate_limit": True}, "too long a wait": {"retry_schedule": ["73h"]},
    "too many": {"retry_schedule": ["1s"] * 21},
    "an endless duration": {"timeout": "9" * 100 + "d"}, "no unit": {"timeout": "5"}, "a sign": {"timeout": "-5s"},
    "a header that splits": {"headers": [{"name": "X-A", "value": "a\r\nX-B: b"}]},
    "a header's name that splits": {"headers": [{"name": "X-A:\r\nX-B", "value": "b"}]},
    "NUL in a header": {"headers": [{"name": "X-A", "value": "a\0"}]},
    "a header of ours": {"headers": [{"name": "Webhook-Signature", "value": "v1,"}]},
    "the host": {"headers": [{"name": "host", "value": "localhost"}]},
    "NUL": {"description": "a\0b"}, "events twice": {"events": ["session.*", "session.*"]},
    "no certificate": {"tls": {"ca": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}},
}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_fields_of_endpoints(stage, name):
    """The same for endpoints; none is made."""
    fields = ENDPOINTS[name]
    before = stage.api.all("/v1/endpoints")
    errors = stage.api.post("/v1/endpoints", {"url": stage.receiver.url} | fields).expect(422).json["errors"]
    assert all(error["pointer"].startswith("/" + next(iter(fields))) for error in errors) and errors
    assert stage.api.all("/v1/endpoints") == before


@pytest.mark.parametrize("id", [
    "..", "%2e%2e", "%2e%2e%2fendpoints", "%252e%252e", "..;", "\\", "%5c", "%00", SESSION + "%00",
    SESSION + "%0d%0aX:y",    SESSION + "%3F", SESSION + "%23", SESSION.upper(), SESSION + "/", "/" + SESSION, SESSION[:-1], SESSION + "a",
    "%ff%fe", "ses_" + "%31" * 26, "' OR 1=1 --".replace(" ", "%20"), "e\u0301".encode().hex("%"), "*", "null",
])
@pytest.mark.parametrize("below", ["", "/file", "/cancel"])
def test_paths(stage, id, below):
    """No spelling of a path leads anywhere else: 404, whatever it is."""
    with RawConnection(stage.bridge.port) as connection:
        connection.send(head(stage, f"{'POST' if below == '/cancel' else 'GET'} /v1/sessions/{id}{below} HTTP/1.1"))
        reply = connection.reply()
        if reply.status != 400 or reply.body:
            reply.expect(404, "not_found")


def test_a_long_path(stage):
    """A target of more than 8 KiB is not looked at."""
    stage.api.get("/v1/sessions/" + "a" * 10_000).expect(414, "uri_too_long")


@pytest.mark.parametrize("query", [
    "cursor=", "cursor=x", "cursor=" + "a" * 7000, "cursor=%00", "cursor=end_01jd7c0000000000000000000a",
    "cursor=' OR 1=1 --".replace(" ", "%20"), "cursor=-1", "cursor=%ff", "limit=0", "limit=-1", "limit=201",
    "limit=99999999999999999999", "limit=1e2", "limit=%31%30&limit=1", "limit=NaN", "status=%27", "kind=document%00",
    "a=" * 3000, "&".join(f"x{n}=1" for n in range(1000)), "limit=１０".encode().hex("%")])
def test_queries(stage, query):
    """A query that is not understood to the letter is refused."""
    stage.api.get("/v1/sessions?" + query).expect(400, "invalid_query")


def test_a_cursor_of_others(stage, upstream):
    """The cursor of another client opens nothing of it."""
    theirs = [stage.api.start(watch(upstream.polls(step("ok")))) for _ in range(3)]
    cursor = stage.api.get("/v1/sessions", limit=1).expect(200).json["next_cursor"]
    other = stage.bridge.new_api("curious")
    assert other.get("/v1/sessions", cursor=cursor).expect(200).json == {"data": [], "next_cursor": None}
    for session in theirs:
        stage.receiver.of_session(session["id"])


@pytest.mark.parametrize("since, status", [
    ("0000-01-01T00:00:00Z", None), ("9999-12-31T23:59:59.999Z", 200), ("10000-01-01T00:00:00Z", 400),
    ("2026-02-30T00:00:00Z", 400), ("2016-12-31T23:59:60Z", None), ("2026-01-01T24:00:00Z", 400), ("2026-01-01", 400),
    ("2026-01-01T00:00:00+99:99", 400), ("-2026-01-01T00:00:00Z", 400), ("0", 400), ("2026-01-01T00:00:00.", 400),
    ("2026-01-01T00:00:00." + "9" * 1000 + "Z", None)])
def test_times(stage, since, status):
    """Times at the ends of the calendar and beyond."""
    reply = stage.api.get("/v1/events", since=since)
    assert reply.status in ((200, 400) if status is None else (status,)), reply.body


@pytest.mark.parametrize("authorization", [
    None, "", "Bearer", "Bearer ", "Basic {key}", "{key}", "Bearer {key} ", "Bearer {key},{key}", "Bearer {start}",
    "Bearer {key}a", "Bearer mbk_", "Bearer ' OR 1=1 --", "Bearer " + "a" * 20_000, "Bearer {key}\x7f"])
def test_keys(stage, authorization):
    """Whoever has no key learns nothing, not even what there is."""
    key = stage.api.key
    lines = ["GET /v1/sessions/x HTTP/1.1", "Host: test"]
    if authorization is not None:
        lines.append("Authorization: " + authorization.format(key=key, start=key[:-1]))
    with RawConnection(stage.bridge.port) as connection:
        connection.send("\r\n".join(lines) + "\r\n\r\n")
        reply = connection.reply()
        # Space around the value of a header is none of it.
        if authorization == "Bearer {key} ":
            reply.expect(404, "not_found")
        elif reply.status != 400:
            assert reply.expect(401, "unauthorized").headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("id", ["a\x1b[31mb", "a\\nb", '","level":"error', "a" * 65, "%0d%0a", "\x85", "<script>"])
def test_request_ids(stage, id):
    """A request id that could forge a line of the log is replaced."""
    with RawConnection(stage.bridge.port) as connection:
        connection.send(head(stage, "GET /v1/nothing HTTP/1.1", f"X-Request-Id: {id}").encode("latin-1"))
        reply = connection.reply()
        if reply.status == 400:
            return
        given = reply.expect(404, "not_found").headers["x-request-id"]
        assert given.startswith("req_") and reply.json["request_id"] == given
    lines = eventually(lambda: [line for line in stage.bridge.log() if line.get("request.id") == given])
    assert id not in json.dumps(lines)


def test_text_of_marksign_in_the_log(stage, upstream):
    """What Marksign says cannot forge lines of the log either."""
    forged = 'x"}\n{"level":"error","message":"forged"}\r\x1b[31m'
    token = upstream.polls(step(forged), step("error", code=40020, message=forged))
    assert stage.api.ended(stage.api.start(watch(token))["id"])["error"]["code"] == "user_refused"
    assert not [line for line in stage.bridge.log() if line.get("message") == "forged"]
