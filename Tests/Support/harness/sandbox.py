"""The sandbox under test."""

import http.client

from .process import Process
from .waiting import eventually, free_port


class Sandbox(Process):
    """`sandbox` on a port of its own."""

    def __init__(self, folder, *options):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__(["sandbox", "--port", self.port, *options], {}, cwd=folder)

    def start(self, within=20):
        """Starts it, and waits until its page is there."""
        self.spawn()
        eventually(lambda: self._answers() or not self.is_running, within, what="the sandbox")
        assert self.is_running, "it ended: " + "\n".join(self.lines()[-10:])
        return self

    def _answers(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()
