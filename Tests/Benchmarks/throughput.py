"""How many webhooks go out when there are more than can, and how soon one goes out when there are few."""

import asyncio
import time
from uuid import uuid4

from figures import Latency
from harness import eventually
from load import at_once, steadily
from stage import Stage

ENDPOINTS = 100


def deliveries_per_second(sessions):
    """Sessions that end as fast as they can, each with a webhook to every endpoint: from the first webhook until the
    store has every delivery as delivered. The events are made, polled for and stored in the same time."""
    with Stage(ENDPOINTS) as stage:
        asyncio.run(_watched(stage, lambda watch: at_once(sessions, 16, watch)))
        expected = sessions * ENDPOINTS
        eventually(lambda: stage.receivers.count() >= expected, 120, 0.05, f"{expected} webhooks")
        eventually(lambda: not _pending(stage), 10, 0.02, "the last delivery in the store")
        ended = time.monotonic_ns()
        return expected / (ended - min(arrival.time for arrival in stage.receivers.arrivals())) * 1e9


def answer_to_webhook(rate, seconds):
    """From the upstream's final answer to the first byte of the webhook, to one endpoint."""
    with Stage(1) as stage:
        asyncio.run(_watched(stage, lambda watch: steadily(rate, seconds, watch)))
        expected = round(rate * seconds)
        eventually(lambda: stage.receivers.count() >= expected, 10, 0.1, f"{expected} webhooks")
        answered = stage.receivers.answered()
        return Latency.of(arrival.time - answered[arrival.token] for arrival in stage.receivers.arrivals())


async def _watched(stage, schedule):
    caller = stage.caller()

    async def watch(_):
        await caller.post("/v1/sessions", 201, {"kind": "hash", "method": "smart-id", "token": str(uuid4())})

    await schedule(watch)
    caller.close()


def _pending(stage):
    return stage.api.get("/v1/deliveries", status="pending", limit=1).expect(200).json["data"]
