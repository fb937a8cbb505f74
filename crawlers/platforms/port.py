"""The port that every platform stands behind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from core.model.sources import Source
from crawlers.page.page import FoundOnPage, Link, Page, Reading


@dataclass(frozen=True, slots=True)
class Secret:
    """A key that an interface asks for: the variable that holds it, the header that carries it, its form there."""

    variable: str
    header: str
    form: str


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
    def find(self, page: Page) -> FoundOnPage:
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
