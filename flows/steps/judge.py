"""From documents to judgements: topic, places, kind, flag, and the claim that each repeats.

Classification itself is pure; what it must know of the archive (the claims a text may repeat) is asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from classify.claims.joiner import Joiner, Joining
from classify.claims.sense import Senses
from classify.flag.flagger import FlagModel
from classify.model.load import load_model
from classify.places.gazetteer import Gazetteer
from classify.relevance import Relevance
from core import clock
from core.codes.texts import TextKind
from core.model.documents import Document, PlaceMention, own_words
from core.model.flags import FlagResult, Judgement
from core.model.sources import Source
from core.plans import ProvincePlan
from core.settings import Settings
from core.topics import load_topics
from core.wording.headline import headline
from index.archive.claims import ClaimCandidate, claim_candidates


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
        joiner = Joiner(self.model.threshold, self.senses, self.candidates)
        texts = [(doc.id, own_words(doc.kind, doc.title, doc.text)) for doc, _ in relevant]
        joinings = joiner.join([(*text, flag) for text, flag in zip(texts, flags, strict=True)])
        each = iter(zip(flags, joinings, strict=True))
        return [
            self._judgement(doc, version, topic, *next(each))
            if topic
            else Judgement(doc.id, version, "", TextKind.OTHER)
            for (doc, version), topic in zip(pairs, topics, strict=True)
        ]

    def places(self, document: Document) -> tuple[PlaceMention, ...]:
        """Places that the text names; where it names none, the one that its source covers."""
        written = clock.day(document.published or document.fetched)
        named = self.gazetteer.find(document.full_text, written)
        source = self.sources.get(document.source)
        if named or source is None or not source.province:
            return named
        return (PlaceMention(self.province_title, source.district),)

    def _judgement(
        self, document: Document, version: int, topic: str, flag: FlagResult, joining: Joining | None
    ) -> Judgement:
        places = self.places(document)
        if joining is None:
            return Judgement(document.id, version, topic, flag.kind, places, flag=flag)
        return Judgement(
            document.id,
            version,
            topic,
            flag.kind,
            places,
            joining.found,
            joining.claim_id,
            headline(document.title, document.text, flag.reasons),
            flag,
            joining.same_as,
            joining.sense,
        )

    def _is_official(self, document: Document) -> bool:
        source = self.sources.get(document.source)
        return bool(source and source.official)


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
