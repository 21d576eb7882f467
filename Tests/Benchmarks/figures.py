"""Figures out of measurements."""

import math
from typing import NamedTuple


class Latency(NamedTuple):
    """Of many latencies, in milliseconds."""

    p50: float
    p99: float

    @classmethod
    def of(cls, nanoseconds):
        """Those that half and 99 of 100 do not exceed."""
        ordered = sorted(nanoseconds)

        def rank(share):
            return ordered[math.ceil(share * len(ordered)) - 1] / 1e6

        return cls(rank(0.5), rank(0.99))
