"""Press and official sites: RSS/Atom (RFC 4287, RSS 2.0), listing pages, articles."""

from __future__ import annotations

import re
from dataclasses import replace

from core.clock import VIETNAM
from core.codes.texts import DocumentKind
from core.model.documents import Document, document_id, sha256_hex
from core.model.sources import Source
from core.sources.addresses import may_ask, netloc_of
from crawlers.article.body import Body, read_body
from crawlers.article.metadata import ArticleMeta, read_meta, stated_address
from crawlers.article.times import plausible
from crawlers.follow.feed import feed_links, is_feed
from crawlers.follow.listing import headlines, listing_links
from crawlers.follow.paging import next_page
from crawlers.follow.sitemap import sitemap_links
from crawlers.page.page import FoundOnPage, Link, Page, Reading
from crawlers.page.pdf import MAGIC, BrokenPdfError, read_pdf
from crawlers.page.urls import canonical_url
from crawlers.platforms.port import Platform

_PARAGRAPH, _NOTICE = 60, 200
"""Characters of a paragraph, and of a notice's paragraphs together."""
_TITLE = 4
"""Words of a PDF's title that is no file name."""
MIN_TEXT = 80
"""Characters that an article's body has at least; less is a video or picture page."""
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăâđêôơưĂÂĐÊÔƠƯ]")


class Press(Platform):
    """Articles."""

    def recognises(self, page: Page) -> bool:  # noqa: ARG002  # the port's signature
        """Everything that no other platform knows."""
        return True

    def find(self, page: Page) -> FoundOnPage:
        """Articles of a feed or listing; nothing follows from an article."""
        if page.role == "sitemap":
            return sitemap_links(page)
        if page.role == "feed":
            return feed_links(page)
        if page.role == "listing":
            return feed_links(page) if is_feed(page) else replace(listing_links(page), next=next_page(page))
        return FoundOnPage()

    def again(self, url: str, canonical: str, source: Source) -> Link | None:  # noqa: ARG002  # the port's signature
        """The article's page."""
        return Link(url, "article") if may_ask(url, source.hosts) else None

    def read(self, page: Page) -> Reading:
        """One document, or the links of a listing; a listing never gives a document."""
        if page.role == "feed" or is_feed(page):
            found = feed_links(page)
            problems = (page.drop(found.problem),) if found.problem else ()
            return Reading("listing", links=tuple(link.url for link in found.links), problems=problems)
        if page.role == "sitemap":
            return Reading("listing", links=tuple(link.url for link in sitemap_links(page).links))
        if page.role == "listing":
            return Reading("listing", links=tuple(link.url for link in listing_links(page).links))
        if page.body.startswith(MAGIC):
            return _notice(page)
        return self._article(page)

    def _article(self, page: Page) -> Reading:
        meta = read_meta(page)
        body = read_body(page, meta)
        doubtful = not meta.article and not _is_plain(body, meta)
        home = _at_home(page) if doubtful else page
        links = listing_links(home).links if doubtful else ()
        if len(links) >= 5 and _is_listing(body, headlines(home), meta):
            problems = (page.drop("not-article", f"{len(links)} links"),) if page.role == "article" else ()
            return Reading("listing", links=tuple(link.url for link in links), problems=problems)
        if len(body.text) < MIN_TEXT:
            return Reading("documents", problems=(page.drop("no-text", f"{len(body.text)} characters"),))
        marked = len(_VIETNAMESE.findall(body.text))
        language = "vi" if marked > 0.01 * len(body.text) or not meta.language.isalpha() else meta.language
        document = Document(
            id=document_id(meta.canonical),
            source=page.source_name,
            kind=DocumentKind.ARTICLE,
            url=page.url,
            canonical_url=meta.canonical,
            title=meta.title,
            text=body.text,
            published=meta.published,
            fetched=page.fetched,
            author=meta.author or body.byline,
            tags=meta.tags,
            language=language,
            sha256=sha256_hex(page.body),
            doubt=body.doubt,
        )
        return Reading("documents", (document,))


def _notice(page: Page) -> Reading:
    """The document of a PDF; a scanned one holds only pictures of words, which is said."""
    try:
        pdf = read_pdf(page.body)
    except BrokenPdfError as error:
        return Reading("documents", problems=(page.drop("unreadable", f"PDF: {error}"),))
    text = "\n".join(pdf.paragraphs)
    if pdf.scanned or len(text) < MIN_TEXT:
        return Reading(
            "documents", problems=(page.drop("no-text", "PDF of pictures: its words are not in it as text"),)
        )
    made = pdf.made.astimezone(VIETNAM) if pdf.made else None
    canonical = canonical_url(page.url)
    document = Document(
        id=document_id(canonical),
        source=page.source_name,
        kind=DocumentKind.ARTICLE,
        url=page.url,
        canonical_url=canonical,
        title=pdf.title if len(pdf.title.split()) >= _TITLE else "",
        text=text,
        published=made if made and plausible(made, page.fetched) else None,
        fetched=page.fetched,
        sha256=sha256_hex(page.body),
    )
    return Reading("documents", (document,))


def _at_home(page: Page) -> Page:
    """The page as if it had come from where it says it lives: its links are its own there, not off the host."""
    stated = stated_address(page)
    if not stated or netloc_of(stated) in {netloc_of(page.url), *page.hosts}:
        return page
    return replace(page, url=stated, source=None)


def _is_plain(body: Body, meta: ArticleMeta) -> bool:
    """Whether a page is an article whatever it links to: under a heading stand several paragraphs side by side, that
    are no teasers. A notice may be short, and its title too.
    """
    long = [text for text in body.paragraphs if len(text) >= _PARAGRAPH]
    return body.plain and meta.heading is not None and len(long) > 1 and sum(map(len, long)) >= _NOTICE


def _is_listing(body: Body, names: list[str], meta: ArticleMeta) -> bool:
    """Whether a page that does not call itself an article lists others: their headlines are most of its paragraphs,
    or three of four signs hold (no headline of its own, no time, little text for so many links, only teasers).
    """
    text = " ".join(body.paragraphs)
    inside = sum(name in text for name in names)
    if inside >= 5 and inside >= 0.4 * len(body.paragraphs):
        return True
    signs = (
        meta.heading is None or len(meta.title.split()) < 5,
        meta.published is None,
        len(text) < 250 * len(names),
        max(map(len, body.paragraphs), default=0) < 400,
    )
    return sum(signs) >= 3


PLATFORM = Press()
