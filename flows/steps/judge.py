"""From documents to judgements: topic, places, kind, flag, and the claim that each repeats.

Classification itself is pure; what it must know of the archive (the claims a text may repeat) is asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from classify.claims.likeness import SUSPECT_SHARE, Gatherer, keys, likeness
from classify.claims.minhash import SAME
from classify.claims.misleading_headline import headline
from classify.claims.sense import Senses, nearness
from classify.flag.flagger import FlagModel
from classify.model.load import load_model
from classify.places.gazetteer import Gazetteer
from classify.relevance import Relevance
from core.clock import local
from core.model import FLAGGABLE, Document, FlagResult, Judgement, PlaceMention, Source, TextKind, own_words
from core.plans import ProvincePlan
from core.settings import Settings
from core.topics import load_topics
from index.archive.claims import ClaimCandidate, claim_candidates

MAKES_CLAIM = frozenset({TextKind.CLAIM, TextKind.OFFICIAL, TextKind.ADVERTISEMENT})
"""Questions and opinions never found or join a claim: they are counted by subject, not handled."""


@dataclass(frozen=True)
class Judge:
    """Loaded once, asked often."""

    relevance: Relevance
    gazetteer: Gazetteer
    model: FlagModel
    sources: Mapping[str, Source]
    province_title: str
    candidates: Callable[[Sequence[str]], Sequence[ClaimCandidate]]
    senses: Senses | None = None

    def judge(self, pairs: Sequence[tuple[Document, int]]) -> list[Judgement]:
        """Judge ``(document, version)`` pairs. Texts go through the model in one batch."""
        topics = [self.relevance.topic_of(doc.title, doc.text) for doc, _ in pairs]
        relevant = [pair for pair, topic in zip(pairs, topics, strict=True) if topic]
        flags = self.model.flag(
            [doc.full_text for doc, _ in relevant],
            [self._is_official(doc) for doc, _ in relevant],
        )
        batch = _Batch(self, self._vectors([doc for doc, _ in relevant], flags))
        each = iter(flags)
        return [
            batch.judgement(doc, version, topic, next(each))
            if topic
            else Judgement(doc.id, version, "", TextKind.OTHER)
            for (doc, version), topic in zip(pairs, topics, strict=True)
        ]

    def places(self, document: Document) -> tuple[PlaceMention, ...]:
        """Places that the text names; where it names none, the one that its source covers."""
        written = local(document.published or document.fetched).date()
        named = self.gazetteer.find(document.full_text, written)
        source = self.sources.get(document.source)
        if named or source is None or not source.province:
            return named
        return (PlaceMention(self.province_title, source.district),)

    def is_suspect(self, flag: FlagResult) -> bool:
        """Whether a text is near enough to being flagged to be looked for in other words."""
        return flag.kind in FLAGGABLE and flag.probability >= SUSPECT_SHARE * self.model.threshold

    def _vectors(self, documents: Sequence[Document], flags: Sequence[FlagResult]) -> dict[str, bytes]:
        """Vectors of the suspect documents by their id: made together, and for no others, since they take time."""
        if self.senses is None:
            return {}
        wanted = [
            doc
            for doc, flag in zip(documents, flags, strict=True)
            if flag.kind in MAKES_CLAIM and self.is_suspect(flag)
        ]
        texts = [own_words(doc.kind, doc.title, doc.text) for doc in wanted]
        return dict(zip((doc.id for doc in wanted), self.senses.of(texts), strict=True))

    def _is_official(self, document: Document) -> bool:
        source = self.sources.get(document.source)
        return bool(source and source.official)


class _Batch:
    """Finds each document's claim: among the archive's, and among those of the documents earlier in the batch."""

    def __init__(self, judge: Judge, senses: Mapping[str, bytes]) -> None:
        self._judge, self._senses = judge, senses
        self._earlier = Gatherer()
        self._claims: list[tuple[int | None, str]] = []  # of each text that it holds: claim in the archive, or founder

    def judgement(self, document: Document, version: int, topic: str, flag: FlagResult) -> Judgement:
        places = self._judge.places(document)
        if flag.kind not in MAKES_CLAIM:
            return Judgement(document.id, version, topic, flag.kind, places, flag=flag)

        text = own_words(document.kind, document.title, document.text)
        suspect = self._judge.is_suspect(flag)
        found = keys(text, suspect=suspect)
        sense = self._senses.get(document.id, b"")
        claim_id, same_as = self._claim(text, found, suspect, sense)
        self._earlier.hold(text, found, suspect=suspect, sense=sense)
        self._claims.append((claim_id, "" if claim_id else same_as or document.id))
        return Judgement(
            document.id,
            version,
            topic,
            flag.kind,
            places,
            found,
            claim_id,
            headline(document.title, document.text, flag.reasons),
            flag,
            same_as,
            sense,
        )

    def _claim(self, text: str, found: tuple[str, ...], suspect: bool, sense: bytes) -> tuple[int | None, str]:
        best, claim_id = 0.0, None
        for candidate in self._judge.candidates(found):
            if candidate.copy:
                return candidate.claim_id, ""
            retold = suspect and candidate.by_words
            score = max(
                (
                    likeness(text, other, suspect=retold, near=nearness(sense, its))
                    for other, its in zip(candidate.texts, candidate.senses, strict=True)
                ),
                default=0.0,
            )
            if score >= SAME and score > best:
                best, claim_id = score, candidate.claim_id
        score, number = self._earlier.nearest(text, found, suspect=suspect, sense=sense)
        return self._claims[number] if score > best else (claim_id, "")


def make_judge(settings: Settings, plan: ProvincePlan, sources: Mapping[str, Source]) -> Judge:
    """Load topics, gazetteer and model (about a second)."""
    threshold, prevalence = float(settings.threshold), float(settings.prevalence)
    model = load_model(
        Path(settings.model) if settings.model else None,
        threshold if threshold >= 0 else None,
        encoder=settings.encoder,
        prevalence=prevalence if prevalence >= 0 else None,
    )
    return Judge(
        relevance=Relevance(load_topics(settings.topics), plan.watch_terms),
        gazetteer=Gazetteer(plan.title, plan.districts),
        model=model,
        sources=sources,
        province_title=plan.title,
        candidates=claim_candidates,
        senses=Senses(model.encoder),
    )
