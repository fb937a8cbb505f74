"""What a round asks pages for: polls of sources and second looks at documents, through one round trip."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from scrapy.http import Response

from core import clock
from crawlers.fetch.ask import Ask
from crawlers.page.page import Page


class Errand(ABC):
    """Each ask that was given out comes back once, by ``received`` or ``failed``, and then ``done``. One that was not
    given out any more comes back by ``refused`` and ``done``.
    """

    @abstractmethod
    def conditions(self, ask: Ask) -> Mapping[str, str]:
        """Headers that make the request a conditional one."""

    @abstractmethod
    def received(self, ask: Ask, response: Response) -> None:
        """An answer came, of whatever status. What follows from it is in the queues when this returns."""

    @abstractmethod
    def failed(self, ask: Ask, reason: str, detail: str) -> None:
        """It was given out and brought nothing."""

    @abstractmethod
    def refused(self, ask: Ask, reason: str, detail: str) -> None:
        """It waited, and will not be asked in this round."""

    def done(self, ask: Ask) -> None:  # noqa: B027  # for those that wait for all of theirs
        """One less to wait for."""


def page_of_answer(ask: Ask, response: Response) -> Page:
    """The answer as a page of its source."""
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return Page(response.url, response.body, clock.now(), content_type, ask.role, ask.poll.source, ask.poll.since)
