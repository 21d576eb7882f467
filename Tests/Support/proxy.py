#!/usr/bin/env python3
"""A TCP proxy before a server on 127.0.0.1, which misbehaves as it is told.

    python3 proxy.py TARGET_PORT

It prints its port as its first line, and exits when its standard input closes. A line there is an order, which is
answered by a line with the number of commits cut off so far:

    pass         everything goes through, as at first; what was held comes late, what was swallowed never
    swallow      nothing goes through any more, either way, and no connection ends: a dead link
    hold         the same, for as long as it holds: a link that is stuck
    refuse       every connection is cut, and every new one
    cut TEXT     the next transaction in which a client says TEXT is committed, and cut off in place of the answer
    count        nothing changes
"""

import asyncio
import os
import sys


class Proxy:
    def __init__(self, target):
        self.target, self.order, self.text, self.cuts = target, "pass", None, 0
        self.flows, self.links = asyncio.Event(), set()
        self.flows.set()

    def obey(self, order):
        word, _, text = order.partition(" ")
        if word == "count":
            return
        if word == "cut":
            self.text = text.encode()
            return
        self.order = word
        if word == "swallow":
            for link in self.links:
                link.is_dead = True
        elif word == "refuse":
            for link in list(self.links):
                link.end()
        if word == "hold":
            self.flows.clear()
        else:
            self.flows.set()

    async def serve(self, reader, writer):
        link = Link(self, writer)
        self.links.add(link)
        try:
            link.is_dead = self.order == "swallow"
            if self.order != "refuse":
                await link.gate()
                far_reader, link.far = await asyncio.open_connection("127.0.0.1", self.target)
                await asyncio.gather(
                    link.pass_on(reader, link.far, link.client_says), link.pass_on(far_reader, writer, link.answers))
        except OSError:
            pass
        finally:
            link.end()
            self.links.discard(link)


class Link:
    """A client's connection, and the one to the server."""

    def __init__(self, proxy, near):
        self.proxy, self.near, self.far = proxy, near, None
        self.is_dead = self.is_marked = self.is_doomed = False

    async def gate(self):
        await self.proxy.flows.wait()
        if self.is_dead:
            await asyncio.Event().wait()

    async def pass_on(self, reader, writer, look):
        while data := await reader.read(65536):
            await self.gate()
            if not look(data):
                break
            writer.write(data)
            await writer.drain()
        await self.gate()
        self.end()

    def client_says(self, data):
        if self.proxy.text is not None and self.proxy.text in data:
            self.proxy.text, self.is_marked = None, True
        self.is_doomed = self.is_doomed or (self.is_marked and b"COMMIT" in data)
        return True

    def answers(self, data):
        self.proxy.cuts += self.is_doomed
        return not self.is_doomed

    def end(self):
        for writer in (self.near, self.far):
            if writer is not None:
                writer.transport.abort()


async def main():
    proxy = Proxy(int(sys.argv[1]))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    print(server.sockets[0].getsockname()[1], flush=True)
    while order := await orders.readline():
        proxy.obey(order.decode().rstrip("\n"))
        print(proxy.cuts, flush=True)
    # Without a word of the connections that are left.
    os._exit(0)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
