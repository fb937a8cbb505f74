"""The headline of a page, as it is printed, and the element that holds it."""

from __future__ import annotations

import re
from typing import Any

from crawlers.page.markup import classes, inline_text, plain, squash, words
from crawlers.page.page import Page

_TITLE = re.compile(r"(?:^|[\s_-])(?:\w*title|tieu-?de\w*|headline|tde)(?:$|[\s_-])", re.IGNORECASE)
_SHORTEST, _LOOKED_AT = 5, 6
_NAME = 6
"""Words of what is no site's name any more."""
_LONG = 100
"""Characters of a block that can be an article's first."""


def _segments(title: str) -> list[str]:
    """A <title> and its parts between bars, dashes and bullets, where the site's name and section stand; long ones."""
    parts = re.split(r"\s+[|–—•»-]\s+|\s*[|»]\s*", title)
    return [part for part in dict.fromkeys([title, *parts]) if len(words(part)) >= 3]


def _likeness(some: set[str], others: set[str]) -> float:
    return 2 * len(some & others) / (len(some) + len(others) or 1)


def headline(page: Page, tags: dict[str, list[str]], ld: dict[str, Any]) -> tuple[str, Any]:
    """The headline as printed, and its element: the h1 that is most like what the meta data say, else the element that
    says the same.
    """
    tree = page.tree
    head = tree.find(".//title")
    said = [plain(ld.get("headline")), *tags.get("og:title", []), *tags.get("twitter:title", [])]
    page_title = squash(head.text) if head is not None else ""
    sites = {name.lower() for name in tags.get("og:site_name", [])}
    parts = (part for text in filter(None, [*said, page_title]) for part in _segments(text))
    wanted = [part for part in parts if part.lower() not in sites]
    if (short := _equal(tree, [*said, page_title, _first_of(page_title)])) is not None:
        return inline_text(short), short
    best, heading = 0.0, None
    for element in tree.iter("h1"):
        own = words(inline_text(element))
        score = max((_likeness(own, words(text)) for text in wanted), default=0.0) * (len(own) >= 3)
        if score > best:
            best, heading = score, element
    found = _said_in(page, wanted) if best < 0.9 else None
    if found is not None and (heading is None or _likeness(words(inline_text(found)), words(wanted[0])) > best):
        return inline_text(found), found
    if heading is not None and best >= 0.5:
        return inline_text(heading), heading
    headings = [element for element in tree.iter("h1") if len(words(inline_text(element))) >= 4]
    if len(headings) == 1 and not any(said):
        return inline_text(headings[0]), headings[0]
    if not any(said) and (found := _above_text(page)) is not None:
        return inline_text(found), found
    told = next((text for text in said if text and text in page_title), "")
    return told or max(wanted[1:] or wanted, key=len, default=page_title), None


def _first_of(page_title: str) -> str:
    """What a <title> begins with, when only a site's short name can follow; '' otherwise."""
    first, *others = re.split(r"\s+[|–—•»-]\s+|\s*[|»]\s*", page_title)
    return first if others and all(len(other.split()) < _NAME for other in others) else ""


def _equal(tree: Any, told: list[str]) -> Any:
    """The only h1, when it is the very words of the meta data: notices have titles of two words."""
    headings = [element for element in tree.iter("h1") if inline_text(element)]
    if len(headings) != 1:
        return None
    text = inline_text(headings[0]).lower()
    return headings[0] if len(text) > _SHORTEST and text in {squash(one).lower() for one in told[:_LOOKED_AT]} else None


def _above_text(page: Page) -> Any:
    """What is marked as a heading or title right above the text, on a page whose meta data name only the site."""
    survey, found = page.survey, None
    text = next((b for b in survey.blocks if survey[b].text >= _LONG and survey.item(b) is None), None)
    for element in survey if text is not None else ():
        if element is text:
            break
        size = survey[element]
        named = element.tag in ("h1", "h2", "h3", "h4") or _TITLE.search(classes(element))
        if named and 20 <= size.text <= 250 and not size.linked and len(inline_text(element).split()) >= 5:
            found = element
    return found


def _said_in(page: Page, wanted: list[str]) -> Any:
    """The element that holds a headline and nothing else, outside of links; the longest headline, the last such element
    before the text (crumbs repeat it above).
    """
    keys = {text.lower(): len(text) for text in wanted}
    longest, found = 0, None
    most = max(keys.values(), default=0) + 3
    for element in page.survey:
        size = page.survey[element]
        if not 10 <= size.text <= most or size.linked > 0.5 * size.text or size.direct < 0.9 * size.text:
            continue
        length = keys.get(inline_text(element).lower(), 0)
        if length > longest:
            longest, found = length, element
    return found
