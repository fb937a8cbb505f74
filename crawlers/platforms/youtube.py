"""YouTube Data API v3: ``search.list`` (``search``) finds videos, ``videos.list`` (``videos``) has their whole
descriptions, which a search cuts short, ``commentThreads.list`` (``comments``) the comments.

Documented at https://developers.google.com/youtube/v3/docs/search/list, .../videos/list, .../commentThreads/list and
.../errors. The key (setting ``youtube_key``) goes in the header ``X-Goog-Api-Key``, never in an address. A search costs
100 of the 10,000 units that a day's quota has, a page of the others 1: the source's interval is to be 30 minutes or
more.
"""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from core.codes.platforms import PageRole
from core.codes.texts import DocumentKind
from core.model.documents import Document, document_id, sha256_hex
from core.model.sources import Source
from crawlers.article.times import machine_time, plausible
from crawlers.page.json_page import at, dicts_at, load, number_at, text_at, with_query
from crawlers.page.page import FoundOnPage, Link, Page, Reading
from crawlers.platforms.port import Platform, Secret

_QUOTA = {"quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"}
_KEY = {"keyInvalid", "keyExpired", "accessNotConfigured", "ipRefererBlocked"}
_WATCH = "https://www.youtube.com/watch?v="
_ID = re.compile(r"[\w.-]{1,100}")
_COUNTS = {"viewCount": "views", "likeCount": "likes", "commentCount": "replies"}


class YouTube(Platform):
    """Videos by their title and description, and the comments on them."""

    secret = Secret("SOATIN_YOUTUBE_KEY", "X-Goog-Api-Key", "{}")

    def recognises(self, page: Page) -> bool:
        """By the ``kind`` that every answer states."""
        return text_at(load(page), "kind").startswith("youtube#")

    def find(self, page: Page) -> FoundOnPage:
        """The videos found, and the comments on each; the next page of what has one."""
        data = load(page)
        if not isinstance(at(data, "items"), list):
            return FoundOnPage(problem="broken-page")
        token = text_at(data, "nextPageToken")
        following = with_query(page.url, pageToken=token) if token else ""
        videos = _found(data)
        if page.role != "search" or not videos:
            return FoundOnPage(next=following)
        base = urljoin(page.url, "commentThreads?part=snippet,replies&order=time&textFormat=plainText&maxResults=100")
        comments = [Link(with_query(base, videoId=video), "comments") for video in videos]
        return FoundOnPage((Link(_videos(page.url, videos), "videos"), *comments), next=following)

    def again(self, url: str, canonical: str, source: Source) -> Link | None:  # noqa: ARG002  # the port's signature
        """The video, or the thread of the comment (an answer's id is its thread's and one of its own)."""
        if not canonical.startswith(_WATCH) or not source.starts:
            return None
        query = parse_qs(urlsplit(canonical).query)
        video, comment = query.get("v", [""])[0], query.get("lc", [""])[0]
        if not _ID.fullmatch(video):
            return None
        start = source.starts[0]["url"]
        if not comment:
            return Link(_videos(start, [video]), PageRole.AGAIN)
        base = urljoin(start, "commentThreads?part=snippet,replies&textFormat=plainText")
        return Link(with_query(base, id=comment.partition(".")[0]), PageRole.AGAIN) if _ID.fullmatch(comment) else None

    def read(self, page: Page) -> Reading:
        """Videos as posts, threads with their answers as comments; of a search the videos' addresses."""
        data = load(page)
        if page.role == "search" or _found(data):
            return Reading("listing", links=tuple(_WATCH + video for video in _found(data)))
        if not isinstance(at(data, "items"), list):
            return Reading("documents", problems=(page.drop("no-text", "no list of items"),))
        found = []
        for item in dicts_at(data, "items"):
            if text_at(item, "kind") == "youtube#video":
                found.append(self._video(page, item))
            elif first := at(item, "snippet", "topLevelComment"):
                video = text_at(item, "snippet", "videoId")
                found += [self._comment(page, c, video) for c in (first, *dicts_at(item, "replies", "comments"))]
        return Reading("documents", tuple({d.id: d for d in found if d is not None}.values()))

    def refusal(self, status: int, page: Page) -> tuple[str, str]:
        """``quota``, ``bad-key`` or ``no-comments`` (their owner turned them off) by the error's own reason."""
        data = load(page)
        reasons = {text_at(error, "reason") for error in dicts_at(data, "error", "errors")}
        message = text_at(data, "error", "message")[:200]
        if "commentsDisabled" in reasons:
            return "no-comments", "commentsDisabled"
        if reasons & _QUOTA:
            return "quota", message
        if status == 401 or reasons & _KEY or (status in (400, 403) and "api key" in message.lower()):
            return "bad-key", message
        return super().refusal(status, page)

    def _video(self, page: Page, item: dict[str, Any]) -> Document | None:
        title = html.unescape(text_at(item, "snippet", "title"))
        text = html.unescape(text_at(item, "snippet", "description")) or title
        video = text_at(item, "id")
        author = html.unescape(text_at(item, "snippet", "channelTitle"))
        return _document(page, item, _WATCH + video, "", title, text, author) if text and video else None

    def _comment(self, page: Page, comment: Any, video: str) -> Document | None:
        snippet = at(comment, "snippet")
        text, part = text_at(snippet, "textOriginal") or text_at(snippet, "textDisplay"), text_at(comment, "id")
        if not text or not part or not video:
            return None
        return _document(page, comment, _WATCH + video, part, "", text, text_at(snippet, "authorDisplayName"))


def _found(data: Any) -> list[str]:
    return [video for item in dicts_at(data, "items") if (video := text_at(item, "id", "videoId"))]


def _videos(url: str, videos: list[str]) -> str:
    return with_query(urljoin(url, "videos?part=snippet,statistics"), id=",".join(videos))


def _document(page: Page, item: Any, home: str, part: str, title: str, text: str, author: str) -> Document:
    moment = machine_time(text_at(item, "snippet", "publishedAt"))
    url = f"{home}&lc={part}" if part else home
    counts = {name: number_at(item, "statistics", field) for field, name in _COUNTS.items()}
    counts |= {"likes": number_at(item, "snippet", "likeCount")} if part else {}
    return Document(
        id=document_id(home, part),
        source=page.source_name,
        kind=DocumentKind.COMMENT if part else DocumentKind.POST,
        url=url,
        canonical_url=url,
        title=title,
        text=text,
        published=moment if moment and plausible(moment, page.fetched) else None,
        fetched=page.fetched,
        author=author,
        engagement={name: count for name, count in counts.items() if count},
        sha256=sha256_hex(page.body),
    )


PLATFORM = YouTube()
