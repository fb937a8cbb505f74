"""Polls of sources: which addresses are asked, what is followed from an answer, what is counted as not kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping

from scrapy.http import Response

from core import clock
from core.codes.drops import DropReason
from core.codes.platforms import PageRole
from core.model.drops import Fetched
from core.sources.addresses import may_ask
from crawlers.evidence.warc import WarcWriter
from crawlers.fetch.ask import Ask
from crawlers.fetch.errand import Errand, page_of_answer
from crawlers.fetch.poll import PASSING, Poll
from crawlers.fetch.queues import Queues
from crawlers.fetch.relook import conditions, validators
from crawlers.fetch.round import Limits
from crawlers.page.encodings import UndecodableError
from crawlers.page.page import FoundOnPage, Link
from crawlers.platforms import platform

_MAX_DEPTH = 3
_GIVE_UP = frozenset(reason for reason in DropReason if reason.ends)
"""Answers after which an interface is asked nothing more in this round."""
_NOT_ASKED = frozenset({"robots", "private-address", "round-timeout"})
"""Reasons why no request was made."""
_SITEMAPS = 4
"""A quarter of a round's pages at most are further sitemaps, so that articles are asked for too."""
_log = logging.getLogger(__name__)


class Polling(Errand):
    """Asks for the pages of polls and follows what their platforms find. ``give_up`` is told of a poll whose interface
    is to be asked nothing more, with reason and detail.
    """

    def __init__(
        self, warc: WarcWriter, limits: Limits, queues: Queues, give_up: Callable[[Poll, str, str], None]
    ) -> None:
        self._warc, self._limits, self._queues, self._give_up = warc, limits, queues, give_up

    def add(self, ask: Ask) -> bool:
        """Put an address in its host's queue, unless the source was asked for it already or its pages are used up."""
        poll = ask.poll
        key = poll.key(ask.url, ask.role)
        if key in poll.asked or (ask.depth and key in poll.seen):
            return False
        if ask.role not in set(PageRole):
            self._drop(ask, DropReason.UNREAD_ROLE, ask.role)
            return False
        if not may_ask(ask.url, ask.hosts):
            self._drop(ask, "off-host")
            return False
        if poll.refused:
            self._drop(ask, poll.refused)
            return False
        many = ask.depth and ask.role == "sitemap" and poll.counts["sitemaps"] >= self._limits.max_pages // _SITEMAPS
        if len(poll.asked) >= self._limits.max_pages or many:
            poll.left += 1
            return False
        poll.asked.add(key)
        poll.waiting[ask.url] = ask.role
        poll.counts["sitemaps"] += ask.role == "sitemap"
        self._queues.add(ask)
        return True

    def conditions(self, ask: Ask) -> Mapping[str, str]:
        """A start may say that nothing is new; a backfill wants it whole."""
        first = ask.depth == 0 and PageRole(ask.role).conditional and not ask.poll.since
        return conditions(ask.poll.known.get(ask.url, {})) if first else {}

    def received(self, ask: Ask, response: Response) -> None:
        """Count what cannot be used; follow what can."""
        poll = ask.poll
        poll.counts["requests"] += max(1, ask.answers)
        found = FoundOnPage()
        if response.status == 304 and ask.start:
            poll.counts["unchanged"] += 1
            poll.answered[ask.url] = dict(poll.known.get(ask.url, {}))
        elif response.status not in range(200, 300):
            page = page_of_answer(ask, response)
            self.refused(ask, *platform(poll.source.platform).refusal(response.status, page))
        else:
            if ask.start and PageRole(ask.role).conditional:
                poll.answered[ask.url] = _validators(response)
            found = self._find(ask, response)
            if found.problem:
                self.refused(ask, found.problem)
        poll.counts["off_host"] += found.off_host
        self._follow(ask, found)

    def failed(self, ask: Ask, reason: str, detail: str) -> None:
        """A request that brought nothing."""
        if reason not in _NOT_ASKED:
            ask.poll.counts["requests"] += ask.answers + 1
        self.refused(ask, reason, detail)

    def refused(self, ask: Ask, reason: str, detail: str = "") -> None:
        """Count an address that brought nothing, and remember whether it is to be asked again."""
        poll = ask.poll
        self._drop(ask, reason, detail)
        if reason in PASSING:
            poll.unsettled = True
            if ask.number > 1:
                poll.stopped[ask.chain] = ask.url
            poll.missing.add(ask.page)
        elif poll.since and ask.role == "article":
            self._settled(ask)
        if ask.start or reason in {"http-429", *_GIVE_UP}:
            words = f"{reason} {detail}:" if reason in _GIVE_UP else reason
            poll.error = poll.error or f"{words} {ask.url}"
        if reason in _GIVE_UP and not poll.refused:
            poll.refused = reason
            self._give_up(poll, reason, detail)

    def done(self, ask: Ask) -> None:
        """The poll ends with the last address that it waits for."""
        ask.poll.waiting.pop(ask.url, None)
        if not ask.poll.waiting:
            self._finish(ask.poll)

    def end(self, polls: Iterable[Poll]) -> None:
        """The end of the round: what is still waiting is counted, and asked again next time."""
        for poll in polls:
            for url in poll.waiting:
                self._warc.drop(poll.drop("interrupted", url))
            if poll.waiting:
                poll.error = poll.error or "interrupted"
            self._finish(poll)

    def _finish(self, poll: Poll) -> None:
        if poll.done:
            return
        poll.done = True
        if poll.left:
            self._warc.drop(poll.drop("max-pages", "", f"{poll.left} addresses left for the next round"))
        self._warc.polled(poll.outcome(), poll.counts)

    def _find(self, ask: Ask, response: Response) -> FoundOnPage:
        poll, page = ask.poll, page_of_answer(ask, response)
        try:
            found = platform(poll.source.platform).find(page)
            if poll.since and (ask.page or (ask.chain and PageRole(ask.role).dated)):
                read = platform(poll.source.platform).read(page)
                poll.note_age(ask.page or ask.url, [document.published for document in read.documents])
        except UndecodableError:
            return FoundOnPage(problem="undecodable")
        except Exception as error:  # noqa: BLE001  # one page must not end the round of all sources
            _log.error("%s: %r", response.url, error)  # the page's doing: one line will do
            return FoundOnPage(problem="unreadable")
        return found

    def _follow(self, ask: Ask, found: FoundOnPage) -> None:
        """Ask what a page leads to, and then the page after it."""
        poll, before, asked = ask.poll, ask.poll.left, len(ask.poll.asked)
        page = ask.url if ask.chain else ""
        chain = poll.chains[ask.chain] if ask.chain else []
        ended = bool(poll.since and chain and poll.too_old(chain[-1]))
        if page:
            chain.append(page)
        for link in () if ended else found.links:
            if ask.depth >= _MAX_DEPTH:
                self._warc.drop(poll.drop("depth", link.url))
            else:
                start = link.url if link.role == "comments" else ""
                self.add(Ask(poll, link.url, link.role, ask.depth + 1, start, page=page))
        if poll.left > before:
            poll.missing.add(page)
        elif poll.since and ask.role == "sitemap" and ask.depth and len(poll.asked) == asked:
            self._settled(ask)
        if page and not ended and not poll.too_old(page) and found.next and page not in poll.missing:
            self._next(ask, Link(found.next, ask.role))
        elif page and page not in poll.missing:
            poll.stopped[ask.chain] = ""

    def _next(self, ask: Ask, link: Link) -> None:
        """Ask the page after this one: as many as the source wants, in a backfill as many as the round allows."""
        poll, source = ask.poll, ask.poll.source
        hint, usual = ("comment_pages", 5) if link.role == "comments" else ("pages", platform(source.platform).pages)
        if (not poll.since or link.role == "comments") and ask.number >= int(source.hints.get(hint, usual)):
            return
        before = poll.left
        if not self.add(Ask(poll, link.url, link.role, ask.depth, ask.chain, ask.number + 1)):
            poll.stopped[ask.chain] = link.url if poll.left > before else ""

    def _settled(self, ask: Ask) -> None:
        """A backfill need not ask for it again: a page that is gone for good, a sitemap all of whose articles came."""
        self._warc.fetched(Fetched(ask.poll.source.name, ask.poll.key(ask.url, ask.role), clock.now()))

    def _drop(self, ask: Ask, reason: str, detail: str = "") -> None:
        self._warc.drop(ask.poll.drop(reason, ask.url, detail))


def _validators(response: Response) -> dict[str, str]:
    """``etag`` and ``modified`` of an answer, as they were given (RFC 9110, 8.8)."""
    etag, modified = (response.headers.get(name) or b"" for name in ("ETag", "Last-Modified"))
    return validators(etag.decode("latin-1"), modified.decode("latin-1"))
