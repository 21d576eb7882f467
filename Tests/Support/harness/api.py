"""A client of the API: plain HTTP, nothing hidden."""

import http.client
import json as jsonlib
from typing import NamedTuple
from urllib.parse import urlencode

from .waiting import eventually

FINAL = ("completed", "failed", "cancelled", "unknown")


class Reply(NamedTuple):
    """An answer of the API."""

    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return jsonlib.loads(self.body)

    def expect(self, status, code=None):
        """Itself, when it has that status and, being a problem, that code."""
        assert self.status == status, f"{self.status} and not {status}: {self.body[:2000]!r}"
        if code is not None:
            assert self.headers["content-type"] == "application/problem+json"
            assert self.json["code"] == code, self.body
            assert self.json["status"] == status
        return self


class Api:
    """The API with one key. Each request has a connection of its own, so that a restart is never in the way."""

    def __init__(self, port, key, kept=None):
        self.port, self.key = port, key
        self.kept = [] if kept is None else kept

    def request(self, method, path, json=None, key=None, headers=None, timeout=120, query=None):
        """One request; `key` is its Idempotency-Key. Raises OSError or HTTPException when there is no answer."""
        fields = {"Authorization": f"Bearer {self.key}"} | (headers or {})
        body = None
        if json is not None:
            body = jsonlib.dumps(json).encode()
            fields["Content-Type"] = "application/json"
        if key is not None:
            fields["Idempotency-Key"] = key
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path + (f"?{urlencode(query)}" if query else ""), body, fields)
            response = connection.getresponse()
            reply = Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()
        self.kept.append(reply)
        return reply

    def get(self, path, **query):
        return self.request("GET", path, query=query)

    def post(self, path, json=None, **options):
        return self.request("POST", path, json, **options)

    def patch(self, path, json):
        return self.request("PATCH", path, json)

    def delete(self, path):
        return self.request("DELETE", path)

    def all(self, path, **query):
        """Everything in a list, page by page."""
        found = []
        while True:
            page = self.get(path, **({"limit": 200} | query)).expect(200).json
            found += page["data"]
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]

    def start(self, body, **options):
        """Starts or watches a session, which must succeed."""
        return self.post("/v1/sessions", body, **options).expect(201).json

    def session(self, id):
        return self.get(f"/v1/sessions/{id}").expect(200).json

    def ended(self, id, within=40):
        """The session, once it is final."""
        def final():
            session = self.get(f"/v1/sessions/{id}", wait=5).expect(200).json
            return session if session["status"] in FINAL else None
        return eventually(final, within, what=f"the end of {id}")

    def endpoint(self, url, **members):
        """Registers an endpoint; the answer holds its secret."""
        return self.post("/v1/endpoints", {"url": url} | members).expect(201).json

    def deliveries(self, **query):
        return self.all("/v1/deliveries", **query)

    def delivery(self, status, within=20, **query):
        """The one delivery that the query finds, with its attempts, once it has that status."""
        def there():
            found = self.deliveries(**query)
            assert len(found) <= 1, found
            return found if found and found[0]["status"] == status else None
        found = eventually(there, within, what=f"a delivery that is {status}")
        return self.get(f"/v1/deliveries/{found[0]['id']}").expect(200).json
