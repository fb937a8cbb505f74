"""How much text each part of a page holds, how much of it is in links, and which parts are items of a list.

One walk over the page; whoever judges its structure asks here. Lengths are in characters, white space at the ends of
each piece not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crawlers.page.markup import NO_TEXT, classes, inline_text

LEAST = 40
"""Characters of a block that counts as running text."""
_HEADLINE = 20
"""Characters of a link that can be a headline."""
_ITEM = 400
"""An item of a list has at most so much text beside its running text."""
_LEVELS = 5
INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "center", "cite", "code", "del", "dfn", "em", "font",
        "i", "img", "ins", "kbd", "label", "mark", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
        "sup", "time", "tt", "u", "var", "wbr",
    }
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_REPLY = re.compile(r"trả lời|thích|reply|like|trước|báo (?:xấu|vi phạm)|\d[:/]\d", re.IGNORECASE)


@dataclass(slots=True)
class Size:
    """Of one element. ``direct``: text that stands in it itself, inline elements included, ``free`` what of that is not
    in links; ``running``: how many blocks of running text it holds; ``heads``: how many links that are headlines.
    """

    text: int = 0
    linked: int = 0
    direct: int = 0
    free: int = 0
    running: int = 0
    heads: int = 0

    @property
    def runs(self) -> bool:
        """Whether it is itself a block of running text."""
        return self.direct >= LEAST and self.free >= 0.5 * self.direct


class Survey:
    """The sizes of all elements below ``root``; scripts and the like are left out."""

    def __init__(self, root: Any) -> None:
        self._sizes: dict[Any, Size] = {}
        self._order: dict[Any, int] = {}
        self.blocks: list[Any] = []
        """Blocks of running text, in page order."""
        stack: list[tuple[Any, bool, bool]] = [(root, False, False)]
        while stack:
            element, linked, closing = stack.pop()
            tag = element.tag
            if closing:
                self._close(element, tag, linked)
                continue
            if not isinstance(tag, str) or tag in NO_TEXT:
                continue
            self._order[element] = len(self._order)
            linked = linked or tag == "a"
            stack.append((element, linked, True))
            stack.extend((child, linked, False) for child in reversed(element))
        self.blocks.sort(key=self._order.__getitem__)

    def _close(self, element: Any, tag: str, linked: bool) -> None:
        size = self._sizes[element] = Size()
        own = len(element.text.strip()) if element.text else 0
        for child in element:
            if part := self._sizes.get(child):
                size.text += part.text
                size.linked += part.linked
                size.running += part.running
                size.heads += part.heads
                if child.tag in INLINE:
                    size.direct += part.direct
                    size.free += part.free
            if child.tail:
                own += len(child.tail.strip())
        size.text += own
        size.direct += own
        if linked:
            size.linked += own
        else:
            size.free += own
        if tag in INLINE:
            return
        if size.runs:
            size.running += 1
            self.blocks.append(element)
        elif size.direct >= _HEADLINE and size.free <= 0.1 * size.direct:
            size.heads += 1

    def __getitem__(self, element: Any) -> Size:
        return self._sizes.get(element) or Size()

    def __iter__(self) -> Iterator[Any]:
        """All elements in page order."""
        return iter(self._order)

    def position(self, element: Any) -> int:
        """Its number in page order; 0 when it is not part of the page's text."""
        return self._order.get(element, 0)

    def item(self, block: Any) -> Any:
        """The item of a list that a block of running text belongs to (a teaser with its headline, a reader's comment
        with name and time), or None when it stands for itself.
        """
        inside = self[block]
        if self._begins_with_link(block):
            return block
        box = block
        for _ in range(_LEVELS):
            box = box.getparent()
            if box is None or box.tag in ("body", "html"):
                return None
            size = self[box]
            if size.running > 1 or size.text > inside.text + _ITEM:
                return None
            if size.heads or self._is_comment(box, block, size.text - inside.text):
                return box
        return None

    def _begins_with_link(self, block: Any) -> bool:
        """Whether a block's first line is a headline in a link, and others follow."""
        first = next(iter(block), None)
        if first is None or first.tag != "a" or (block.text or "").strip() or (first.tail or "").strip():
            return False
        second = first.getnext()
        return second is not None and second.tag == "br" and self[first].text >= _HEADLINE

    def _is_comment(self, box: Any, block: Any, company: int) -> bool:
        """Whether a box holds a name, time or buttons beside the block, as at least two boxes beside it do."""
        if not 5 <= company <= 150 or any(child.tag in _HEADINGS for child in box):
            return False
        alike = [other for other in _siblings(box) if other.tag == box.tag and classes(other) == classes(box)]
        if sum(1 for other in alike if self[other].running == 1) < 2:
            return False
        return bool(_REPLY.search(inline_text(box).replace(inline_text(block), " ")))


def _siblings(element: Any) -> Iterator[Any]:
    yield from element.itersiblings()
    yield from element.itersiblings(preceding=True)
