"""Where a page's article stands, by how its running text is spread.

The text of an article stands in blocks side by side; teasers and comments stand each in a box of its own, with a
headline or a name (crawlers.page.survey). So the part of the page with most blocks side by side is taken, and grown
while what is added is mostly text too.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any

from crawlers.article.furniture import Furniture
from crawlers.page.markup import classes, inline_text
from crawlers.page.survey import Survey

_NEAR = 3
"""Levels above a block within which others stand beside it: editors wrap parts of a text in boxes of their own."""
_SHARE = 0.5
"""So much of a page's running text its article must be, to be plain to see."""
_GROW = 0.1
_ALIKE = 0.6
_SEVERAL = 2
_BODY = 2
"""The page itself holds the text when so many times as much stands in it as in any part of it."""
IMPRINT = re.compile(
    r"(?:©|copyright|bản quyền|giấy phép|cơ quan (?:chủ quản|ngôn luận)|toà soạn|tòa soạn|tổng biên tập|trụ sở"
    r"|địa chỉ|chịu trách nhiệm|ghi rõ nguồn)",
    re.IGNORECASE,
)
"""How lines begin in which a paper names itself."""


@dataclass(frozen=True, slots=True)
class ArticleElement:
    """The element that holds the article; ``above``: text between headline and article that belongs to it;
    ``without``: parts of the element that do not.
    """

    container: Any
    above: tuple[Any, ...] = ()
    without: frozenset[Any] = frozenset()


def locate(survey: Survey, spread: RunningText, heading: Any, lead: Any) -> ArticleElement | None:
    """The deepest element that holds an article's text; None when that is not plain to see. ``heading`` and ``lead``
    are the elements of headline and lead where they are known; the lead may stand elsewhere than the paragraphs.
    """
    blocks = spread.blocks
    own = {block: survey[block].free for block in blocks}
    body = [block for block in blocks if block is not lead] or blocks
    if not body:
        return None
    container, without = _grown(_seed(body, own, survey, heading), body, own)
    inside = set(container.iter())
    above = _between(blocks, inside, heading)
    held = sum(own[block] for block in body if block in inside or block in above)
    if held < _SHARE * sum(own[block] for block in body):
        return None
    return ArticleElement(container, above, without)


@dataclass(frozen=True, slots=True)
class RunningText:
    """Blocks of running text that are no items of a list: ``blocks`` outside of the page's furniture, and those that
    stand in an element which is furniture, by its name or by its tag; ``items``: teasers, readers' comments, imprints.
    """

    blocks: list[Any]
    by_name: dict[Any, list[Any]]
    by_tag: dict[Any, list[Any]]
    items: list[Any]


def spread(survey: Survey, heading: Any, furniture: Furniture) -> RunningText:
    """Where the running text of a page stands."""
    above = set() if heading is None else {heading, *heading.iterancestors()}
    single: list[Any] = []
    items: list[Any] = []
    for block in survey.blocks:
        if block is not heading:
            item = survey.item(block)
            (single if item is None or item in above else items).append(block)
    items += [block for block in single if IMPRINT.match(inline_text(block))]
    single = [b for b in single if not IMPRINT.match(inline_text(b))] or single
    verdicts: dict[Any, Any] = dict.fromkeys(above)
    found = RunningText([], {}, {}, items)
    for block in single:
        path, element, holder = [], block, None
        while element is not None and element not in verdicts and element.tag not in ("body", "html"):
            path.append(element)
            if furniture.holds(element) or furniture.around(element):
                holder = element
                break
            element = element.getparent()
        if holder is None and element is not None:
            holder = verdicts.get(element)
        verdicts.update(dict.fromkeys(path, holder))
        if holder is None:
            found.blocks.append(block)
        else:
            named = not furniture.by_tag(holder) and not furniture.around(holder)
            (found.by_name if named else found.by_tag).setdefault(holder, []).append(block)
    return found


def _seed(blocks: list[Any], own: dict[Any, int], survey: Survey, heading: Any) -> Any:
    """The element near to which most text stands side by side, of several the deepest. What stands with the first block
    under the headline counts twice.
    """
    start = survey.position(heading) if heading is not None else 0
    first = next((block for block in blocks if start and survey.position(block) > start), None)
    favoured = None if first is None else first.getparent()
    together: Counter[Any] = Counter()
    for block in blocks:
        length = own[block] * (2 if block.getparent() is favoured else 1)
        # Lines between <br> stand in the block itself, side by side.
        lines = [block] if next(block.iter("br"), None) is not None else []
        for near in (*lines, *islice(block.iterancestors(), _NEAR)):
            if near.tag != "html":
                together[near] += length
    inner = max((length for element, length in together.items() if element.tag != "body"), default=0)
    spread_out = len(blocks) > _BODY
    together = Counter({e: n for e, n in together.items() if e.tag != "body" or (spread_out and n > _BODY * inner)})
    if not together:
        return blocks[0]
    most = max(together.values())
    best = [element for element, length in together.items() if length >= _ALIKE * most]
    return max(best, key=lambda element: (sum(1 for _ in element.iterancestors()), together[element]))


def _grown(seed: Any, blocks: list[Any], own: dict[Any, int]) -> tuple[Any, frozenset[Any]]:
    """The seed, or an element above it with further sections of the text, and the parts of that which are none."""
    inside: Counter[Any] = Counter()
    count: Counter[Any] = Counter()
    for block in blocks:
        for ancestor in (block, *block.iterancestors()):
            inside[ancestor] += own[block]
            count[ancestor] += 1
    grown, child, without, passed = seed, seed, frozenset[Any](), frozenset[Any]()
    for element in seed.iterancestors():
        if element.tag in ("body", "html"):
            break
        parts = [part for part in element if part is not child and inside[part]]
        sections = [part for part in parts if count[part] >= _SEVERAL or part in own or _named(part) == _named(child)]
        passed |= frozenset(parts) - frozenset(sections)
        if sum(inside[part] for part in sections) >= _GROW * inside[grown]:
            grown, without = element, passed
        else:
            passed |= frozenset(sections)
        child = element
    return grown, without


def _named(element: Any) -> str:
    return f"{element.tag} {classes(element)}"


def _between(blocks: list[Any], inside: set[Any], heading: Any) -> tuple[Any, ...]:
    """Blocks after the headline and before the container: the lead, where it stands by itself."""
    if heading is None or heading in inside:
        return ()
    above: list[Any] = []
    started = False
    wanted = set(blocks)
    for element in heading.getroottree().iter():
        if element is heading:
            started = True
        elif element in inside:
            return tuple(above) if started else ()
        elif started and element in wanted:
            above.append(element)
    return ()
