"""What a page says about itself: JSON-LD, OpenGraph, meta tags, microdata, and what it prints by the headline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from core.sources.addresses import may_ask
from crawlers.article.bylines import author_of
from crawlers.article.datelines import published
from crawlers.article.headline import headline
from crawlers.page.markup import classes, inline_text, plain, squash, words
from crawlers.page.page import Page
from crawlers.page.urls import absolute, canonical_url

_ARTICLE_TYPES = re.compile(r"(News)?Article|Report|BlogPosting|LiveBlogPosting|.*Article$")
_SAPO = re.compile(
    r"(?:^|[\s_-])(?:sapo|lead|chapeau|tom-?tat|description|desc|summary|mo-?ta|intro(?:duction)?|trich-?dan)(?:$|[\s_-])",
    re.IGNORECASE,
)
MAX_TAGS = 30


@dataclass(frozen=True)
class Meta:
    """What a page says about itself. ``article``: it calls itself one. ``heading`` is the h1 of the title."""

    title: str
    article: bool
    published: datetime | None
    author: str
    description: str
    canonical: str
    language: str
    tags: tuple[str, ...] = ()
    heading: Any = None
    sapo: Any = field(default=None)


def read_meta(page: Page) -> Meta:
    """All of it, each from the first place that has it."""
    tree = page.tree
    tags: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
        value = squash(element.get("content"))
        if name and value:
            tags.setdefault(name, []).append(value)
    data = list(_json_ld(tree))
    linked = [item for item in data if _ARTICLE_TYPES.fullmatch(_type(item))]
    ld = dict(linked[0]) if len(linked) in (1, 2) else {}  # a page with the data of many articles lists them
    ld["author"] = _resolved(ld.get("author"), data)
    title, heading = headline(page, tags, ld)
    description = next((v for name in ("og:description", "description") for v in tags.get(name, [])), "") or plain(
        ld.get("description")
    )
    return Meta(
        title=title,
        article=bool(ld.get("@type")) or any(name in tags for name in ("article:published_time", "pubdate")),
        published=published(page, tags, ld, heading),
        author=author_of(tree, tags, ld, heading),
        description=description,
        canonical=_canonical(page, tags),
        language=squash(tree.get("lang"))[:2].lower(),
        tags=_tags(tags, ld),
        heading=heading,
        sapo=_sapo(tree, heading, description),
    )


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    for element in tree.iter("script"):
        if "ld+json" not in (element.get("type") or "").lower() or not element.text or len(element.text) > 2_000_000:
            continue
        try:
            data = json.loads(re.sub(r"^\s*(?://)?<!\[CDATA\[|(?://)?\]\]>\s*$", "", element.text), strict=False)
        except (ValueError, RecursionError):
            continue
        stack, count = [data], 0
        while stack and count < 500:
            count += 1
            item = stack.pop(0)
            if isinstance(item, list):
                stack.extend(item)
            elif isinstance(item, dict):
                yield item
                stack.extend(v for k, v in item.items() if k in ("@graph", "mainEntity") and isinstance(v, list | dict))


def _resolved(value: Any, data: list[dict[str, Any]]) -> Any:
    """An author that is only named by its @id elsewhere in the page's data."""
    if isinstance(value, list):
        return [_resolved(item, data) for item in value[:10]]
    if isinstance(value, dict) and "name" not in value and (key := value.get("@id")):
        return next((item for item in data if item.get("@id") == key and "name" in item), value)
    return value


def _type(item: dict[str, Any]) -> str:
    kind = item.get("@type")
    return str(kind[0] if isinstance(kind, list) and kind else kind or "")


def _canonical(page: Page, tags: dict[str, list[str]]) -> str:
    """The page's own address as it says, when it is on the source's hosts and plainly the same page."""
    given = [absolute(page.url, url) for url in (_linked_canonical(page), *tags.get("og:url", []))]
    own = canonical_url(page.url)
    for url in filter(None, given):
        if not may_ask(url, page.hosts):
            continue
        said = canonical_url(url)
        if said == own or _same_page(said, own):
            return said
    return own


def stated_address(page: Page) -> str:
    """Where a page says that it lives, whatever host it came from (a saved or mirrored page); '' when it does not say.
    Good for reading its links, not for its identity: a page may say anything.
    """
    own = next((e.get("content") or "" for e in page.tree.iter("meta") if e.get("property") == "og:url"), "")
    given = (_linked_canonical(page), own)
    return next((url for url in given if url.startswith(("http://", "https://"))), "")


def _linked_canonical(page: Page) -> str:
    element = next((e for e in page.tree.iter("link") if (e.get("rel") or "").lower() == "canonical"), None)
    return (element.get("href") or "") if element is not None else ""


def _same_page(said: str, own: str) -> bool:
    """Whether two addresses can be one article: a number of five digits or most words of the slug in common.

    A template that gives every page the same canonical address would otherwise melt them into one document.
    """
    a, b = urlsplit(said), urlsplit(own)
    first, second = set(re.findall(r"\d{5,}", a.path + a.query)), set(re.findall(r"\d{5,}", b.path + b.query))
    if first or second:
        return bool(first & second)
    some, others = words(a.path.rsplit("/", 1)[-1]), words(b.path.rsplit("/", 1)[-1])
    return len(some) >= 3 and len(some & others) >= 0.6 * max(len(some), len(others))


def _tags(tags: dict[str, list[str]], ld: dict[str, Any]) -> tuple[str, ...]:
    keywords = ld.get("keywords")
    given = [*tags.get("article:tag", []), *tags.get("news_keywords", []), *tags.get("keywords", [])]
    given += keywords if isinstance(keywords, list) else [keywords or ""]
    split = (squash(piece) for value in given for piece in re.split(r"[,;]", str(value)))
    unique = {piece.lower(): piece for piece in reversed(list(split)) if 1 < len(piece) <= 60}
    return tuple(reversed(unique.values()))[:MAX_TAGS]


def _sapo(tree: Any, heading: Any, description: str) -> Any:
    """The element of the lead: it says what the description says, or its class calls it so."""
    wanted = words(description)
    best, found = 0.0, None
    for element in tree.iter("p", "h2", "h3", "div", "strong", "span"):
        named = bool(_SAPO.search(classes(element)))
        if element.tag in ("div", "span", "strong") and not named:
            continue
        text = inline_text(element)
        if not 40 <= len(text) <= 1200:
            continue
        own = words(text)
        overlap = len(own & wanted) / max(len(own), 1) if wanted else 0.0
        covered = len(own & wanted) / len(wanted) if wanted else 0.0
        score = min(overlap, covered) + (0.3 if named else 0) + (0.1 if named and heading is not None else 0)
        if score > best and ((overlap >= 0.75 and covered >= 0.5) or (named and score >= 0.3)):
            best, found = score, element
    return found
