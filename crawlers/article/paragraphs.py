"""The text of a part of a page as it runs: every piece of it once, in page order, whatever it stands in.

Editors put paragraphs into ``<p>``, between ``<br>``, bare beside a heading or a list, or in nested boxes. So the tree is
walked once, and a paragraph ends where a block begins or ends or a line breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from crawlers.page.markup import NO_TEXT, squash
from crawlers.page.survey import INLINE

LONG = 30
"""Characters of a bare line that is surely no label or button."""
_ONE_LINE = frozenset({"li", "dt"})
"""Blocks whose line breaks are no ends of paragraphs."""


@dataclass(slots=True)
class Line:
    """One line of text. ``element``: the block that it stands in; ``bare``: that block holds other blocks too;
    ``linked``: characters of it in links; ``href``: the first of these; ``bold``: all of it is.
    """

    text: str
    element: Any
    bare: bool
    linked: int
    href: str
    bold: bool


@dataclass(slots=True)
class _Open:
    """The line that is being read."""

    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    plain: int = 0
    href: str = ""


def lines(container: Any, skipped: Callable[[Any, bool], bool]) -> list[Line]:
    """The lines of the container. ``skipped(element, bare)`` says what is passed over as a whole; ``bare``: an inline
    element that stands beside blocks.
    """
    mixed = holders(container)
    found: list[Line] = []
    line = _Open()
    owners, links, bolds = [container], 0, 0

    def end() -> None:
        nonlocal line
        text = squash("".join(line.pieces))
        if text:
            owner = owners[-1]
            found.append(Line(text, owner, owner in mixed, line.linked, line.href, not line.plain))
        line = _Open()

    def add(text: str | None) -> None:
        if not text:
            return
        line.pieces.append(text.replace("\n", " "))
        size = len(text.strip())
        line.linked += size if links else 0
        line.plain += 0 if bolds else size

    stack: list[tuple[Any, bool]] = [(container, False)]
    while stack:
        element, closing = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        inline = tag in INLINE
        if closing:
            if tag == "a":
                links -= 1
            elif tag in ("b", "strong"):
                bolds -= 1
            if not inline:
                end()
                owners.pop() if element is not container else None
            if element is not container:
                add(element.tail)
            continue
        passed = not tag or tag in NO_TEXT or tag.startswith("amp-")
        if element is not container and (passed or skipped(element, inline and owners[-1] in mixed)):
            if not inline and not passed:
                end()
            add(element.tail)
            continue
        if tag == "br":
            if owners[-1].tag in _ONE_LINE:
                add(" ")
            else:
                end()
            add(element.tail)
            continue
        if tag == "a":
            links += 1
            line.href = line.href or element.get("href") or ""
        elif tag in ("b", "strong"):
            bolds += 1
        if not inline and element is not container:
            end()
            owners.append(element)
        stack.append((element, True))
        add(element.text)
        stack.extend((child, False) for child in reversed(element))
    end()
    return list(_without_labels(found))


def holders(container: Any) -> set[Any]:
    """The elements of a container that hold blocks."""
    mixed: set[Any] = set()
    for element in container.iter():
        if (
            isinstance(element.tag, str)
            and element.tag not in INLINE
            and element.tag not in NO_TEXT
            and element is not container
        ):
            for ancestor in element.iterancestors():
                if ancestor in mixed:
                    break
                mixed.add(ancestor)
    return mixed


def _without_labels(found: list[Line]) -> Iterator[Line]:
    """Short bare lines are a text's own only where that text is bare too: beside two long ones in the same box."""
    long: dict[Any, int] = {}
    for line in found:
        if line.bare and len(line.text) > LONG:
            long[line.element] = long.get(line.element, 0) + 1
    for line in found:
        if not line.bare or len(line.text) > LONG or long.get(line.element, 0) > 1:
            yield line
