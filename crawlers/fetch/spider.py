"""The one spider of a round: hands each host's addresses to Scrapy, and what comes back to whom it was asked for."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import scrapy
from scrapy.http import Request, Response
from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

from core.model.sources import Source
from core.sources.addresses import netloc_of
from crawlers.evidence.warc import WarcWriter
from crawlers.fetch.ask import Ask, carried, carry
from crawlers.fetch.errand import Errand
from crawlers.fetch.poll import Poll
from crawlers.fetch.polling import Polling
from crawlers.fetch.queues import Queues
from crawlers.fetch.refused import RequestRefusedError, reason_of
from crawlers.fetch.relook import Relook
from crawlers.fetch.resolver import is_local
from crawlers.fetch.round import Limits
from crawlers.fetch.second_looks import SecondLooks
from crawlers.platforms import platform


class RoundSpider(scrapy.Spider):
    """Crawls all sources of a round side by side into one WARC file. ``since``: a backfill down to that day."""

    name = "soatin"

    def __init__(
        self,
        *,
        sources: list[Source],
        warc: WarcWriter,
        limits: Limits,
        seen: Mapping[str, frozenset[str]],
        validators: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None,
        since: date | None = None,
        looks: list[tuple[Source, Relook]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.warc, self.limits = warc, limits
        self.stopping = False
        self.pauses: dict[str, datetime] = {}
        self._queues = Queues()
        known = validators or {}
        self._polls = [
            Poll(source, seen.get(source.name, frozenset()), known.get(source.name, {}), since, pauses=self.pauses)
            for source in sources
        ]
        self._polling = Polling(warc, limits, self._queues, self._give_up)
        self._second_looks = SecondLooks(warc)
        # A look has a poll of its own: a source may be looked at without being polled.
        self._looks = [Ask(Poll(source, frozenset()), look.url, look.role, look=look) for source, look in looks or ()]

    async def start(self) -> AsyncIterator[Request]:
        """The starts of all sources, and the looks."""
        self._alarm = call_later(self.limits.round_timeout, self._time_is_up)
        for poll in self._polls:
            if self._lacks_key(poll):
                continue
            for url, role, chain in poll.starts():
                self._polling.add(Ask(poll, url, role, 0, chain))
        for ask in self._looks:
            self._queues.add(ask)
        for request in self._ready():
            yield request

    def received(self, response: Response) -> Iterator[Request]:
        """An answer; then what waited behind it."""
        ask = carried(response)
        self._errand(ask).received(ask, response)
        yield from self._over(ask)

    def failed(self, failure: Failure) -> Iterator[Request]:
        """A request that brought nothing; then what waited behind it."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        ask = carried(request)
        self._errand(ask).failed(ask, *reason_of(failure.value or RequestRefusedError("network"), request.url))
        yield from self._over(ask)

    def closed(self, reason: str) -> None:  # noqa: ARG002  # Scrapy's signature
        """The end of the round."""
        self._alarm.cancel()
        self._polling.end(self._polls)

    def _errand(self, ask: Ask) -> Errand:
        return self._second_looks if ask.look else self._polling

    def _over(self, ask: Ask) -> Iterator[Request]:
        """One address less to wait for. What follows from it is in the queues before this is called."""
        self._queues.answered(ask.url)
        self._errand(ask).done(ask)
        yield from self._ready()

    def _ready(self) -> Iterator[Request]:
        """Requests that Scrapy may have now."""
        for ask in self._queues.ready():
            yield self._request(ask)

    def _request(self, ask: Ask) -> Request:
        """``meta`` holds Scrapy's own keys only, and the ask."""
        meta: dict[str, Any] = {"download_slot": netloc_of(ask.url)}
        headers = dict(self._errand(ask).conditions(ask))
        if secret := ask.secret:
            meta["dont_obey_robotstxt"] = True
            headers[secret.header] = secret.form.format(os.environ.get(secret.variable, ""))
        if is_local(netloc_of(ask.url)):
            meta["proxy"] = None
        request = Request(
            ask.url, callback=self.received, errback=self.failed, meta=meta, headers=headers, dont_filter=True
        )
        return carry(request, ask)

    def _lacks_key(self, poll: Poll) -> bool:
        """Whether an interface needs a key that is not there; the poll then says so and asks nothing."""
        secret = platform(poll.source.platform).secret
        if secret is None or os.environ.get(secret.variable):
            return False
        poll.error = f"no-key {secret.variable} is not set"
        self.warc.drop(poll.drop("no-key", "", f"{secret.variable} is not set"))
        return True

    def _time_is_up(self) -> None:
        """Refuse what still waits in the hosts' queues; what is being received ends by its own time limit."""
        self.stopping = True
        self._refuse(self._queues.rest(), "round-timeout")
        self._take_back("round-timeout")

    def _give_up(self, poll: Poll, reason: str, detail: str) -> None:
        """Refuse what an interface that wants no more questions of us would still be asked."""
        self._refuse(self._queues.rest(poll), reason, detail)
        self._take_back(reason, detail, poll.source.name)

    def _refuse(self, asks: list[Ask], reason: str, detail: str = "") -> None:
        """Count what will not be asked although it was waiting."""
        for ask in asks:
            self._errand(ask).refused(ask, reason, detail)
            self._errand(ask).done(ask)

    def _take_back(self, reason: str, detail: str = "", source: str = "") -> None:
        """Let what Scrapy still holds back for its host's delay fail, of one source or of all."""
        for slot in list(self.crawler.engine.downloader.slots.values()):
            for waiting in list(slot.queue):
                if not source or carried(waiting[0]).poll.source.name == source:
                    slot.queue.remove(waiting)
                    waiting[1].errback(Failure(RequestRefusedError(reason, detail)))  # type: ignore[no-untyped-call]
