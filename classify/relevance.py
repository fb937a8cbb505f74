"""Is a text about the epidemic? High recall first: what is dropped here is seen by nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from classify.text.phrases import Phrases, are_unaccented
from core.topics import Topic
from core.vietnamese import tokens, words

_CLEAR_WHEN_FOLDED = 3
_LOOKED_AT = 20_000  # characters; a text that has not named its topic by then is not about it


class _Term(NamedTuple):
    topic: str
    kind: str
    words: str
    syllables: int


class Relevance:
    """Decides the topic of a text by the terms of the topics; ``extra_terms`` are strong terms of the first topic."""

    def __init__(self, topics: Sequence[Topic], extra_terms: Sequence[str] = ()) -> None:
        self._order = [topic.name for topic in topics]
        self._phrases: Phrases[_Term] = Phrases()
        for topic in topics:
            self._add(topic.name, "strong", topic.strong)
            self._add(topic.name, "weak", topic.weak)
            self._add(topic.name, "context", topic.context)
            self._add(topic.name, "exclusion", topic.exclusions)
        if topics:
            self._add(topics[0].name, "strong", extra_terms)

    def _add(self, topic: str, kind: str, terms: Sequence[str]) -> None:
        for term in terms:
            self._phrases.add(term, _Term(topic, kind, term, len(tokens(term))))

    def topic_of(self, title: str, text: str) -> str:
        """The name of the topic that most terms speak for, or '' when the text is on none."""
        found = self.terms(title, text)
        best, most = "", (0, 0)
        for topic in self._order:
            strong, weak, context = (found.get((topic, kind), set()) for kind in ("strong", "weak", "context"))
            on_topic = bool(strong) or len(weak) >= 2 or bool(weak and context - weak)
            if on_topic and (len(strong), len(weak)) > most:
                best, most = topic, (len(strong), len(weak))
        return best

    def terms(self, title: str, text: str) -> dict[tuple[str, str], set[str]]:
        """The terms found, by topic and kind (strong, weak, context): why a text is on a topic."""
        norms, folded = words(f"{title}\n{text}"[:_LOOKED_AT])
        hits = list(self._phrases.among(norms, folded))
        if not all(hit.exact for hit in hits) and not are_unaccented(norms, folded):
            hits = [hit for hit in hits if hit.exact or hit.value.syllables >= _CLEAR_WHEN_FOLDED]
        masks = [(hit.first, hit.last, hit.value.topic) for hit in hits if hit.value.kind == "exclusion"]
        found: dict[tuple[str, str], set[str]] = {}
        for hit in hits:
            term = hit.value
            if term.kind != "exclusion" and not any(
                first <= hit.first and hit.last <= last and topic == term.topic for first, last, topic in masks
            ):
                found.setdefault((term.topic, term.kind), set()).add(term.words)
        return found
