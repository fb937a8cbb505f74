"""What a page says about itself: JSON-LD, OpenGraph, meta tags, microdata, and what it prints by the headline."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawlers.markup import classes, inline_text, squash
from crawlers.platforms import Page
from crawlers.times import machine_time, plausible, printed_time, settle
from crawlers.urls import absolute, canonical_url, may_ask

_ARTICLE_TYPES = re.compile(r"(News)?Article|Report|BlogPosting|LiveBlogPosting|.*Article$")
_PUBLISHED = (
    "article:published_time",
    "pubdate",
    "publishdate",
    "datepublished",
    "article:published",
    "dc.date.issued",
    "dc.date",
    "dcterms.created",
    "og:published_time",
    "date",
    "article.published",
)
_BYLINE = re.compile(r"(?:^|[\s_-])(?:author|byline|tac-?gia|but-?danh)", re.IGNORECASE)
_PRINTED = re.compile(r"date|time|ngay|publish|post(?:ed)?-?on|meta-?info", re.IGNORECASE)
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
    linked = [item for item in _json_ld(tree) if _ARTICLE_TYPES.fullmatch(_type(item))]
    ld = linked[0] if len(linked) in (1, 2) else {}  # a page with the data of many articles lists them
    title, heading = _title(tree, tags, ld)
    description = next((v for name in ("og:description", "description") for v in tags.get(name, [])), "") or _plain(
        ld.get("description")
    )
    return Meta(
        title=title,
        article=bool(ld) or any(name in tags for name in ("article:published_time", "pubdate")),
        published=_published(page, tags, ld, heading),
        author=_author(tree, tags, ld),
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


def _plain(value: Any) -> str:
    """A string of JSON-LD; many sites escape it once or twice more than JSON needs."""
    return squash(html.unescape(html.unescape(value))) if isinstance(value, str) else ""


def _type(item: dict[str, Any]) -> str:
    kind = item.get("@type")
    return str(kind[0] if isinstance(kind, list) and kind else kind or "")


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _without_site(title: str, others: list[str]) -> str:
    """A <title> without the site's name at its end (set off by a bar, dash or bullet)."""
    match = re.match(r"(.{10,}?)\s*(?:\s[|–—•-]|\|)\s*[^|–—•]{2,60}$", title)
    if match and not any(other == title for other in others):
        return match[1]
    return title


def _title(tree: Any, tags: dict[str, list[str]], ld: dict[str, Any]) -> tuple[str, Any]:
    """The headline as printed: the h1 that shares most words with what the meta data say."""
    head = tree.find(".//title")
    said = [_plain(ld.get("headline")), *tags.get("og:title", []), *tags.get("twitter:title", [])]
    said = [text for text in said if text]
    page_title = squash(head.text) if head is not None else ""
    reference = _words(" ".join(said[:1]) or page_title)
    best, heading = 0.0, None
    for element in tree.iter("h1"):
        words = _words(inline_text(element))
        if words:
            score = len(words & reference) / len(words) * (0.5 + 0.5 * len(words & reference) / (len(reference) or 1))
            if score > best:
                best, heading = score, element
    if heading is not None and best >= 0.4:
        return inline_text(heading), heading
    headings = [element for element in tree.iter("h1") if len(_words(inline_text(element))) >= 4]
    if not said and len(headings) == 1:
        return inline_text(headings[0]), headings[0]
    title = said[0] if said else page_title
    return _without_site(title, []), None


def _published(page: Page, tags: dict[str, list[str]], ld: dict[str, Any], heading: Any) -> datetime | None:
    values = [str(ld.get("datePublished") or ""), *(v for name in _PUBLISHED for v in tags.get(name, []))]
    marked = page.tree.iterfind(".//*[@itemprop='datePublished']")
    values += [str(e.get("datetime") or e.get("content") or "") for e in marked]
    moments = [m for m in map(machine_time, filter(None, values)) if m and plausible(m, page.fetched)]
    machine = next((m for m in moments if m.time().isoformat() != "00:00:00"), moments[0] if moments else None)
    if machine and not machine.second:  # another tag may know the second
        machine = next((m for m in moments if m.second and m.replace(second=0) == machine), machine)
    printed = _printed(page, heading)
    return settle(machine, printed)


def _printed(page: Page, heading: Any) -> datetime | None:
    """The time that the page prints near its headline, or in a <time> of the article."""
    candidates: list[tuple[int, datetime]] = []
    start = _line(heading)
    for number, element in enumerate(page.tree.iter("time", "span", "div", "p", "li", "td", "small", "em", "i", "b")):
        if number > 5000:
            break
        if element.tag != "time" and not (_PRINTED.search(classes(element)) or _near(element, heading)):
            continue
        text = inline_text(element) if element.tag == "time" or len(element) < 8 else ""
        if len(text) > 120:
            continue
        moment = machine_time(element.get("datetime") or "") or printed_time(text, dates_too=bool(heading is not None))
        if moment and plausible(moment, page.fetched):
            candidates.append((abs(_line(element) - start), moment))
    clocked = [c for c in candidates if c[1].hour or c[1].minute]
    return min(clocked or candidates, key=lambda c: c[0])[1] if candidates else None


def _line(element: Any) -> int:
    """Where an element stands in the source (its line, or 0)."""
    return int(element.sourceline or 0) if element is not None else 0


def _near(element: Any, heading: Any) -> bool:
    """Whether an element stands right beside the headline: same parent, or a neighbour of it."""
    if heading is None:
        return False
    parent = heading.getparent()
    around = {parent, parent.getparent() if parent is not None else None}
    node = element.getparent()
    for _ in range(2):
        if node is None:
            return False
        if node in around:
            return True
        node = node.getparent()
    return False


def _names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for item in value[:10] for name in _names(item)]
    if isinstance(value, dict):
        if str(value.get("@type") or "") == "Organization":
            return []
        return _names(value.get("name"))
    return [name for name in re.split(r"\s*[;,]\s*|\s+-\s+", _plain(value)) if name] if isinstance(value, str) else []


def _author(tree: Any, tags: dict[str, list[str]], ld: dict[str, Any]) -> str:
    """Names of the people who wrote it, joined by commas; never the publisher's own name."""
    publisher = ld.get("publisher")
    sites = {*map(str.lower, tags.get("og:site_name", [])), *map(str.lower, tags.get("copyright", []))}
    sites |= {name.lower() for name in _names(publisher.get("name") if isinstance(publisher, dict) else publisher)}
    printed = []
    for element in tree.iter("p", "div", "span", "a", "strong", "b", "h4", "h5"):
        if _BYLINE.search(classes(element)) or element.get("rel") == "author" or element.get("itemprop") == "author":
            text = name_of(inline_text(element))
            if 2 < len(text) <= 60 and _is_name(text):
                printed.append(text)
    given = [
        *_names(ld.get("author")),
        *(
            v
            for name in ("article:author", "author", "dable:author")
            for value in tags.get(name, [])
            for v in _names(value)
        ),
    ]
    named = [name for name in given if _is_name(name) and not _is_site(name, sites)]
    for name in [*named[:3], *printed]:
        if not _is_site(name, sites):
            return ", ".join(dict.fromkeys(named[:5])) if name in named else name
    return ""


def name_of(text: str) -> str:
    """The names in a printed byline: "Tác giả: Hà Thu (tổng hợp)" gives "Hà Thu"."""
    text = re.sub(r"^(?:Tác giả|Theo|Nguồn|Bài|Tin|Bài và ảnh|Bài, ảnh|Tin, ảnh|Người viết|PV)\s*:\s*", "", text)
    return ", ".join(filter(None, re.split(r"\s*[;,/]\s*|\s+[-–]\s+", re.sub(r"\s*\([^)]*\)", "", text).strip())))


def _is_site(name: str, sites: set[str]) -> bool:
    plain = re.sub(r"\W", "", name.lower())
    if name.lower().startswith(("báo ", "bao ", "cổng ", "trang ", "ban biên tập", "admin")) or "." in name:
        return True
    known = [other for site in sites if (other := re.sub(r"\W", "", site))]
    return any(plain and (plain in other or other in plain) for other in known)


def _is_name(text: str) -> bool:
    """Whether a short text can be a person's name: few words, capitals, no address or sentence."""
    words = text.replace(",", " ").replace("-", " ").split()
    if not 1 <= len(words) <= 12 or re.search(r"https?:|\d|[!?:/]", text):
        return False
    return sum(word[0].isupper() for word in words if word[0].isalpha()) >= len(words) * 0.6


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
    words, others = _words(a.path.rsplit("/", 1)[-1]), _words(b.path.rsplit("/", 1)[-1])
    return len(words) >= 3 and len(words & others) >= 0.6 * max(len(words), len(others))


def _tags(tags: dict[str, list[str]], ld: dict[str, Any]) -> tuple[str, ...]:
    keywords = ld.get("keywords")
    given = [*tags.get("article:tag", []), *tags.get("news_keywords", []), *tags.get("keywords", [])]
    given += keywords if isinstance(keywords, list) else [keywords or ""]
    split = (squash(piece) for value in given for piece in re.split(r"[,;]", str(value)))
    unique = {piece.lower(): piece for piece in reversed(list(split)) if 1 < len(piece) <= 60}
    return tuple(reversed(unique.values()))[:MAX_TAGS]


def _sapo(tree: Any, heading: Any, description: str) -> Any:
    """The element of the lead: it says what the description says, or its class calls it so."""
    words = _words(description)
    best, found = 0.0, None
    for element in tree.iter("p", "h2", "h3", "div", "strong", "span"):
        named = bool(_SAPO.search(classes(element)))
        if element.tag in ("div", "span", "strong") and not named:
            continue
        text = inline_text(element)
        if not 40 <= len(text) <= 1200:
            continue
        own = _words(text)
        overlap = len(own & words) / max(len(own), 1) if words else 0.0
        covered = len(own & words) / len(words) if words else 0.0
        score = min(overlap, covered) + (0.3 if named else 0) + (0.1 if named and heading is not None else 0)
        if score > best and ((overlap >= 0.75 and covered >= 0.5) or (named and score >= 0.3)):
            best, found = score, element
    return found
