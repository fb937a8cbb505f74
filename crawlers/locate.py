"""Where a page's article stands, when the page leaves no doubt about it (most do; the others are trafilatura's).

A page leaves no doubt when, apart from its header, menus, boxes and comments, most of its running text stands in
paragraphs side by side.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any

from crawlers.markup import classes, inline_text

_LEAST = 40
"""Characters of a line that counts as running text."""
_SHARE_TOGETHER = 0.85
_SHARE_INSIDE = 0.85


@dataclass(frozen=True, slots=True)
class Furniture:
    """What is never an article's text, by tag and by class, and which elements are blocks of text."""

    tags: frozenset[str]
    names: re.Pattern[str]
    blocks: frozenset[str]


def locate(tree: Any, heading: Any, lead: Any, furniture: Furniture) -> Any:
    """The deepest element that holds nearly all of a page's running text; None when that is not plainly its article.

    The ``lead`` may stand elsewhere than the paragraphs.
    """
    found: list[tuple[Any, int]] = []
    kept = _above(heading)
    body = tree.find("body")
    stack = [tree if body is None else body]
    while stack:
        element = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag in furniture.tags or (element not in kept and _aside(element, tag, furniture.names)):
            continue
        if tag in furniture.blocks or tag == "a":
            if tag != "a" and element is not heading and (length := _running(element)):
                found.append((element, length))
            continue
        loose = _loose(element)
        if loose:
            found.append((element, loose))
        stack.extend(reversed(element))
    return _common(found, lead)


def _above(element: Any) -> set[Any]:
    """An element with its ancestors."""
    return set() if element is None else {element, *element.iterancestors()}


def _aside(element: Any, tag: str, skip_class: re.Pattern[str]) -> bool:
    """Whether an element is the page's furniture rather than a part of its text."""
    if tag == "header" or element.get("hidden") is not None:
        return True
    named = element.get("class") or element.get("id")
    if named and skip_class.search(classes(element)):
        return True
    style = element.get("style")
    return bool(style) and "display:none" in style.replace(" ", "").lower()


def _running(element: Any) -> int:
    """Length of a block's text that is not in links; 0 when it is short or mostly links."""
    text = inline_text(element)
    if len(text) < _LEAST:
        return 0
    free = len(text) - sum(len(inline_text(link)) for link in element.iter("a"))
    return free if free >= 0.5 * len(text) else 0


def _loose(element: Any) -> int:
    """Length of an element's own text between its children, where that is long."""
    pieces = [element.text, *(child.tail for child in element)]
    lengths = (len(piece.strip()) for piece in pieces if piece)
    return sum(length for length in lengths if length >= _LEAST)


def _common(found: list[tuple[Any, int]], lead: Any) -> Any:
    total = sum(length for _, length in found)
    if not total:
        return None
    together: Counter[Any] = Counter()
    inside: Counter[Any] = Counter()
    aside = 0
    for element, length in found:
        if element is lead:
            aside += length
        # Lines between <br> stand in the element itself, and editors wrap parts of a text in a box of their own.
        for near in (element, *islice(element.iterancestors(), 3)):
            together[near] += length
        for ancestor in (element, *element.iterancestors()):
            inside[ancestor] += length
    if max(together.values()) < _SHARE_TOGETHER * (total - aside):
        return None
    holders = [element for element, length in inside.items() if length >= _SHARE_INSIDE * total]
    deepest = max(holders, key=lambda element: sum(1 for _ in element.iterancestors()))
    return None if deepest.tag in ("html", "body") else deepest
