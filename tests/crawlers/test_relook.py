"""A flagged document is looked at again: what the site is asked, and what a person reads of it afterwards."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest

from core import clock
from core.codes.texts import SourceKind
from core.model.documents import document_id
from core.model.sources import Source
from crawlers.fetch.relook import Relook, page_of
from crawlers.fetch.round import run_round
from crawlers.page.urls import canonical_url
from crawlers.platforms import names, platform
from crawlers.read import read_warc
from tests.crawlers.conftest import AGENT, LIMITS, look
from tests.crawlers.hostile_site import HTML, article
from tests.crawlers.paper import Paper

PATH = "/bai-so-1-100001.html"


def again(paper: Paper, folder, *paths: str, etag: str = "", limits=LIMITS, **more):
    """One round of looks; gives what is in its files and, by path, each look's outcome and status."""
    source = paper.source(**more)
    looks = [
        (source, Relook("bao", document_id(canonical_url(paper.base + path)), paper.base + path, "article",
                        {"etag": etag} if etag else {}))
        for path in paths or (PATH,)
    ]  # fmt: skip
    outcome = run_round([], warc_dir=folder, limits=limits, user_agent=AGENT, seen={}, looks=looks)
    assert outcome.error == ""
    by_id = {one.document_id: one.url.removeprefix(paper.base) for _, one in looks}
    found = {}
    for file in outcome.files:
        for item in read_warc(file, {"bao": source}):
            if type(item).__name__ == "Looked":
                found[by_id[item.document_id]] = (item.outcome, item.status)
    return look(outcome, [source]), found


def test_an_article_that_did_not_change_is_not_sent_again(paper, tmp_path):
    paper.answers[PATH] = (200, HTML | {"ETag": '"1"'}, article("Bài số 1 của tờ báo"))
    seen, found = again(paper, tmp_path, etag='"1"')
    assert found == {PATH: ("same", "304")}
    assert (seen.documents, seen.drops) == ([], [])
    assert paper.paths() == [PATH]


def test_an_edited_article_is_read_again(paper, tmp_path):
    paper.answers[PATH] = (200, HTML | {"ETag": '"2"'}, article("Bài số 1 đã được đính chính"))
    seen, found = again(paper, tmp_path, etag='"1"')
    assert found == {PATH: ("there", "200")}
    assert [d.title for d in seen.documents] == ["Bài số 1 đã được đính chính"]


def test_a_look_is_no_poll_and_follows_nothing(paper, tmp_path):
    paper.news(3)
    seen, _ = again(paper, tmp_path)
    assert seen.polled == {}
    assert paper.paths() == [PATH]


HOME = "".join(
    f'<h3><a href="/tin-tuc-so-{n}-20000{n}.html">Tin tức số {n} trong ngày hôm nay</a></h3>' for n in range(9)
)


ANSWERS = {
    "/a-1.html": ((404, HTML, b""), ("gone", "404"), ""),
    "/a-2.html": ((410, HTML, b""), ("gone", "410"), ""),
    "/a-3.html": ((451, HTML, b""), ("gone", "451"), ""),
    "/a-4.html": ((302, {"Location": "/"}, b""), ("gone", "200"), ""),
    "/a-5.html": ((302, {"Location": "/bai-so-2-100002.html"}, b""), ("failed", "200"), "unreadable"),
    "/a-6.html": ((302, {"Location": "http://khac.example/"}, b""), ("failed", "off-host"), "off-host"),
    "/a-7.html": ((403, HTML, b""), ("failed", "403"), "http-4xx"),
    "/a-8.html": ((500, HTML, b""), ("failed", "500"), "http-5xx"),
    "/a-9.html": ((200, HTML, b"<html></html>"), ("failed", "200"), "unreadable"),
}


def test_gone_is_said_only_when_the_site_says_so(paper, tmp_path):
    paper.news(3)
    paper.answers["/"] = (200, HTML, f"<html><body>{HOME}</body></html>".encode())
    paper.answers |= {path: answer for path, (answer, _, _) in ANSWERS.items()}
    seen, found = again(paper, tmp_path, *ANSWERS)
    assert found == {path: expected for path, (_, expected, _) in ANSWERS.items()}
    counted = {drop.url.removeprefix(paper.base): drop.reason for drop in seen.drops if drop.stage == "crawl"}
    assert counted == {path: reason for path, (_, _, reason) in ANSWERS.items() if reason}


def test_robots_and_the_hosts_pace_are_kept(paper, tmp_path):
    paper.news(4)
    paper.answers["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /bai-so-3")
    paths = [f"/bai-so-{n}-10000{n}.html" for n in range(4)]
    _, found = again(paper, tmp_path, *paths, delay=0.4)
    assert found[paths[3]] == ("failed", "robots")
    assert set(paper.paths()) == set(paths[:3])
    times = [at for at, path, _ in paper.asked]
    assert min(b - a for a, b in pairwise(times)) >= 0.3


def test_what_there_was_no_time_for_stays_due(paper, tmp_path):
    paper.news(9)
    paths = [f"/bai-so-{n}-10000{n}.html" for n in range(9)]
    begin = time.monotonic()
    _, found = again(paper, tmp_path, *paths, delay=2.0, limits=replace(LIMITS, round_timeout=3))
    assert time.monotonic() - begin < 25
    assert 1 <= len(found) < 9
    assert {outcome for outcome, _ in found.values()} == {"there"}


def test_a_post_that_was_taken_off_a_channel_is_gone_and_the_one_before_it_is_there(paper, tmp_path):
    def post(number):
        return (
            f'<div class="tgme_widget_message" data-post="kenh/{number}"><div class="tgme_widget_message_text">'
            f'Tin số {number} của kênh về dịch bệnh</div><a class="tgme_widget_message_date" href="/kenh/{number}">'
            f'<time datetime="2021-08-05T07:30:00+07:00"></time></a></div>'
        )

    host = paper.base.split("/")[2]
    source = Source(
        "kenh",
        "Kênh",
        SourceKind.CHANNEL,
        "telegram",
        ({"url": f"{paper.base}/s/kenh", "as": "channel"},),
        (host,),
        delay=0.0,
    )
    paper.answers["/s/kenh"] = (200, HTML, f"<html><body>{post(7)}{post(8)}</body></html>".encode())
    paper.respond = lambda path, _: paper.answers.get(path.split("?")[0], (404, HTML, b""))
    looks = []
    for number in (8, 9):
        link = page_of(source, f"{paper.base}/kenh/{number}", f"{paper.base}/kenh/{number}")
        identity = document_id(canonical_url(f"{paper.base}/s/kenh"), str(number))
        looks.append((source, Relook("kenh", identity, link.url, link.role)))
    outcome = run_round([], warc_dir=tmp_path, limits=LIMITS, user_agent=AGENT, seen={}, looks=looks)
    items = [item for file in outcome.files for item in read_warc(file, {"kenh": source})]
    found = {item.document_id: item.outcome for item in items if type(item).__name__ == "Looked"}
    assert found == {looks[0][1].document_id: "there", looks[1][1].document_id: "gone"}
    assert set(paper.paths()) == {"/s/kenh?before=9", "/s/kenh?before=10"}


@pytest.mark.parametrize(
    ("kind", "url", "canonical", "page"),
    [
        ("press", "https://a.example/x.html", "https://a.example/x.html", ("https://a.example/x.html", "article")),
        ("telegram", "https://a.example/k/5", "https://a.example/k/5", ("https://a.example/s/k?before=6", "channel")),
        ("xenforo", "https://a.example/threads/t.2/post-9", "https://a.example/threads/2/#post-9",
         ("https://a.example/threads/t.2/post-9", "thread")),
        ("xenforo", "https://a.example/f/threads/t.2/page-3#post-9", "https://a.example/f/threads/2/#post-9",
         ("https://a.example/f/posts/9/", "thread")),
        ("discourse", "https://a.example/t/7/3", "https://a.example/t/7/3", ("https://a.example/t/7/3.json", "thread")),
        ("mastodon", "https://a.example/@b/1", "https://a.example/@b/1",
         ("https://a.example/api/v1/statuses/1", "again")),
        ("mastodon", "https://b.example/@b/1", "https://b.example/@b/1", None),
        ("youtube", "https://www.youtube.com/watch?v=abcdefghijk", "https://www.youtube.com/watch?v=abcdefghijk", None),
        ("press", "https://b.example/x.html", "https://b.example/x.html", None),
        ("telegram", "zalo:1", "zalo:1", None),
    ],
)  # fmt: skip
def test_where_a_document_is_looked_at_again(kind, url, canonical, page):
    source = Source("a", "A", SourceKind.PRESS, kind, (), ("a.example",))
    link = page_of(source, url, canonical)
    assert (link and (link.url, link.role)) == page


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("url", ["", "http://[::1", "zalo:1", "tip:a/b", "https://a.example/" + "x" * 5000])
def test_no_address_breaks_a_platform(name, url):
    platform(name).again(url, url, Source("a", "A", SourceKind.PRESS, name, (), ("a.example",)))
    assert clock.now()
