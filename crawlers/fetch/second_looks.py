"""Second looks at flagged documents: an answer says what became of the document, and nothing is followed."""

from __future__ import annotations

from collections.abc import Mapping

from scrapy.http import Response

from core import clock
from core.codes.sources import LookOutcome
from core.model.drops import Looked
from crawlers.evidence.warc import WarcWriter
from crawlers.fetch.ask import Ask
from crawlers.fetch.errand import Errand, page_of_answer
from crawlers.fetch.relook import Relook, conditions, outcome
from crawlers.platforms import platform


class SecondLooks(Errand):
    """Notes what each look found. They are no part of a poll: it does not wait for them."""

    def __init__(self, warc: WarcWriter) -> None:
        self._warc = warc

    def conditions(self, ask: Ask) -> Mapping[str, str]:
        """Whether it is as it was."""
        return conditions(_look(ask).validators)

    def received(self, ask: Ask, response: Response) -> None:
        """Note what the answer says of the document."""
        page = page_of_answer(ask, response)
        found = outcome(_look(ask), response.status, page)
        if found is LookOutcome.FAILED:
            refused = platform(ask.poll.source.platform).refusal(response.status, page)
            reason, detail = refused if response.status >= 300 else ("unreadable", "")
            self._warc.drop(ask.poll.drop(reason, ask.url, detail))
        self._note(ask, found, str(response.status))

    def failed(self, ask: Ask, reason: str, detail: str) -> None:
        """A look that brought no answer; one that was not made for lack of time stays due."""
        if reason != "round-timeout":
            self._warc.drop(ask.poll.drop(reason, ask.url, detail))
            self._note(ask, LookOutcome.FAILED, reason)

    def refused(self, ask: Ask, reason: str, detail: str) -> None:
        """It stays due."""

    def _note(self, ask: Ask, found: LookOutcome, status: str) -> None:
        looked = Looked(ask.poll.source.name, _look(ask).document_id, clock.now(), str(found), status)
        self._warc.looked(looked, ask.url)


def _look(ask: Ask) -> Relook:
    if ask.look is None:
        raise TypeError(ask)
    return ask.look
