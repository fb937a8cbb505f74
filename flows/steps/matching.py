"""Documents against the library of findings: what was already found false, what an authority has already answered.

A document is matched when it was classified, and again when a finding comes that it may be about: that one is looked
for in the search index, so no finding is ever compared with the whole archive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from classify.findings.meaning import Meanings, open_reader
from classify.findings.nearest import ENOUGH, OFFERED, Library, likeness, telling
from core.codes.findings import Origin
from core.codes.texts import TextKind
from core.model.documents import Document, own_words
from core.settings import Settings
from flows.context import Context
from flows.work import RoundResult, work
from index.archive import finding_matches, reading
from index.archive.finding_matches import LibraryEntry
from index.archive.findings import FINDING, catch_up, syllables_of
from index.models import Document as Row
from index.query.parse import parse
from index.search import Filters, SearchBackend, open_search
from index.work import leases

BATCH = 100
COMPARED = 20  # of what shares the most words with a document
KEPT = 8  # matches of a document, at most
ANSWERS = 3  # notices that are offered as answers to a question
_TERMS = 12  # pairs of syllables by which documents are looked for
ENCODED = 100  # notices whose vectors are made in one batch of work: a few seconds; until then words alone match them
VECTORS = "notice-vectors.npz"
_LOOKED_FOR = 200  # documents that a new finding is compared with, at most


class Matcher:
    """The library, read again when it has changed."""

    def __init__(self) -> None:
        self._version: tuple[int, datetime | None] | None = None
        self._entries: dict[int, LibraryEntry] = {}
        self._library: Library | None = None
        self._notices: Library | None = None
        self._meanings: Meanings | None = None

    def matches(self, document: Document, claim: int | None, kind: str) -> list[tuple[int, float]]:
        """Findings about the same thing as a document of this claim, with scores 0 to 1, best first; of a question also
        the notices that may answer it.
        """
        if self._library is None:
            return []
        text = own_words(document.kind, document.title, document.text)
        near = (self._entries[identity] for identity, _ in self._library.nearest(syllables_of(text), COMPARED))
        others = [one for one in near if one.document != document.id and (claim is None or one.claim != claim)]
        scored = [(one.id, round(likeness(text, one.text), 4)) for one in others]
        kept = {identity: score for identity, score in scored if score >= ENOUGH}
        if kind == TextKind.QUESTION:
            kept |= {one: max(sure, kept.get(one, 0.0)) for one, sure in self._answers(text)}
        return sorted(kept.items(), key=lambda pair: (-pair[1], pair[0]))[:KEPT]

    def _answers(self, text: str) -> list[tuple[int, float]]:
        """The notices that most likely answer a question, with how likely each does."""
        if self._notices is None:
            return []
        nearness = self._meanings.nearness(text) if self._meanings else None
        near = self._notices.answers(syllables_of(text), ANSWERS, nearness)
        return [(identity, round(sure, 4)) for identity, sure in near if sure >= OFFERED]

    def refresh(self, settings: Settings) -> None:
        """Read the library where it has changed since the last time, and make some of the vectors that are missing."""
        changed = self._read()
        file = settings.data / VECTORS
        if self._meanings is None or self._meanings.file != file:
            self._meanings, changed = Meanings(open_reader(settings.encoder), file), True
        if changed:
            self._meanings.hold([one.text for one in self._entries.values() if one.origin == Origin.NOTICE])
        self._meanings.fill(ENCODED)

    def _read(self) -> bool:
        """Whether the library was another than before."""
        if self._version is None:
            catch_up()
        version = finding_matches.library_version()
        if version == self._version:
            return False
        entries = finding_matches.library()
        self._entries = {entry.id: entry for entry in entries}
        self._library = Library([(entry.id, entry.syllables) for entry in entries])
        self._notices = Library([(one.id, one.syllables) for one in entries if one.origin == Origin.NOTICE])
        self._version = version
        return True


_matcher = Matcher()
"""Kept between rounds of one process: reading the library takes seconds where it is large."""


def match(context: Context, result: RoundResult) -> None:
    """Match what is due: documents, and for new findings the documents that they may be about."""
    if not leases.backlog("match"):
        return
    backend = open_search(context.settings)

    def step(counts: RoundResult, keys: Sequence[str]) -> None:
        _matcher.refresh(context.settings)
        _match(counts, keys, lambda text: _look_for(backend, text))

    work(context, result, "match", BATCH, step, away=backend.problem)


def _match(result: RoundResult, keys: Sequence[str], look_for: Callable[[str], list[str]]) -> None:
    ids = [key for key in keys if not key.startswith(FINDING)]
    for key in keys:
        if key.startswith(FINDING):
            identity = int(key.removeprefix(FINDING))
            text = finding_matches.finding_text(identity)
            ids += [*look_for(text), *finding_matches.classified_meanwhile(identity)] if text else []
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        rows = Row.objects.filter(pk__in=part, official=False).values_list("pk", "claim_id", "text_kind")
        facts = {pk: (claim, kind) for pk, claim, kind in rows}
        known = [document for document in reading.documents(part) if document.id in facts]
        found = {document.id: _matcher.matches(document, *facts[document.id]) for document in known}
        result.counts["matched"] += finding_matches.save_matches(found)


def _look_for(backend: object, text: str) -> list[str]:
    """Documents in the search index that share one of a finding's most telling pairs of syllables."""
    pairs = telling(text, _TERMS)
    if not pairs or not isinstance(backend, SearchBackend):
        return []
    query = " OR ".join(f'"{pair}"' for pair in pairs)
    return [hit.id for hit in backend.search(parse(query), Filters(), limit=_LOOKED_FOR, offset=0).hits]
