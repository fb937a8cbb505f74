"""Sitemaps, and going back to a day: bounded each time, and gone on with the next time."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.model.documents import document_id
from core.sources.files import parse_source
from crawlers.follow.sitemap import sitemap_links
from crawlers.page.page import Page
from crawlers.read import read_page
from tests.crawlers.conftest import LIMITS, crawl
from tests.crawlers.hostile_site import HTML, XML, article

SINCE = date(2021, 8, 1)
FETCHED = datetime(2021, 8, 20, 3, 0, tzinfo=UTC)


def urlset(entries: list[tuple[str, str]]) -> bytes:
    items = "".join(
        f"<url><loc>{url}</loc>{f'<lastmod>{when}</lastmod>' if when else ''}</url>" for url, when in entries
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'.encode()


def index(urls: list[str]) -> bytes:
    items = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    head = '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return f"{head}{items}</sitemapindex>".encode()


def page(body: bytes, since: date | None = None, url: str = "https://bao.example/sitemap.xml") -> Page:
    table = {"title": "x", "kind": "press", "platform": "press", "hosts": ["bao.example"]}
    source = parse_source("bao", table | {"starts": [{"url": url, "as": "sitemap"}]})
    return Page(url, body, FETCHED, "", "sitemap", source, since)


URLS = [
    ("https://bao.example/a.html", "2021-08-19T10:00:00+07:00"),
    ("https://bao.example/b.html", "2021-08-02"),
    ("https://bao.example/c.html", "2021-07-31"),
    ("https://bao.example/d.html", ""),
    ("https://khac.example/e.html", "2021-08-19"),
]


def test_a_poll_takes_what_is_new_and_a_backfill_what_is_not_too_old():
    now = sitemap_links(page(urlset(URLS)))
    assert [link.url[-6:] for link in now.links] == ["a.html", "d.html"]
    assert now.off_host == 1
    back = sitemap_links(page(urlset(URLS), SINCE))
    assert [link.url[-6:] for link in back.links] == ["a.html", "b.html", "d.html"]


def test_a_sitemap_that_is_a_gzip_file_is_read():
    found = sitemap_links(page(gzip.compress(urlset(URLS)), SINCE, "https://bao.example/sitemap.xml.gz"))
    assert len(found.links) == 3


def test_an_index_leads_to_the_sitemaps_of_the_months_asked_for():
    months = [f"https://bao.example/sitemaps/news-2021-{month}.xml" for month in (6, 7, 8)]
    months = [url.replace("-6", "-06").replace("-7", "-07").replace("-8", "-08") for url in months]
    found = sitemap_links(page(index([*months, "https://bao.example/sitemap-sections.xml"]), SINCE))
    assert [(link.url[-11:], link.role) for link in found.links] == [
        ("2021-08.xml", "sitemap"),
        ("ections.xml", "sitemap"),
    ]


def test_a_news_sitemap_is_dated_by_its_publication_date():
    body = (
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        b' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://bao.example/a.html</loc>'
        b"<news:news><news:publication_date>2021-07-01T08:00:00+07:00</news:publication_date><news:title>T</news:title>"
        b"</news:news></url></urlset>"
    )
    assert sitemap_links(page(body)).links == ()
    assert len(sitemap_links(page(body, date(2021, 7, 1))).links) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>404</body></html>",
        b"\x1f\x8bno gzip",
        b"<rss></rss>",
        b"{}",
        gzip.compress(b"0" * 100, mtime=0),
    ],
)
def test_what_is_no_sitemap_is_said_to_be_broken(body):
    assert sitemap_links(page(body)).problem == "broken-sitemap"


def test_a_sitemap_cannot_read_files_or_blow_up():
    body = (
        b'<!DOCTYPE u [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
        b"<urlset><url><loc>https://bao.example/&f;&b;</loc></url></urlset>"
    )
    assert all("root" not in link.url for link in sitemap_links(page(body)).links)


@pytest.mark.parametrize(
    ("markup", "want"),
    [
        ('<link rel="next" href="/suc-khoe?page=2">', "https://bao.example/suc-khoe?page=2"),
        (
            '<ul class="pagination"><li><a href="/suc-khoe/p2">Trang sau »</a></li></ul>',
            "https://bao.example/suc-khoe/p2",
        ),
        ('<div class="paging"><a class="btn next" href="p3.html"><i></i></a></div>', "https://bao.example/p3.html"),
        ('<p><a href="/bai-sau">Tiếp theo</a></p>', ""),
        ('<div class="pagination"><a href="https://khac.example/2">›</a></div>', ""),
        ("", ""),
    ],
)
def test_the_next_page_of_a_listing(markup, want):
    from crawlers.follow.paging import next_page

    body = f"<html><head></head><body>{markup}</body></html>".encode()
    assert next_page(replace(page(body, url="https://bao.example/suc-khoe"), role="listing")) == want


def dated(title: str, day: date) -> bytes:
    return article(title).replace(b"2021-08-05", day.isoformat().encode())


def rounds(paper, source, folder, limits, times=12):
    """Backfill until nothing is left; gives the titles and how many rounds it took."""
    seen: set[str] = set()
    state: dict[str, dict[str, str]] = {}
    titles: list[str] = []
    for number in range(1, times):
        one = crawl([source], folder / str(number), limits, {"bao": seen}, validators={"bao": state}, since=SINCE)
        assert one.outcome.error == ""
        titles += [d.title for d in one.documents]
        state = one.polled["bao"].validators
        fresh = {f.url_hash for f in one.fetched} - seen
        seen |= fresh
        if not fresh and not any(d.reason == "max-pages" for d in one.drops):
            return titles, number
    raise AssertionError(titles)


def test_a_backfill_through_sitemaps_goes_on_where_it_stopped(paper, tmp_path):
    days = [date(2021, 8, 1) + timedelta(days=n) for n in range(4)]
    maps = []
    for number, day in enumerate(days):
        urls = [f"/bai-so-{n}-10{number}00{n}.html" for n in range(3)]
        paper.answers |= {u: (200, HTML, dated(f"Bài {n} ngày {number} của tờ báo", day)) for n, u in enumerate(urls)}
        paper.answers[f"/sitemap-{day:%Y-%m-%d}.xml"] = (200, XML, urlset([(paper.base + u, str(day)) for u in urls]))
        maps.append(f"{paper.base}/sitemap-{day:%Y-%m-%d}.xml")
    old = f"{paper.base}/sitemap-2021-07-01.xml"
    paper.answers["/sitemap.xml"] = (200, XML, index([*maps, old]))
    paper.answers["/bai-so-0-101000.html"] = (404, HTML, b"")
    source = paper.source(starts=[{"url": f"{paper.base}/sitemap.xml", "as": "sitemap"}])
    titles, count = rounds(paper, source, tmp_path, replace(LIMITS, max_pages=16))
    assert len(titles) == len(set(titles)) == 11
    assert 2 <= count <= 5
    paths = paper.paths()
    assert old.removeprefix(paper.base) not in paths
    assert paths.count("/bai-so-0-101000.html") == 1
    assert max(paths.count(path) for path in paths if path.startswith("/bai")) == 1


def listing(base: str, number: int, day: date, following: str) -> bytes:
    start = f"{base}/tin-trong-ngay-{day:%d-%m}-so"
    items = "".join(
        f'<h3><a href="{start}-{n}-{number}0000{n}.html">Tin trong ngày {day:%d/%m} số {n}</a></h3>' for n in range(4)
    )
    return f'<html><body><h1>Tin</h1>{items}<div class="paging">{following}</div></body></html>'.encode()


def test_a_backfill_through_pages_stops_at_its_day_and_goes_on_where_it_stopped(paper, tmp_path):
    for number in range(1, 7):
        day = date(2021, 8, 8) - timedelta(days=2 * number)
        following = f'<a rel="next" href="/tin?page={number + 1}">Trang sau</a>'
        path = "/tin" if number == 1 else f"/tin?page={number}"
        paper.answers[path] = (200, HTML, listing(paper.base, number, day, following))
        for n in range(4):
            url = f"/tin-trong-ngay-{day:%d-%m}-so-{n}-{number}0000{n}.html"
            paper.answers[url] = (200, HTML, dated(f"Tin trong ngày {day:%d/%m} số {n}", day))
    source = paper.source(starts=[{"url": f"{paper.base}/tin", "as": "listing"}])
    titles, count = rounds(paper, source, tmp_path, replace(LIMITS, max_pages=13))
    days = {title.split()[3] for title in titles}
    assert {"06/08", "04/08", "02/08"} <= days
    assert "29/07" not in days
    assert len(titles) == len(set(titles))
    assert count >= 2
    assert "/tin?page=6" not in paper.paths()


def test_an_ordinary_poll_of_a_listing_does_not_page(paper, tmp_path):
    paper.answers["/tin"] = (200, HTML, listing(paper.base, 1, SINCE, '<a rel="next" href="/tin?page=2">2</a>'))
    crawl([paper.source(starts=[{"url": f"{paper.base}/tin", "as": "listing"}])], tmp_path)
    assert "/tin?page=2" not in paper.paths()


def test_a_gone_page_is_known_as_seen_after_a_backfill(paper, tmp_path):
    paper.answers["/rss"] = (200, XML, urlset([(f"{paper.base}/bai-cu-100001.html", "2021-08-02")]))
    source = paper.source(starts=[{"url": f"{paper.base}/rss", "as": "sitemap"}])
    one = crawl([source], tmp_path, since=SINCE)
    assert {f.url_hash for f in one.fetched} == {document_id(f"{paper.base}/bai-cu-100001.html")}


def test_a_sitemap_read_as_a_page_gives_its_links():
    reading = read_page(urlset(URLS), "https://bao.example/sitemap.xml", role="sitemap", fetched=FETCHED)
    assert (reading.kind, len(reading.links)) == ("listing", 2)
