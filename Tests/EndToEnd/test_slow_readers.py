"""A receiver that hardly reads: its window is closed, and what is sent to it waits at the sender."""

import base64
import secrets
import socket
import threading
from datetime import datetime

from harness import eventually, step, watch

SESSIONS, SLOTS = 6, 4
# Far more than the buffers on the way take.
VALUE = base64.b64encode(secrets.token_bytes(600_000)).decode()


class SlowReader:
    """Takes every connection with the smallest window, reads a few bytes and then some at a time, and after `let_go` as
    fast as it can: what its sender had got rid of."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        # Connections inherit both; and with small segments the sender's kernel keeps little for it.
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        self.hurry, self.threads, self.read = threading.Event(), [], []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.threads.append(threading.Thread(target=self._read, args=(connection,), daemon=True))
            self.threads[-1].start()

    def _read(self, connection):
        count = 0
        with connection:
            while True:
                try:
                    part = connection.recv(65536 if self.hurry.is_set() else 16)
                except OSError:
                    break
                if not part:
                    break
                count += len(part)
                self.hurry.wait(0.05)
        self.read.append(count)

    def let_go(self):
        """How much came through each connection in all."""
        self.hurry.set()
        for thread in self.threads:
            thread.join(20)
        return self.read

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.hurry.set()
        self.listener.close()


def most_at_once(attempts):
    """How many attempts were under way at the same time, at most."""
    spans = []
    for attempt in attempts:
        began = datetime.fromisoformat(attempt["started_at"]).timestamp() * 1000
        # Both are rounded to milliseconds.
        spans.append((began + 1, began + attempt["duration_ms"] - 1))
    return max(sum(began <= at < ended for began, ended in spans) for at, _ in spans)


def test_a_closed_window(make_bridge, upstream, receiver):
    """Sending is part of the attempt: one that does not get rid of its body is a `timeout`, holds no more than the
    slots of its endpoint, and changes nothing for the others."""
    bridge = make_bridge({"webhooks.timeout": "1s", "webhooks.retrySchedule": "100ms"}).start()
    api = bridge.new_api()
    with SlowReader() as slow:
        stuck, good = api.endpoint(slow.url)["id"], api.endpoint(receiver.url)["id"]
        for _ in range(SESSIONS):
            token = upstream.polls(step("ok", signature_value=VALUE), kind="hash")
            api.start(watch(token, "hash"))
        receiver.wait_for(SESSIONS)
        eventually(lambda: len(api.deliveries(endpoint_id=stuck, status="failed")) == SESSIONS)
        attempts = api.all("/v1/attempts", endpoint_id=stuck)
        assert [attempt["error"] for attempt in attempts] == ["timeout"] * 2 * SESSIONS
        assert most_at_once(attempts) == SLOTS
        # It was the sending that took the time: never was all of a body handed over.
        came = slow.let_go()
        assert len(came) == 2 * SESSIONS
        assert max(came) < len(VALUE)
    delivered = api.deliveries(endpoint_id=good)
    assert {(delivery["status"], delivery["attempt_count"]) for delivery in delivered} == {("delivered", 1)}
    assert len(receiver.snapshot()) == SESSIONS == len(delivered)
