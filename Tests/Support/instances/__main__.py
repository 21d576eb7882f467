"""The long form: chapters of three minutes, each with a database of its own, until the time is over."""

import argparse
import io
import os
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path
from shutil import rmtree

from . import Chapter

SECONDS = 180


def main():
    parser = argparse.ArgumentParser(prog="Deploy/prove instances", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="of load (%(default)s)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="drawn when it is not given")
    options = parser.parse_args()
    print(f"seed {options.seed}, {os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}", flush=True)
    left, number, turns, sessions, webhooks = options.minutes * 60, 0, Counter(), 0, 0
    began = time.monotonic()
    while left > 0:
        seed = options.seed + number
        folder = Path(tempfile.mkdtemp(prefix=f"instances-{seed}-"))
        try:
            # The last lines of each instance are for those who look at a failed test; here the logs are kept.
            with redirect_stdout(io.StringIO()):
                chapter = Chapter(folder, seed, min(left, SECONDS)).run()
        except BaseException:
            print(f"seed {seed} failed; the logs are in {folder}", file=sys.stderr, flush=True)
            raise
        rmtree(folder)
        number, left = number + 1, left - SECONDS
        turns += chapter.turns
        sessions += len(chapter.sessions)
        webhooks += sum(len(receiver.snapshot()) for receiver in chapter.receivers)
        befell = ", ".join(f"{count} {what}" for what, count in sorted(turns.items()))
        print(f"{time.monotonic() - began:.0f} s: {befell}; {sessions} sessions, {webhooks} webhooks: "
              "nothing lost, nothing twice", flush=True)


if __name__ == "__main__":
    main()
