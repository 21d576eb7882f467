#!/usr/bin/env python3
"""A scripted upstream for tests: it answers the Smart-ID signing paths exactly as it is told.

    python3 upstream.py [--port 0] [--host 127.0.0.1]

It prints {"port": N} as its first line, and exits when its standard input closes.

Control, all JSON:

    POST /_control  {"token": "T", "kind": "document", "steps": [STEP, ...]}   how the polls of T are answered
                    {"tokens": ["T1", ...], "steps": [...]}                    the same for many
                    {"start": [STEP, ...], "polls": [STEP, ...], "kind": ...}  the next start, and the polls of its session
                    {"message": "M", "start": [...], "polls": [...]}           every start with that message
                    {"remove": [STEP, ...]}                                    every removal, until a reset
                    {"access_token": "A"}                                      the only access token that is good
    GET  /_log      {"requests": [...], "time_ms": now}, newest last; /_log?after=N skips the first N
    POST /_reset    forgets all of this

The last step of a list repeats. A STEP is one answer; "kind" is "document" (assumed) or "hash":

    {"answer": "waiting"}                           also "pending", "running" or any other word, sent as the status
    {"answer": "ok"}                                a result that fits the kind; for a removal, a plain ok
        content (text) or content_base64, digest_algorithm (sha1, sha256, sha384, sha512), digest (in place of the
        right one), name, signature_id, person, sanctions_data, peps_data; signature_value; omit: [members]
    {"answer": "start"}                             token and control_code, which may be given
    {"answer": "error", "code": 40020}              message, http_status; a code of null sends none
    {"answer": "raw", "status": 502, "body": "..."} body or body_base64, headers: {name: value}
    {"answer": "html"} {"answer": "empty"}          with status
    {"answer": "reset"} {"answer": "cut"}           no answer at all; half an answer (of the step in "of")

and beside any of them "delay" (seconds before the answer), "drip" (seconds between its bytes), "retry_after",
"headers", "until" (how many seconds after the first request of its list the step holds; without it a step holds for
"times" requests, one if nothing is said).
"""

import argparse
import base64
import hashlib
import itertools
import json
import os
import re
import socket
import socketserver
import struct
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

PATHS = [
    ("POST", re.compile(r"(?:/en)?/smartid/sign\.json"), "start", "document"),
    ("POST", re.compile(r"(?:/en)?/smartid/sign/hash\.json"), "start", "hash"),
    ("POST", re.compile(r"(?:/en)?/smartid/sign/status/(?P<token>[^/]+)\.json"), "status", "document"),
    ("POST", re.compile(r"(?:/en)?/smartid/sign/hash/status/(?P<token>[^/]+)\.json"), "status", "hash"),
    ("DELETE", re.compile(r"(?:/en)?/api/smartid/session/(?P<token>[^/]+)"), "remove", None),
]

MESSAGES = {
    40001: "Invalid parameter [country]: This value is not valid.",
    40003: "Invalid access token",
    40020: "User refused",
    40021: "Session expired",
    40402: "Session for given token was not found",
}

# What is worth a look afterwards; never the content of a file.
LOGGED = ("country", "code", "type", "hash", "hash_algorithm", "message", "certificate_level", "peps", "sanctions",
          "signature_position", "signature_page")

DEFAULT_POLLS = [{"answer": "waiting", "times": 2}, {"answer": "ok"}]


class Script:
    """A list of steps and how far it has been played."""

    def __init__(self, steps, kind):
        if not steps or any("answer" not in step for step in steps):
            raise ValueError("steps: a list of objects that have an answer")
        self.steps, self.kind = steps, kind
        self.index = self.used = 0
        self.started = None

    def next(self):
        now = time.monotonic()
        self.started = self.started or now
        while self.index < len(self.steps) - 1:
            step = self.steps[self.index]
            if "until" in step:
                if now < self.started + step["until"]:
                    return step
            elif self.used < step.get("times", 1):
                self.used += 1
                return step
            self.index, self.used = self.index + 1, 0
        return self.steps[-1]


class Upstream:
    """Everything that the control path changes; one lock guards it, and no answer is made under it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.began = time.monotonic()
        self.forget()

    def forget(self):
        self.scripts, self.starts, self.starts_of, self.removal = {}, [], {}, None
        self.access_token, self.log = None, []

    def control(self, order):
        kind = order.get("kind", "document")
        if kind not in ("document", "hash"):
            raise ValueError("kind: document or hash")
        with self.lock:
            for token in order.get("tokens", []) + ([order["token"]] if "token" in order else []):
                self.scripts[token] = Script(order["steps"], kind)
            if "start" in order or "polls" in order:
                start = Script(order.get("start", [{"answer": "start"}]), kind)
                script = start, order.get("polls", DEFAULT_POLLS)
                if "message" in order:
                    self.starts_of[order["message"]] = script
                else:
                    self.starts.append(script)
            if "remove" in order:
                self.removal = Script(order["remove"], None)
            if "access_token" in order:
                self.access_token = order["access_token"]

    def step(self, operation, kind, token, fields):
        """The step to play, as a copy that says the kind and the token too."""
        with self.lock:
            if self.access_token is not None and fields.get("access_token") != self.access_token:
                return {"answer": "error", "code": 40003}
            if operation == "start":
                return self.start(kind, fields.get("message"))
            script = self.scripts.get(token)
            if operation == "remove":
                if self.removal:
                    return self.removal.next()
                if self.scripts.pop(token, None) is None:
                    return {"answer": "error", "code": None, "message": "Request number is invalid"}
                return {"answer": "ok"}
            if script is None or script.kind != kind:
                return {"answer": "error", "code": 40402}
            return {**script.next(), "kind": kind, "token": token}

    def start(self, kind, message):
        named = self.starts_of.get(message)
        if named:
            start, polls = named
        else:
            start, polls = self.starts[0] if self.starts else (Script([{"answer": "start"}], kind), DEFAULT_POLLS)
        step = {"token": str(uuid.uuid4()), "control_code": "0042", **start.next()}
        # A list of several steps serves as many starts before the next list has its turn.
        if not named and self.starts and start.index == len(start.steps) - 1:
            self.starts.pop(0)
        # Whatever happens to the answer of a start, its session exists, unless the answer is a plain refusal.
        if step["answer"] != "error":
            self.scripts[step["token"]] = Script(polls, kind)
        return step


def result(step):
    """The answer ok, with what belongs to its kind."""
    kind = step.get("kind")
    if kind == "document":
        content = (base64.b64decode(step["content_base64"]) if "content_base64" in step
                   else step.get("content", "%PDF-1.4 signed").encode())
        algorithm = hashlib.new(step.get("digest_algorithm", "sha256"), content)
        answer = {
            "status": "ok",
            "signature_id": step.get("signature_id", "Signature1"),
            "file": {
                "name": step.get("name", step["token"] + "_signed.pdf"),
                "content": base64.b64encode(content).decode(),
                "digest": step.get("digest", algorithm.hexdigest()),
            },
            "person": step.get("person", {"name": "NAME", "surname": "SURNAME"}),
            "sanctions_data": step.get("sanctions_data", []),
            "peps_data": step.get("peps_data", []),
        }
    elif kind == "hash":
        once = base64.b64encode(b"\x01" * 64)
        answer = {"status": "ok", "signature_value": step.get("signature_value", base64.b64encode(once).decode())}
    else:
        answer = {"status": "ok"}
    for name in step.get("omit", []):
        (answer if name in answer else answer.get("file", {})).pop(name, None)
    return answer


def render(step):
    """The status, the media type and the body of a step."""
    kind = step["answer"]
    status = step.get("status", 200)
    if kind == "raw":
        body = (base64.b64decode(step["body_base64"]) if "body_base64" in step else step.get("body", "").encode())
        return status, "application/json", body
    if kind == "html":
        return status, "text/html", b"<!DOCTYPE html>\n<html><title>Just a moment</title></html>\n"
    if kind == "empty":
        return status, "application/json", b""
    if kind == "error":
        code = step.get("code")
        answer = {"status": "error", "message": step.get("message", MESSAGES.get(code, "An error occurred"))}
        if code is not None:
            answer["error_code"] = code
        status = step.get("http_status", 200)
    elif kind == "start":
        answer = {"status": "ok", "token": step["token"], "control_code": step["control_code"]}
    elif kind == "ok":
        answer = result(step)
    else:
        answer = {"status": kind}
    return status, "application/json", json.dumps(answer).replace("/", "\\/").encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    connections = itertools.count(1)

    def setup(self):
        super().setup()
        self.connection_id = next(self.connections)

    def do_POST(self):
        self.respond()

    do_GET = do_DELETE = do_POST

    def respond(self):
        arrived = time.monotonic()
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = None
        url = urlsplit(self.path)
        if url.path.startswith("/_"):
            return self.manage(url, body)
        operation, kind, token = self.match(url.path)
        self.note(arrived, operation, token, raw, body)
        if operation is None:
            return self.send(404, "text/html", b"<html>404</html>\n")
        self.play(self.server.upstream.step(operation, kind, token, body if isinstance(body, dict) else {}))

    def match(self, path):
        for method, pattern, operation, kind in PATHS:
            found = pattern.fullmatch(path)
            if found and method == self.command:
                return operation, kind, found.groupdict().get("token")
        return None, None, None

    def note(self, arrived, operation, token, raw, body):
        fields = body if isinstance(body, dict) else {}
        entry = {
            "method": self.command, "path": self.path, "operation": operation, "token": token,
            "time_ms": round((arrived - self.server.upstream.began) * 1000, 3), "connection": self.connection_id,
            "access_token": fields.get("access_token"), "body_bytes": len(raw),
            "content_type": self.headers.get("Content-Type"), "user_agent": self.headers.get("User-Agent"),
            "fields": {name: fields[name] for name in LOGGED if name in fields},
        }
        with self.server.upstream.lock:
            self.server.upstream.log.append(entry)

    def manage(self, url, body):
        upstream = self.server.upstream
        if url.path == "/_control":
            try:
                upstream.control(body)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                return self.send(400, "application/json", json.dumps({"error": repr(error)}).encode())
            return self.send(200, "application/json", b"{}")
        if url.path == "/_log":
            after = int(parse_qs(url.query).get("after", ["0"])[0])
            with upstream.lock:
                entries = upstream.log[after:]
            now = round((time.monotonic() - upstream.began) * 1000, 3)
            return self.send(200, "application/json", json.dumps({"requests": entries, "time_ms": now}).encode())
        if url.path == "/_reset":
            with upstream.lock:
                upstream.forget()
            return self.send(200, "application/json", b"{}")
        self.send(404, "application/json", b"{}")

    def play(self, step):
        if step.get("delay"):
            time.sleep(step["delay"])
        headers = dict(step.get("headers", {}))
        if "retry_after" in step:
            headers["Retry-After"] = str(step["retry_after"])
        if step["answer"] == "reset":
            self.close_connection = True
            # Closed at once, before the server says a polite goodbye.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return self.connection.close()
        if step["answer"] == "cut":
            whole = render({**step, **step.get("of", {"answer": "waiting"})})
            return self.send(*whole, headers, cut=True)
        self.send(*render(step), headers, drip=step.get("drip", 0))

    def send(self, status, media_type, body, headers=None, cut=False, drip=0):
        # One write for head and body: quick for the many, and nothing for Nagle to hold back.
        head = [f"HTTP/1.1 {status} {self.responses.get(status, ('Unknown',))[0]}"]
        fields = {"Content-Type": media_type, "Content-Length": str(len(body)), **(headers or {})}
        head += [f"{name}: {value}" for name, value in fields.items()]
        if cut:
            body, self.close_connection = body[:len(body) // 2], True
        whole = ("\r\n".join(head) + "\r\n\r\n").encode() + body
        if not drip:
            return self.wfile.write(whole)
        for byte in whole:
            self.wfile.write(bytes([byte]))
            time.sleep(drip)

    def log_message(self, *arguments):
        """Nothing: `/_log` tells it all, and what failed is seen by the caller."""


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request, client_address):
        """A caller that hangs up is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=0)
    options = arguments.parse_args()
    server = Server((options.host, options.port), Handler)
    server.upstream = Upstream()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    while os.read(0, 4096):
        pass


if __name__ == "__main__":
    main()
