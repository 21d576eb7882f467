"""What the load was promised, and what it saw: written by many threads, read when all is over."""

import threading
from dataclasses import dataclass, field


@dataclass
class Asked:
    """A session that was asked for, and how its upstream ends it."""

    #: In the metadata, and of a start also the message: by it the upstream and the list of sessions know it.
    marker: str
    kind: str
    #: The status, and beside it the signature value, the content of the file or the code of the error.
    ending: tuple
    #: How the upstream answers the start: "start", "refused", "error" or "lost"; None for a session that is watched.
    start: str = None
    body: dict = None
    key: str = None
    #: The answer that was got, and the session that it tells of.
    reply: object = None
    id: str = None
    cancelled: bool = False


@dataclass
class Ledger:
    asked: list = field(default_factory=list)
    #: (event, endpoint, when it was asked for, whether that was answered with 202)
    resends: list = field(default_factory=list)
    #: Sessions whose cancel was answered with 200.
    cancels: list = field(default_factory=list)
    #: id -> what a session was seen to be at its end.
    finals: dict = field(default_factory=dict)
    #: Times on the monotonic clock.
    kills: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def saw(self, session):
        """A session was read. Once it is final, it never changes."""
        if session["status"] == "pending":
            return
        seen = {name: session[name] for name in ("status", "result", "error", "ended_at")}
        with self.lock:
            before = self.finals.setdefault(session["id"], seen)
        if before != seen:
            self.fault(f"{session['id']} was {before}, and is {seen}")

    def fault(self, text):
        with self.lock:
            self.faults.append(text)

    def pick(self, random, condition, among=200):
        """One of the last things asked for that the condition picks; None when there is none."""
        found = [asked for asked in self.asked[-among:] if condition(asked)]
        return random.choice(found) if found else None
