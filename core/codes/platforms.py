"""Platforms, what a page is asked for as, and what an address may be that is watched.

``crawlers/platforms`` has a module for each platform; a test there compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.codes.code import Code, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRow(Row):
    """``social``: people post there themselves, so that watching it is watching a social network."""

    social: bool = True


class PlatformName(Code):
    """The platforms, in the order in which a page of unknown origin is tried: the press takes what no other knows."""

    social: bool

    TELEGRAM = PlatformRow("telegram", "Telegram", "Telegram")
    XENFORO = PlatformRow("xenforo", "Diễn đàn XenForo", "XenForo forum", social=False)
    DISCOURSE = PlatformRow("discourse", "Diễn đàn Discourse", "Discourse forum", social=False)
    MASTODON = PlatformRow("mastodon", "Mạng Mastodon", "Mastodon network")
    YOUTUBE = PlatformRow("youtube", "YouTube", "YouTube")
    FACEBOOK = PlatformRow("facebook", "Facebook", "Facebook")
    PRESS = PlatformRow("press", "Báo, trang tin", "Newspaper, news site", social=False)


class Unwatchable(Code):
    """What no installation can watch, whatever its sources: reports name it each time."""

    CLOSED_GROUPS = Row("closed-groups", "nhóm kín và trang cá nhân không công khai", "closed groups and private pages")
    ZALO = Row("zalo", "Zalo (trừ tin gửi tới tài khoản OA của cơ quan)", "Zalo, except what is sent to our account")
    TIKTOK = Row("tiktok", "TikTok", "TikTok")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRoleRow(Row):
    """``read``: it may hold documents and is read; the others only lead to such pages. ``conditional``: asked for
    conditionally where it is a start, since all that follows from it is settled once it was read (a thread's first page
    is not: its last page changes without it). ``dated``: a page of a chain that holds the documents themselves.
    ``linked``: pages lead to it; the others are noted by the crawl itself.
    """

    read: bool = False
    conditional: bool = False
    dated: bool = False
    linked: bool = True


class PageRole(Code):
    """What a page was asked for as."""

    read: bool
    conditional: bool
    dated: bool
    linked: bool

    ARTICLE = PageRoleRow("article", "bài viết", "article", read=True)
    CHANNEL = PageRoleRow("channel", "kênh", "channel", read=True, dated=True)
    THREAD = PageRoleRow("thread", "chủ đề", "thread", read=True)
    TIMELINE = PageRoleRow("timeline", "dòng thời gian", "timeline", read=True, dated=True)
    SEARCH = PageRoleRow("search", "kết quả tìm kiếm", "search results", read=True, dated=True)
    VIDEOS = PageRoleRow("videos", "video", "videos", read=True)
    COMMENTS = PageRoleRow("comments", "bình luận", "comments", read=True)
    POSTS = PageRoleRow("posts", "các bài đăng", "posts", read=True, dated=True)
    AGAIN = PageRoleRow("again", "xem lại một tin", "one document seen again", read=True)
    FEED = PageRoleRow("feed", "RSS, Atom", "feed", conditional=True)
    LISTING = PageRoleRow("listing", "trang danh mục", "listing", conditional=True)
    SITEMAP = PageRoleRow("sitemap", "sitemap", "sitemap", conditional=True)
    ROBOTS = PageRoleRow("robots", "robots.txt", "robots.txt", linked=False)
    REDIRECT = PageRoleRow("redirect", "chuyển hướng", "redirect", linked=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRow(Row):
    """``desk``: it can be added at the desk; interfaces with keys are added by file."""

    platform: PlatformName
    role: PageRole
    desk: bool = True


class Start(Code):
    """What an address may be that is watched: a platform and a role."""

    platform: PlatformName
    role: PageRole
    desk: bool

    PRESS_LISTING = StartRow(
        "press listing", "Báo, trang tin: trang chủ hoặc trang danh mục", "Newspaper, news site: home or section page",
        platform=PlatformName.PRESS, role=PageRole.LISTING,
    )  # fmt: skip
    PRESS_FEED = StartRow(
        "press feed", "Báo, trang tin: RSS hoặc Atom", "Newspaper, news site: RSS or Atom",
        platform=PlatformName.PRESS, role=PageRole.FEED,
    )  # fmt: skip
    PRESS_SITEMAP = StartRow(
        "press sitemap", "Báo, trang tin: sitemap", "Newspaper, news site: sitemap",
        platform=PlatformName.PRESS, role=PageRole.SITEMAP,
    )  # fmt: skip
    TELEGRAM_CHANNEL = StartRow(
        "telegram channel", "Kênh Telegram công khai (địa chỉ t.me/s/…)", "Public Telegram channel (address t.me/s/…)",
        platform=PlatformName.TELEGRAM, role=PageRole.CHANNEL,
    )  # fmt: skip
    XENFORO_LISTING = StartRow(
        "xenforo listing", "Diễn đàn XenForo: chuyên mục", "XenForo forum: a forum",
        platform=PlatformName.XENFORO, role=PageRole.LISTING,
    )  # fmt: skip
    XENFORO_THREAD = StartRow(
        "xenforo thread", "Diễn đàn XenForo: một chủ đề", "XenForo forum: a thread",
        platform=PlatformName.XENFORO, role=PageRole.THREAD,
    )  # fmt: skip
    DISCOURSE_LISTING = StartRow(
        "discourse listing", "Diễn đàn Discourse: danh sách chủ đề (.json)", "Discourse forum: list of topics (.json)",
        platform=PlatformName.DISCOURSE, role=PageRole.LISTING,
    )  # fmt: skip
    DISCOURSE_THREAD = StartRow(
        "discourse thread", "Diễn đàn Discourse: một chủ đề (.json)", "Discourse forum: a topic (.json)",
        platform=PlatformName.DISCOURSE, role=PageRole.THREAD,
    )  # fmt: skip
    MASTODON_TIMELINE = StartRow(
        "mastodon timeline", "Mạng Mastodon: dòng công khai (địa chỉ API)",
        "Mastodon network: public timeline (API address)",
        platform=PlatformName.MASTODON, role=PageRole.TIMELINE,
    )  # fmt: skip
    YOUTUBE_SEARCH = StartRow(
        "youtube search", "YouTube: tìm video (API)", "YouTube: search for videos (API)",
        platform=PlatformName.YOUTUBE, role=PageRole.SEARCH, desk=False,
    )  # fmt: skip
    FACEBOOK_POSTS = StartRow(
        "facebook posts", "Facebook: bài đăng của một trang (API)", "Facebook: posts of a Page (API)",
        platform=PlatformName.FACEBOOK, role=PageRole.POSTS, desk=False,
    )  # fmt: skip


def start_roles(platform: str) -> list[str]:
    """What a start of a platform may be, in the order of the table."""
    return [str(start.role) for start in Start if start.platform == platform]
