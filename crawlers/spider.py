"""The one spider: asks each source's starts, follows what its platform finds, counts what is not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import scrapy
from scrapy.http import Request, Response
from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

from core import clock
from core.model import Drop, Polled, Source, document_id
from crawlers.encodings import UndecodableError
from crawlers.guard import RefusedError, is_local, reason_of
from crawlers.platforms import Found, Page, platform
from crawlers.round import Limits
from crawlers.urls import canonical_url, may_ask, netloc_of
from crawlers.warc import WarcFile

_START_PRIORITY = 10
_MAX_DEPTH = 3
_CONDITIONAL = frozenset({"feed", "listing", "sitemap"})
"""Starts that are asked for conditionally: all that follows from them is settled once it was read. A thread's first
page is not: its last page changes without it."""
_PASSING = frozenset({"http-429", "http-5xx", "network", "timeout", "round-timeout", "interrupted", "bad-certificate"})
"""Reasons after which the same address is asked again at the next poll."""


def _validators(response: Response) -> dict[str, str]:
    """``etag`` and ``modified`` of an answer, as they were given (RFC 9110, 8.8)."""
    given = {"etag": response.headers.get("ETag"), "modified": response.headers.get("Last-Modified")}
    texts = {name: value.decode("latin-1").strip() for name, value in given.items() if value}
    return {name: text for name, text in texts.items() if text.isascii() and text.isprintable() and len(text) <= 300}


def _conditions(validators: Mapping[str, str]) -> dict[str, str]:
    names = {"etag": "If-None-Match", "modified": "If-Modified-Since"}
    return {names[name]: value for name, value in validators.items() if name in names}


@dataclass
class _Poll:
    """One source's poll so far. ``waiting`` are the addresses that were asked and have not answered; ``known`` the
    validators of the starts from the last poll, ``answered`` those of this one. ``unsettled``: something is to be asked
    again, so that the next poll must see its starts whole.
    """

    source: Source
    seen: frozenset[str]
    asked: set[str] = field(default_factory=set)
    waiting: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    error: str = ""
    left: int = 0
    done: bool = False
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    answered: dict[str, dict[str, str]] = field(default_factory=dict)
    unsettled: bool = False


class RoundSpider(scrapy.Spider):
    """Crawls all sources of a round side by side into one WARC file."""

    name = "soatin"

    def __init__(
        self,
        *,
        sources: list[Source],
        warc: WarcFile,
        limits: Limits,
        seen: Mapping[str, frozenset[str]],
        validators: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.warc, self.limits = warc, limits
        self.stopping = False
        self.pauses: dict[str, datetime] = {}
        known = validators or {}
        self._polls = {
            source.name: _Poll(source, seen.get(source.name, frozenset()), known=known.get(source.name, {}))
            for source in sources
        }

    async def start(self) -> AsyncIterator[Request]:
        """The starts of all sources."""
        self._alarm = call_later(self.limits.round_timeout, self._time_is_up)
        for poll in self._polls.values():
            requests = [self._request(poll, start["url"], start["as"], 0) for start in poll.source.starts]
            for request in requests:
                if request is not None:
                    yield request

    def _time_is_up(self) -> None:
        """Refuse what still waits in the hosts' queues; what is being received ends by its own time limit."""
        self.stopping = True
        for slot in list(self.crawler.engine.downloader.slots.values()):
            while slot.queue:
                late = Failure(RefusedError("round-timeout"))  # type: ignore[no-untyped-call]
                slot.queue.popleft()[1].errback(late)

    def _request(self, poll: _Poll, url: str, role: str, depth: int) -> Request | None:
        """A request, unless the source was asked for that page already or its pages are used up."""
        key = document_id(canonical_url(url))
        if key in poll.asked or (depth and key in poll.seen):
            return None
        if not may_ask(url, poll.source.hosts):
            self._drop(poll, "off-host", url)
            return None
        if len(poll.asked) >= self.limits.max_pages:
            poll.left += 1
            return None
        poll.asked.add(key)
        poll.waiting[url] = role
        meta: dict[str, Any] = {
            "source": poll.source.name,
            "hosts": poll.source.hosts,
            "role": role,
            "depth_": depth,
            "start": depth == 0,
            "download_slot": netloc_of(url),
            "asked": url,
        }
        if is_local(netloc_of(url)):
            meta["proxy"] = None
        return Request(
            url,
            callback=self.received,
            errback=self.failed,
            meta=meta,
            headers=_conditions(poll.known.get(url, {})) if depth == 0 and role in _CONDITIONAL else None,
            dont_filter=True,
            priority=_START_PRIORITY if depth == 0 else 0,
        )

    def received(self, response: Response) -> Iterator[Request]:
        """Count what cannot be used; follow what can."""
        meta = response.meta
        poll = self._polls[meta["source"]]
        poll.counts["requests"] += meta.get("requests", 1)
        found = Found()
        if response.status == 304 and meta["start"]:
            poll.counts["unchanged"] += 1
            poll.answered[meta["asked"]] = dict(poll.known.get(meta["asked"], {}))
        elif response.status not in range(200, 300):
            kind = "http-429" if response.status == 429 else f"http-{response.status // 100}xx"
            self._drop(poll, kind, meta["asked"], str(response.status))
            poll.unsettled |= kind in _PASSING
            self._start_failed(poll, meta | {"start": meta["start"] or kind == "http-429"}, kind)
        else:
            if meta["start"] and meta["role"] in _CONDITIONAL:
                poll.answered[meta["asked"]] = _validators(response)
            found = self._find(poll, response)
            if found.problem:
                self._drop(poll, found.problem, response.url)
                self._start_failed(poll, meta, found.problem)
        poll.counts["off_host"] += found.off_host
        for link in found.links:
            if meta["depth_"] >= _MAX_DEPTH:
                self._drop(poll, "depth", link.url)
            elif request := self._request(poll, link.url, link.role, meta["depth_"] + 1):
                yield request
        self._answered(poll, meta["asked"])

    def _find(self, poll: _Poll, response: Response) -> Found:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        role = response.meta["role"]
        page = Page(response.url, response.body, clock.now(), content_type, role, poll.source)
        try:
            return platform(poll.source.platform).find(page)
        except UndecodableError:
            return Found(problem="undecodable")
        except Exception as error:  # noqa: BLE001  # one page must not end the round of all sources
            self.logger.error("%s: %r", response.url, error)  # noqa: TRY400  # the page's doing: one line will do
            return Found(problem="unreadable")

    def failed(self, failure: Failure) -> None:
        """A request that brought nothing."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        meta = request.meta
        poll = self._polls[meta["source"]]
        reason, detail = reason_of(failure.value or RefusedError("network"), request.url)
        if reason not in {"robots", "private-address", "round-timeout"}:
            poll.counts["requests"] += meta.get("requests", 0) + 1
        self._drop(poll, reason, meta["asked"], detail)
        poll.unsettled |= reason in _PASSING
        self._start_failed(poll, meta, reason)
        self._answered(poll, meta["asked"])

    def _drop(self, poll: _Poll, reason: str, url: str, detail: str = "") -> None:
        self.warc.drop(Drop("crawl", reason, poll.source.name, url[:2000], detail))

    def _start_failed(self, poll: _Poll, meta: Mapping[str, Any], reason: str) -> None:
        if meta["start"]:
            poll.error = poll.error or f"{reason} {meta['asked']}"

    def _answered(self, poll: _Poll, url: str) -> None:
        """One address less to wait for. Requests that follow from it are yielded before this is called."""
        poll.waiting.pop(url, None)
        if not poll.waiting:
            self._finish(poll)

    def _finish(self, poll: _Poll) -> None:
        if poll.done:
            return
        poll.done = True
        if poll.left:
            self._drop(poll, "max-pages", "", f"{poll.left} addresses left for the next round")
        whole = not (poll.left or poll.unsettled or poll.error)
        pauses = [until for host, until in self.pauses.items() if host in poll.source.hosts]
        polled = Polled(
            poll.source.name,
            clock.now(),
            poll.counts["requests"],
            poll.error,
            {url: found for url, found in poll.answered.items() if found and whole},
            max(pauses, default=None),
        )
        self.warc.polled(polled, poll.counts)

    def closed(self, reason: str) -> None:  # noqa: ARG002  # Scrapy's signature
        """The end of the round: what is still waiting is counted, and asked again next time."""
        self._alarm.cancel()
        for poll in self._polls.values():
            for url in poll.waiting:
                self._drop(poll, "interrupted", url)
            if poll.waiting:
                poll.error = poll.error or "interrupted"
            self._finish(poll)
