"""Counting requests by their times."""

from .waiting import eventually


def most_within(span, times):
    """The most of these milliseconds that any span of so many holds."""
    first = most = 0
    for last, at in enumerate(times):
        while times[first] <= at - span:
            first += 1
        most = max(most, last - first + 1)
    return most


class Arrivals:
    """The times in milliseconds at which requests came to Marksign."""

    def __init__(self, upstream):
        self.upstream, self.times = upstream, []

    def go_on(self, more):
        """Until there were so many requests more."""
        enough = len(self.times) + more

        def came():
            self.times.extend(entry["time_ms"] for entry in self.upstream.log(after=len(self.times)))
            return len(self.times) >= enough

        eventually(came, 60, 0.02, f"{more} requests")
