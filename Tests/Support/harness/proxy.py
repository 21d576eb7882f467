"""A proxy between the service and its database, driven from a test."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "proxy.py"


class Proxy:
    """A running proxy; its script says what the orders mean."""

    def __init__(self, target):
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def tell(self, order):
        """Gives it an order: proxy.tell("swallow")."""
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    @property
    def cuts(self):
        """How many commits were cut off from their answers."""
        return self.tell("count")

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
