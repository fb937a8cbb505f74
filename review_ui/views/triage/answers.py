"""Replies that the desk offers to a question: the words of the official notices nearest to it, with their source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core import clock
from core.vietnamese import sentences
from index.models import Match
from review_ui import known_sources

LONGEST = 1_000  # characters of a notice that are offered


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply in plain text. ``document``: the notice's id; ``score``: how likely it answers."""

    reply: str
    publisher: str
    reviewed: datetime | None
    document: str
    score: float


def offered(notices: Sequence[Match]) -> list[Answer]:
    """A reply for each notice, as it was given them."""
    return [
        Answer(_reply(row), row.finding.publisher, row.finding.reviewed, row.finding.document_id, row.score)
        for row in notices
        if row.finding.document_id
    ]


def _reply(row: Match) -> str:
    finding = row.finding
    source = known_sources.titles().get(finding.publisher, finding.publisher)
    day = f", {clock.local(finding.reviewed):%d/%m/%Y}" if finding.reviewed else ""
    return f"{_beginning(finding.text)}\n\n{_('Nguồn')}: {source}{day}\n{finding.url}".strip()


def _beginning(text: str) -> str:
    """Whole sentences of a text's beginning, at least one."""
    if len(text) <= LONGEST:
        return text
    ends = [end for _start, end in sentences(text) if end <= LONGEST]
    return text[: ends[-1]].rstrip() if ends else text[:LONGEST].rsplit(" ", 1)[0] + " …"
