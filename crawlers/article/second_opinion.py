"""What trafilatura reads on the same page: asked where the page's structure leaves doubt."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crawlers.page.markup import inline_text, squash

_HEAD = 40
"""Characters by which a paragraph is known again."""
_LONG = 300
_NEARLY = 0.85
_BLOCKS = frozenset(
    {
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "blockquote",
        "pre",
        "dt",
        "dd",
        "div",
        "section",
        "table",
        "ul",
        "ol",
        "article",
    }
)
_NOT_WORDS = re.compile(r"\W+")


def _key(text: str) -> str:
    return _NOT_WORDS.sub(" ", text).strip().lower()


@dataclass(frozen=True)
class Opinion:
    """The lines of trafilatura's text."""

    lines: tuple[str, ...]

    @property
    def length(self) -> int:
        """Characters of all lines."""
        return sum(map(len, self.lines))

    def without(self, texts: Iterable[str]) -> Opinion:
        """The same without these paragraphs."""
        others = Opinion(tuple(texts))
        return Opinion(tuple(line for line in self.lines if not others.holds(line)))

    @cached_property
    def _text(self) -> str:
        return f" {_key(' '.join(self.lines))} "

    def holds(self, text: str) -> bool:
        """Whether a paragraph is part of it, known by how it begins."""
        key = _key(text[: 2 * _HEAD])[:_HEAD]
        return bool(key) and key in self._text

    def share_of(self, texts: list[str]) -> float:
        """Which part of these texts (by characters) it holds; 1 when there are none."""
        total = sum(map(len, texts))
        return sum(len(text) for text in texts if self.holds(text)) / total if total else 1.0

    def share_in(self, texts: list[str]) -> float:
        """Which part of it (by characters) these texts hold; 1 when it is empty. A long line may be several of ours: it
        is looked for at three places.
        """
        other = Opinion(tuple(texts))
        lines = [line for line in self.lines if len(line) > _HEAD // 2]
        pieces = [piece for line in lines for piece in _pieces(line)]
        return other.share_of(pieces)


def _pieces(line: str) -> list[str]:
    third = len(line) // 3
    return [line[:third], line[third : 2 * third], line[2 * third :]] if len(line) > _LONG else [line]


def ask(page: Any, url: str, *, fast: bool = True) -> Opinion:
    """Trafilatura's text of a page (its tree or markup); it works on a copy, because it prunes the tree."""
    import trafilatura  # noqa: PLC0415 -- heavy, and only pages that leave doubt need it

    try:
        text = trafilatura.extract(
            copy.deepcopy(page), url=url, include_comments=False, include_tables=True, fast=fast, with_metadata=False
        )
    except Exception:  # noqa: BLE001  # a page that breaks trafilatura is read by structure alone
        text = ""
    lines = (squash(line).strip("| ").removeprefix("- ") for line in (text or "").split("\n"))
    return Opinion(tuple(line for line in lines if line))


def holds_element(opinion: Opinion, element: Any) -> bool:
    """Whether an element's text is part of it."""
    return opinion.holds(inline_text(element))


def container_of(tree: Any, opinion: Opinion) -> Any:
    """The deepest element that holds nearly all of its paragraphs; None when they cannot be found on the page."""
    weights: Counter[Any] = Counter()
    total = 0
    for element in tree.iter("p", "div", "li", "h2", "h3", "td", "blockquote", "section", "figcaption"):
        if element.tag in ("div", "section", "td") and any(c.tag in _BLOCKS for c in element.iterdescendants()):
            continue
        text = inline_text(element)
        if len(text) < _HEAD or not opinion.holds(text):
            continue
        total += len(text)
        for ancestor in element.iterancestors():
            weights[ancestor] += len(text)
    best, depth = None, -1
    for element, weight in weights.items():
        if weight >= _NEARLY * total and (deep := sum(1 for _ in element.iterancestors())) > depth:
            best, depth = element, deep
    return best
