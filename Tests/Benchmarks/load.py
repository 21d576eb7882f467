"""Calls of the API as many clients make them, from one thread."""

import asyncio
import json
import time

from http11 import Connection

#: More calls at once than any benchmark makes while the service keeps up.
MOST_CALLS = 512
#: Seconds that the last call of a schedule may be late.
MOST_LATE = 1


class Caller:
    """Calls the API over connections that it keeps. A call takes one that is free, or a new one: it never waits for
    another call."""

    def __init__(self, port, key):
        self.port, self.key = port, key
        self.free, self.calls = [], 0

    async def post(self, path, status, json_body=None):
        """When the call began, in nanoseconds of the monotonic clock, and its answer, which must have the status."""
        body = b"" if json_body is None else json.dumps(json_body).encode()
        kind = "" if json_body is None else "Content-Type: application/json\r\n"
        head = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.key}\r\n"
                f"{kind}Content-Length: {len(body)}\r\n\r\n")
        began = time.monotonic_ns()
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise RuntimeError(f"{self.calls} calls at once: the service does not keep up with this rate")
        connection = self.free.pop() if self.free else await self._connect()
        answer = await connection.call(head.encode() + body)
        self.free.append(connection)
        self.calls -= 1
        if not answer.startswith(b"HTTP/1.1 %d " % status):
            raise RuntimeError(f"{path} was answered {answer[:500]!r}")
        return began, answer

    async def _connect(self):
        _, connection = await asyncio.get_running_loop().create_connection(_Calls, "127.0.0.1", self.port)
        return connection

    def close(self):
        for connection in self.free:
            connection.transport.close()


class _Calls(Connection):
    async def call(self, request):
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.answer

    def received(self, message, began):
        self.answer.set_result(message)

    def connection_lost(self, error):
        if hasattr(self, "answer") and not self.answer.done():
            self.answer.set_exception(error or ConnectionResetError("the service hung up"))


async def steadily(rate, seconds, call):
    """The results of `call(number)`, begun at an even rate for so long whether or not those before have ended."""
    loop = asyncio.get_running_loop()
    began, count = loop.time(), round(rate * seconds)
    async with asyncio.TaskGroup() as group:
        calls = []
        for number in range(count):
            await asyncio.sleep(began + number / rate - loop.time())
            calls.append(group.create_task(call(number)))
        late = loop.time() - began - (count - 1) / rate
    if late > MOST_LATE:
        raise RuntimeError(f"this machine is too slow to make {rate} calls a second: {late:.1f} s late")
    return [call.result() for call in calls]


async def at_once(count, parallel, call):
    """Calls `call(number)` for all numbers, so many at a time."""
    numbers = iter(range(count))

    async def work():
        for number in numbers:
            await call(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(parallel):
            group.create_task(work())
