"""Kills, stops and ends instances that share a database, in turns and under load through a gateway, and checks from
outside that nothing is lost and nothing happens twice. What it does is drawn from a seed; a run is not repeatable to
the moment, because the processes are real."""

from .chapter import Chapter

__all__ = ["Chapter"]
