"""Measures the delivery of webhooks by the program that MARKSIGN_BRIDGE names, and prints what it found."""

import argparse
import gc
import os
import sys

import isolation
import throughput

#: How many times as long the others' p99 may be when one endpoint hangs.
BOUND = 1.10


def options():
    parser = argparse.ArgumentParser(prog="Deploy/benchmark", description="Measures the delivery of webhooks.")
    parser.add_argument("--check", action="store_true",
                        help=f"fail when the median ratio of the isolation is above {BOUND:.2f}")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of runs of the isolation (%(default)s)")
    parser.add_argument("--rate", type=int, default=300, help="events a second in these (%(default)s)")
    parser.add_argument("--seconds", type=float, default=15, help="how long a run measures (%(default)s)")
    parser.add_argument("--sessions", type=int, default=300,
                        help="sessions that end at once, each with 100 deliveries (%(default)s)")
    return parser.parse_args()


def measure_isolation(count, rate, seconds):
    """Prints a line a pair; gives the median ratio."""
    print(f"Isolation: {isolation.ENDPOINTS} endpoints, {rate} events a second in turn, {seconds:g} s a run.\n"
          f"Milliseconds from the call that makes an event to the webhook's first byte, at the "
          f"{isolation.ENDPOINTS - 1} that never hang.\n\n"
          "        all good          one hangs\n"
          "pair    p50      p99      p50      p99   p99 ratio", flush=True)
    measured = []
    for pair in isolation.pairs(count, rate, seconds):
        measured.append(pair)
        print(f"{len(measured):4}{pair.good.p50:7.2f}{pair.good.p99:9.2f}{pair.hanging.p50:9.2f}{pair.hanging.p99:9.2f}"
              f"{pair.ratio:12.3f}", flush=True)
    ratio = isolation.median_ratio(measured)
    print(f"median p99 ratio {ratio:26.3f}\n", flush=True)
    return ratio


def main():
    chosen = options()
    # What is measured in milliseconds is not to wait for a collection.
    gc.disable()
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.2f}\n")
    ratio = measure_isolation(chosen.pairs, chosen.rate, chosen.seconds)
    speed = throughput.deliveries_per_second(chosen.sessions)
    print(f"Durable deliveries a second, {chosen.sessions} sessions to {throughput.ENDPOINTS} endpoints: {speed:.0f}",
          flush=True)
    latency = throughput.answer_to_webhook(200, chosen.seconds)
    print(f"Final answer to first byte, 200 sessions a second: p50 {latency.p50:.2f} ms, p99 {latency.p99:.2f} ms")
    if chosen.check and ratio > BOUND:
        sys.exit(f"The median p99 ratio is above {BOUND:.2f}.")


if __name__ == "__main__":
    main()
