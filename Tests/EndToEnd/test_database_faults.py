"""The database goes away under load, in every way it can: two services stay, lose and repeat nothing, and are back.

`Deploy/prove database` does the same for longer.
"""

import random

import pytest
from outages import FAULTS, World

SEED = random.randrange(1 << 32)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    print(f"seed {SEED}")
    world = World(tmp_path_factory.mktemp("world"), SEED)
    yield world
    world.close()


@pytest.mark.parametrize("name", FAULTS)
def test_the_service_is_back(world, name):
    """No instance ends; the gateway is told meanwhile; 15 s after the fault the service is at 95 % of its rate."""
    fault, seconds, _ = FAULTS[name]
    world.suffer(name, fault, seconds)


def test_nothing_was_lost_or_doubled(world):
    """After all of them, from outside: everything that was accepted has its one end, event and webhook at each
    endpoint; nothing was started twice; every answer still holds."""
    world.check()
    assert len(world.sessions) > 100
