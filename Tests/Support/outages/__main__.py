"""The long form: every fault in turn, as long as it says or for so many minutes in all, and over again until they are
over."""

import argparse
import os
import random
import tempfile
import time
from pathlib import Path

from . import FAULTS, World


def main():
    parser = argparse.ArgumentParser(prog="Deploy/prove database", description=__doc__)
    parser.add_argument("--minutes", type=float, default=0, help="at least; each fault once in any case")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="drawn when it is not given")
    options = parser.parse_args()
    print(f"seed {options.seed}, {os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}", flush=True)
    began, rounds = time.monotonic(), 0
    while rounds == 0 or time.monotonic() < began + options.minutes * 60:
        with tempfile.TemporaryDirectory(prefix="outages-") as folder:
            world = World(Path(folder), options.seed + rounds, max(seconds for _, _, seconds in FAULTS.values()))
            try:
                for name, (fault, _, seconds) in FAULTS.items():
                    world.suffer(name, fault, seconds)
                world.check()
            finally:
                world.close()
        rounds += 1
        webhooks = sum(len(receiver.snapshot()) for receiver in world.receivers)
        print(f"round {rounds}: {len(world.sessions)} sessions, {webhooks} webhooks, "
              f"{time.monotonic() - began:.0f} s: nothing lost, nothing twice", flush=True)


if __name__ == "__main__":
    main()
