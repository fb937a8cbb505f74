"""The port that every platform stands behind: which addresses follow from a page, and which documents it holds.

``platform(name)`` imports ``crawlers.platforms.<name>`` by its name (the one place that does) and gives its
``PLATFORM``. The contract suite in tests/crawlers runs over all of them.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from core.model import Document, Drop, Source
from crawlers.encodings import to_text

if TYPE_CHECKING:
    from crawlers.survey import Survey


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
        from crawlers.urls import netloc_of

        return self.source.hosts if self.source else (netloc_of(self.url),)

    @cached_property
    def text(self) -> str:
        """The markup in NFC. Raises encodings.UndecodableError."""
        return to_text(self.body, self.content_type)

    @cached_property
    def tree(self) -> Any:
        """The page as an lxml element; an empty ``html`` element when there is no markup."""
        from crawlers.markup import parse

        return parse(self.text)

    @cached_property
    def survey(self) -> Survey:
        """How the page's text is spread."""
        from crawlers.survey import Survey

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
class Found:
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


@dataclass(frozen=True, slots=True)
class Secret:
    """A key that an interface asks for: the variable that holds it, the header that carries it, its form there."""

    variable: str
    header: str
    form: str


AGAIN = "again"
"""Role of an address at which an interface gives one document alone."""
REMOVED = "removed"
"""Reason of a refusal (:meth:`Platform.refusal`) by which an interface says that a document is not to be had."""


class Platform(ABC):
    """A kind of site. Methods are pure; pages are hostile, so nothing they hold may raise anything but
    encodings.UndecodableError.
    """

    pages = 1
    """Pages that one poll goes back by ``Found.next``, unless the source's hint ``pages`` says otherwise."""
    secret: Secret | None = None
    """An interface that gives out keys has terms of its own in place of robots.txt."""

    @abstractmethod
    def recognises(self, page: Page) -> bool:
        """Whether a page of unknown origin is of this platform."""

    @abstractmethod
    def find(self, page: Page) -> Found:
        """The addresses that follow from a page."""

    @abstractmethod
    def read(self, page: Page) -> Reading:
        """The documents of a page."""

    def again(self, url: str, canonical: str, source: Source) -> Link | None:  # noqa: ARG002  # for those that have one
        """Where one document (``url``, ``canonical``) can be seen again; None: nowhere. In the role ``AGAIN`` where the
        interface is asked for nothing else, so that an empty answer means that the document is not there any more.
        """
        return None

    def refusal(self, status: int, page: Page) -> tuple[str, str]:  # noqa: ARG002  # for those that look at the page
        """Reason and detail of the Drop for an answer with such a status."""
        return ("http-429" if status == 429 else f"http-{status // 100}xx"), str(status)

    def settled(self, page: Page) -> bool:
        """Whether a received page will not change and need not be asked for again."""
        return page.role == "article"


def names() -> list[str]:
    """The platforms there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


@lru_cache
def platform(name: str) -> Platform:
    """The platform of that name (a source's ``platform`` is checked when it is loaded)."""
    found = importlib.import_module(f"{__name__}.{name}").PLATFORM
    if not isinstance(found, Platform):
        raise TypeError(f"{__name__}.{name}.PLATFORM")
    return found
