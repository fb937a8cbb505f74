"""The one place where a text joins a claim: what can make one, among what it is looked for, and which it joins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from classify.claims.likeness import SUSPECT_SHARE, Gatherer, keys, likeness
from classify.claims.minhash import SAME
from classify.claims.sense import Senses, nearness
from core.codes.texts import FLAGGABLE
from core.model.flags import FlagResult


class KnownClaim(Protocol):
    """A claim that is there already and shares keys with a text; texts of it to compare with, each with its vector
    (empty: none). ``by_words``: a word key is shared, so both were suspect. ``copy``: it has an exact copy of the text.
    """

    @property
    def claim_id(self) -> int: ...  # noqa: D102

    @property
    def texts(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def by_words(self) -> bool: ...  # noqa: D102

    @property
    def copy(self) -> bool: ...  # noqa: D102

    @property
    def senses(self) -> tuple[bytes, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Joining:
    """What became of a text that may make a claim. ``claim_id``: the known claim that it joins; else ``same_as`` names
    the earlier text whose claim it joins, empty when it founds one. ``found``: its keys; ``sense``: its vector.
    """

    found: tuple[str, ...]
    claim_id: int | None
    same_as: str
    sense: bytes = b""


class Joiner:
    """Joins texts to claims as they come: to known ones, and to those of the texts that it was given before.

    ``threshold``: the flag model's; ``known``: claims that share some of these keys (without an archive: none).
    """

    def __init__(
        self,
        threshold: float,
        senses: Senses | None = None,
        known: Callable[[Sequence[str]], Sequence[KnownClaim]] = lambda _: (),
    ) -> None:
        self._threshold, self._senses, self._known = threshold, senses, known
        self._earlier = Gatherer()
        self._claims: list[tuple[int | None, str]] = []  # of each text held: known claim, or who founded its claim

    def join(self, texts: Sequence[tuple[str, str, FlagResult]]) -> list[Joining | None]:
        """Of each ``(name, text, flag)`` in order; None for what makes no claim. Vectors are made together, and only of
        the suspect texts, since they take time.
        """
        wanted = {n for n, (_, _, flag) in enumerate(texts) if self._is_suspect(flag)}
        vectors = iter(self._senses.of([texts[n][1] for n in sorted(wanted)]) if self._senses else [b""] * len(wanted))
        return [
            self._one(name, text, suspect=n in wanted, sense=next(vectors) if n in wanted else b"")
            if flag.kind.founds
            else None
            for n, (name, text, flag) in enumerate(texts)
        ]

    def _is_suspect(self, flag: FlagResult) -> bool:
        """Whether a text is near enough to being flagged to be looked for in other words."""
        return flag.kind in FLAGGABLE and flag.probability >= SUSPECT_SHARE * self._threshold

    def _one(self, name: str, text: str, *, suspect: bool, sense: bytes) -> Joining:
        found = keys(text, suspect=suspect)
        claim_id, same_as = self._claim(text, found, suspect=suspect, sense=sense)
        self._earlier.hold(text, found, suspect=suspect, sense=sense)
        self._claims.append((claim_id, "" if claim_id else same_as or name))
        return Joining(found, claim_id, same_as, sense)

    def _claim(self, text: str, found: tuple[str, ...], *, suspect: bool, sense: bytes) -> tuple[int | None, str]:
        best, claim_id = 0.0, None
        for candidate in self._known(found):
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


def keys_of_suspect(text: str) -> tuple[str, ...]:
    """The keys under which a suspect text is found, for what people split and merge."""
    return keys(text, suspect=True)
