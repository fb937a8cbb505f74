"""The body of an article, paragraph by paragraph.

crawlers.article.locate or, on pages that leave doubt, trafilatura finds where the text is. The paragraphs are then
taken from
that container in page order, because trafilatura loses subheadings and the lead of Vietnamese pages and keeps bylines,
captions and related links.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from crawlers.article.bylines import name_of
from crawlers.article.lines import MORE, at_the_right, dropped, signature, without_byline, without_dateline
from crawlers.article.locate import Furniture, locate
from crawlers.article.metadata import ArticleMeta
from crawlers.page.markup import NO_TEXT, block_text, classes, inline_text, squash
from crawlers.page.page import Page
from crawlers.page.survey import Survey

_SKIP_TAGS = NO_TEXT | {"figure", "figcaption", "nav", "aside", "footer", "form", "video", "audio", "object", "h1"}
_BLOCKS = frozenset({"p", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "dt", "dd"})
_BOXES = frozenset({"div", "section", "table", "ul", "ol", "article"})
_CELLS = frozenset({"tr", "td", "dd", "li"})
_SKIP_CLASS = re.compile(
    r"(?:^|[\s_-])(?:\w*relat\w*|lien-?quan|tin-?lien-?quan|relative|caption|photo-?(?:caption|desc)\w*|img-?(?:caption|desc)\w*"
    r"|author|byline|tac-?gia|nguon|source|share|social|toolbar|breadcrumbs?|tags?|tag-?list|keywords?|comments?|binh-?luan|advert\w*|ads?|qc|quang-?cao"
    r"|banner|rating|vote|newsletter|subscribe|pagination|paging|recommend\w*|suggest\w*|read-?more|readmore|doc-?them|xem-?them|tin-?khac"
    r"|other-?news|most-?(?:view|read)\w*|popup|modal|login|dang-?nhap|hidden|sidebar|widget|menu|navbar|footer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_FURNITURE = Furniture(_SKIP_TAGS - {"h1"}, _SKIP_CLASS)
_TEASER = 600


@dataclass(frozen=True, slots=True)
class Body:
    """Paragraphs of an article, and the name that stood under it. ``plain``: where it stands left no doubt."""

    paragraphs: tuple[str, ...]
    byline: str = ""
    plain: bool = False

    @property
    def text(self) -> str:
        """The paragraphs, one a line."""
        return "\n".join(self.paragraphs)


def read_body(page: Page, meta: ArticleMeta) -> Body:
    """The body of the article on a page; no paragraphs when there is none."""
    survey = page.survey
    place = locate(survey, meta.heading, meta.sapo, _FURNITURE)
    if place:
        blocks = [(line, block) for block in place.above for line in _kept(block)]
        blocks += _blocks(place.container, meta, survey, place.without)
    else:
        blocks = _doubtful(page.tree, meta, page.url, survey)
    texts = _unrepeated([text for text, _ in blocks if squash(text) != meta.title])
    signed = {text for text, element in blocks if element is not None and at_the_right(element)}
    texts, byline = without_byline(without_dateline(texts, meta.author), meta.author, signed)
    byline = byline or (signature(place.container) if place else "")
    sapo = inline_text(meta.sapo) if meta.sapo is not None else ""
    if sapo and texts and not _said(sapo, texts[:3]):
        texts.insert(0, sapo)
    return Body(tuple(texts), name_of(byline), place is not None)


def _doubtful(tree: Any, meta: ArticleMeta, url: str, survey: Survey) -> list[tuple[str, Any]]:
    """The text blocks of a page whose article is not plain to see."""
    extracted = _trafilatura(tree, url)
    container = _container(tree, extracted)
    blocks = _blocks(container, meta, survey) if container is not None else []
    own = sum(len(text) for text, _ in blocks)
    theirs = sum(len(line) for line in extracted)
    return blocks if own >= 0.6 * theirs else [(line, None) for line in extracted]


def _trafilatura(tree: Any, url: str) -> list[str]:
    """Lines of trafilatura's text; it works on a copy, because it prunes the tree."""
    import trafilatura  # noqa: PLC0415 -- heavy

    try:
        text = trafilatura.extract(
            copy.deepcopy(tree), url=url, include_comments=False, include_tables=True, fast=True, with_metadata=False
        )
    except Exception:  # noqa: BLE001  # a page that breaks trafilatura is read by structure alone
        return []
    return [line for line in map(squash, (text or "").split("\n")) if line]


def _container(tree: Any, extracted: list[str]) -> Any:
    """The deepest element that holds nearly all of the paragraphs."""
    wanted = {line.removeprefix("- ") for line in extracted if len(line) > 30}
    weights: Counter[Any] = Counter()
    total = 0
    for element in tree.iter("p", "div", "li", "h2", "h3", "td", "blockquote", "section"):
        if element.tag in ("div", "section", "td") and not _is_leaf(element):
            continue
        text = inline_text(element)
        known = text in wanted
        if len(text) < 40 or (wanted and not known) or _link_share(element, text) > 0.5:
            continue
        total += len(text)
        for ancestor in element.iterancestors():
            weights[ancestor] += len(text)
    best = None
    for element, weight in weights.items():
        if weight >= 0.85 * total and (best is None or element in set(best.iterdescendants())):
            best = element
    return best


def _is_leaf(element: Any) -> bool:
    """Whether an element holds text and no blocks of its own."""
    return not any(child.tag in _BLOCKS or child.tag in _BOXES for child in element.iterdescendants())


def _link_share(element: Any, text: str) -> float:
    """Which part of an element's text is in links."""
    linked = sum(len(inline_text(link)) for link in element.iter("a"))
    return linked / (len(text) or 1)


def _blocks(
    container: Any, meta: ArticleMeta, survey: Survey, without: frozenset[Any] = frozenset()
) -> list[tuple[str, Any]]:
    """The text blocks of the container in page order, without what is not the article's text."""
    out: list[tuple[str, Any]] = []
    stack, above = [container], {container, *container.iterancestors()}
    while stack:
        element = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag.startswith("amp-") or element in without:
            continue
        if element is not container and _skipped(element, tag, meta, survey):
            continue
        if (tag in _BLOCKS and not any(d.tag in _BLOCKS for d in element.iterdescendants())) or (
            tag not in ("table", "tr", "tbody", "ul", "ol") and element is not container and _is_leaf(element)
        ):
            item = survey.item(element) if survey[element].runs else None
            if item is None or item in above:
                out.extend((text, element) for text in _kept(element))
            continue
        if element.text and len(squash(element.text)) > 30:
            out.append((squash(element.text), element))
        # Text between blocks, without a tag of its own (after <br>, or in a bare div)
        children: list[Any] = []
        loose: list[Any] = []
        for child in element:
            children.append(child)
            if child.tail and len(squash(child.tail)) > 30:
                loose.append(child)
        if loose and not any(isinstance(c.tag, str) and c.tag in _BLOCKS for c in children):
            out.extend((text, element) for text in block_text(element).split("\n") if not dropped(text, element))
            continue
        stack.extend(reversed(children))
    return out


def _skipped(element: Any, tag: str, meta: ArticleMeta, survey: Survey) -> bool:
    """Whether an element is not the article's text: by its tag, style or class, or because it is a box of links."""
    if tag in _SKIP_TAGS:
        return True
    if element is meta.sapo:
        return False
    style = (element.get("style") or "").replace(" ", "").lower()
    text = inline_text(element)
    named = _SKIP_CLASS.search(classes(element)) is not None and len(text) < 2500
    if named or "display:none" in style or element.get("hidden") is not None:
        return True
    if tag == "table" and len(text) < 400 and next(element.iter("img"), None) is not None:
        return True  # a picture with its caption, as older editors lay it out
    box = tag in _BOXES and _is_link_box(element, text)
    return box or (tag in _BOXES | _CELLS and _is_teaser(element, survey))


def _is_teaser(box: Any, survey: Survey) -> bool:
    """Whether a box holds the headline of another article, with or without a line about it."""
    size = survey[box]
    return size.heads > 0 and size.running <= 1 and size.text <= _TEASER


def _is_link_box(element: Any, text: str) -> bool:
    links = list(element.iter("a"))
    if len(links) > 1 and len(text) < 1500 and _link_share(element, text) > 0.7:
        return True
    return bool(links) and len(text) < 800 and MORE.match(text) is not None


def _kept(element: Any) -> list[str]:
    """The lines of a block that are the article's."""
    text = block_text(element)
    if element.tag == "li":
        text = squash(text)
    whole = squash(text)
    links = list(element.iter("a"))
    headline = len(whole) > 20 and len(links[0].get("href") or "") > 8 if links else False
    if links and (headline or element.tag == "li") and _link_share(element, whole) > 0.9:
        return []
    return [line for line in text.split("\n") if not dropped(line, element)]


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
    """Whether the lead already stands among the first paragraphs."""
    words = set(re.findall(r"\w+", sapo.lower()))
    return any(len(words & set(re.findall(r"\w+", text.lower()))) >= 0.9 * len(words) for text in texts)
