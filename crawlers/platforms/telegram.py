"""Telegram's public preview of a channel, ``https://t.me/s/<channel>``: one post a document.

The structure (``tgme_widget_message`` with ``data-post``, ``time[datetime]``, views) is that of Telegram's own
post widget, https://core.telegram.org/widgets/post. Private channels and groups have no preview and are not read.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from core.codes.texts import DocumentKind
from core.model.documents import Document, document_id, sha256_hex
from core.model.sources import Source
from core.sources.addresses import may_ask
from crawlers.article.times import machine_time, plausible
from crawlers.page.markup import block_text, by_class, inline_text, inside
from crawlers.page.page import FoundOnPage, Link, Page, Reading
from crawlers.page.urls import absolute, canonical_url
from crawlers.platforms.port import Platform

_POLL = ("tgme_widget_message_poll_question", "tgme_widget_message_poll_option_text")
_SHARED = ("link_preview_title", "link_preview_description")
_COUNTED = {
    "views": ("tgme_widget_message_views",),
    "comments": ("tgme_widget_message_comments", "tgme_widget_message_replies", "tgme_widget_message_replies_count"),
}
_COUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*([KM]?)(?![A-Z])")
_ADDRESS = re.compile(r"(?:https?://)?[\w.-]+\.[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_POST = re.compile(r"[\w-]{1,64}/\d{1,12}")


class Telegram(Platform):
    """Posts of public channels, some twenty a page."""

    pages = 5

    def recognises(self, page: Page) -> bool:
        """By the widget's class names."""
        return "tgme_widget_message" in page.text and bool(by_class(page.tree, "tgme_widget_message"))

    def find(self, page: Page) -> FoundOnPage:
        """The next older page."""
        if not self.recognises(page):
            return FoundOnPage(problem="broken-page")
        older = [link for link in page.tree.iter("a") if "before=" in (link.get("href") or "")]
        url = absolute(page.url, older[0].get("href")) if older else ""
        return FoundOnPage(next=url if url and may_ask(url, page.hosts) else "")

    def again(self, url: str, canonical: str, source: Source) -> Link | None:  # noqa: ARG002  # the port's signature
        """The page of the channel that ends with the post, as its own links to older pages are made."""
        if not may_ask(canonical, source.hosts):
            return None
        parts = urlsplit(canonical)
        post = _POST.fullmatch(parts.path.strip("/"))
        if not post:
            return None
        channel, _, number = post[0].partition("/")
        page = f"{parts.scheme}://{parts.netloc}/s/{channel}?before={int(number) + 1}"
        return Link(page, "channel")

    def read(self, page: Page) -> Reading:
        """Each post with text; pictures without words hold nothing to check and are not dropped things."""
        posts = by_class(page.tree, "tgme_widget_message")
        if not posts:
            return Reading("documents", problems=(page.drop("no-text", "no posts on the page"),))
        found = {document.id: document for post in posts if (document := self._post(page, post)) is not None}
        return Reading("documents", tuple(found.values()))

    def _post(self, page: Page, post: Any) -> Document | None:
        number = (post.get("data-post") or "").strip()
        text = "" if "service_message" in (post.get("class") or "").split() else _text(post)
        if not _POST.fullmatch(number) or not text:
            return None
        channel, _, part = number.partition("/")
        parts = urlsplit(page.url)
        home = canonical_url(f"{parts.scheme}://{parts.netloc}/s/{channel}")
        return Document(
            id=document_id(home, part),
            source=page.source_name,
            kind=DocumentKind.POST,
            url=_permalink(page, post, number),
            canonical_url=canonical_url(f"{parts.scheme}://{parts.netloc}/{number}"),
            title="",
            text=text,
            published=_time(post, page.fetched),
            fetched=page.fetched,
            author=_author(post),
            engagement=_counts(post),
            sha256=sha256_hex(page.body),
        )


def _text(post: Any) -> str:
    """The words of a post and of its poll, or of the page that it shares when it says nothing itself (an address is
    nothing said); those of the message it answers are left out.
    """
    own = [*_words(post, "tgme_widget_message_text"), *(line for name in _POLL for line in _words(post, name))]
    said = [line for line in own if not _ADDRESS.fullmatch(line)]
    return "\n".join(own if said else [*own, *(line for name in _SHARED for line in _words(post, name))])


def _words(post: Any, name: str) -> list[str]:
    """The lines of the parts of a post that carry a class."""
    parts = _outer([element for element in inside(post, name) if not _quoted(element, post)])
    return [line for part in parts for line in block_text(part).split("\n") if line]


def _outer(elements: list[Any]) -> list[Any]:
    """Without those inside of others: albums and forwarded posts nest them."""
    known = set(elements)
    return [element for element in elements if not known & set(element.iterancestors())]


def _quoted(element: Any, post: Any) -> bool:
    for ancestor in element.iterancestors():
        if ancestor is post:
            return False
        if "tgme_widget_message_reply" in (ancestor.get("class") or ""):
            return True
    return "reply" in (element.get("class") or "")


def _permalink(page: Page, post: Any, number: str) -> str:
    for link in inside(post, "tgme_widget_message_date"):
        url = absolute(page.url, link.get("href") or "")
        if url and may_ask(url, page.hosts):
            return url
    return absolute(page.url, f"/{number}")


def _time(post: Any, fetched: datetime) -> datetime | None:
    """The time by the permalink; other <time> elements belong to quoted messages and videos."""
    dated = [t for link in inside(post, "tgme_widget_message_date") for t in link.iter("time")] or list(
        post.iter("time")
    )
    moments = [machine_time(element.get("datetime") or "") for element in dated]
    return next((moment for moment in moments if moment and plausible(moment, fetched)), None)


def _author(post: Any) -> str:
    """Who signed the post, else the channel."""
    for name in ("tgme_widget_message_from_author", "tgme_widget_message_owner_name"):
        for element in inside(post, name):
            if text := inline_text(element):
                return text
    return ""


def _counts(post: Any) -> dict[str, int]:
    """``{"views": n, "comments": n}`` as shown, e.g. 1.2K."""
    found = {}
    for key, names in _COUNTED.items():
        elements = (element for name in names for element in inside(post, name))
        numbers = (_COUNT.match(inline_text(element).upper()) for element in elements)
        if match := next(filter(None, numbers), None):
            found[key] = round(float(match[1].replace(",", ".")) * {"": 1, "K": 1_000, "M": 1_000_000}[match[2]])
    return found


PLATFORM = Telegram()
