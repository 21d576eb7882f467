"""A receiver of webhooks that does as it is told."""

import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """How one webhook is answered."""

    status: int = 204
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    #: Seconds before the answer.
    delay: float = 0
    #: No answer at all, until the receiver is closed.
    hang: bool = False
    #: The connection is reset in place of an answer.
    reset: bool = False
    #: The body never ends.
    endless: bool = False
    #: These bytes in place of an answer, after which the connection ends; `every` so many seconds one of them.
    raw: bytes = None
    every: float = 0
    #: After `raw` nothing more comes, but the connection stays.
    stays: bool = False


@dataclass
class Arrival:
    """A webhook as it came."""

    path: str
    #: Names in lower case.
    headers: dict
    body: bytes
    #: Seconds on the monotonic clock.
    time: float
    answer: Answer

    @property
    def id(self):
        return self.headers.get("webhook-id")


class Receiver:
    """An HTTP server on a port of its own. `answers` are played in turn, and the last one stays; or it is a function of
    the arrivals so far, which decides itself. With `tls`, a context of the ssl module, it speaks HTTPS."""

    def __init__(self, *answers, tls=None, host="127.0.0.1", port=0):
        self.condition = threading.Condition()
        self.arrivals, self.closed = [], threading.Event()
        self.answer_with(*answers)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                receiver._receive(self)

            do_GET = do_POST

            def log_message(self, *arguments):
                """Nothing: the arrivals tell it all."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 512

            def handle_error(self, request, client_address):
                """A sender that hangs up is no news."""

        self.server = Server((host, port), Handler)
        if tls:
            # The handshake is left to the connection's own thread, so that a slow one is in nobody's way.
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://{host}:{self.port}/webhooks"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer_with(self, *answers):
        """Changes the answers, from the next arrival on."""
        with self.condition:
            self.answers = answers[0] if len(answers) == 1 and callable(answers[0]) else list(answers or [Answer()])

    def _receive(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        with self.condition:
            if callable(self.answers):
                answer = self.answers(self.arrivals)
            else:
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            self.arrivals.append(Arrival(
                handler.path, {k.lower(): v for k, v in handler.headers.items()}, body, time.monotonic(), answer))
            self.condition.notify_all()
        if answer.delay:
            self.closed.wait(answer.delay)
        if answer.hang:
            handler.close_connection = True
            self.closed.wait()
        elif answer.reset:
            handler.close_connection = True
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
        elif answer.raw is not None:
            handler.close_connection = True
            self._send_raw(handler.wfile, answer)
        else:
            self._send(handler, answer)

    def _send_raw(self, stream, answer):
        if answer.every:
            for byte in answer.raw:
                stream.write(bytes([byte]))
                if self.closed.wait(answer.every):
                    return
        else:
            stream.write(answer.raw)
        if answer.stays:
            self.closed.wait()

    def _send(self, handler, answer):
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        if answer.endless:
            handler.close_connection = True
            handler.end_headers()
            while not self.closed.is_set():
                handler.wfile.write(b"x" * 4096)
        else:
            if answer.status >= 200 and answer.status != 204:
                handler.send_header("Content-Length", str(len(answer.body)))
            handler.end_headers()
            handler.wfile.write(answer.body)

    def wait_for(self, count=1, within=20, where=lambda arrival: True):
        """The arrivals that `where` picks, as soon as there are that many."""
        def picked():
            return [arrival for arrival in self.arrivals if where(arrival)]

        with self.condition:
            enough = self.condition.wait_for(lambda: len(picked()) >= count, within)
            assert enough, f"{len(picked())} of {count} webhooks within {within} s"
            return picked()

    def of_session(self, id, count=1, within=20):
        """The arrivals that tell of a session."""
        return self.wait_for(count, within, lambda arrival: id.encode() in arrival.body)

    def snapshot(self):
        with self.condition:
            return list(self.arrivals)

    def close(self):
        self.closed.set()
        self.server.shutdown()
        self.server.server_close()
