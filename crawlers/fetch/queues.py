"""What a round still has to ask, host by host. Scrapy is given a few requests of each host at a time: one of its own
requests takes some 9 KB while it waits, an entry here a hundredth of that.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator

from core.sources.addresses import netloc_of
from crawlers.fetch.ask import Ask
from crawlers.fetch.poll import Poll

AT_ONCE = 3
"""Requests of one host that Scrapy holds: the one that is asked, and two more so that it never waits for us."""


class Queues:
    """Addresses to ask, first in first out for each host, so that a slow host keeps no other waiting."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, deque[Ask]] = defaultdict(deque)
        self._given: Counter[str] = Counter()

    def add(self, ask: Ask) -> None:
        """One more for its host."""
        self._waiting[netloc_of(ask.url)].append(ask)

    def ready(self) -> Iterator[Ask]:
        """What Scrapy may be given now; each is counted as given until ``answered``."""
        for host in list(self._waiting):
            queue = self._waiting[host]
            while queue and self._given[host] < AT_ONCE:
                self._given[host] += 1
                yield queue.popleft()
            if not queue:
                del self._waiting[host]

    def answered(self, url: str) -> None:
        """An address that was given has answered or failed."""
        self._given[netloc_of(url)] -= 1

    def rest(self, poll: Poll | None = None) -> list[Ask]:
        """What still waits, of one source or of all; it waits no more."""
        found: list[Ask] = []
        for host, queue in list(self._waiting.items()):
            found += [ask for ask in queue if poll is None or ask.poll is poll]
            self._waiting[host] = deque(ask for ask in queue if poll is not None and ask.poll is not poll)
        return found
