"""HTTP/1.1 as far as the benchmarks speak it: one message at a time, its body as long as its Content-Length says."""

import asyncio
import re
import time

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Connection(asyncio.Protocol):
    """One end of a connection, of either side. What comes is handed to `received`, message by message."""

    def connection_made(self, transport):
        self.transport, self.buffer, self.began = transport, b"", 0

    def data_received(self, data):
        if not self.buffer:
            self.began = time.monotonic_ns()
        self.buffer += data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        length = LENGTH.search(self.buffer, 0, head + 2)
        if len(self.buffer) >= head + 4 + (int(length[1]) if length else 0):
            message, self.buffer = self.buffer, b""
            self.received(message, self.began)

    def received(self, message, began):
        """A whole message is there; its first byte came at that time, in nanoseconds of the monotonic clock."""
        raise NotImplementedError
