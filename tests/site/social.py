"""The channel in the structure of ``t.me/s/<channel>`` and the forum in that of XenForo 2."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from html import escape

from tests.site.press import FICTION
from tests.site.texts import CHANNEL, Post, Thread

PER_PAGE = 20


def channel_page(title: str, base: str, posts: Sequence[Post], before: int | None = None) -> str:
    """The last 20 messages, or the 20 before message number ``before``, with the paging links of the real page."""
    known = [p for p in posts if before is None or p.id < before]
    shown = known[-PER_PAGE:]
    older = shown[0].id if len(known) > PER_PAGE else None
    link = f'<link rel="prev" href="/s/{CHANNEL}?before={older}">' if older else ""
    more = (
        f'<div class="tgme_widget_message_centered js-messages_more_wrap"><a href="/s/{CHANNEL}?before={older}" '
        f'class="tme_messages_more js-messages_more" data-before="{older}"></a></div>'
        if older
        else ""
    )
    messages = "\n".join(message(base, p) for p in shown)
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{escape(title)} – Telegram</title>'
        f'<meta property="og:title" content="{escape(title)}">'
        f'<meta property="og:description" content="{FICTION}">{link}'
        f'<link rel="canonical" href="/s/{CHANNEL}"></head>\n<body class="widget_frame_base tgme_webpreview '
        'no_transition">'
        '<header class="tgme_header search_collapsed"><div class="tgme_channel_info">'
        '<div class="tgme_channel_info_header_title">'
        f'<span dir="auto">{escape(title)}</span></div><div class="tgme_channel_info_header_username">'
        f'<a href="{base}/{CHANNEL}">'
        f'@{CHANNEL}</a></div><div class="tgme_channel_info_description">{FICTION}</div></div></header>\n'
        f'<main class="tgme_main" data-url="/{CHANNEL}"><section '
        f'class="tgme_channel_history js-message_history">{more}\n'
        f"{messages}\n</section></main></body></html>\n"
    )


def message(base: str, post: Post) -> str:
    """One message bubble."""
    views = f"{post.views / 1000:.1f}K" if post.views >= 1000 else str(post.views)
    stamp = post.at.astimezone(UTC).isoformat()
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        '<div class="tgme_widget_message text_not_supported_wrap '
        f'js-widget_message" data-post="{CHANNEL}/{post.id}" data-view="x{post.id}">'
        '<div class="tgme_widget_message_bubble">'
        '<div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" '
        f'href="{base}/{CHANNEL}">'
        '<span dir="auto">Tin nóng Vĩnh Phúc</span></a></div>'
        f'<div class="tgme_widget_message_text js-message_text" dir="auto">{_lines(post.text)}</div>'
        '<div class="tgme_widget_message_footer compact js-message_footer">'
        '<div class="tgme_widget_message_info short js-message_info">'
        f'<span class="tgme_widget_message_views">{views}</span><span class="copyonly"> views</span>'
        f'<span class="tgme_widget_message_meta"><a class="tgme_widget_message_date" href="{base}/{CHANNEL}/{post.id}">'
        f'<time datetime="{stamp}" class="time">{post.at:%H:%M}</time></a></span></div></div></div></div></div>'
    )


def thread_pages(thread: Thread) -> int:
    """How many pages a thread has."""
    return max(1, -(-len(thread.posts) // PER_PAGE))


def page_path(thread: Thread, page: int) -> str:
    """Path of one page of a thread."""
    return thread.path if page == 1 else f"{thread.path}page-{page}"


def thread_page(title: str, base: str, thread: Thread, page: int = 1) -> str:
    """One page of a thread, 20 posts."""
    shown = thread.posts[(page - 1) * PER_PAGE : page * PER_PAGE]
    posts = "\n".join(_post(thread, p) for p in shown)
    return _forum(
        f"{thread.title} | {title}" if page == 1 else f"{thread.title} | Page {page} | {title}",
        f'<link rel="canonical" href="{base}{page_path(thread, page)}">'
        f'<meta property="og:title" content="{escape(thread.title)}">',
        f'<div class="p-title"><h1 class="p-title-value">{escape(thread.title)}</h1></div>{_page_nav(thread, page)}'
        f'<div class="block-body js-replyNewMessageContainer">\n{posts}\n</div>{_page_nav(thread, page)}',
        title,
    )


def forum_page(title: str, threads: Sequence[Thread]) -> str:
    """The list of threads."""
    items = "".join(
        f'<div class="structItem structItem--thread js-threadListItem-{t.id}"><div class="structItem-title">'
        f'<a href="{t.path}">{escape(t.title)}</a></div></div>\n'
        for t in threads
    )
    return _forum(
        title,
        "",
        f'<h1 class="p-title-value">Chuyện quê mình</h1><div class="structItemContainer">{items}</div>',
        title,
    )


def _forum(head_title: str, head: str, body: str, title: str) -> str:
    return (
        '<!DOCTYPE html>\n<html id="XF" lang="vi-VN" dir="LTR" data-xf="2.2" data-app="public" class="has-no-js"><head>'
        f'<meta charset="utf-8"><title>{escape(head_title)}</title>{head}</head>\n<body data-template="thread_view">'
        f'<div class="p-pageWrapper"><header class="p-header"><a href="/">{escape(title)}</a></header>'
        '<div class="p-body">'
        f'<div class="p-body-main"><div class="p-body-content"><div class="p-body-pageContent">{body}</div></div>'
        "</div></div>"
        f'<footer class="p-footer">{FICTION} Community platform in the structure of XenForo.</footer></div></body>'
        "</html>\n"
    )


def _page_nav(thread: Thread, page: int) -> str:
    last = thread_pages(thread)
    if last == 1:
        return ""
    links = "".join(
        f'<li class="pageNav-page{" pageNav-page--current" if n == page else ""}">'
        f'<a href="{page_path(thread, n)}">{n}</a></li>'
        for n in range(1, last + 1)
    )
    after = (
        f'<a href="{page_path(thread, page + 1)}" class="pageNav-jump pageNav-jump--next">Tiếp</a>'
        if page < last
        else ""
    )
    return f'<nav class="pageNavWrapper"><div class="pageNav"><ul class="pageNav-main">{links}</ul>{after}</div></nav>'


def _post(thread: Thread, post: Post) -> str:
    number = thread.posts.index(post) + 1
    url = f"{thread.path}post-{post.id}"
    stamp = f"{post.at:%Y-%m-%dT%H:%M:%S%z}"
    user = abs(sum(map(ord, post.author))) % 900 + 100
    return (
        f'<article class="message message--post js-post js-inlineModContainer" data-author="{escape(post.author)}" '
        f'data-content="post-{post.id}" id="js-post-{post.id}"><span class="u-anchorTarget" id="post-{post.id}"></span>'
        '<div class="message-inner"><div class="message-cell message-cell--user"><section class="message-user">'
        f'<div class="message-userDetails"><h4 class="message-name"><a href="/members/{user}/" class="username" '
        f'data-user-id="{user}">{escape(post.author)}</a></h4><h5 class="userTitle message-userTitle">Thành viên'
        "</h5></div>"
        '</section></div><div class="message-cell message-cell--main"><div class="message-main js-quickEditTarget">'
        '<header class="message-attribution message-attribution--split">'
        '<ul class="message-attribution-main listInline">'
        f'<li class="u-concealed"><a href="{url}" rel="nofollow"><time class="u-dt" dir="auto" datetime="{stamp}" '
        f'data-time="{int(post.at.timestamp())}" title="{post.at:%d/%m/%Y} lúc {post.at:%H:%M}">{post.at:%d/%m/%y}'
        "</time></a></li></ul>"
        f'<ul class="message-attribution-opposite"><li><a href="{url}" rel="nofollow">#{number}</a></li></ul></header>'
        '<div class="message-content js-messageContent"><div class="message-userContent lbContainer js-lbContainer">'
        '<article class="message-body js-selectToQuote"><div '
        f'class="bbWrapper">{_quote(thread, post)}{_lines(post.text)}</div>'
        '<div class="js-selectToQuoteEnd">&nbsp;</div></article></div></div><footer class="message-footer">'
        '<div class="message-actionBar"><a href="#" class="actionBar-action">Thích</a> '
        '<a href="#" class="actionBar-action">'
        "Trả lời</a></div></footer></div></div></div></article>"
    )


def _quote(thread: Thread, post: Post) -> str:
    quoted = next((p for p in thread.posts if p.id == post.quotes), None)
    if quoted is None:
        return ""
    return (
        f'<blockquote data-quote="{escape(quoted.author)}" data-source="post: {quoted.id}" '
        'class="bbCodeBlock bbCodeBlock--expandable bbCodeBlock--quote js-expandWatch"><div class="bbCodeBlock-title">'
        f'<a href="/goto/post?id={quoted.id}" class="bbCodeBlock-sourceJump" '
        f'rel="nofollow">{escape(quoted.author)} nói:</a></div>'
        '<div class="bbCodeBlock-content"><div class="bbCodeBlock-expandContent '
        f'js-expandContent">{_lines(quoted.text)}</div>'
        '<div class="bbCodeBlock-expandLink js-expandLink"><a role="button">Mở rộng...</a></div></div></blockquote>'
    )


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())
