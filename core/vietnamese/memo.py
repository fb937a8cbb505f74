"""What was worked out for a word is not worked out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

MOST_KEPT = 100_000
LONGEST_KEPT = 48  # characters; longer ones are rare, and hostile texts full of them
V = TypeVar("V")


class Memo(dict[str, V], Generic[V]):
    """What ``work`` makes of each word, worked out when first met: a text has few words that no other text had. Read it
    by ``[]``, or map its ``__getitem__`` over a text.
    """

    def __init__(self, work: Callable[[str], V]) -> None:
        self._work = work

    def __missing__(self, word: str) -> V:
        made = self._work(word)
        if len(word) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[word] = made
        return made
