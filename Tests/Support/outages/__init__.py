"""Takes the database away from services under load, in every way it can go, and checks from outside that they stay,
that nothing is lost or happens twice, and that they are back soon afterwards."""

from .faults import FAULTS
from .world import World

__all__ = ["FAULTS", "World"]
