"""Facebook Pages through the Graph API: ``/<page>/posts`` (``posts``), ``/<post>/comments`` (``comments``).

Documented at https://developers.facebook.com/docs/graph-api/reference/page/feed/, .../object/comments/ and
.../guides/error-handling/; a post or comment alone at ``/<id>``. The token (setting ``facebook_token``; Page Public
Content Access or the page's own) goes in the header ``Authorization``; the API repeats it in ``paging.next``, which
is therefore not used and not kept.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from core.codes.drops import DropReason
from core.codes.platforms import PageRole
from core.codes.texts import DocumentKind
from core.model.documents import Document, document_id, sha256_hex
from core.model.sources import Source
from crawlers.article.times import machine_time, plausible
from crawlers.page.json_page import at, dicts_at, load, number_at, text_at, with_query
from crawlers.page.page import FoundOnPage, Link, Page, Reading
from crawlers.page.urls import absolute
from crawlers.platforms.port import Platform, Secret

_QUOTA = {4, 17, 32, 613, 80001, 80004}
"""Too many calls: of the app, the user, the page, to comments (error-handling guide, rate limits)."""
_TOKEN = {102, 190, 10, 200, 459, 463, 464, 467}
"""The token has expired or may not read this."""
_GONE = (100, 33)
"""Code and subcode for an object that "does not exist" or is not shown to the public any more: what is told from a
withdrawn token, which has codes of its own.
"""
_COMMON = "id,message,created_time,from,permalink_url"
"""What posts and comments both have: a field that an object lacks makes an error."""
_FIELDS = f"{_COMMON},like_count"
_HOME = "https://www.facebook.com/"
_ID = re.compile(r"[\d_]{3,80}")


class Facebook(Platform):
    """Posts of public Pages and the comments under them."""

    secret = Secret("SOATIN_FACEBOOK_TOKEN", "Authorization", "Bearer {}")

    def recognises(self, page: Page) -> bool:
        """A list of things with Graph's times and ids."""
        items = dicts_at(load(page), "data")
        return bool(items) and "created_time" in items[0] and bool(_ID.fullmatch(text_at(items[0], "id")))

    def find(self, page: Page) -> FoundOnPage:
        """Further comments of each post; the next page of either, by its cursor."""
        data = load(page)
        if not isinstance(at(data, "data"), list):
            return FoundOnPage(problem="broken-page")
        cursor = text_at(data, "paging", "cursors", "after") if at(data, "paging", "next") else ""
        following = with_query(page.url, after=cursor) if cursor else ""
        links = []
        for post in dicts_at(data, "data") if page.role == "posts" else ():
            after, identity = text_at(post, "comments", "paging", "cursors", "after"), text_at(post, "id")
            if after and at(post, "comments", "paging", "next") and _ID.fullmatch(identity):
                links.append(Link(_comments(page.url, identity, after), "comments"))
        return FoundOnPage(tuple(links), next=following)

    def again(self, url: str, canonical: str, source: Source) -> Link | None:  # noqa: ARG002  # the port's signature
        """The post or comment by its id, in the version of the interface that the source names."""
        identity = canonical.removeprefix(_HOME)
        if not _ID.fullmatch(identity) or not source.starts:
            return None
        return Link(
            with_query(_beside(source.starts[0]["url"], identity), fields=_COMMON, metadata="1"), PageRole.AGAIN
        )

    def read(self, page: Page) -> Reading:
        """Posts with words, and the comments that came with them."""
        data = load(page)
        if page.role == PageRole.AGAIN and text_at(data, "id"):
            data = {"data": [data]}
        if not isinstance(at(data, "data"), list):
            return Reading("documents", problems=(page.drop("no-text", "no list of posts"),))
        found = []
        for item in dicts_at(data, "data"):
            comment = page.role == "comments" or text_at(item, "metadata", "type") == "comment"
            found.append(_document(page, item, comment=comment))
            found += [_document(page, one, comment=True) for one in dicts_at(item, "comments", "data")]
        return Reading("documents", tuple({d.id: d for d in found if d is not None}.values()))

    def refusal(self, status: int, page: Page) -> tuple[str, str]:
        """``quota`` or ``bad-key`` by the error's code."""
        data = load(page)
        code, message = number_at(data, "error", "code"), text_at(data, "error", "message")[:200]
        if (code, number_at(data, "error", "error_subcode")) == _GONE:
            return DropReason.REMOVED, message
        if code in _QUOTA:
            return "quota", message
        if code in _TOKEN:
            return "bad-key", message
        return super().refusal(status, page)


def _comments(url: str, identity: str, after: str) -> str:
    """``/v19.0/<post>/comments`` beside ``/v19.0/<page>/posts``."""
    return with_query(_beside(url, identity, "comments"), fields=_FIELDS, filter="stream", limit="100", after=after)


def _beside(url: str, *path: str) -> str:
    parts = urlsplit(url)
    version = next((part for part in parts.path.split("/") if re.fullmatch(r"v\d+\.\d+", part)), "")
    return parts._replace(path="/".join(["", *filter(None, [version]), *path]), query="", fragment="").geturl()


def _document(page: Page, item: dict[str, Any], *, comment: bool) -> Document | None:
    text, identity = text_at(item, "message"), text_at(item, "id")
    if not text or not _ID.fullmatch(identity):
        return None
    home = _HOME + identity
    moment = machine_time(text_at(item, "created_time"))
    counts = {
        "likes": number_at(item, "like_count"),
        "shares": number_at(item, "shares", "count"),
        "replies": number_at(item, "comments", "summary", "total_count"),
    }
    link = text_at(item, "permalink_url")
    url = absolute(home, link) if link.startswith((_HOME, "/")) else home
    return Document(
        id=document_id(home),
        source=page.source_name,
        kind=DocumentKind.COMMENT if comment else DocumentKind.POST,
        url=url or home,
        canonical_url=home,
        title="",
        text=text,
        published=moment if moment and plausible(moment, page.fetched) else None,
        fetched=page.fetched,
        author=text_at(item, "from", "name"),
        engagement={name: count for name, count in counts.items() if count},
        sha256=sha256_hex(page.body),
    )


PLATFORM = Facebook()
