"""XenForo 2 forums: each message of a thread is a document; a forum page (``listing``) gives its threads.

The structure is that of XenForo 2's default templates (``post_macros``, ``thread_view``, ``page_nav``),
https://docs.xenforo.com/dev/template-syntax/.
"""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from core.codes.texts import DocumentKind
from core.model.documents import Document, document_id, sha256_hex
from core.model.sources import Source
from core.sources.addresses import may_ask
from crawlers.article.times import machine_time, plausible
from crawlers.page.markup import block_text, by_class, inline_text, inside
from crawlers.page.page import FoundOnPage, Link, Page, Reading
from crawlers.page.urls import absolute, canonical_url
from crawlers.platforms.port import Platform

_POST = re.compile(r"post-(\d{1,12})")
_PAGE = re.compile(r"(/page-|[?&]page=)(\d{1,6})")
_THREAD = re.compile(r"/(threads|t)/(?:[^/]*\.)?(\d+)(?:/|$)")
"""``threads`` is XenForo's own route, ``t`` the usual short one."""
_PAGES = 20
"""Pages of one thread that one poll asks for, newest first, unless the source's hints say otherwise."""
_NOT_SAID = ("bbCodeBlock--quote", "bbCodeBlock-expandLink", "message-signature", "bbCodeSpoiler-button")


class XenForo(Platform):
    """Messages of public threads."""

    def recognises(self, page: Page) -> bool:
        """By the message markup or the forum's thread list."""
        return bool(_messages(page.tree) or by_class(page.tree, "structItem-title"))

    def find(self, page: Page) -> FoundOnPage:
        """Threads of a forum page; the other pages of a thread, the newest first."""
        if page.role == "listing":
            links, off = _threads(page)
            return FoundOnPage(tuple(Link(url, "thread") for url in links), off, "" if links else "broken-page")
        if not _messages(page.tree):
            return FoundOnPage(problem="broken-page")
        here = _PAGE.search(page.url)
        if here and int(here[2]) > 1:
            return FoundOnPage()  # the first page has given the others
        return FoundOnPage(tuple(Link(url, "thread") for url in _pages(page)))

    def again(self, url: str, canonical: str, source: Source) -> Link | None:
        """The message's permalink, which leads to the page that it is on now; a page's number would not, once earlier
        messages are removed.
        """
        part = _POST.search(canonical)
        if not part:
            return None
        address, _, _ = url.partition("#")
        if f"post-{part[1]}" not in address and "/posts/" not in address:
            root = _THREAD.split(address)[0]
            address = f"{root}/posts/{part[1]}/" if root != address else ""
        return Link(address, "thread") if may_ask(address, source.hosts) else None

    def read(self, page: Page) -> Reading:
        """The first post of a thread as a post with the thread's title, the answers as comments."""
        if page.role == "listing" or (not page.role and not _messages(page.tree)):
            return Reading("listing", links=tuple(_threads(page)[0]))
        messages = _messages(page.tree)
        if not messages:
            return Reading("documents", problems=(page.drop("no-text", "no messages on the page"),))
        thread, number = _thread(page.url)
        heading = by_class(page.tree, "p-title-value")
        title = _title(heading[0]) if heading else ""
        found: dict[str, Document] = {}
        for index, message in enumerate(messages):
            first = index == 0 and number == 1
            if document := self._message(page, message, thread, title if first else "", first=first):
                found.setdefault(document.id, document)
        return Reading("documents", tuple(found.values()))

    def _message(self, page: Page, message: Any, thread: str, title: str, *, first: bool) -> Document | None:
        given = _POST.search(message.get("data-content") or message.get("id") or "")
        text = _text(message)
        if not given or not text:
            return None
        part = given[1]
        return Document(
            id=document_id(thread, part),
            source=page.source_name,
            kind=DocumentKind.POST if first else DocumentKind.COMMENT,
            url=_permalink(page, message, part),
            canonical_url=f"{thread}#post-{part}",
            title=title,
            text=text,
            published=_time(message, page.fetched),
            fetched=page.fetched,
            author=(message.get("data-author") or "").strip(),
            engagement=_reactions(message),
            sha256=sha256_hex(page.body),
        )

    def settled(self, page: Page) -> bool:
        """A page of a thread that is full, because another follows it; the first is asked at each poll."""
        here = _PAGE.search(page.url)
        try:
            last = max(_numbers(page), default=1)
        except ValueError:
            return False
        return page.role == "thread" and here is not None and 1 < int(here[2]) < last


def _messages(tree: Any) -> list[Any]:
    return [m for m in by_class(tree, "message", "article") if "post-" in (m.get("data-content") or m.get("id") or "")]


def _thread(url: str) -> tuple[str, int]:
    """Canonical address of a thread (``/threads/slug.12/`` without slug, which its title decides) and the page."""
    parts = urlsplit(canonical_url(url))
    here = _PAGE.search(url)
    path = re.sub(r"/(?:page-\d+|post-\d+|latest|unread)/?$", "/", parts.path)
    path = re.sub(_THREAD.pattern + r".*$", r"/\1/\2/", path)
    query = re.sub(r"(?:^|&)page=\d+", "", parts.query).lstrip("&")
    return urlunsplit((parts.scheme, parts.netloc, path, query, "")), int(here[2]) if here else 1


def _title(heading: Any) -> str:
    """The thread's title without its prefix label (``<span class="label">``)."""
    heading = copy.copy(heading)
    for label in [*inside(heading, "label"), *inside(heading, "label-append")]:
        tail = label.tail or ""
        label.clear()
        label.tail = tail
    return inline_text(heading)


def _text(message: Any) -> str:
    """What the author wrote: no quoted text, no signature."""
    bodies = inside(message, "bbWrapper")
    if not bodies:
        return ""
    body = copy.deepcopy(bodies[0])
    for element in list(body.iter("blockquote", "script", "div", "span")):
        named = element.get("class") or ""
        quoted = element.tag == "blockquote" or any(name in named for name in _NOT_SAID)
        if quoted and element.getparent() is not None:
            element.drop_tree()
    return block_text(body)


def _permalink(page: Page, message: Any, part: str) -> str:
    for link in message.iter("a"):
        if f"post-{part}" in (link.get("href") or ""):
            url = absolute(page.url, link.get("href"))
            if url and may_ask(url, page.hosts):
                return url if "post-" in url else f"{url}#post-{part}"
    return f"{page.url.split('#')[0]}#post-{part}"


def _time(message: Any, fetched: datetime) -> datetime | None:
    """The message's own time; a time in quoted text comes after it."""
    for element in message.iter("time"):
        moment = machine_time(element.get("datetime") or "")
        stamp = element.get("data-time") or element.get("data-timestamp") or ""
        if moment is None and stamp.isdigit() and len(stamp) <= 11:
            moment = datetime.fromtimestamp(int(stamp), UTC)
        if moment and plausible(moment, fetched):
            return moment
    return None


def _reactions(message: Any) -> dict[str, int]:
    """Reactions by the names and the "and N others" that the bar shows."""
    for bar in inside(message, "reactionsBar-link"):
        text = inline_text(bar)
        others = re.search(r"(\d+)\s*(?:others?|người khác)", text)
        return {"reactions": len(bar.findall(".//bdi")) + (int(others[1]) if others else 0)}
    return {}


def _threads(page: Page) -> tuple[list[str], int]:
    links: dict[str, None] = {}
    off = 0
    for title in by_class(page.tree, "structItem-title"):
        for link in title.iter("a"):
            url = re.sub(r"/(?:unread|latest)/?$", "/", absolute(page.url, link.get("href") or ""))
            if not _THREAD.search(url):
                continue
            if may_ask(url, page.hosts):
                links[url] = None
            else:
                off += 1
    return list(links), off


def _numbers(page: Page) -> list[int]:
    """Page numbers that the page navigation links to."""
    found = [_PAGE.search(link.get("href") or "") for nav in by_class(page.tree, "pageNav") for link in nav.iter("a")]
    return [int(match[2]) for match in found if match]


def _pages(page: Page) -> list[str]:
    """Addresses of the other pages of a thread, the newest first, at most as many as the hint ``pages`` says."""
    numbers = _numbers(page)
    links = [link.get("href") or "" for nav in by_class(page.tree, "pageNav") for link in nav.iter("a")]
    template = next((href for href in links if _PAGE.search(href)), "")
    pages = int(page.source.hints.get("pages", _PAGES)) if page.source else _PAGES
    last = min(max(numbers, default=1), 100_000)
    numbers = list(range(last, max(1, last - pages), -1))
    urls = (absolute(page.url, _PAGE.sub(rf"\g<1>{number}", template)) for number in numbers)
    return [url for url in urls if url and may_ask(url, page.hosts)]


PLATFORM = XenForo()
