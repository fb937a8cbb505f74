"""What a page says about itself: JSON-LD, OpenGraph, meta tags, microdata, and what it prints by the headline."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from core.sources.addresses import may_ask
from crawlers.article.bylines import author_of
from crawlers.article.datelines import published
from crawlers.article.headline import headline
from crawlers.page.loose_json import loads
from crawlers.page.markup import block_text, classes, inline_text, parse, plain, squash, words
from crawlers.page.page import Page
from crawlers.page.urls import absolute, canonical_url

_ARTICLE_TYPES = re.compile(r"(News)?Article|Report|BlogPosting|LiveBlogPosting|.*Article$")
_SAPO = re.compile(
    r"(?:^|[\s_-])(?:sapo|lead|chapeau|tom-?tat|description|desc|summary|mo-?ta|intro(?:duction)?|trich-?dan)(?:$|[\s_-])",
    re.IGNORECASE,
)
MAX_TAGS = 30
_SAME = 0.6
"""How like a headline of the data must be to one on the page, when there are several."""


@dataclass(frozen=True)
class ArticleMeta:
    """What a page says about itself. ``article``: it calls itself one. ``heading`` is the h1 of the title, ``text`` the
    article's text as the page's data give it.
    """

    title: str
    article: bool
    published: datetime | None
    author: str
    description: str
    canonical: str
    language: str
    tags: tuple[str, ...] = ()
    text: str = ""
    heading: Any = None
    sapo: Any = field(default=None)


def read_meta(page: Page) -> ArticleMeta:
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
    ld = _own(linked, tree, tags)
    ld["author"] = _resolved(ld.get("author"), data)
    title, heading = headline(page, tags, ld)
    description = next((v for name in ("og:description", "description") for v in tags.get(name, [])), "") or plain(
        ld.get("description")
    )
    return ArticleMeta(
        title=title,
        article=bool(ld.get("@type")) or any(name in tags for name in ("article:published_time", "pubdate")),
        published=published(page, tags, ld, heading),
        author=author_of(tree, tags, ld, heading),
        description=description,
        canonical=_canonical(page, tags),
        language=squash(tree.get("lang"))[:2].lower(),
        tags=_tags(tags, ld),
        text=_text(ld.get("articleBody")),
        heading=heading,
        sapo=_sapo(tree, heading, description),
    )


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    for element in tree.iter("script"):
        if "ld+json" not in (element.get("type") or "").lower() or not element.text:
            continue
        data = loads(element.text)
        stack, count = [data], 0
        while stack and count < 500:
            count += 1
            item = stack.pop(0)
            if isinstance(item, list):
                stack.extend(item)
            elif isinstance(item, dict):
                yield item
                stack.extend(v for k, v in item.items() if k in ("@graph", "mainEntity") and isinstance(v, list | dict))


def _own(linked: list[dict[str, Any]], tree: Any, tags: dict[str, list[str]]) -> dict[str, Any]:
    """The data of the page's own article: of several the one whose headline the page has; none where no headline is."""
    if len(linked) == 1:
        return dict(linked[0])
    head = tree.find(".//title")
    said = [*tags.get("og:title", []), squash(head.text) if head is not None else ""]
    said += [inline_text(element) for element in tree.iter("h1")]
    keys = [words(text) for text in said if text]

    def likeness(item: dict[str, Any]) -> float:
        own = words(plain(item.get("headline") or item.get("name")))
        return max((2 * len(own & key) / (len(own) + len(key) or 1) for key in keys), default=0.0)

    best = max(linked, key=likeness, default=None)
    return dict(best) if best is not None and likeness(best) >= _SAME else {}


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


def _text(value: Any) -> str:
    """The lines of an ``articleBody``, which may hold markup."""
    if not isinstance(value, str):
        return ""
    text = html.unescape(value)
    return (
        block_text(parse(f"<div>{text}</div>"))
        if "<" in text
        else "\n".join(filter(None, map(squash, text.split("\n"))))
    )


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


@lru_cache(maxsize=10_000)
def _is_lead(names: str) -> bool:
    return _SAPO.search(names) is not None


def _sapo(tree: Any, heading: Any, description: str) -> Any:
    """The element of the lead: it says what the description says, or its class calls it so."""
    wanted = words(description)
    best, found = 0.0, None
    for element in tree.iter("p", "h2", "h3", "div", "strong", "span"):
        named = _is_lead(classes(element))
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
