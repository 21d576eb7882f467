"""The scripted upstream, driven from a test."""

import http.client
import json
import subprocess
import sys
import uuid
from pathlib import Path

from .waiting import eventually

SCRIPT = Path(__file__).parent.parent / "upstream.py"


def step(answer, **options):
    """One step of a script: step("waiting", times=2), step("error", code=40020)."""
    return {"answer": answer} | options


class Upstream:
    """A running upstream; its script says what the steps mean."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]
        self.url = f"http://127.0.0.1:{self.port}"

    def _ask(self, method, path, order=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, None if order is None else json.dumps(order))
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, body
            return json.loads(body)
        finally:
            connection.close()

    def polls(self, *steps, kind="document", token=None):
        """Says how the polls of a token are answered; gives the token."""
        token = token or str(uuid.uuid4())
        self._ask("POST", "/_control", {"token": token, "kind": kind, "steps": steps})
        return token

    def polls_of_all(self, tokens, *steps, kind="document"):
        self._ask("POST", "/_control", {"tokens": tokens, "kind": kind, "steps": steps})

    def next_start(self, *steps, polls=None, kind="document"):
        """Says how the next start is answered, and how the polls of its session."""
        order = {"start": steps or [step("start")], "kind": kind}
        self._ask("POST", "/_control", order | ({"polls": polls} if polls else {}))

    def starts_of(self, message, *steps, polls, kind="document"):
        """Says how every start with that message is answered, and how the polls of its session."""
        self._ask("POST", "/_control", {"message": message, "start": steps, "polls": polls, "kind": kind})

    def removals(self, *steps):
        """Says how every removal is answered."""
        self._ask("POST", "/_control", {"remove": steps})

    def accept_only(self, access_token):
        self._ask("POST", "/_control", {"access_token": access_token})

    def reset(self):
        self._ask("POST", "/_reset")

    def log(self, operation=None, token=None, after=0):
        """The requests that arrived, newest last."""
        return [entry for entry in self._ask("GET", f"/_log?after={after}")["requests"]
                if operation in (None, entry["operation"]) and token in (None, entry["token"])]

    def starts(self, message):
        """The starts that arrived with that message."""
        return [entry for entry in self.log("start") if entry["fields"].get("message") == message]

    def now(self):
        """Seconds on the clock of the log."""
        return self._ask("GET", f"/_log?after={1 << 40}")["time_ms"] / 1000

    def all_polled(self, tokens, after, but, within=30):
        """When the last of the tokens was polled for the first time since there were so many requests; what came with
        the access token `but` does not count."""
        first = {}

        def there():
            nonlocal after
            requests = self.log(after=after)
            after += len(requests)
            for request in requests:
                if request["operation"] == "status" and request["access_token"] != but:
                    first.setdefault(request["token"], request["time_ms"] / 1000)
            return first.keys() >= set(tokens)

        eventually(there, within, 0.1, f"polls of {len(tokens)} sessions")
        return max(first[token] for token in tokens)

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
