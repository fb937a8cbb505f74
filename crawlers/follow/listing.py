"""Which links of a page lead to articles, without knowing the site.

Article addresses of the press have a long slug or number of their own, and their anchors are headlines;
sections have short slugs and short names. Both signs are looked at for each address, and the addresses of
one page are then compared with each other: articles of a site share one form.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from core.sources.addresses import may_ask
from crawlers.page.markup import inline_text, squash
from crawlers.page.page import FoundOnPage, Link, Page
from crawlers.page.urls import absolute, canonical_url

_NAMED = 4
"""A slug of so many words is an article's, whatever number ends it."""
_SURE, _MOSTLY = 4, 0.75
MAX_ANCHORS = 20_000
"""Links of one page that are looked at: no press page has a tenth of that."""
_NOT_ARTICLE = re.compile(
    r"(?:^|/)(?:tags?|topics?|chu-de|su-kien|events?|collections?|authors?|tac-gia|videos?|podcasts?|audio|photos?|e?magazine"
    r"|longform|infographics?|search|tim-kiem|login|dang-nhap|dang-ky|rss|lien-he|contact|about|gioi-thieu|quang-cao"
    r"|category|danh-muc|chuyen-muc|chuyen-de|page|trang|wp-content|wp-admin|feed|print|comments?|share|user|member)(?:/|$|[-.]\d*(?:/|$))",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|zip|rar|mp[34]|css|js|xml|apk)$", re.IGNORECASE)
_PAGING = re.compile(r"(?:[-/](?:trang|page|p)[-/]?\d{1,4}|[-/]\d{1,3})(?:\.\w+)?/?$", re.IGNORECASE)
_TOPIC_ID = re.compile(r"-(?:e|c|t|cat|topic|tag)\d{1,6}(?:\.\w+)?/?$", re.IGNORECASE)

_PATH_ID = re.compile(r"/(?:id|newsid|itemid|articleid|nid|tin|post)/\d+(?:/|$)", re.IGNORECASE)
_QUERY_ID = re.compile(r"(?:^|&)(?:id|newsid|itemid|articleid|tin)=\d+", re.IGNORECASE)


@dataclass
class _Anchor:
    """One address of the page: where, its longest anchor text, whether it stands under a heading, and its places."""

    url: str
    key: str
    text: str = ""
    headline: bool = False
    places: set[str] = field(default_factory=set)


def listing_links(page: Page) -> FoundOnPage:
    """Article addresses of a listing page in page order; links to other hosts are only counted."""
    anchors, off_host = _anchors(page)
    return FoundOnPage(tuple(Link(anchor.url, "article") for anchor in _articles(anchors, page.url)), off_host)


def headlines(page: Page) -> list[str]:
    """What a page calls the articles that it links to: anchor texts of five words or more."""
    texts = (anchor.text for anchor in _articles(_anchors(page)[0], page.url))
    return [text for text in texts if len(text.split()) >= 5]


def _articles(anchors: list[_Anchor], base: str) -> list[_Anchor]:
    own = canonical_url(base)
    scored = [(anchor, _score(anchor, own)) for anchor in anchors]
    forms = Counter(_form(anchor.url) for anchor, score in scored if score >= 3)
    common = {form for form, count in forms.items() if count >= 3 and count >= 0.1 * max(forms.values())}
    sure = {one.key for one, score in scored if score >= 3 or (score == 2 and _form(one.url) in common)}
    lists = _lists(anchors, sure)
    return [
        anchor
        for anchor, score in scored
        if anchor.key in sure
        or (score and _form(anchor.url) in common and len(anchor.text.split()) >= 3 and anchor.places & lists)
    ]


def _lists(anchors: list[_Anchor], sure: set[str]) -> set[str]:
    """Places of the page where nearly all links are articles: the others there are too, short as they are."""
    every: Counter[str] = Counter()
    known: Counter[str] = Counter()
    for anchor in anchors:
        every.update(anchor.places)
        if anchor.key in sure:
            known.update(anchor.places)
    return {place for place, count in known.items() if count >= _SURE and count >= _MOSTLY * every[place]}


def _place(element: Any) -> str:
    """The tags and classes of a link and of what it stands in, two levels up: the same for the items of one list."""
    around = (element, *islice(element.iterancestors(), 2))
    return " < ".join(f"{node.tag}.{' '.join((node.get('class') or '').split()[:1])}" for node in around)


def _anchors(page: Page) -> tuple[list[_Anchor], int]:
    found: dict[str, _Anchor] = {}
    off_host, hosts = 0, page.hosts
    for count, element in enumerate(page.tree.iter("a")):
        if count >= MAX_ANCHORS:
            break
        url = absolute(page.url, element.get("href") or "")
        if not url:
            continue
        if not may_ask(url, hosts):
            off_host += 1
            continue
        key = canonical_url(url)
        anchor = found.setdefault(key, _Anchor(url, key))
        text = inline_text(element) or squash(element.get("title"))
        if len(text) > len(anchor.text):
            anchor.text = text
        anchor.headline = anchor.headline or _is_headline(element)
        anchor.places.add(_place(element))
    return list(found.values()), off_host


def _is_headline(element: object) -> bool:
    """Whether the link is in a heading or holds one."""
    node = element
    for _ in range(3):
        node = node.getparent()  # type: ignore[attr-defined]  # lxml
        if node is None:
            return False
        if node.tag in ("h1", "h2", "h3", "h4", "article"):
            return True
    return False


def _score(anchor: _Anchor, base: str) -> int:
    """0-5: signs that an address is an article. Three are enough, two when the page has many of its form."""
    parts = urlsplit(anchor.url)
    path = unquote(parts.path)
    if path in ("", "/") or _NOT_ARTICLE.search(path) or _FILE.search(path):
        return 0
    if anchor.key == base:
        return 0
    slug = path.rstrip("/").rsplit("/", 1)[-1]
    words = [word for word in re.split(r"[-_.]", slug) if word.isalpha() and len(word) < 20]
    number = re.search(r"\d{5,}", slug) or _QUERY_ID.search(parts.query) or _PATH_ID.search(path)
    dated = re.search(r"/20\d\d/[01]?\d/", path)
    if not number and len(words) < _NAMED and (_PAGING.search(path) or _TOPIC_ID.search(path)):
        return 0
    score = 0
    score += 2 if number else 1 if dated or re.search(r"-\d{3,}(?:\.\w+)?$", slug) else 0
    score += 1 if len(words) >= 6 else 0
    score += 1 if len(anchor.text.split()) >= 6 else 0
    score += 1 if anchor.headline and len(anchor.text.split()) >= 4 else 0
    return score


def _form(url: str) -> str:
    """The form of an address: how many folders, whether the slug ends in a number and how long, the ending."""
    path = urlsplit(url).path.rstrip("/")
    slug = path.rsplit("/", 1)[-1]
    stem, _, ending = slug.partition(".")
    number = re.search(r"(\d+)$", stem)
    kind = "n" if number and len(number[1]) > 4 else ""
    return f"{path.count('/')}:{kind}:{ending if ending.isalpha() else ''}"
