"""A received page, and what may be found on one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from core.model.documents import Document
from core.model.drops import Drop
from core.model.sources import Source
from core.sources.addresses import netloc_of
from crawlers.page.encodings import to_text
from crawlers.page.markup import parse
from crawlers.page.survey import Survey


@dataclass(frozen=True)
class Page:
    """One received page. ``role`` says why it was asked for: feed, listing, sitemap, article, channel, thread or ''.
    ``since`` is the day of a backfill.
    """

    url: str
    body: bytes
    fetched: datetime
    content_type: str = ""
    role: str = ""
    source: Source | None = None
    since: date | None = None

    @property
    def source_name(self) -> str:
        """Name of the source, empty when it is unknown."""
        return self.source.name if self.source else ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where links of this page may lead: the source's hosts, else the page's own."""
        return self.source.hosts if self.source else (netloc_of(self.url),)

    @cached_property
    def text(self) -> str:
        """The markup in NFC. Raises encodings.UndecodableError."""
        return to_text(self.body, self.content_type)

    @cached_property
    def tree(self) -> Any:
        """The page as an lxml element; an empty ``html`` element when there is no markup."""
        return parse(self.text)

    @cached_property
    def survey(self) -> Survey:
        """How the page's text is spread."""
        body = self.tree.find("body")
        return Survey(self.tree if body is None else body)

    def drop(self, reason: str, detail: str = "") -> Drop:
        """A Drop of this page at reading."""
        return Drop("read", reason, self.source_name, self.url, detail)


@dataclass(frozen=True, slots=True)
class Link:
    """An address to ask next, and as what."""

    url: str
    role: str


@dataclass(frozen=True, slots=True)
class FoundOnPage:
    """What follows from a page: links on the source's hosts, how many others were passed over, and problems.

    ``next`` is the page with what is older, in the same role.
    """

    links: tuple[Link, ...] = ()
    off_host: int = 0
    problem: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page holds: documents, or (a listing or feed) the addresses of articles, and what was dropped."""

    kind: str
    documents: tuple[Document, ...] = ()
    links: tuple[str, ...] = ()
    problems: tuple[Drop, ...] = field(default=())
