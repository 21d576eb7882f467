"""Does one endpoint that hangs make the others' webhooks late?"""

import asyncio
import re
from statistics import median
from typing import NamedTuple

from figures import Latency
from harness import eventually
from load import steadily
from stage import Stage

ENDPOINTS = 100
#: The one that hangs in every second run. Its own webhooks are in no figure, of either kind of run.
VICTIM = 0
#: Seconds before what is measured, so that connections are open and the one that hangs has all its attempts under way.
WARM_UP = 3

EVENT = re.compile(rb"evt_[0-9a-z]+")


class Pair(NamedTuple):
    """A run with all endpoints good, and one where one of them hangs."""

    good: Latency
    hanging: Latency

    @property
    def ratio(self):
        return self.hanging.p99 / self.good.p99


def pairs(count, rate, seconds):
    """The pairs, one after the other. Which run goes first changes, so that a drift of the machine favours neither."""
    for number in range(count):
        order = (False, True) if number % 2 == 0 else (True, False)
        measured = {hangs: _run(hangs, rate, seconds) for hangs in order}
        yield Pair(measured[False], measured[True])


def median_ratio(measured):
    """How many times as long the others' p99 is when one hangs."""
    return median(pair.ratio for pair in measured)


def _run(hangs, rate, seconds):
    """From the call that makes an event to the first byte of its webhook, over all endpoints but one."""
    with Stage(ENDPOINTS) as stage:
        if hangs:
            stage.receivers.hang(VICTIM)
        sent = asyncio.run(_events(stage, rate, seconds))
        arrived, tried = {}, set()

        def all_there():
            for arrival in stage.receivers.arrivals():
                tried.add(arrival.receiver)
                arrived.setdefault(arrival.event, arrival.time)
            return sent.keys() <= arrived.keys()

        eventually(all_there, 10, 0.2, "the arrival of every webhook")
        assert VICTIM in tried, "nothing was sent to the one that may hang"
        taken = stage.api.get("/v1/deliveries", endpoint_id=stage.endpoints[VICTIM], status="delivered", limit=1)
        assert (not taken.expect(200).json["data"]) == hangs, "it hung when it should not, or the other way round"
        return Latency.of(arrived[event] - began for event, began in sent.items())


async def _events(stage, rate, seconds):
    """When the events that count were asked for. Each endpoint has its turn, also the one that hangs."""
    caller = stage.caller()

    async def event(number):
        endpoint = number % ENDPOINTS
        began, answer = await caller.post(f"/v1/endpoints/{stage.endpoints[endpoint]}/test", 202)
        return endpoint, EVENT.search(answer)[0].decode(), began

    await steadily(rate, WARM_UP, event)
    sent = await steadily(rate, seconds, event)
    caller.close()
    return {event: began for endpoint, event, began in sent if endpoint != VICTIM}
