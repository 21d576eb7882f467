"""Kills the real process over and over under load, and checks from outside that nothing is lost and nothing happens
twice. What it does is drawn from a seed; a run is not repeatable to the moment, because the process is real."""

from .chapter import Chapter
from .failpoints import FAILPOINTS

__all__ = ["Chapter", "FAILPOINTS"]
