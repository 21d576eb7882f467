"""Several instances that share a database."""

from pathlib import Path

from .bridge import ACCESS_TOKEN, Bridge
from .gateway import Gateway
from .postgresql import PostgreSQL
from .waiting import eventually


class Cluster:
    """`serve` a few times, over one database of the tests' own server, with nginx before them.

    Each has an access token of its own, so that the upstream's log tells who sent a request.
    """

    def __init__(self, folder, upstream, settings=None, count=3):
        self.server = PostgreSQL.shared()
        self.database = self.server.new_database()
        self.instances = [
            Bridge(Path(folder) / f"instance-{number}", upstream.url, (settings or {}) | {
                "store.url": self.database, "marksign.accessToken": f"{ACCESS_TOKEN}-{number}"})
            for number in range(count)]
        self.gateway = Gateway(Path(folder) / "gateway", [instance.port for instance in self.instances])

    def start(self):
        """Starts all at once, and waits until they are ready and have divided the rate."""
        for instance in self.instances:
            instance.spawn()
        self.await_settled()
        self.client = self.instances[0].add_client()
        return self

    def await_settled(self, within=60):
        """Waits until all have joined, those before them are gone, and each has its part of the rate."""
        rate = float(self.instances[0].settings["upstream.maxRate"])

        def settled():
            if not all(instance.is_ready() for instance in self.instances):
                return False
            shares = [instance.metric("marksign_bridge_upstream_rate_share") for instance in self.instances]
            return abs(sum(shares) - rate) < 0.01 and max(shares) - min(shares) <= 1
        eventually(settled, within, 0.1, "all instances")

    def api(self):
        """The API through the gateway."""
        return self.gateway.api(self.client.key)

    def apis(self, client=None):
        """The API of each instance."""
        return [instance.api(client or self.client) for instance in self.instances]

    def sql(self, text):
        """What a statement prints."""
        return self.server.sql(text, self.database).strip()

    def count(self, table, condition="true"):
        return int(self.sql(f"SELECT count(*) FROM {table} WHERE {condition}"))

    def close(self):
        self.gateway.close()
        for instance in self.instances:
            instance.close()


def token_of(instance):
    """What tells the requests of an instance from those of others."""
    return instance.settings["marksign.accessToken"]
