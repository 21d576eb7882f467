"""Sessions at a fixed rate, whatever becomes of them: what a service is measured by."""

import json
import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException

from harness import eventually, step, watch
from kills.ledger import Asked

#: Sessions a second, and how many requests may be under way: those that callers wait for in vain.
RATE, AT_ONCE = 10, 64
#: A session is served when its webhook is there so many seconds after it was asked for.
SOON = 3
#: Over so many seconds the rate is measured.
SPAN = 3
VALUE = b64encode(b"signed").decode()


@dataclass
class Asking:
    """A session that was to be asked for."""

    at: float
    id: str = None
    #: When it was answered, and with what; a status of 0 is no answer.
    answered: float = None
    status: int = 0


class Pace(threading.Thread):
    """Asks for a session every tenth of a second, once."""

    def __init__(self, api, upstream, ledger, receiver):
        super().__init__(daemon=True)
        self.api, self.upstream, self.ledger, self.receiver = api, upstream, ledger, receiver
        self.stopping, self.askings, self.lock = threading.Event(), [], threading.Lock()
        self.under_way = 0

    def run(self):
        next_at = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while not self.stopping.wait(max(0, next_at - time.monotonic())):
                number, next_at = len(self.askings), next_at + 1 / RATE
                if number % 100 == 0:
                    self.upstream.polls_of_all([token(number + more) for more in range(100)],
                                               step("ok", signature_value=VALUE), kind="hash")
                self.askings.append(Asking(time.monotonic()))
                with self.lock:
                    is_free = self.under_way < AT_ONCE
                    self.under_way += is_free
                if is_free:
                    pool.submit(self._ask, number, self.askings[-1])

    def _ask(self, number, asking):
        asked = Asked(f"p-{number}", "hash", ("completed", VALUE))
        try:
            body = watch(token(number), "hash", metadata={"marker": asked.marker})
            reply = self.api.request("POST", "/v1/sessions", body, timeout=60)
            asking.status = reply.status
            if reply.status == 201:
                asking.id = asked.id = reply.json["id"]
            elif reply.status != 503:
                self.ledger.fault(f"{asked.marker} was answered with {reply}")
        except (OSError, HTTPException) as error:
            self.ledger.fault(f"{asked.marker} had no answer: {error!r}")
        finally:
            asking.answered = time.monotonic()
            self.ledger.asked.append(asked)
            self.api.kept.clear()
            with self.lock:
                self.under_way -= 1

    def longest(self, since):
        """How long the slowest answer to what was asked since then took."""
        return max((asking.answered - asking.at for asking in self.askings if asking.at >= since and asking.answered),
                   default=0)

    def back_at(self, since, within):
        """From when on at least 95 % of the sessions are served, for as long as the rate is measured."""
        return eventually(lambda: self._back_at(since), within, 0.5, "95 % of the rate")

    def _back_at(self, since):
        asked, served = self._served(since)
        wanted = RATE * SPAN
        for first in range(len(asked) - wanted + 1):
            if sum(served[first:first + wanted]) >= 0.95 * wanted:
                return asked[first].at
        return None

    def share_served(self, since):
        """The part of the sessions that were served, of those asked for since then and long enough ago to be."""
        until = time.monotonic() - SOON
        due = [is_served for asking, is_served in zip(*self._served(since)) if asking.at <= until]
        assert len(due) >= RATE, f"only {len(due)} sessions were asked for"
        return sum(due) / len(due)

    def _served(self, since):
        """What was asked for since then, and of each whether it was served."""
        came = {}
        for arrival in self.receiver.snapshot():
            came.setdefault(json.loads(arrival.body)["data"]["session_id"], arrival.time)
        asked = [asking for asking in list(self.askings) if asking.at >= since]
        return asked, [asking.id in came and came[asking.id] <= asking.at + SOON for asking in asked]


def token(number):
    return f"token-pace-{number:06}"
