"""Press and official sites as HTML and feeds: four layouts with the clutter that real pages have."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from tests.site.texts import Article, SiteConfig

SECTIONS = {
    "thoi-su": "Thời sự",
    "suc-khoe": "Sức khỏe",
    "xa-hoi": "Xã hội",
    "kinh-te": "Kinh tế",
    "the-thao": "Thể thao",
    "van-hoa": "Văn hóa",
}
WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
FICTION = "Trang thử nghiệm: mọi nội dung trên trang này là hư cấu, chỉ dùng để chạy thử phần mềm."


def printed(at: datetime) -> str:
    """``Thứ bảy, 20/11/2021 - 08:07 (GMT+7)``."""
    return f"{WEEKDAYS[at.weekday()]}, {at:%d/%m/%Y - %H:%M} (GMT+7)"


def article_page(site: SiteConfig, base: str, article: Article, others: Sequence[Article]) -> str:
    """One article in its site's layout."""
    body = {"modern": _modern, "meta": _meta, "printed": _printed, "micro": _micro}[site.layout](article)
    comments = _comments(article.comments)
    main = f"{_crumbs(article)}{body}{_share(base + article.path)}{_related(others)}{comments}"
    return _page(site, _head(site, base, article), main, others)


def listing_page(site: SiteConfig, base: str, title: str, articles: Sequence[Article], extra: str = "") -> str:
    """Front page or section: headline, short lead and, as in many papers, no time. ``extra``: more items, as HTML."""
    items = "".join(
        f'<div class="item-news{" first" if i == 0 else ""}"><h3><a href="{escape(a.path)}" title="{escape(a.title)}">'
        f"{escape(a.title)}</a></h3><p>{escape(_short(a.lead))}</p></div>\n"
        for i, a in enumerate(articles)
    )
    head = (
        f"<title>{escape(title)} - {escape(site.title)}</title>"
        f'<meta property="og:type" content="website"><link rel="canonical" href="{base}/">'
    )
    return _page(
        site, head, f'<section class="list-news"><h1>{escape(title)}</h1>\n{items}{extra}</section>', articles[:4]
    )


def rss(site: SiteConfig, base: str, articles: Sequence[Article]) -> str:
    """RSS 2.0 as papers write it: descriptions with HTML inside CDATA."""
    items = "".join(
        f"<item><title><![CDATA[{a.first_title}]]></title><link>{base}{escape(a.path)}</link>"
        f'<guid isPermaLink="true">{base}{escape(a.path)}</guid><pubDate>{format_datetime(a.at)}</pubDate>'
        f'<description><![CDATA[<a href="{base}{escape(a.path)}"><img src="{base}/anh/{a.id}.jpg"></a></br>'
        f"{escape(a.lead)}]]></description></item>\n"
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(site.title)}</title><link>{base}/</link><description>{FICTION}</description>"
        f"<language>vi-vn</language>\n{items}</channel></rss>\n"
    )


def atom(site: SiteConfig, base: str, articles: Sequence[Article]) -> str:
    """The same as Atom."""
    entries = "".join(
        f"<entry><id>{base}{escape(a.path)}</id><title>{escape(a.first_title)}</title>"
        f'<link rel="alternate" href="{base}{escape(a.path)}"/><published>{a.at.isoformat()}</published>'
        f"<updated>{a.at.isoformat()}</updated><author><name>{escape(a.author)}</name></author>"
        f'<summary type="html">{escape(f"<p>{escape(a.lead)}</p>")}</summary></entry>\n'
        for a in articles
    )
    updated = max((a.at for a in articles), default=None)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f'<id>{base}/</id><title>{escape(site.title)}</title><link rel="self" href="{base}/atom.xml"/>'
        f"<updated>{updated.isoformat() if updated else ''}</updated>\n{entries}</feed>\n"
    )


def _head(site: SiteConfig, base: str, a: Article) -> str:
    url, stamp = base + a.path, a.at.isoformat()
    head = f"<title>{escape(a.title)} - {escape(site.title)}</title>"
    if site.layout == "printed":
        return head + f'<meta name="description" content="{escape(_short(a.lead))}">'
    head += (
        f'<link rel="canonical" href="{url}"><meta name="description" content="{escape(a.lead)}">'
        f'<meta property="og:title" content="{escape(a.title)}"><meta property="og:url" content="{url}">'
        f'<meta property="og:type" content="article"><meta property="og:description" content="{escape(a.lead)}">'
        f'<meta name="keywords" content="{escape(", ".join(a.tags))}">'
    )
    if site.layout in ("modern", "meta"):
        head += f'<meta property="article:published_time" content="{stamp}">'
        head += f'<meta name="author" content="{escape(a.author)}">'
    if site.layout == "modern":
        head += f'<script type="application/ld+json">{_json_ld(site, url, a)}</script>'
    return head


def _json_ld(site: SiteConfig, url: str, a: Article) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "headline": a.title,
        "description": a.lead,
        "datePublished": a.at.isoformat(),
        "dateModified": a.at.isoformat(),
        "author": {"@type": "Person", "name": a.author},
        "publisher": {"@type": "Organization", "name": site.title},
        "keywords": list(a.tags),
    }
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _modern(a: Article) -> str:
    return (
        f'<article class="detail"><h1 class="title-detail">{escape(a.title)}</h1>'
        f'<span class="date">{printed(a.at)}</span><p class="description">{escape(a.lead)}</p>'
        f'<div class="fck_detail">{_paragraphs(a, "Normal")}<p class="author" style="text-align:right">'
        f"<strong>{escape(a.author)}</strong></p></div>{_tags(a)}</article>"
    )


def _meta(a: Article) -> str:
    return (
        f'<div class="post-detail"><h1 class="post-title">{escape(a.title)}</h1>'
        f'<h2 class="sapo">{escape(a.lead)}</h2><div class="post-content">{_paragraphs(a)}</div>'
        f'<p class="source">Tác giả: {escape(a.author)}</p>{_tags(a)}</div>'
    )


def _printed(a: Article) -> str:
    return (
        f'<div id="content"><div class="tieude">{escape(a.title)}</div><h1 style="display:none">{escape(a.title)}</h1>'
        f'<div class="ngaydang">{printed(a.at)}</div><div class="trichdan"><b>{escape(a.lead)}</b></div>'
        f'<div class="noidung">{_paragraphs(a)}</div><div class="tacgia"><b>{escape(a.author)}</b></div></div>'
    )


def _micro(a: Article) -> str:
    return (
        f'<div class="content-detail" itemscope itemtype="https://schema.org/NewsArticle">'
        f'<h1 itemprop="headline" class="detail-title">{escape(a.title)}</h1><div class="detail-info">'
        f'<span itemprop="author">{escape(a.author)}</span> <time itemprop="datePublished" '
        f'datetime="{a.at.isoformat()}">{a.at:%H:%M %d/%m/%Y}</time></div>'
        f'<p class="detail-sapo" itemprop="description">{escape(a.lead)}</p>'
        f'<div class="detail-content" itemprop="articleBody">{_paragraphs(a)}</div>{_tags(a)}</div>'
    )


def _paragraphs(a: Article, css: str = "") -> str:
    """The body, with an advertisement box after the second paragraph as papers put it."""
    attribute = f' class="{css}"' if css else ""
    out = [f"<p{attribute}>{escape(p)}</p>" for p in a.paragraphs]
    out.insert(2, '<div class="banner-ads" id="adm-zone-7"><a href="/quang-cao" rel="nofollow">Quảng cáo</a></div>')
    return "\n".join(out)


def _crumbs(a: Article) -> str:
    return (
        f'<ul class="breadcrumb"><li><a href="/">Trang chủ</a></li>'
        f'<li><a href="/{a.section}">{SECTIONS[a.section]}</a></li></ul>'
    )


def _tags(a: Article) -> str:
    links = "".join(f'<a href="/tim-kiem?q={escape(t)}">{escape(t)}</a> ' for t in a.tags)
    return f'<div class="tags"><span>Từ khóa:</span> {links}</div>' if links else ""


def _share(url: str) -> str:
    return (
        '<div class="social-share"><span>Chia sẻ</span> '
        f'<a rel="nofollow" href="https://chia-se.invalid/fb?u={escape(url)}">Facebook</a> '
        f'<a rel="nofollow" href="https://chia-se.invalid/zalo?u={escape(url)}">Zalo</a> '
        '<a href="#" onclick="print()">In bài</a></div>'
    )


def _related(others: Sequence[Article]) -> str:
    links = "".join(f'<li><a href="{escape(o.path)}">{escape(o.title)}</a></li>' for o in others[:3])
    return f'<div class="related-news"><h4>Tin liên quan</h4><ul>{links}</ul></div>' if links else ""


def _comments(comments: Sequence[str]) -> str:
    items = "".join(
        f'<div class="comment-item"><b>Bạn đọc {i}</b><p>{escape(c)}</p><a href="#">Thích</a></div>'
        for i, c in enumerate(comments, 1)
    )
    return f'<div class="box-comment" id="comments"><h4>Ý kiến bạn đọc ({len(comments)})</h4>{items}</div>'


def _page(site: SiteConfig, head: str, main: str, aside: Sequence[Article]) -> str:
    nav = "".join(f'<li><a href="/{key}">{name}</a></li>' for key, name in SECTIONS.items())
    most = "".join(f'<li><a href="{escape(a.path)}">{escape(a.title)}</a></li>' for a in aside[-3:])
    return (
        f'<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}'
        f'<link rel="stylesheet" href="/style.css"></head>\n<body>\n'
        f'<header class="header"><a class="logo" href="/">{escape(site.title)}</a><p>{FICTION}</p></header>\n'
        f'<nav class="main-nav"><ul>{nav}</ul></nav>\n<main class="container">{main}</main>\n'
        f'<aside class="sidebar"><h4>Đọc nhiều</h4><ul>{most}</ul><div class="ads">Quảng cáo: liên hệ 0000 000 000'
        "</div></aside>\n"
        f'<footer class="footer"><p>{escape(site.title)}. Giấy phép số 00/GP-THUNGHIEM. Chịu trách nhiệm '
        "nội dung: Ban biên tập. "
        f"{FICTION}</p></footer>\n</body></html>\n"
    )


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:117].rsplit(" ", 1)[0] + "..."
