"""What on a page is no article's text: by tag, by being hidden, and by the names of classes, which may be wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crawlers.page.markup import NO_TEXT, classes

SKIPPED = NO_TEXT | {"figure", "figcaption", "nav", "aside", "footer", "form", "video", "audio", "object"}
AROUND = frozenset({"header", "a"})
NAMES = re.compile(
    r"(?:^|[\s_-])(?:\w*relat\w*|lien-?quan|tin-?lien-?quan|relative|caption|photo-?(?:caption|desc)\w*|img-?(?:caption|desc)\w*"
    r"|author|byline|tac-?gia|nguon|source|share|social|toolbar|breadcrumbs?|tags?|tag-?list|keywords?|comments?|binh-?luan|advert\w*|ads?|qc|quang-?cao"
    r"|banner|rating|vote|newsletter|subscribe|pagination|paging|recommend\w*|suggest\w*|read-?more|readmore|doc-?them|xem-?them|tin-?khac"
    r"|other-?news|most-?(?:view|read)\w*|popup|modal|cookie\w*|consent|gdpr|login|dang-?nhap|hidden|sidebar|widget|menu|navbar|footer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LAYOUT = re.compile(
    r"(?<!\S)(?:tag-\S+|category-\S+|(?:[a-z]{2}:)?relative|(?:\S*-)?overflow-\S+|\S+label-hidden\S*|elementor-widget\S*"
    r"|(?:\S*-)?(?:no|has|with|without)-sidebar\S*|[a-z]{2}:hidden)(?!\S)"
)
"""Classes that say how a box is laid out, or what a text is about, and not what it is."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """How elements are told: whether ``named`` ones are none, the ``trusted`` elements, which are text whatever they
    are called, and the ``reopened`` tags, which hold the text of this page.
    """

    named: bool = True
    trusted: frozenset[Any] = frozenset()
    reopened: frozenset[str] = frozenset()

    def holds(self, element: Any) -> bool:
        """Whether an element is furniture by what it is itself."""
        return self.by_tag(element) or self.by_name(element)

    def by_tag(self, element: Any) -> bool:
        """Whether it is by its tag, or hidden."""
        return (element.tag in SKIPPED and element.tag not in self.reopened) or is_hidden(element)

    def around(self, element: Any) -> bool:
        """Whether text inside of it is not looked for where an article begins, though an article may hold it."""
        return element.tag in AROUND and element.tag not in self.reopened

    def by_name(self, element: Any) -> bool:
        """Whether its class or id calls it so."""
        return self.named and element not in self.trusted and is_named(element)


def is_named(element: Any) -> bool:
    """Whether the class or id of an element is one of the page's furniture."""
    return bool(element.get("class") or element.get("id")) and _names_furniture(classes(element))


@lru_cache(maxsize=10_000)
def _names_furniture(names: str) -> bool:
    return NAMES.search(names) is not None and NAMES.search(_LAYOUT.sub(" ", names)) is not None


def is_hidden(element: Any) -> bool:
    """Whether a page hides an element by attribute or style."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style) and "display:none" in style.replace(" ", "").lower()
