"""Webhook receivers and an upstream in a process of their own, so that the load is not in their way.

Times are nanoseconds of the monotonic clock, which is the same in all processes of a machine.
"""

import asyncio
import gc
import multiprocessing
import re
import time
from typing import NamedTuple

from http11 import Connection

NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
SIGNED = b'{"status":"ok","signature_value":"' + b"QVFF" * 30 + b'"}'
FINAL = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(SIGNED), SIGNED)

EVENT = re.compile(rb"\r\nwebhook-id: *(\S+)", re.IGNORECASE)
TOKEN = re.compile(rb'"token":"([^"]+)"')
POLLED = re.compile(rb"/status/([^/]+)\.json")


class Arrival(NamedTuple):
    """A webhook as it came."""

    #: When its first byte was there.
    time: int
    #: Which of the receivers it came to.
    receiver: int
    event: str
    #: The token of the session that it tells of; none when it is a test.
    token: str | None


class Receivers:
    """As many receivers as wanted, each on a port of its own, and an upstream that says of each hash at once that it is
    signed."""

    def __init__(self, count):
        # A new interpreter: nothing of this process is in its memory.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, count), daemon=True)
        self.process.start()
        theirs.close()
        upstream, *receivers = self.pipe.recv()
        self.upstream = f"http://127.0.0.1:{upstream}"
        self.urls = [f"http://127.0.0.1:{port}/webhooks" for port in receivers]

    def _ask(self, *order):
        self.pipe.send(order)
        return self.pipe.recv()

    def hang(self, receiver):
        """From now on that one takes connections and requests, and never answers."""
        self._ask("hang", receiver)

    def count(self):
        """How many webhooks have come."""
        return self._ask("count")

    def arrivals(self):
        """The webhooks that have come since this was last asked."""
        return self._ask("arrivals")

    def answered(self):
        """When the upstream began to give each token its final answer."""
        return self._ask("answered")

    def close(self):
        self.pipe.close()
        self.process.join(5)
        self.process.kill()


def _serve(pipe, count):
    gc.disable()
    asyncio.run(_Service(pipe).run(count))


class _Service:
    def __init__(self, pipe):
        self.pipe, self.ended = pipe, asyncio.Event()
        self.requests, self.total, self.finals, self.hanging = [], 0, {}, None

    async def run(self, count):
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(lambda: _Upstream(self), "127.0.0.1", 0)]
        for number in range(count):
            servers.append(await loop.create_server(lambda n=number: _Receiver(self, n), "127.0.0.1", 0))
        self.pipe.send([server.sockets[0].getsockname()[1] for server in servers])
        loop.add_reader(self.pipe.fileno(), self.obey)
        await self.ended.wait()

    def obey(self):
        try:
            name, *arguments = self.pipe.recv()
        except EOFError:
            self.ended.set()
        else:
            self.pipe.send(getattr(self, name)(*arguments))

    def hang(self, receiver):
        self.hanging = receiver

    def count(self):
        return self.total

    def arrivals(self):
        requests, self.requests = self.requests, []
        return [_arrival(*request) for request in requests]

    def answered(self):
        return self.finals


def _arrival(began, receiver, request):
    token = TOKEN.search(request)
    return Arrival(began, receiver, EVENT.search(request)[1].decode(), token[1].decode() if token else None)


class _Receiver(Connection):
    def __init__(self, service, number):
        self.service, self.number = service, number

    def received(self, message, began):
        # It is read later, when nothing is measured.
        self.service.requests.append((began, self.number, message))
        self.service.total += 1
        if self.number != self.service.hanging:
            self.transport.write(NO_CONTENT)


class _Upstream(Connection):
    def __init__(self, service):
        self.service = service

    def received(self, message, began):
        token = POLLED.search(message)[1].decode()
        self.service.finals.setdefault(token, time.monotonic_ns())
        self.transport.write(FINAL)
