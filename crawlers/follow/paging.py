"""The page after this one: what a listing or feed says itself (``rel=next``: HTML, RFC 5005), or its paging shows."""

from __future__ import annotations

import re
from typing import Any

from core.sources.addresses import may_ask
from crawlers.page.markup import classes, inline_text
from crawlers.page.page import Page
from crawlers.page.urls import absolute, canonical_url

_PAGING = re.compile(r"pag(?:e|ing|ination|er|enav)|phan-?trang|nav-?links", re.IGNORECASE)
_NEXT = re.compile(
    r"(?:trang\s+(?:sau|kế|tiếp)|(?:xem\s+)?tiếp(?:\s+theo)?|sau|next|older(?:\s+posts)?|cũ hơn)?\s*[›»>→]*",
    re.IGNORECASE,
)
_CLASS = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])")


def next_page(page: Page) -> str:
    """Address of the next page on the source's hosts, or ''."""
    candidates = [e for e in page.tree.iter("link", "a") if "next" in (e.get("rel") or "").lower().split()]
    candidates += [link for link in page.tree.iter("a") if _says_next(link)]
    own = canonical_url(page.url)
    for element in candidates[:20]:
        url = absolute(page.url, element.get("href") or "")
        if url and may_ask(url, page.hosts) and canonical_url(url) != own:
            return url
    return ""


def _says_next(link: Any) -> bool:
    """Whether a link in the page's paging leads on by its words or class."""
    around = [link, *(parent for parent in (link.getparent(),) if parent is not None)]
    named = " ".join(classes(element) for element in around)
    text = inline_text(link)
    said = bool(text and _NEXT.fullmatch(text)) or bool(_CLASS.search(named))
    if not said or len(text) > 20:
        return False
    above = (classes(element) for element in link.iterancestors("ul", "ol", "div", "nav", "section", "p"))
    return any(_PAGING.search(name) for _, name in zip(range(3), above, strict=False)) or bool(_PAGING.search(named))
