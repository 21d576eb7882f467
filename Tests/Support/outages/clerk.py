"""A client that only makes and removes endpoints: each commit of the database is told or in doubt by itself."""

from kills.load import Worker


class Clerk(Worker):
    """Its endpoints get no webhooks, since it has no sessions."""

    pause = 0.6

    def __init__(self, api, ledger):
        super().__init__("clerk", 0, api, None, ledger, [])
        #: The endpoints that must be there, by their URLs, and the URLs of those that must not.
        self.made, self.removed = {}, []

    def run(self):
        try:
            while not self.stopping.wait(self.random.uniform(0, self.pause)):
                self.count += 1
                url = f"http://127.0.0.1:9/{self.count}"
                reply = self.ask("POST", "/v1/endpoints", {"url": url}, key=f"endpoint-{self.count}")
                self.made[url] = reply.expect(201).json["id"]
                if len(self.made) > 5:
                    url = next(iter(self.made))
                    # Of a removal whose answer was lost, the next one finds nothing.
                    assert self.ask("DELETE", f"/v1/endpoints/{self.made[url]}").status in (204, 404)
                    del self.made[url]
        except Exception as error:
            self.ledger.fault(f"{self.name}: {error!r}")

    def check(self):
        """What it was told is so."""
        there = {endpoint["url"]: endpoint["id"] for endpoint in self.api.all("/v1/endpoints")}
        assert there == self.made
