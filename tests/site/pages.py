"""Which path of which site answers what. Every page is made when it is asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from tests.site import press, social
from tests.site.texts import CHANNEL, Article, SiteConfig, Web

HTML = "text/html; charset=utf-8"
ROBOTS_PATH = "/noi-bo/"
HUGE_BYTES = 12 * 1024 * 1024
ODD_LINKS = {
    "robots": (
        f"{ROBOTS_PATH}du-thao-ke-hoach-tuyen-truyen-nam-toi-100902.html",
        "Dự thảo kế hoạch tuyên truyền (lưu hành nội bộ)",
    ),
    "missing": ("/tin-tuc/bai-da-go-lich-cat-nuoc-xa-tam-son-100901.htm", "Bài đã gỡ: lịch cắt nước tại xã Tam Sơn"),
    "off-host": (
        "http://bao-khac.invalid/tin/an-uong-khi-troi-tro-lanh-100904.html",
        "Đọc thêm trên trang bạn: ăn uống khi trời trở lạnh",
    ),
    "huge": (
        "/doc/phu-luc-toan-van-danh-sach-di-tich-100903.html",
        "Phụ lục: toàn văn danh sách di tích các xã, phường",
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gets."""

    body: bytes = b""
    type: str = HTML
    status: int = 200
    location: str = ""


Pages = dict[str, Callable[[], Answer]]
NOT_FOUND = Answer("<html><body><h1>404 Không tìm thấy trang</h1></body></html>".encode(), status=404)


class PressSite:
    """A press or official site."""

    def __init__(self, web: Web, config: SiteConfig, base: str) -> None:
        self.config, self.base = config, base
        self.articles = web.of(config.name)
        self.pages: Pages = {"/": self._front, "/robots.txt": self._robots, "/style.css": self._style}
        for section in press.SECTIONS:
            self.pages[f"/{section}"] = lambda section=section: self._section(section)  # type: ignore[misc]
        for article in self.articles:
            self.pages[article.path] = lambda article=article: self._article(article)  # type: ignore[misc]
        self.pages["/quang-cao"] = lambda: _html("<html><body><p>Chỗ này cho thuê.</p></body></html>")
        if config.feed:
            self.pages[f"/{config.feed}.xml"] = self._feed
        if "robots" in config.traits:
            self.pages[ODD_LINKS["robots"][0]] = self._forbidden
        if "huge" in config.traits:
            self.pages[ODD_LINKS["huge"][0]] = self._huge

    def answer(self, target: str) -> Answer:
        """The page at a request target; unknown ones are 404."""
        return self.pages.get(urlsplit(target).path, lambda: NOT_FOUND)()

    def starts(self) -> list[dict[str, str]]:
        """The source file's start addresses."""
        where = {"feed": f"/{self.config.feed}.xml", "listing": "/"}
        return [{"url": self.base + where[kind], "as": kind} for kind in self.config.starts]

    def _front(self) -> Answer:
        return _html(press.listing_page(self.config, self.base, "Tin mới", self.articles, self._odd_links()))

    def _section(self, section: str) -> Answer:
        chosen = [a for a in self.articles if a.section == section]
        return _html(press.listing_page(self.config, self.base, press.SECTIONS[section], chosen))

    def _article(self, article: Article) -> Answer:
        others = [a for a in self.articles if a.id != article.id]
        page = press.article_page(self.config, self.base, article, others)
        if "windows-1258" in self.config.traits and article is self.articles[-1]:
            page = page.replace(
                '<meta charset="utf-8">', '<meta http-equiv="Content-Type" content="text/html; charset=windows-1258">'
            )
            return Answer(windows_1258(page), "text/html")
        return _html(page)

    def _feed(self) -> Answer:
        if self.config.feed == "atom":
            return Answer(
                press.atom(self.config, self.base, self.articles).encode(), "application/atom+xml; charset=utf-8"
            )
        return Answer(press.rss(self.config, self.base, self.articles).encode(), "application/rss+xml; charset=utf-8")

    def _odd_links(self) -> str:
        odd = {trait: link for trait, link in ODD_LINKS.items() if trait in self.config.traits}
        return "".join(
            f'<div class="item-news"><h3><a href="{escape(url)}">{escape(title)}</a></h3></div>\n'
            for url, title in odd.values()
        )

    def _robots(self) -> Answer:
        disallow = ROBOTS_PATH if "robots" in self.config.traits else "/quan-tri/"
        return Answer(f"User-agent: *\nDisallow: {disallow}\n".encode(), "text/plain; charset=utf-8")

    def _style(self) -> Answer:
        return Answer(b"body{font-family:sans-serif;max-width:60rem;margin:auto}", "text/css")

    def _forbidden(self) -> Answer:
        return _html(
            "<html><body><h1>Dự thảo nội bộ</h1><p>Robots.txt không cho phép thu thập trang này.</p></body></html>"
        )

    def _huge(self) -> Answer:
        row = "<p>Đình, chùa, miếu thuộc danh mục kiểm kê của các xã, phường, thị trấn trong tỉnh.</p>\n".encode()
        return Answer(b"<html><body><h1>Ph\xe1\xbb\xa5 l\xe1\xbb\xa5c</h1>" + row * (HUGE_BYTES // len(row) + 1))


class ChannelSite:
    """The public channel."""

    def __init__(self, web: Web, config: SiteConfig, base: str) -> None:
        self.config, self.base, self.posts = config, base, web.channel
        self.pages: Pages = {f"/s/{CHANNEL}": lambda: self._channel("")}
        for post in web.channel:
            self.pages[f"/{CHANNEL}/{post.id}"] = lambda post=post: self._channel(f"before={post.id + 1}")  # type: ignore[misc]

    def answer(self, target: str) -> Answer:
        """The channel's page, a page of older messages, or one message with those before it."""
        parts = urlsplit(target)
        if parts.path in ("/", f"/{CHANNEL}"):
            return Answer(status=302, location=f"/s/{CHANNEL}")
        if parts.path == f"/s/{CHANNEL}":
            return self._channel(parts.query)
        return self.pages.get(parts.path, lambda: NOT_FOUND)()

    def starts(self) -> list[dict[str, str]]:
        """The source file's start address."""
        return [{"url": f"{self.base}/s/{CHANNEL}", "as": "channel"}]

    def _channel(self, query: str) -> Answer:
        before = parse_qs(query).get("before", [""])[0]
        number = int(before) if before.isdecimal() else None
        return _html(social.channel_page(self.config.title, self.base, self.posts, number))


class ForumSite:
    """The forum."""

    def __init__(self, web: Web, config: SiteConfig, base: str) -> None:
        self.config, self.base, self.threads = config, base, web.threads
        self.pages: Pages = {"/": lambda: _html(social.forum_page(config.title, web.threads))}
        self.pages["/robots.txt"] = lambda: Answer(
            b"User-agent: *\nDisallow: /members/\nDisallow: /goto/\n", "text/plain"
        )
        for thread in web.threads:
            for page in range(1, social.thread_pages(thread) + 1):
                self.pages[social.page_path(thread, page)] = lambda t=thread, n=page: _html(  # type: ignore[misc]
                    social.thread_page(config.title, base, t, n)
                )

    def answer(self, target: str) -> Answer:
        """A thread's page; the address of one post leads to its page, as XenForo does."""
        path = urlsplit(target).path
        if match := re.fullmatch(r"(/threads/[^/]+/)post-(\d+)", path):
            return self._goto(match[1], int(match[2]))
        return self.pages.get(path, lambda: NOT_FOUND)()

    def starts(self) -> list[dict[str, str]]:
        """The source file's start addresses: every thread."""
        return [{"url": self.base + thread.path, "as": "thread"} for thread in self.threads]

    def _goto(self, path: str, number: int) -> Answer:
        for thread in self.threads:
            for index, post in enumerate(thread.posts):
                if thread.path == path and post.id == number:
                    page = social.page_path(thread, index // social.PER_PAGE + 1)
                    return Answer(status=301, location=f"{page}#post-{number}")
        return NOT_FOUND


class FolderSite:
    """The ``*.html`` files of a folder, bytes as on disk, a front page and a feed that link to each."""

    def __init__(self, folder: Path, base: str) -> None:
        self.base = base
        self.files = {f"/{quote(file.name)}": file for file in sorted(folder.glob("*.html"))}

    def answer(self, target: str) -> Answer:
        """A file or the front page; the type carries no charset, so that the page's own word counts."""
        path = urlsplit(target).path
        if path == "/":
            links = "".join(f'<li><a href="{escape(p)}">{escape(f.stem)}</a></li>\n' for p, f in self.files.items())
            return _html(
                f"<!DOCTYPE html><html><head><title>Các trang trong thư mục</title></head><body><ul>{links}</ul>"
                "</body></html>"
            )
        if path == "/feed.xml":
            return Answer(self._feed().encode(), "application/rss+xml; charset=utf-8")
        file = self.files.get(path)
        return Answer(file.read_bytes(), "text/html") if file else NOT_FOUND

    def starts(self) -> list[dict[str, str]]:
        """The feed: file names are no headlines, so a crawler would not take the front page's links for articles."""
        return [{"url": f"{self.base}/feed.xml", "as": "feed"}]

    def _feed(self) -> str:
        items = "".join(
            f"<item><title>{escape(file.stem)}</title><link>{escape(self.base + path)}</link></item>"
            for path, file in self.files.items()
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Các trang trong thư mục</title>'
            f"<link>{self.base}/</link><description/>{items}</channel></rss>"
        )


AnySite = PressSite | ChannelSite | ForumSite | FolderSite
BUILDERS: dict[str, type[PressSite | ChannelSite | ForumSite]] = {
    "press": PressSite,
    "telegram": ChannelSite,
    "xenforo": ForumSite,
}


def windows_1258(text: str) -> bytes:
    """Vietnamese in its old Windows code page: base letters with their own code, tone marks as combining characters."""
    out = bytearray()
    for char in unicodedata.normalize("NFC", text):
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tone = next((c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323"), "")
            base = unicodedata.normalize("NFC", parts.replace(tone, "", 1) if tone else parts)
            out += (base + tone).encode("cp1258", "xmlcharrefreplace")
    return bytes(out)


def _html(page: str) -> Answer:
    return Answer(page.encode())
