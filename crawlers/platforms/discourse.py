"""Discourse forums through their public JSON: ``/latest.json`` (``listing``) and ``/t/<id>.json`` (``thread``).

The format is documented at https://docs.discourse.org/ (listLatestTopics, getTopic). No key is needed for what
everybody may read; what needs a log-in is not read.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from core import clock
from core.codes.texts import DocumentKind
from core.model.documents import Document, document_id, sha256_hex
from core.model.sources import Source
from core.sources.addresses import may_ask
from crawlers.article.times import machine_time, plausible
from crawlers.page.json_page import at, dicts_at, load, number_at, plain_text, text_at, with_query
from crawlers.page.page import FoundOnPage, Link, Page, Reading
from crawlers.platforms.port import Platform

_PER_PAGE = 20
_PAGES = 20
"""Pages of one topic that one poll asks for, newest first, unless the source's hints say otherwise."""
_RECENT = timedelta(days=7)
_NOT_SAID = "//aside[contains(@class,'quote') or contains(@class,'onebox')]"


class Discourse(Platform):
    """Posts of public topics."""

    def recognises(self, page: Page) -> bool:
        """By the names of a topic or a list of topics."""
        data = load(page)
        return isinstance(at(data, "post_stream"), dict) or isinstance(at(data, "topic_list"), dict)

    def find(self, page: Page) -> FoundOnPage:
        """Topics of a list with a post within a week (a backfill: since its day); the other pages of a topic."""
        data = load(page)
        if page.role == "listing":
            if not isinstance(at(data, "topic_list"), dict):
                return FoundOnPage(problem="broken-page")
            urls = _topics(page, data)
            more = urljoin(page.url, text_at(data, "topic_list", "more_topics_url"))
            parts = urlsplit(more)
            following = parts._replace(path=parts.path.removesuffix(".json") + ".json").geturl()
            has_more = bool(text_at(data, "topic_list", "more_topics_url")) and may_ask(following, page.hosts)
            return FoundOnPage(tuple(Link(url, "thread") for url in urls), next=following if has_more else "")
        if not isinstance(at(data, "post_stream"), dict):
            return FoundOnPage(problem="broken-page")
        if "page=" in urlsplit(page.url).query:
            return FoundOnPage()  # the first page has given the others
        last = min(-(-number_at(data, "posts_count") // _PER_PAGE), 100_000)
        pages = int(page.source.hints.get("pages", _PAGES)) if page.source else _PAGES
        numbers = range(last, max(1, last - pages), -1)
        return FoundOnPage(tuple(Link(with_query(page.url, page=str(number)), "thread") for number in numbers))

    def again(self, url: str, canonical: str, source: Source) -> Link | None:  # noqa: ARG002  # the port's signature
        """The topic's posts around this one."""
        page = f"{url}.json"
        return Link(page, "thread") if may_ask(page, source.hosts) else None

    def read(self, page: Page) -> Reading:
        """The first post of a topic as a post with the topic's title, the answers as comments."""
        data = load(page)
        if isinstance(at(data, "topic_list"), dict):
            return Reading("listing", links=tuple(_topics(page, data)))
        posts = dicts_at(data, "post_stream", "posts")
        if not posts:
            return Reading("documents", problems=(page.drop("no-text", "no posts on the page"),))
        found = [self._post(page, data, post) for post in posts]
        return Reading("documents", tuple({d.id: d for d in found if d is not None}.values()))

    def _post(self, page: Page, topic: Any, post: dict[str, Any]) -> Document | None:
        text = plain_text(text_at(post, "cooked"), _NOT_SAID)
        part, number = text_at(post, "id"), number_at(post, "post_number")
        if not text or not part or at(post, "hidden") or at(post, "user_deleted") or number_at(post, "post_type") > 1:
            return None  # post_type 2 and more are moderators' notes and whispers
        moment = machine_time(text_at(post, "created_at"))
        parts = urlsplit(page.url)
        identity = text_at(topic, "id") or text_at(post, "topic_id")
        home = f"{parts.scheme}://{parts.netloc}{parts.path.split('/t/')[0]}/t/{identity}"
        likes = sum(number_at(action, "count") for action in dicts_at(post, "actions_summary") if at(action, "id") == 2)
        return Document(
            id=document_id(home, part),
            source=page.source_name,
            kind=DocumentKind.POST if number == 1 else DocumentKind.COMMENT,
            url=f"{home}/{number}",
            canonical_url=f"{home}/{number}",
            title=text_at(topic, "title") if number == 1 else "",
            text=text,
            published=moment if moment and plausible(moment, page.fetched) else None,
            fetched=page.fetched,
            author=text_at(post, "name") or text_at(post, "username"),
            engagement={"likes": likes} if likes else {},
            sha256=sha256_hex(page.body),
        )

    def settled(self, page: Page) -> bool:
        """A page of a topic that is full, because another follows it; the first is asked at each poll."""
        here = re.search(r"(?:^|&)page=(\d{1,6})(?:&|$)", urlsplit(page.url).query)
        return page.role == "thread" and bool(here) and int(here[1]) * _PER_PAGE < number_at(load(page), "posts_count")  # type: ignore[index]


def _topics(page: Page, data: Any) -> list[str]:
    """Addresses of the topics that had a post of late."""
    parts = urlsplit(page.url)
    root = re.split(r"/(?:latest|top|new|c|tag)(?:/|\.json|$)", parts.path)[0]
    urls = []
    for topic in dicts_at(data, "topic_list", "topics"):
        moment = machine_time(text_at(topic, "bumped_at") or text_at(topic, "last_posted_at"))
        earliest = page.since or clock.day(page.fetched - _RECENT)
        if number_at(topic, "id") and not (moment and clock.day(moment) < earliest):
            urls.append(f"{parts.scheme}://{parts.netloc}{root}/t/{topic['id']}.json")
    return [url for url in urls if may_ask(url, page.hosts)]


PLATFORM = Discourse()
