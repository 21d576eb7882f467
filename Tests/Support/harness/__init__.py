"""What the tests from outside stand on: the real program, a scripted upstream, a receiver, and a client of the API.

The program is the one that the environment variable MARKSIGN_BRIDGE names; nothing here knows how it is built.
"""

from .api import Api, Reply
from .bodies import CONTRACT, PERSONAL_CODE, document_start, hash_start, watch
from .bridge import Bridge, Client
from .process import Process, environment, program, run
from .raw import RawConnection
from .receiver import Answer, Receiver
from .sandbox import Sandbox
from .upstream import Upstream, step
from .waiting import eventually, free_port, stays
from .webhooks import verified

__all__ = [
    "Answer", "Api", "Bridge", "CONTRACT", "Client", "PERSONAL_CODE", "Process", "RawConnection", "Receiver", "Reply",
    "Sandbox", "Upstream", "document_start", "environment", "eventually", "free_port", "hash_start", "program", "run",
    "stays", "step", "verified", "watch",
]
