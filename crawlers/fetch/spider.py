"""The one spider: asks each source's starts, follows what its platform finds, counts what is not kept."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import scrapy
from scrapy.http import Request, Response
from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

from core import clock
from core.codes.drops import DropReason
from core.codes.platforms import PageRole
from core.codes.sources import LookOutcome
from core.model.drops import Drop, Fetched, Looked
from core.model.sources import Source
from core.sources.addresses import may_ask, netloc_of
from crawlers.evidence.warc import WarcFile
from crawlers.fetch.middlewares import RefusedError, is_local, reason_of
from crawlers.fetch.poll import PASSING, Poll
from crawlers.fetch.queues import Ask, Queues
from crawlers.fetch.relook import Relook, conditions, outcome, validators
from crawlers.fetch.round import Limits
from crawlers.page.encodings import UndecodableError
from crawlers.page.page import Found, Link, Page
from crawlers.platforms import platform

_MAX_DEPTH = 3
_GIVE_UP = frozenset(reason for reason in DropReason if reason.ends)
"""Answers after which an interface is asked nothing more in this round."""
_SITEMAPS = 4
"""A quarter of a round's pages at most are further sitemaps, so that articles are asked for too."""


class RoundSpider(scrapy.Spider):
    """Crawls all sources of a round side by side into one WARC file. ``since``: a backfill down to that day."""

    name = "soatin"

    def __init__(
        self,
        *,
        sources: list[Source],
        warc: WarcFile,
        limits: Limits,
        seen: Mapping[str, frozenset[str]],
        validators: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None,
        since: date | None = None,
        looks: list[tuple[Source, Relook]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.warc, self.limits, self.since = warc, limits, since
        self.stopping = False
        self.pauses: dict[str, datetime] = {}
        self._queues = Queues()
        known = validators or {}
        self._polls = {
            source.name: Poll(source, seen.get(source.name, frozenset()), known.get(source.name, {}), since)
            for source in sources
        }
        # Looks are no part of a poll: it does not wait for them, and a source may be looked at without being polled.
        self._looks = [
            Ask(Poll(source, frozenset()), look.url, look.role, 0, look=look) for source, look in looks or ()
        ]

    async def start(self) -> AsyncIterator[Request]:
        """The starts of all sources."""
        self._alarm = call_later(self.limits.round_timeout, self._time_is_up)
        for poll in self._polls.values():
            if self._lacks_key(poll):
                continue
            for url, role, chain in poll.starts():
                self._ask(Ask(poll, url, role, 0, chain))
        for ask in self._looks:
            self._queues.add(ask)
        for request in self._ready():
            yield request

    def _lacks_key(self, poll: Poll) -> bool:
        """Whether an interface needs a key that is not there; the poll then says so and asks nothing."""
        secret = platform(poll.source.platform).secret
        if secret is None or os.environ.get(secret.variable):
            return False
        poll.error = f"no-key {secret.variable} is not set"
        self._drop(poll, "no-key", "", f"{secret.variable} is not set")
        return True

    def _time_is_up(self) -> None:
        """Refuse what still waits in the hosts' queues; what is being received ends by its own time limit."""
        self.stopping = True
        self._refuse(self._queues.rest(), "round-timeout")
        for slot in list(self.crawler.engine.downloader.slots.values()):
            while slot.queue:
                late = Failure(RefusedError("round-timeout"))  # type: ignore[no-untyped-call]
                slot.queue.popleft()[1].errback(late)

    def _ask(self, ask: Ask) -> bool:
        """Put an address in its host's queue, unless the source was asked for it already or its pages are used up."""
        poll = ask.poll
        key = poll.key(ask.url, ask.role)
        if key in poll.asked or (ask.depth and key in poll.seen):
            return False
        if ask.role not in set(PageRole):
            self._drop(poll, DropReason.UNREAD_ROLE, ask.url, ask.role)
            return False
        if not may_ask(ask.url, poll.source.hosts):
            self._drop(poll, "off-host", ask.url)
            return False
        if poll.refused:
            self._drop(poll, poll.refused, ask.url)
            return False
        many = ask.depth and ask.role == "sitemap" and poll.counts["sitemaps"] >= self.limits.max_pages // _SITEMAPS
        if len(poll.asked) >= self.limits.max_pages or many:
            poll.left += 1
            return False
        poll.asked.add(key)
        poll.waiting[ask.url] = ask.role
        poll.counts["sitemaps"] += ask.role == "sitemap"
        self._queues.add(ask)
        return True

    def _ready(self) -> Iterator[Request]:
        """Requests that Scrapy may have now."""
        for ask in self._queues.ready():
            yield self._request(ask)

    def _request(self, ask: Ask) -> Request:
        poll, url, first = ask.poll, ask.url, ask.depth == 0
        meta: dict[str, Any] = {
            "source": poll.source.name,
            "hosts": poll.source.hosts,
            "role": ask.role,
            "depth_": ask.depth,
            "start": first and ask.number == 1,
            "download_slot": netloc_of(url),
            "asked": url,
            "chain": ask.chain,
            "number": ask.number,
            "page": ask.page,
        }
        headers: dict[str, str] = {}
        if secret := platform(poll.source.platform).secret:
            meta |= {"keyed": True, "dont_obey_robotstxt": True}
            headers[secret.header] = secret.form.format(os.environ.get(secret.variable, ""))
        if is_local(netloc_of(url)):
            meta["proxy"] = None
        callback, errback = self.received, self.failed
        if ask.look:
            meta["look"] = ask
            headers |= conditions(ask.look.validators)
            callback, errback = self.looked, self.look_failed
        elif first and PageRole(ask.role).conditional and not self.since:
            headers |= conditions(poll.known.get(url, {}))
        return Request(url, callback=callback, errback=errback, meta=meta, headers=headers, dont_filter=True)

    def looked(self, response: Response) -> Iterator[Request]:
        """Note what a look at a flagged document found; nothing is followed."""
        ask: Ask = response.meta["look"]
        page = self._page(ask.poll, response)
        if ask.look:
            found = outcome(ask.look, response.status, page)
            if found is LookOutcome.FAILED:
                refused = platform(ask.poll.source.platform).refusal(response.status, page)
                reason, detail = refused if response.status >= 300 else ("unreadable", "")
                self._drop(ask.poll, reason, ask.url, detail)
            self._note_look(ask, found, str(response.status))
        self._queues.answered(ask.url)
        yield from self._ready()

    def look_failed(self, failure: Failure) -> Iterator[Request]:
        """A look that brought no answer; one that was not made for lack of time stays due."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        ask: Ask = request.meta["look"]
        reason, detail = reason_of(failure.value or RefusedError("network"), request.url)
        if reason != "round-timeout":
            self._drop(ask.poll, reason, ask.url, detail)
            self._note_look(ask, LookOutcome.FAILED, reason)
        self._queues.answered(ask.url)
        yield from self._ready()

    def _note_look(self, ask: Ask, found: LookOutcome, status: str) -> None:
        if ask.look:
            looked = Looked(ask.poll.source.name, ask.look.document_id, clock.now(), str(found), status)
            self.warc.looked(looked, ask.url)

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
            self._failed(
                poll, meta, *platform(poll.source.platform).refusal(response.status, self._page(poll, response))
            )
        else:
            if meta["start"] and PageRole(meta["role"]).conditional:
                poll.answered[meta["asked"]] = _validators(response)
            found = self._find(poll, response)
            if found.problem:
                self._failed(poll, meta, found.problem)
        poll.counts["off_host"] += found.off_host
        self._follow(poll, response, found)
        yield from self._answered(poll, meta["asked"])

    def _follow(self, poll: Poll, response: Response, found: Found) -> None:
        """Ask what a page leads to, and then the page after it."""
        meta, before, asked = response.meta, poll.left, len(poll.asked)
        page = meta["asked"] if meta["chain"] else ""
        chain = poll.chains[meta["chain"]] if meta["chain"] else []
        ended = bool(self.since and chain and poll.too_old(chain[-1]))
        if page:
            chain.append(page)
        for link in () if ended else found.links:
            if meta["depth_"] >= _MAX_DEPTH:
                self._drop(poll, "depth", link.url)
            else:
                chain_ = link.url if link.role == "comments" else ""
                self._ask(Ask(poll, link.url, link.role, meta["depth_"] + 1, chain_, page=page))
        if poll.left > before:
            poll.missing.add(page)
        elif self.since and meta["role"] == "sitemap" and meta["depth_"] and len(poll.asked) == asked:
            self._settled(poll, meta["asked"], "sitemap")
        if page and not ended and not poll.too_old(page) and found.next and page not in poll.missing:
            self._next(poll, meta, Link(found.next, meta["role"]))
        elif page and page not in poll.missing:
            poll.stopped[meta["chain"]] = ""

    def _next(self, poll: Poll, meta: Mapping[str, Any], link: Link) -> None:
        """Ask the page after this one: as many as the source wants, in a backfill as many as the round allows."""
        hint, usual = (
            ("comment_pages", 5) if link.role == "comments" else ("pages", platform(poll.source.platform).pages)
        )
        if (not self.since or link.role == "comments") and meta["number"] >= int(poll.source.hints.get(hint, usual)):
            return
        before = poll.left
        if not self._ask(Ask(poll, link.url, link.role, meta["depth_"], meta["chain"], meta["number"] + 1)):
            poll.stopped[meta["chain"]] = link.url if poll.left > before else ""

    def _page(self, poll: Poll, response: Response) -> Page:
        content_type, role = (response.headers.get("Content-Type") or b"").decode("latin-1"), response.meta["role"]
        return Page(response.url, response.body, clock.now(), content_type, role, poll.source, self.since)

    def _find(self, poll: Poll, response: Response) -> Found:
        meta, page = response.meta, self._page(poll, response)
        try:
            found = platform(poll.source.platform).find(page)
            if self.since and (meta["page"] or (meta["chain"] and PageRole(meta["role"]).dated)):
                read = platform(poll.source.platform).read(page)
                poll.note_age(meta["page"] or meta["asked"], [document.published for document in read.documents])
        except UndecodableError:
            return Found(problem="undecodable")
        except Exception as error:  # noqa: BLE001  # one page must not end the round of all sources
            self.logger.error("%s: %r", response.url, error)  # noqa: TRY400  # the page's doing: one line will do
            return Found(problem="unreadable")
        return found

    def failed(self, failure: Failure) -> Iterator[Request]:
        """A request that brought nothing; then what waited behind it."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        meta = request.meta
        poll = self._polls[meta["source"]]
        reason, detail = reason_of(failure.value or RefusedError("network"), request.url)
        if reason not in {"robots", "private-address", "round-timeout"}:
            poll.counts["requests"] += meta.get("requests", 0) + 1
        self._failed(poll, meta, reason, detail)
        yield from self._answered(poll, meta["asked"])

    def _failed(self, poll: Poll, meta: Mapping[str, Any], reason: str, detail: str = "") -> None:
        """Count an address that brought nothing, and remember whether it is to be asked again."""
        self._drop(poll, reason, meta["asked"], detail)
        if reason in PASSING:
            poll.unsettled = True
            if meta["number"] > 1:
                poll.stopped[meta["chain"]] = meta["asked"]
            poll.missing.add(meta["page"])
        elif self.since and meta["role"] == "article":
            self._settled(poll, meta["asked"], "article")
        if meta["start"] or reason in {"http-429", *_GIVE_UP}:
            words = f"{reason} {detail}:" if reason in _GIVE_UP else reason
            poll.error = poll.error or f"{words} {meta['asked']}"
        if reason in _GIVE_UP and not poll.refused:
            poll.refused = reason
            self._refuse(self._queues.rest(poll), reason, detail)
            slot = self.crawler.engine.downloader.slots.get(meta["download_slot"])
            queue = slot.queue if slot else deque()
            for waiting in [one for one in queue if one[0].meta["source"] == poll.source.name]:
                queue.remove(waiting)
                waiting[1].errback(Failure(RefusedError(reason, detail)))  # type: ignore[no-untyped-call]

    def _refuse(self, asks: list[Ask], reason: str, detail: str = "") -> None:
        """Count what will not be asked although it was waiting."""
        for ask in asks:
            if ask.look:
                continue  # it stays due
            self._failed(ask.poll, self._request(ask).meta, reason, detail)
            self._done(ask.poll, ask.url)

    def _settled(self, poll: Poll, url: str, role: str) -> None:
        """A backfill need not ask for it again: a page that is gone for good, a sitemap all of whose articles came."""
        self.warc.fetched(Fetched(poll.source.name, poll.key(url, role), clock.now()))

    def _drop(self, poll: Poll, reason: str, url: str, detail: str = "") -> None:
        self.warc.drop(Drop("crawl", reason, poll.source.name, url[:2000], detail))

    def _answered(self, poll: Poll, url: str) -> Iterator[Request]:
        """One address less to wait for. What follows from it is in the queues before this is called."""
        self._queues.answered(url)
        self._done(poll, url)
        yield from self._ready()

    def _done(self, poll: Poll, url: str) -> None:
        poll.waiting.pop(url, None)
        if not poll.waiting:
            self._finish(poll)

    def _finish(self, poll: Poll) -> None:
        if poll.done:
            return
        poll.done = True
        if poll.left:
            self._drop(poll, "max-pages", "", f"{poll.left} addresses left for the next round")
        self.warc.polled(poll.outcome(self.pauses), poll.counts)

    def closed(self, reason: str) -> None:  # noqa: ARG002  # Scrapy's signature
        """The end of the round: what is still waiting is counted, and asked again next time."""
        self._alarm.cancel()
        for poll in self._polls.values():
            for url in poll.waiting:
                self._drop(poll, "interrupted", url)
            if poll.waiting:
                poll.error = poll.error or "interrupted"
            self._finish(poll)


def _validators(response: Response) -> dict[str, str]:
    """``etag`` and ``modified`` of an answer, as they were given (RFC 9110, 8.8)."""
    etag, modified = (response.headers.get(name) or b"" for name in ("ETag", "Last-Modified"))
    return validators(etag.decode("latin-1"), modified.decode("latin-1"))
