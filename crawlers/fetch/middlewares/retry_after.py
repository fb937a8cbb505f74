"""Pauses that hosts ask for: 429 and 503 with Retry-After (RFC 9110, 10.2.3; RFC 6585, 4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from core import clock
from core.sources.addresses import netloc_of
from crawlers.fetch.middlewares.keeper import keeper
from crawlers.fetch.refused import RequestRefusedError

LONGEST = timedelta(days=1)


def retry_after(value: str, now: datetime) -> datetime | None:
    """The moment that a Retry-After header names (seconds or a date), a day from now at the latest; None: no such."""
    text = value.strip()
    if re.fullmatch(r"\d{1,9}", text):
        return now + min(timedelta(seconds=int(text)), LONGEST)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(moment, now + LONGEST) if moment > now else None


class Pauses:
    """Asks a host nothing more in this round once it said that we ask too much; what waits for it is refused."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._paused: dict[str, RequestRefusedError] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Pauses:
        """As Scrapy makes it."""
        pauses = cls(crawler)
        crawler.signals.connect(pauses.received, signals.response_downloaded)
        return pauses

    def process_request(self, request: Request) -> None:
        """Raises RequestRefusedError for a host that is to be left alone."""
        if refused := self._paused.get(netloc_of(request.url)):
            raise RequestRefusedError(refused.reason, refused.detail)

    def received(self, request: Request, response: Response) -> None:
        """Note a pause, before Scrapy sends the next request that waits for the host."""
        value = (response.headers.get("Retry-After") or b"").decode("latin-1")
        if response.status != 429 and not (response.status == 503 and value):
            return
        until = retry_after(value, clock.now())
        netloc = netloc_of(request.url)
        asked = f"{response.status}, not to be asked before {until:%Y-%m-%dT%H:%M:%SZ}" if until else "429"
        refused = RequestRefusedError("http-429", f"{netloc} answered {asked}")
        if until:
            keeper(self._crawler).pauses[netloc] = until
        self._paused[netloc] = refused
        slot = self._crawler.engine.downloader.slots.get(netloc)
        while slot is not None and slot.queue:
            slot.queue.popleft()[1].errback(Failure(refused))  # type: ignore[no-untyped-call]
