"""The text of a part of a page as it runs: every piece of it once, in page order, whatever it stands in.

Editors put paragraphs into ``<p>``, between ``<br>``, bare beside a heading or a list, or in nested boxes. So the tree
is walked once, and a paragraph ends where a block begins or ends or a line breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from crawlers.page.markup import NO_TEXT, squash
from crawlers.page.survey import INLINE

LONG = 30
"""Characters of a bare line that is surely no label or button."""
_BOLD = frozenset({"b", "strong"})
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


class _Reader:
    """Goes through a container and takes down its lines."""

    def __init__(self, container: Any, skipped: Callable[[Any, bool], bool]) -> None:
        self.found: list[Line] = []
        self._container, self._skipped = container, skipped
        self._mixed = holders(container)
        self._owners = [container]
        self._links = self._bolds = 0
        self._begin()

    def _begin(self) -> None:
        self._pieces: list[str] = []
        self._linked = self._plain = 0
        self._href = ""

    def end(self) -> None:
        """A line ends here."""
        text = squash("".join(self._pieces))
        if text:
            owner = self._owners[-1]
            self.found.append(Line(text, owner, owner in self._mixed, self._linked, self._href, not self._plain))
        self._begin()

    def add(self, text: str | None) -> None:
        """A piece of the present line."""
        if text:
            self._pieces.append(text.replace("\n", " "))
            size = len(text.strip())
            self._linked += size if self._links else 0
            self._plain += 0 if self._bolds else size

    def passes(self, element: Any, tag: str) -> bool:
        """Whether an element is passed over as a whole."""
        if element is self._container:
            return False
        if not tag or tag in NO_TEXT or tag.startswith("amp-"):
            return True
        inline = tag in INLINE
        if not self._skipped(element, inline and self._owners[-1] in self._mixed):
            return False
        if not inline:
            self.end()
        return True

    def opens(self, element: Any, tag: str) -> None:
        """An element begins."""
        if tag == "a":
            self._links += 1
            self._href = self._href or element.get("href") or ""
        elif tag in _BOLD:
            self._bolds += 1
        if tag == "br":
            if self._owners[-1].tag in _ONE_LINE:
                self.add(" ")
            else:
                self.end()
        elif tag not in INLINE and element is not self._container:
            self.end()
            self._owners.append(element)

    def closes(self, element: Any, tag: str) -> None:
        """An element ends."""
        if tag == "a":
            self._links -= 1
        elif tag in _BOLD:
            self._bolds -= 1
        if tag not in INLINE:
            self.end()
            if element is not self._container:
                self._owners.pop()


def lines(container: Any, skipped: Callable[[Any, bool], bool]) -> list[Line]:
    """The lines of the container. ``skipped(element, bare)`` says what is passed over as a whole; ``bare``: an inline
    element that stands beside blocks.
    """
    reader = _Reader(container, skipped)
    stack: list[tuple[Any, bool]] = [(container, False)]
    while stack:
        element, closing = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if closing:
            reader.closes(element, tag)
        elif not reader.passes(element, tag):
            reader.opens(element, tag)
            stack.append((element, True))
            reader.add(element.text)
            stack.extend((child, False) for child in reversed(element))
            continue
        if element is not container:
            reader.add(element.tail)
    reader.end()
    return list(_without_labels(reader.found))


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
