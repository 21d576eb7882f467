"""The long form: chapters of fifty kills, each with a store of its own, until there are enough."""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from . import Chapter

KILLS = 50


def main():
    parser = argparse.ArgumentParser(prog="Deploy/prove kills", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="kills (%(default)s)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="drawn when it is not given")
    options = parser.parse_args()
    print(f"seed {options.seed}, {os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}", flush=True)
    began, deaths, sessions, webhooks = time.monotonic(), Counter(), 0, 0
    while deaths.total() < options.count:
        seed = options.seed + deaths.total() // KILLS
        # A store that failed is kept, to be looked at.
        folder = Path(tempfile.mkdtemp(prefix=f"kills-{seed}-"))
        try:
            chapter = Chapter(folder, seed, KILLS).run()
        except BaseException:
            print(f"seed {seed} failed; its store is in {folder}", file=sys.stderr, flush=True)
            raise
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        deaths += chapter.deaths
        sessions += len(chapter.sessions)
        webhooks += sum(len(receiver.snapshot()) for receiver in chapter.receivers)
        print(f"{deaths.total()} kills, {sessions} sessions, {webhooks} webhooks, "
              f"{time.monotonic() - began:.0f} s: nothing lost, nothing twice", flush=True)
    for cause, count in deaths.most_common():
        print(f"{count:6} {cause}")


if __name__ == "__main__":
    main()
