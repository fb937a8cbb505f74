"""The body of an article, paragraph by paragraph.

Three things are held against each other: where the running text of the page stands (crawlers.article.locate), what the names of
classes would leave of it (crawlers.article.furniture), and, where these disagree or little is left, what trafilatura
reads on the same page. A name decides nothing alone: what it would cut is kept when trafilatura keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any

from crawlers.article.bylines import name_of
from crawlers.article.furniture import Furniture, is_hidden
from crawlers.article.lines import IMPRINT, MORE, at_the_right, dropped, signature, without_byline, without_dateline
from crawlers.article.locate import Place, Spread, locate, spread
from crawlers.article.metadata import Meta
from crawlers.article.paragraphs import Line, lines
from crawlers.article.second_opinion import Opinion, ask, container_of, holds_element
from crawlers.page.markup import inline_text
from crawlers.page.page import Page
from crawlers.page.survey import INLINE, Survey

_BOXES = frozenset({"div", "section", "table", "ul", "ol", "article"})
_CELLS = frozenset({"tr", "td", "dd", "li"})
_TEASER = 600
_LARGE = 2500
"""A named element with more text is no furniture, whatever its name."""
_MUCH = 0.15
"""Furniture that would take so much of the running text is looked at again."""
_LEFT = 0.2
"""Names that leave no more of the running text than this are passed over."""
_LITTLE, _HARDLY = 400, 120
_ENOUGH = 0.6
"""So much as trafilatura reads must a container give that was found by its text."""
_LINKS, _MORE = 1500, 800
"""Characters that boxes of links, and boxes which say that they lead on, stay below."""
_HEAD = 60
_ABOVE = 0.25
_TAGS = 3
"""So many tags inside of each other may have to be opened."""


@dataclass(frozen=True, slots=True)
class Body:
    """Paragraphs of an article, and the name that stood under it. ``plain``: where it stands left no doubt. ``doubt``:
    why the text may be cut or hold what is not its own; '' when nothing speaks for that.
    """

    paragraphs: tuple[str, ...]
    byline: str = ""
    plain: bool = False
    doubt: str = ""

    @property
    def text(self) -> str:
        """The paragraphs, one a line."""
        return "\n".join(self.paragraphs)


@dataclass
class _Sight:
    """A page while its body is looked for. ``opinion`` is asked for once, when it is needed."""

    page: Page
    meta: Meta
    survey: Survey = field(init=False)

    def __post_init__(self) -> None:
        self.survey = self.page.survey

    @cached_property
    def opinion(self) -> Opinion:
        """Trafilatura's text."""
        return ask(self.page.tree, self.page.url)

    def free(self, blocks: list[Any]) -> int:
        """Characters of blocks that are not in links."""
        return sum(self.survey[block].free for block in blocks)


def read_body(page: Page, meta: Meta) -> Body:
    """The body of the article on a page; no paragraphs when there is none."""
    sight = _Sight(page, meta)
    furniture, found = _furniture(sight)
    place = locate(sight.survey, found, meta.heading, meta.sapo)
    if place:
        kept = _lines(sight, place, furniture)
    else:
        container = container_of(page.tree, sight.opinion)
        kept = _lines(sight, Place(container), furniture) if container is not None else []
        if sum(len(line.text) for line in kept) < _ENOUGH * sight.opinion.length:
            return _finished(sight, sight.opinion.lines, set(), None, "second-opinion")
    texts = [line.text for line in kept]
    signed = {line.text for line in kept if at_the_right(line.element)}
    doubt = ""
    if _is_doubtful(sight, found, place, texts):
        seen, own = sight.opinion.share_in(texts), sight.opinion.share_of(texts)
        if LOG is not None:
            LOG.append((seen, own, len("".join(texts)), sight.opinion.length))
    return _finished(sight, texts, signed, place, doubt)


LOG = None


def _is_doubtful(sight, found, place, texts) -> bool:
    if place is None:
        return True
    length = sum(map(len, texts))
    inside = set(place.container.iter())
    located = sight.free([block for block in found.blocks if block in inside])
    all_ = sight.free([b for bs in (found.blocks, *found.by_name.values(), *found.by_tag.values()) for b in bs])
    return length < 0.8 * located or length < 0.5 * all_ or length < _LITTLE


def _furniture(sight: _Sight) -> tuple[Furniture, Spread]:
    """What counts as furniture on this page, and where its running text then stands."""
    heading, survey = sight.meta.heading, sight.survey
    furniture = Furniture()
    found = spread(survey, heading, furniture)
    kept, named = sight.free(found.blocks), sum(map(sight.free, found.by_name.values()))
    if named and (named >= _MUCH * kept or kept < _HARDLY):
        trusted = frozenset(box for box, blocks in found.by_name.items() if _kept_by(sight, blocks))
        left = kept >= _LEFT * (kept + named)
        furniture = Furniture(trusted=trusted) if trusted or left else Furniture(named=False)
        found = spread(survey, heading, furniture)
        kept = sight.free(found.blocks)
    for _ in range(_TAGS):
        closed = {box: sight.free(blocks) for box, blocks in found.by_tag.items() if not is_hidden(box)}
        reopened = furniture.reopened | (frozenset(box.tag for box in closed) - {"nav", "footer", "a"})
        if reopened == furniture.reopened or kept >= _LEFT * (kept + sum(closed.values())):
            break
        furniture = replace(furniture, reopened=reopened)
        found = spread(survey, heading, furniture)
        kept = sight.free(found.blocks)
    return furniture, found


def _kept_by(sight: _Sight, blocks: list[Any]) -> bool:
    """Whether trafilatura keeps most of these blocks."""
    known = [block for block in blocks if holds_element(sight.opinion, block)]
    return sight.free(known) > 0.5 * sight.free(blocks)


def _lines(sight: _Sight, place: Place, furniture: Furniture) -> list[Line]:
    """The article's lines: above the container, and in it, without what is none of its text."""
    survey, sapo = sight.survey, sight.meta.sapo
    above = {place.container, *place.container.iterancestors()}

    def skipped(element: Any, bare: bool) -> bool:
        if element in place.without:
            return True
        if element.tag in INLINE and not bare:
            return is_hidden(element)
        return element is not sapo and _skipped(element, survey, furniture)

    found = [line for block in place.above for line in lines(block, lambda element, _: is_hidden(element))]
    found += lines(place.container, skipped)
    items: dict[Any, bool] = {}
    kept = []
    for line in found:
        block = line.element
        if block not in items:
            item = survey.item(block) if not line.bare and survey[block].runs else None
            items[block] = item is not None and item not in above and block not in place.above
        if not items[block] and _is_text(line):
            kept.append(line)
    return _below(kept, sight)


def _below(found: list[Line], sight: _Sight) -> list[Line]:
    """The lines without those above the headline, when these are few."""
    start = sight.survey.position(sight.meta.heading)
    above = [line for line in found if not line.bare and sight.survey.position(line.element) < start]
    if sum(len(line.text) for line in above) > _ABOVE * sum(len(line.text) for line in found):
        return found
    passed = set(map(id, above))
    return [line for line in found if id(line) not in passed]


def _skipped(element: Any, survey: Survey, furniture: Furniture) -> bool:
    """Whether an element is not the article's text: by tag, style or class, or because it is a box of links."""
    if element.tag == "h1" or furniture.by_tag(element):
        return True
    size = survey[element]
    if furniture.by_name(element) and size.text < _LARGE:
        return True
    if element.tag == "table" and size.text < _LITTLE and next(element.iter("img"), None) is not None:
        return True  # a picture with its caption, as older editors lay it out
    if element.tag in _BOXES and _is_link_box(element, survey):
        return True
    teaser = size.heads > 0 and size.running <= 1 and size.text <= _TEASER
    return teaser and element.tag in _BOXES | _CELLS


def _is_link_box(element: Any, survey: Survey) -> bool:
    size = survey[element]
    if not size.linked or size.text >= _LINKS:
        return False
    if size.linked > 0.7 * size.text and len(list(islice(element.iter("a"), 2))) > 1:
        return True
    return size.text < _MORE and MORE.match(inline_text(element)) is not None


def _is_text(line: Line) -> bool:
    """Whether a line is the article's, and no link to another text, caption or label."""
    if line.linked > 0.9 * len(line.text):
        other = len(line.text) > 20 and len(line.href) > 8
        if other or line.element.tag == "li":
            return False
    return not dropped(line.text, line.element, bare=line.bare)


def _finished(sight: _Sight, texts: Iterable[str], signed: set[str], place: Place | None, doubt: str) -> Body:
    """The paragraphs without title, date line and byline, each once, with the lead where it stood elsewhere."""
    meta = sight.meta
    texts = _unrepeated([text for text in texts if text != meta.title])
    while texts and IMPRINT.match(texts[-1]):
        texts.pop()
    texts, byline = without_byline(without_dateline(texts, meta.author), meta.author, signed)
    byline = byline or (signature(place.container) if place else "")
    sapo = inline_text(meta.sapo) if meta.sapo is not None else ""
    if sapo and texts and not _said(sapo, texts):
        texts.insert(0, sapo)
    return Body(tuple(texts), name_of(byline), place is not None and not doubt, doubt)


def _unrepeated(texts: list[str]) -> list[str]:
    """Without long paragraphs that came before (mobile and desktop copies of one text)."""
    seen: set[str] = set()
    out = []
    for text in texts:
        if len(text) > 60:
            if text in seen:
                continue
            seen.add(text)
        out.append(text)
    return out


def _said(sapo: str, texts: list[str]) -> bool:
    """Whether the lead stands in the text: in one of its first paragraphs, or spread over several."""
    words = set(re.findall(r"\w+", sapo.lower()))
    first = [set(re.findall(r"\w+", text.lower())) for text in texts[:3]]
    if any(len(words & own) >= 0.9 * len(words) for own in first):
        return True
    start = sapo[:_HEAD].lower()
    return start in " ".join(texts).lower()
