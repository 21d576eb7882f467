"""How long this machine keeps a process waiting that wants to run: what a test that counts per second must know."""

import subprocess
import sys

SLEEPER = """
import sys, threading, time
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set())).start()
longest = 0
while not ended.is_set():
    before = time.monotonic()
    time.sleep(0.002)
    longest = max(longest, time.monotonic() - before - 0.002)
print(longest)
"""


class Stalls:
    """A process that does nothing but sleep, and measures by how much it sleeps too long."""

    def __enter__(self):
        self.sleeper = subprocess.Popen(
            [sys.executable, "-c", SLEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        #: The longest, in seconds.
        self.longest = float(self.sleeper.communicate(timeout=30)[0])


def calmly(count, at_most):
    """What is counted while the machine lets nobody wait longer than that, and the longest stall meanwhile, in seconds.
    The counts of a machine that stalls say little, so they are made anew, twice at most: what comes then is of the
    calmest of the three times."""
    calmest = None
    for _ in range(3):
        with Stalls() as stalls:
            counted = count()
        if calmest is None or stalls.longest < calmest[1]:
            calmest = counted, stalls.longest
        if stalls.longest <= at_most:
            break
    return calmest
