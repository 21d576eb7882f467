"""Waiting for a condition, always with a deadline."""

import random
import socket
import time


def eventually(condition, within=20.0, every=0.02, what="the condition"):
    """The first true value of `condition`, asked again and again; fails when there is none in time."""
    deadline = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"{what} did not come true within {within} s; it was {value!r}")
        time.sleep(every)


def stays(condition, seconds, every=0.05):
    """Whether `condition` is true all that time: for what must not happen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not condition():
            return False
        time.sleep(every)
    return True


# Outside the range from which the kernel takes the ports of outgoing connections, so that a port is still free when a
# killed program is started again; and each is given out once, for some are asked for long before they are bound.
_PORTS = iter(random.sample(range(20_000, 32_000), 12_000))


def free_port():
    """A port that nobody listens on, and that no call before was given."""
    for port in _PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")
