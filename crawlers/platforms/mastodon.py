"""Public timelines of Mastodon and what speaks its language (Pleroma, GoToSocial, Pixelfed ...): ``timeline``.

``/api/v1/timelines/tag/<hashtag>`` and ``/api/v1/timelines/public``, documented at
https://docs.joinmastodon.org/methods/timelines/; a Status at https://docs.joinmastodon.org/entities/Status/, alone at
``/api/v1/statuses/<id>`` (https://docs.joinmastodon.org/methods/statuses/#get).
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from core.codes.platforms import PageRole
from core.codes.texts import DocumentKind
from core.model.documents import Document, document_id, sha256_hex
from core.model.sources import Source
from core.sources.addresses import may_ask
from crawlers.article.times import machine_time, plausible
from crawlers.page.json_page import at, dicts_at, load, number_at, plain_text, text_at, with_query
from crawlers.page.page import FoundOnPage, Link, Page, Reading
from crawlers.page.urls import absolute, canonical_url
from crawlers.platforms.port import Platform

_STATUS = re.compile(r"/(?:@[^/]+|users/[^/]+/statuses|notice)/([0-9A-Za-z]{1,80})")
_COUNTS = {"replies_count": "replies", "reblogs_count": "shares", "favourites_count": "likes"}


class Mastodon(Platform):
    """Public statuses."""

    pages = 3

    def recognises(self, page: Page) -> bool:
        """A list whose first member is a status."""
        data = load(page)
        first = data[0] if isinstance(data, list) and data else None
        return isinstance(at(first, "account"), dict) and isinstance(at(first, "content"), str)

    def find(self, page: Page) -> FoundOnPage:
        """The older page, by the last status's id."""
        data = load(page)
        if not isinstance(data, list):
            return FoundOnPage(problem="broken-page")
        last = text_at(data[-1], "id") if data else ""
        return FoundOnPage(next=with_query(page.url, max_id=last, since_id="", min_id="") if last.isalnum() else "")

    def again(self, url: str, canonical: str, source: Source) -> Link | None:  # noqa: ARG002  # the port's signature
        """The status by its id. One that came from another server is known there by an id of its own: None."""
        if not may_ask(url, source.hosts):
            return None
        parts = urlsplit(url)
        status = _STATUS.fullmatch(parts.path)
        return Link(f"{parts.scheme}://{parts.netloc}/api/v1/statuses/{status[1]}", PageRole.AGAIN) if status else None

    def read(self, page: Page) -> Reading:
        """Each public status with words; a shared one is read where it was first said."""
        data = load(page)
        if page.role == PageRole.AGAIN and isinstance(at(data, "account"), dict):
            data = [data]
        if not isinstance(data, list):
            return Reading("documents", problems=(page.drop("no-text", "no list of statuses"),))
        found = [self._status(page, status) for status in dicts_at(data)]
        return Reading("documents", tuple({d.id: d for d in found if d is not None}.values()))

    def _status(self, page: Page, status: dict[str, Any]) -> Document | None:
        status = status["reblog"] if isinstance(status.get("reblog"), dict) else status
        words = [text_at(status, "spoiler_text"), plain_text(text_at(status, "content"))]
        text = "\n".join(filter(None, words))
        identity = text_at(status, "uri") or text_at(status, "url")
        if not text or not identity or text_at(status, "visibility") not in {"public", "unlisted", ""}:
            return None
        moment = machine_time(text_at(status, "created_at"))
        url = absolute(page.url, text_at(status, "url") or identity) or page.url
        counts = {name: number_at(status, field) for field, name in _COUNTS.items()}
        return Document(
            id=document_id(canonical_url(identity)),
            source=page.source_name,
            kind=DocumentKind.COMMENT if text_at(status, "in_reply_to_id") else DocumentKind.POST,
            url=url,
            canonical_url=canonical_url(url),
            title="",
            text=text,
            published=moment if moment and plausible(moment, page.fetched) else None,
            fetched=page.fetched,
            author=text_at(status, "account", "display_name") or text_at(status, "account", "acct"),
            engagement={name: count for name, count in counts.items() if count},
            tags=tuple(filter(None, (text_at(tag, "name") for tag in dicts_at(status, "tags")))),
            language=text_at(status, "language")[:2] or "vi",
            sha256=sha256_hex(page.body),
        )


PLATFORM = Mastodon()
