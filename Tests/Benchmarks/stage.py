"""What a benchmark plays on: a fresh service with a store on disk, one client, and its endpoints."""

import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from harness import Bridge
from load import Caller
from receivers import Receivers

# As it is by default, but for what makes a benchmark short: the upstream has its answer at once, and who hangs is given
# up after 2 s, so that a run sees attempts begin, time out and be put off.
SETTINGS = {
    "log.level": "error",
    "poll.firstDelay": "50ms", "upstream.maxRate": "1000", "upstream.maxConcurrent": "256",
    "webhooks.timeout": "2s", "webhooks.retrySchedule": "5s,5m,30m,2h,5h,10h,14h,20h,24h",
}


class Stage:
    """A service, and so many receivers with an endpoint for each: `with Stage(100) as stage`."""

    def __init__(self, receivers):
        self.count, self.closing = receivers, ExitStack()

    def __enter__(self):
        with ExitStack() as opened:
            # Not /tmp, which on newer systems is memory.
            folder = opened.enter_context(TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")))
            self.receivers = Receivers(self.count)
            opened.callback(self.receivers.close)
            self.bridge = Bridge(Path(folder), self.receivers.upstream, SETTINGS)
            opened.callback(self.bridge.kill)
            client = self.bridge.start().add_client("benchmark")
            self.api, self.key = self.bridge.api(client), client.key
            self.endpoints = [self.api.endpoint(url)["id"] for url in self.receivers.urls]
            self.closing = opened.pop_all()
        return self

    def __exit__(self, *error):
        self.closing.close()

    def caller(self):
        """A client for load."""
        return Caller(self.bridge.port, self.key)
