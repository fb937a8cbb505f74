"""The body of an article, paragraph by paragraph.

Three things are held against each other: where the running text of the page stands (crawlers.article.locate), what the
names of classes would leave of it (crawlers.article.furniture), and, where these disagree or little is left, what
trafilatura reads on the same page. A name decides nothing alone: what it would cut is kept when trafilatura keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any

from crawlers.article.bylines import name_of
from crawlers.article.furniture import Furniture, is_hidden
from crawlers.article.lines import IMPRINT, MORE, at_the_right, dropped, signature, without_byline, without_dateline
from crawlers.article.locate import ArticleElement, RunningText, locate, spread
from crawlers.article.metadata import ArticleMeta
from crawlers.article.paragraphs import Line, lines
from crawlers.article.repeats import said, unrepeated
from crawlers.article.second_opinion import Opinion, ask, container_of, holds_element
from crawlers.page.markup import inline_text, words
from crawlers.page.page import Page
from crawlers.page.survey import INLINE, Survey

_BOXES = frozenset({"div", "section", "table", "ul", "ol", "article"})
_CELLS = frozenset({"tr", "td", "dd", "li"})
_TEASER = 600
_LARGE = 2500
"""A named element with more text is no furniture, whatever its name."""
_MUCH, _MOST = 0.15, 5
"""Furniture that would take so much of the running text is looked at again."""
_LEFT = 0.2
"""Names that leave no more of the running text than this are passed over."""
_LITTLE, _HARDLY = 400, 120
_SEEN = 0.8
_OTHERS, _EACH = 3, 1000
_FAR = 3
_LONG = 30_000
_ENOUGH = 0.6
"""So much as trafilatura reads must a container give that was found by its text."""
_LINKS, _MORE = 1500, 800
"""Characters that boxes of links, and boxes which say that they lead on, stay below."""
DOUBTED = "second-opinion"
"""The doubt about a text that trafilatura reads otherwise."""
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
    meta: ArticleMeta
    survey: Survey = field(init=False)

    def __post_init__(self) -> None:
        self.survey = self.page.survey

    asked: bool = False

    @cached_property
    def opinion(self) -> Opinion:
        """Trafilatura's text."""
        self.asked = True
        return ask(self.page.tree, self.page.url)

    def names(self, texts: Sequence[str]) -> int:
        """How many words of title and description stand in the first of these texts."""
        told = words(f"{self.meta.title} {self.meta.description}")
        return len(told & words(" ".join(texts)[:3000]))

    def free(self, blocks: list[Any]) -> int:
        """Characters of blocks that are not in links."""
        return sum(self.survey[block].free for block in blocks)


def read_body(page: Page, meta: ArticleMeta) -> Body:
    """The body of the article on a page; no paragraphs when there is none."""
    sight = _Sight(page, meta)
    furniture, found = _furniture(sight)
    place = locate(sight.survey, found, meta.heading, meta.sapo)
    own = _lines(sight, place, furniture) if place else []
    if _length(own) < _HARDLY <= len(meta.text):  # a page that scripts put together
        return Body(tuple(meta.text.split("\n")), plain=True)
    kept, doubt = _chosen(sight, own, furniture, found, place)
    signed = {line.text for line in kept if line.element is not None and at_the_right(line.element)}
    return _finished(sight, [line.text for line in kept], signed, place, doubt)


def _chosen(
    sight: _Sight, own: list[Line], furniture: Furniture, found: RunningText, place: ArticleElement | None
) -> tuple[list[Line], str]:
    """The better of our reading, trafilatura's, and ours of the part of the page that trafilatura took; the doubt."""
    others = [inline_text(block) for block in found.items]
    if place and (not _asks(sight, own, found, place) or _agrees(sight, own, others, place)):
        return own, ""
    length = _length(own)
    whole = ask(sight.page.tree, sight.page.url, fast=False)  # with its fallbacks, at twice the cost
    if not whole.length and length < _HARDLY:
        whole = ask(sight.page.text, sight.page.url, fast=False)  # from the markup it takes what it can get
    opinion = _without(sight, whole, others, own)
    seen, told = _agreement(opinion, own)
    if seen >= _SEEN and told >= _ENOUGH:
        return own, ""
    container = container_of(sight.page.tree, opinion)
    theirs = _lines(sight, ArticleElement(container), furniture) if container is not None else []
    if _keeps_own(sight, place, own, theirs, opinion, container):
        return own, DOUBTED
    if _agreement(opinion, theirs)[0] >= _SEEN:
        return theirs, DOUBTED
    return _taken_over(sight, own, found, whole, opinion), DOUBTED


def _taken_over(sight: _Sight, own: list[Line], found: RunningText, whole: Opinion, opinion: Opinion) -> list[Line]:
    """Trafilatura's lines, or all that runs on the page where it has hardly any: never nothing where text stands."""
    chosen = opinion if max(_length(own), opinion.length) >= _HARDLY else whole
    if chosen.length < _HARDLY <= sight.free(found.blocks):
        return [line for block in found.blocks for line in lines(block, lambda one, _: is_hidden(one))]
    return [Line(line, None, True, 0, "", False) for line in chosen.lines] or own


def _agrees(sight: _Sight, own: list[Line], others: list[str], place: ArticleElement) -> bool:
    """Whether trafilatura's short way gives much the same text, or only less of what is plainly one text."""
    if not own:
        return False
    short = sight.opinion.without(others)
    seen, told = _agreement(short, own)
    if seen >= _SEEN and _LITTLE <= _length(own) <= _FAR * short.length:
        return told >= _ENOUGH or sight.survey[place.container].heads < _OTHERS
    return min(seen, told) >= _ENOUGH


def _without(sight: _Sight, whole: Opinion, others: list[str], own: list[Line]) -> Opinion:
    """Trafilatura's text without teasers and comments; all of it where hardly anything would be left that has to do
    with the page's title: one text under a headline that is a link looks like a teaser.
    """
    rest = whole.without(others)
    if rest.length >= 0.5 * whole.length or rest.length >= _LITTLE:
        return rest
    mine = sight.names(_texts(own))
    return whole if _length(own) < _HARDLY or sight.names(whole.lines) > mine else rest


def _keeps_own(
    sight: _Sight, place: ArticleElement | None, own: list[Line], theirs: list[Line], opinion: Opinion, container: Any
) -> bool:
    """Whether our reading is the better one although trafilatura's is another."""
    length = _length(own)
    seen, told = _agreement(opinion, own)
    if seen >= _ENOUGH and told >= _ENOUGH:
        return True
    if place is None:
        return False
    if seen >= _ENOUGH:  # ours holds theirs and more: other articles of a list?
        there, only = _agreement(opinion, theirs)
        narrower = there >= _SEEN and only > told and container is not place.container
        return not narrower or not (_lists_others(sight, place, container) or length > _FAR * opinion.length)
    if length <= _LITTLE:
        return _HARDLY <= length >= opinion.length
    if told < _ENOUGH and opinion.length < 0.5 * length:
        return True
    return sight.names(_texts(own)) > sight.names(_texts(theirs) or opinion.lines)


def _asks(sight: _Sight, own: list[Line], found: RunningText, place: ArticleElement) -> bool:
    """Whether a page leaves doubt: hardly any of the running text is taken, or among it are others' headlines."""
    length = _length(own)
    heads = sight.survey[place.container].heads
    if sight.asked or length < _LITTLE or length > _LONG or (heads >= _OTHERS and length < heads * _EACH):
        return True
    inside = set(place.container.iter())
    located = sight.free([block for block in found.blocks if block in inside])
    every = sight.free([b for bs in (found.blocks, *found.by_name.values(), *found.by_tag.values()) for b in bs])
    return length < _SEEN * located or length < 0.5 * every


def _lists_others(sight: _Sight, place: ArticleElement, container: Any) -> bool:
    return sight.survey[place.container].heads - sight.survey[container].heads >= _OTHERS


def _texts(found: list[Line]) -> list[str]:
    return [line.text for line in found]


def _length(found: list[Line]) -> int:
    return sum(len(line.text) for line in found)


def _agreement(opinion: Opinion, found: list[Line]) -> tuple[float, float]:
    """How much of trafilatura's text is in ours, and of ours in trafilatura's."""
    texts = [line.text for line in found]
    return opinion.share_in(texts), opinion.share_of(texts) if texts else 0.0


def _furniture(sight: _Sight) -> tuple[Furniture, RunningText]:
    """What counts as furniture on this page, and where its running text then stands."""
    heading, survey = sight.meta.heading, sight.survey
    furniture = Furniture()
    found = spread(survey, heading, furniture)
    kept, named = sight.free(found.blocks), sum(map(sight.free, found.by_name.values()))
    if _names_cut(sight, found, kept, named):
        trusted = frozenset(box for box, blocks in found.by_name.items() if _kept_by(sight, blocks))
        weight = sum(sight.free(found.by_name[box]) for box in trusted)
        trusted = trusted if weight >= _LEFT * (kept + weight) else frozenset()  # an advert in the text
        left = kept >= max(_HARDLY, _LEFT * (kept + named))
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


def _names_cut(sight: _Sight, found: RunningText, kept: int, named: int) -> bool:
    """Whether names of classes would cut much: of the text, or so much after it that it may be its larger part."""
    if not named or (named < _MUCH * kept and kept >= _HARDLY):
        return False
    if kept < 2 * _LITTLE or named > _MOST * kept:
        return True
    end = sight.survey.position(found.blocks[-1])
    start = sight.survey.position(sight.meta.heading)
    within = [b for blocks in found.by_name.values() for b in blocks if start < sight.survey.position(b) < end]
    return sight.free(within) >= _MUCH * kept


def _kept_by(sight: _Sight, blocks: list[Any]) -> bool:
    """Whether trafilatura keeps most of these blocks."""
    known = [block for block in blocks if holds_element(sight.opinion, block)]
    return sight.free(known) > 0.5 * sight.free(blocks)


def _lines(sight: _Sight, place: ArticleElement, furniture: Furniture) -> list[Line]:
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
    # A caption that was let in is the text of a page of pictures.
    return not dropped(line.text, line.element, bare=line.bare or line.element.tag == "figcaption")


def _finished(sight: _Sight, texts: Iterable[str], signed: set[str], place: ArticleElement | None, doubt: str) -> Body:
    """The paragraphs without title, date line and byline, each once, with the lead where it stood elsewhere."""
    meta = sight.meta
    texts = unrepeated([text for text in texts if text != meta.title])
    while texts and IMPRINT.match(texts[-1]):
        texts.pop()
    texts, byline = without_byline(without_dateline(texts, meta.author), meta.author, signed)
    byline = byline or (signature(place.container) if place else "")
    sapo = inline_text(meta.sapo) if meta.sapo is not None else ""
    if sapo and texts and not said(sapo, texts):
        texts.insert(0, sapo)
    return Body(tuple(texts), name_of(byline), place is not None and not doubt, doubt)
