"""Clients that do everything that clients do, and go on whatever happens to the service."""

import random
import threading
import time
from http.client import HTTPException

from harness import document_start, hash_start, step, watch

from .fates import draw_ending, draw_polls, draw_start
from .ledger import Asked

LONG_AGO = "2020-01-01T00:00:00Z"

#: Answers that say nothing about what was asked: it is asked again.
AGAIN = (409, 429, 503)


class Worker(threading.Thread):
    """One client's thread. What it does is drawn from its own seed; when, is not."""

    #: How long it waits between two things, at most, and how long it asks for an answer, in seconds.
    pause, patience = 0.15, 60

    def __init__(self, name, seed, api, upstream, ledger, endpoints):
        super().__init__(daemon=True)
        self.name, self.random = name, random.Random(seed)
        self.api, self.upstream, self.ledger, self.endpoints = api, upstream, ledger, endpoints
        self.stopping, self.count = threading.Event(), 0

    def run(self):
        actions = [(self.watch, 35), (self.start_session, 35), (self.cancel, 8), (self.repeat, 8), (self.read, 8),
                   (self.resend, 4), (self.recover, 2)]
        try:
            while not self.stopping.wait(self.random.uniform(0, self.pause)):
                action, = self.random.choices([action for action, _ in actions], [weight for _, weight in actions])
                action()
        except Exception as error:
            self.ledger.fault(f"{self.name}: {error!r}")

    def ask(self, method, path, body=None, again=AGAIN, **options):
        """An answer, however often the service dies before it gives one. The request must be one that may be
        repeated."""
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            reply = self.once(method, path, body, **options)
            if reply is not None and reply.status not in again:
                return reply
            time.sleep(0.05)
        raise AssertionError(f"no answer to {method} {path} within {self.patience} s; the last was {reply}")

    def once(self, method, path, body=None, **options):
        try:
            return self.api.request(method, path, body, **options)
        except (OSError, HTTPException):
            return None
        finally:
            # Nobody looks at these, and files are large.
            self.api.kept.clear()

    def draw(self):
        """The next session, which nobody knows yet."""
        self.count += 1
        marker, kind = f"{self.name}-{self.count}", self.random.choice(["document", "hash"])
        ending, last = draw_ending(self.random, marker, kind)
        return Asked(marker, kind, ending), draw_polls(self.random, last)

    def watch(self):
        asked, polls = self.draw()
        token = self.upstream.polls(*polls, kind=asked.kind, token=f"token-{asked.marker}")
        asked.body = watch(token, asked.kind, metadata={"marker": asked.marker})
        asked.key = self.random.choice([None, f"key-{asked.marker}"])
        # Without a key it is told that its token is watched already, when it was.
        again = AGAIN if asked.key else (503,)
        reply = self.ask("POST", "/v1/sessions", asked.body, again, key=asked.key)
        if reply.status == 409 and not asked.key:
            asked.id = reply.expect(409, "session_exists").json["session_id"]
        else:
            asked.id = reply.expect(201).json["id"]
        asked.reply = reply
        self.ledger.asked.append(asked)

    def start_session(self):
        asked, polls = self.draw()
        asked.start, answer = draw_start(self.random)
        self.upstream.starts_of(asked.marker, answer, polls=polls, kind=asked.kind)
        make = document_start if asked.kind == "document" else hash_start
        asked.body = make(asked.marker, metadata={"marker": asked.marker})
        if self.random.random() < 0.85:
            asked.key = f"key-{asked.marker}"
            asked.reply = self.ask("POST", "/v1/sessions", asked.body, key=asked.key)
        else:
            # Nobody may repeat a start without a key.
            asked.reply = self.once("POST", "/v1/sessions", asked.body)
        if asked.reply is not None:
            expected = {201, 504, 503} | {"refused": {422}, "error": {502}}.get(asked.start, set())
            if asked.reply.status not in expected:
                self.ledger.fault(f"a start that is {asked.start} has {asked.reply.status} {asked.reply.body}")
            if asked.reply.status in (201, 504):
                asked.id = asked.reply.json["id" if asked.reply.status == 201 else "session_id"]
        self.ledger.asked.append(asked)

    def cancel(self):
        # What was asked for long ago has ended.
        asked = self.ledger.pick(self.random, lambda asked: asked.id and asked.id not in self.ledger.finals, among=15)
        if asked is None:
            return
        asked.cancelled = True
        reply = self.once("POST", f"/v1/sessions/{asked.id}/cancel")
        if reply is not None and reply.status == 200:
            self.ledger.cancels.append(asked.id)

    def repeat(self):
        """The same key gets the same answer."""
        asked = self.ledger.pick(self.random, lambda asked: asked.key and asked.reply.status in (201, 422, 504))
        if asked is None:
            return
        reply = self.ask("POST", "/v1/sessions", asked.body, key=asked.key)
        if (reply.status, reply.body) != (asked.reply.status, asked.reply.body):
            self.ledger.fault(f"{asked.key} had {asked.reply}, and has {reply}")

    def read(self):
        asked = self.ledger.pick(self.random, lambda asked: asked.id)
        if asked is None:
            return
        path = f"/v1/sessions/{asked.id}"
        session = self.ask("GET", path, query={"wait": self.random.choice([0, 1])}).expect(200).json
        self.ledger.saw(session)
        if asked.kind == "document" and session["status"] == "completed":
            if self.ask("GET", f"{path}/file").expect(200).body != asked.ending[1].encode():
                self.ledger.fault(f"{asked.id} has another file")

    def resend(self):
        page = self.ask("GET", "/v1/deliveries", query={"status": "delivered", "limit": 50}).expect(200).json["data"]
        if not page:
            return
        delivery, asked_at = self.random.choice(page), time.monotonic()
        reply = self.once("POST", f"/v1/deliveries/{delivery['id']}/resend")
        accepted = reply is not None and reply.status == 202
        self.ledger.resends.append((delivery["event_id"], delivery["endpoint_id"], asked_at, accepted))

    def recover(self):
        self.ask("POST", f"/v1/endpoints/{self.random.choice(self.endpoints)}/recover",
                 {"since": LONG_AGO}).expect(202)
