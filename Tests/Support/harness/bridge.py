"""The service under test."""

import http.client
import json
import os
import re
from pathlib import Path
from typing import NamedTuple

from .api import Api
from .postgresql import PostgreSQL
from .process import Process, run
from .waiting import eventually, free_port

ACCESS_TOKEN = "at-5f1c0d8e7b6a4c3d2e1f"

# Quick enough to test with; what a test is about, it sets itself.
QUICK = {
    "log.level": "trace",
    "poll.firstDelay": "100ms", "poll.interval": "100ms", "poll.slowInterval": "100ms",
    "poll.timeout": "60s", "poll.rescue": "30s",
    "upstream.maxRate": "1000",
    "webhooks.allowHttp": "true", "webhooks.allowedNetworks": "127.0.0.0/8",
    "webhooks.timeout": "2s", "webhooks.retrySchedule": "100ms,200ms,400ms,1s,1s,2s,2s,3s,3s",
}


class Client(NamedTuple):
    """A client as `client add` told it."""

    id: str
    key: str


class Bridge(Process):
    """`serve` over a store of its own, on ports that stay the same when it is started again.

    The store is a file in its folder, or a database when MARKSIGN_BRIDGE_STORE is "postgresql".
    """

    def __init__(self, folder, upstream, settings=None):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = self.folder / "bridge.sqlite"
        on_server = os.environ.get("MARKSIGN_BRIDGE_STORE") == "postgresql"
        url = PostgreSQL.shared().new_database() if on_server else f"sqlite:{self.store}"
        self.port, self.admin_port = free_port(), free_port()
        self.answers = []
        super().__init__(["serve"], {
            "marksign.baseUrl": upstream, "marksign.accessToken": ACCESS_TOKEN, "store.url": url,
            "http.port": self.port, "admin.port": self.admin_port,
        } | QUICK | (settings or {}), cwd=self.folder)

    def start(self, within=30):
        """Starts it, and waits until it is ready."""
        self.spawn()
        eventually(lambda: self.is_ready() or not self.is_running, within, what="readiness")
        assert self.is_running, "it ended: " + "\n".join(self.lines()[-10:])
        return self

    def is_ready(self):
        return self.readiness() == 200

    def readiness(self):
        """The status of /health/ready; 0 when nobody answers."""
        try:
            return self.admin("/health/ready")[0]
        except OSError:
            return 0

    def admin(self, path):
        """The status and the text that the admin listener answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=5)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def metric(self, name, **labels):
        """The value of a metric; the sum over all that have these labels."""
        text, total, found = self.admin("/metrics")[1], 0.0, False
        for sample, value in re.findall(r"^(%s(?:\{.*\})?) (\S+)$" % re.escape(name), text, re.MULTILINE):
            if all(f'{key}="{expected}"' in sample for key, expected in labels.items()):
                total, found = total + float(value), True
        assert found, f"no metric {name} {labels} in\n{text}"
        return total

    def log(self):
        """The lines of the log as objects."""
        return [json.loads(line) for line in self.lines() if line.startswith("{")]

    def command(self, *arguments, settings=None, within=30):
        """Runs another command with the same settings."""
        return run(*arguments, settings=self.settings | (settings or {}), cwd=self.folder, within=within)

    def add_client(self, name="tester"):
        result = self.command("client", "add", name, "--json")
        assert result.returncode == 0, result.stderr + result.stdout
        told = json.loads(result.stdout)
        assert told["name"] == name
        return Client(told["id"], told["api_key"])

    def api(self, client):
        """The API as that client uses it. All answers are also kept in `answers`."""
        return Api(self.port, client.key, self.answers)

    def new_api(self, name="tester"):
        return self.api(self.add_client(name))

    def threads(self):
        """How many threads the process has."""
        return self._status("Threads")

    def peak_memory(self):
        """The most memory that the process has had, in bytes."""
        return self._status("VmHWM") * 1024

    def forget_peak_memory(self):
        """Lets the peak begin anew at what it has now; gives that."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")
        return self.peak_memory()

    def _status(self, name):
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE)[1])
