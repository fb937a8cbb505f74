"""One source's poll while it runs: what was asked, what is waited for, how far a backfill came."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from core import clock
from core.codes.drops import DropReason
from core.model.documents import document_id
from core.model.drops import Drop, Polled
from core.model.sources import Source
from crawlers.page.urls import canonical_url

PASSING = frozenset(reason for reason in DropReason if reason.passing)
"""Reasons after which the same address is asked again at the next poll."""
_MARK = "#since="
_ENOUGH = 3
"""So many articles of a page, all of them older than a backfill's day, end it."""


@dataclass
class Poll:
    """One source's poll so far. ``waiting`` are the addresses that were asked and have not answered; ``known`` the
    validators of the starts from the last poll, ``answered`` those of this one. ``unsettled``: something is to be asked
    again, so that the next poll must see its starts whole. ``chains``: for each start the pages that followed by
    ``Found.next`` in a backfill; ``stopped`` where each is to go on (empty: it came to its end). ``pauses``: hosts of
    the round that are to be left alone, and until when.
    """

    source: Source
    seen: frozenset[str]
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    since: date | None = None
    asked: set[str] = field(default_factory=set)
    waiting: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    error: str = ""
    refused: str = ""
    left: int = 0
    done: bool = False
    answered: dict[str, dict[str, str]] = field(default_factory=dict)
    unsettled: bool = False
    chains: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    stopped: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    ages: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    pauses: Mapping[str, datetime] = field(default_factory=dict)

    def starts(self) -> list[tuple[str, str, str]]:
        """Address to ask, role, and the start that it belongs to; a backfill goes on where the last one stopped."""
        found = []
        for start in self.source.starts:
            cursor = self.known.get(self._mark(start["url"]), {}) if self.since else {}
            url = cursor.get("next", start["url"])
            if url:
                found.append((url, start["as"], start["url"]))
            else:
                self.stopped[start["url"]] = ""
        return found

    def _mark(self, start: str) -> str:
        return f"{start}{_MARK}{self.since}"

    def key(self, url: str, role: str) -> str:
        """By which an address is known as seen; a sitemap that a backfill has finished is so for that backfill."""
        identity = document_id(canonical_url(url))
        return document_id(identity, str(self.since)) if role == "sitemap" else identity

    def drop(self, reason: str, url: str, detail: str = "") -> Drop:
        """A Drop of this source at crawling."""
        return Drop("crawl", reason, self.source.name, url[:2000], detail)

    def too_old(self, page: str) -> bool:
        """Whether the articles of a page of a backfill, as far as they were read, are all older than its day."""
        ages = self.ages[page]
        return len(ages) >= _ENOUGH and all(ages)

    def note_age(self, page: str, moments: Iterable[datetime | None]) -> None:
        """Note which documents of a page are older than the backfill's day."""
        if self.since:
            self.ages[page] += [clock.day(moment) < self.since for moment in moments if moment]

    def outcome(self) -> Polled:
        """The poll's result. Validators are kept only when everything that their answer led to was received."""
        whole = not (self.left or self.unsettled or self.error)
        kept = {url: dict(value) for url, value in self.known.items() if _MARK in url or self.since}
        if not self.since:
            kept |= {url: found for url, found in self.answered.items() if found and whole}
        for start, url in self._cursors().items():
            kept[self._mark(start)] = {"next": url}
        until = [moment for host, moment in self.pauses.items() if host in self.source.hosts]
        return Polled(
            self.source.name, clock.now(), self.counts["requests"], self.error, kept, max(until, default=None)
        )

    def _cursors(self) -> dict[str, str]:
        """Where each chain goes on: at its first page of which something is missing, else where it stopped."""
        found = {}
        for start in (
            {start["url"] for start in self.source.starts} & {*self.chains, *self.stopped} if self.since else ()
        ):
            pages = self.chains.get(start, [])
            broken = next((page for page in pages if page in self.missing), None)
            if broken is not None:
                found[start] = broken
            elif pages and self.too_old(pages[-1]):
                found[start] = ""
            else:
                found[start] = self.stopped.get(start, pages[-1] if pages else start)
        return found
