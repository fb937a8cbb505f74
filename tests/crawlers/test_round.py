"""A round over a hostile web: what a person sees afterwards, and what the sites saw."""

from __future__ import annotations

import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from core import clock
from core.codes.texts import SourceKind
from core.model.documents import document_id
from core.model.sources import Source
from core.sources.files import to_toml
from crawlers.evidence.records import read_record, read_records
from crawlers.evidence.warc import salvage
from crawlers.fetch.round import Limits, run_round
from crawlers.page.urls import canonical_url
from crawlers.read import read_page
from tests.crawlers.conftest import AGENT, LIMITS, crawl, look
from tests.crawlers.hostile_site import HTML, XML, article, feed


@pytest.fixture(scope="module")
def hostile_round(web, tmp_path_factory, asked):
    from core.sources.files import parse_source

    def make(name, path, role):
        host = f"127.0.0.1:{web[name]}"
        table = {
            "title": name,
            "kind": "press",
            "platform": "press",
            "hosts": [host],
            "delay": 0.0,
            "starts": [{"url": f"http://{host}{path}", "as": role}],
        }
        return parse_source(name, table)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = free.getsockname()[1]
    sources = [
        make("hostile", "/feed.xml", "feed"),
        make("good", "/feed.xml", "feed"),
        make("endless", "/", "listing"),
        make("unavailable", "/feed.xml", "feed"),
    ]
    gone = replace(
        sources[1],
        name="gone",
        hosts=(f"127.0.0.1:{dead}",),
        starts=({"url": f"http://127.0.0.1:{dead}/feed.xml", "as": "feed"},),
    )
    broken = replace(
        sources[2], name="broken", starts=({"url": f"http://127.0.0.1:{web['endless']}/broken.xml", "as": "feed"},)
    )
    seen = crawl([*sources, gone, broken], tmp_path_factory.mktemp("warc"))
    seen.asked = {name: [path for _, path, _ in asked(name)] for name in ("good", "hostile")}  # before any other round
    return seen


def test_the_round_ends_well(hostile_round):
    assert hostile_round.outcome.error == ""
    assert hostile_round.outcome.returncode == 0


def test_each_bad_page_is_a_drop_with_its_reason(hostile_round, web):
    reasons = hostile_round.reasons("hostile", f"http://127.0.0.1:{web['hostile']}")
    assert reasons == {
        "/cam/an-1.html": "robots",
        "/404.html": "http-4xx",
        "/500.html": "http-5xx",
        "/vong-a.html": "redirects",
        "/ra-ngoai.html": "off-host",
        "/vao-trong.html": "off-host",
        "/ftp.html": "off-host",
        "/bom-gzip.html": "too-large",
        "/bom-br.html": "too-large",
        "/lon.html": "too-large",
        "/nho-giot.html": "timeout",
        "/dau-dai.html": "network",
        "/rac.html": "undecodable",
        "/trong.html": "no-text",
        "/dut.html": "network",
        "/sau.html": "no-text",
        "/bom-long.html": "too-large",
        "/bom-lan.html": "too-large",
        "/bon-lop.html": "undecodable",
        "/dau-vo-tan.html": "too-large",
        "/dau-nho-giot.html": "timeout",
        "/vo-tan.html": "too-large",
        "/banh-quy.html": "redirects",
    }


def test_pages_that_can_be_read_are_read(hostile_round, web):
    titles = {d.url.rsplit("/", 1)[-1]: d.title for d in hostile_round.documents if d.source == "hostile"}
    assert titles["cp1258.html"] == "Tỉnh Vĩnh Phúc siết chặt phòng dịch"
    assert titles["dich.html?utm_source=x"] == "Bài đã chuyển sang địa chỉ mới"
    assert titles["tcvn3.html"] == "Huyện Lập Thạch mở điểm tiêm mới"
    assert titles["vni.html"] == "Huyện Sông Lô mở điểm tiêm mới"
    assert titles["utf16.html"] == "Huyện Yên Lạc mở điểm tiêm mới"
    assert titles["the-hong.html"] == "Huyện Bình Xuyên mở điểm tiêm"
    assert len(titles) == 6
    text = next(d.text for d in hostile_round.documents if d.url.endswith("cp1258.html"))
    assert "Trung tâm Y tế huyện Tam Đảo" in text


def test_what_was_fetched_by_redirect_is_known_by_the_address_that_was_asked(hostile_round, web):
    asked = f"http://127.0.0.1:{web['hostile']}/chuyen.html"
    assert document_id(canonical_url(asked)) in {f.url_hash for f in hostile_round.fetched}


def test_the_good_paper_is_not_disturbed(hostile_round):
    titles = sorted(d.title for d in hostile_round.documents if d.source == "good")
    assert titles == [f"Bài viết số {n} về tiêm chủng" for n in range(3)]
    polled = hostile_round.polled["good"]
    assert polled.error == ""
    assert polled.at < hostile_round.polled["hostile"].at


def test_an_endless_site_stops_at_its_limit_and_says_how_much_is_left(hostile_round):
    documents = [d for d in hostile_round.documents if d.source == "endless"]
    assert len(documents) == LIMITS.max_pages - 1
    left = [d for d in hostile_round.drops if d.source == "endless" and d.reason == "max-pages"]
    assert left
    assert left[0].detail.startswith("1951 ")


def test_a_calendar_that_never_ends_stops_after_its_first_page(source, tmp_path, asked):
    seen = crawl([source("calendar", ("/lich", "listing"))], tmp_path)
    paths = [path for _, path, _ in asked("calendar") if path != "/robots.txt"]
    assert len(paths) <= 11  # the page and the ten days that it names: no day leads to further days
    assert seen.polled["calendar"].error == ""


def test_a_backfill_of_an_endless_calendar_ends(source, tmp_path):
    seen = crawl([source("calendar", ("/lich", "listing"))], tmp_path, since=date(2021, 8, 1))
    assert seen.polled["calendar"].requests <= LIMITS.max_pages + 1
    assert not [drop for drop in seen.drops if drop.reason == "round-timeout"]


def test_ten_thousand_links_are_counted_and_the_rest_left_for_later(source, tmp_path):
    seen = crawl([source("calendar", ("/muoi-nghin", "listing")), source("good", ("/feed.xml", "feed"))], tmp_path)
    assert len(seen.documents) == LIMITS.max_pages - 1 + 3
    (left,) = [drop.detail for drop in seen.drops if drop.reason == "max-pages"]
    assert left.startswith(f"{10_000 - LIMITS.max_pages + 1} ")


def test_sources_that_fail_say_so_in_their_poll(hostile_round, web):
    errors = {name: polled.error.split()[0] if polled.error else "" for name, polled in hostile_round.polled.items()}
    assert errors == {
        "hostile": "",
        "good": "",
        "endless": "",
        "unavailable": "robots",
        "gone": "network",
        "broken": "broken-feed",
    }


def test_the_secret_service_was_never_asked(hostile_round, asked):
    assert asked("secret") == []


def test_the_crawler_says_who_it_is_and_keeps_no_cookies(hostile_round, asked):
    assert {agent for _, _, agent in asked("good")} == {AGENT}


def test_robots_is_asked_once_and_obeyed(hostile_round):
    paths = hostile_round.asked["hostile"]
    assert paths[0] == "/robots.txt"
    assert paths.count("/robots.txt") == 1
    assert "/cam/an-1.html" not in paths


def test_a_host_is_never_asked_twice_at_once(hostile_round, most_at_once):
    assert most_at_once("endless") == 1
    assert most_at_once("good") == 1


def test_an_article_that_three_links_name_is_asked_for_once(hostile_round):
    assert len([p for p in hostile_round.asked["good"] if p.startswith("/bai-viet-")]) == 3


def test_evidence_is_the_bytes_as_received_with_their_hash(hostile_round):
    document = next(d for d in hostile_round.documents if d.source == "good")
    path = next(p for p in hostile_round.outcome.files if p.name == document.warc.file)
    record = read_record(path, document.warc.offset)
    assert record.raw[:2] == b"\x1f\x8b"  # gzip, as the site sent it
    assert record.header("content-encoding") == "gzip"
    assert record.genuine
    assert record.digest == f"sha256:{document.sha256}"
    assert document.title.encode() in record.body
    assert (record.source, record.role, record.status) == ("good", "article", 200)


def test_bombs_are_not_kept(hostile_round):
    assert sum(p.stat().st_size for p in hostile_round.outcome.files) < 1_000_000


def test_what_is_known_is_not_asked_again(hostile_round, source, tmp_path, asked):
    paper = source("good", ("/feed.xml", "feed"))
    known = {f.url_hash for f in hostile_round.fetched if f.source == "good"}
    before = len(asked("good"))
    again = crawl([paper], tmp_path, seen={"good": known})
    assert again.documents == []
    assert [path for _, path, _ in asked("good")[before:]] == ["/robots.txt", "/feed.xml"]
    assert again.polled["good"].requests == 1


def test_one_host_is_asked_at_its_pace(source, tmp_path, asked):
    before = len(asked("good"))
    crawl([source("good", ("/feed.xml", "feed"), delay=0.4)], tmp_path)
    times = [at for at, _, _ in asked("good")[before:]]
    assert len(times) == 5
    assert min(b - a for a, b in pairwise(times)) >= 0.3


def test_a_round_ends_on_time_and_counts_what_it_left(source, tmp_path):
    begin = time.monotonic()
    late = crawl([source("endless", ("/", "listing"), delay=0.5)], tmp_path, replace(LIMITS, round_timeout=4))
    assert time.monotonic() - begin < 20  # without the limit it would be asking for 25 s
    assert late.outcome.returncode == 0
    assert {d.reason for d in late.drops} == {"round-timeout", "max-pages"}
    kept = len(late.documents)
    assert kept >= 1
    assert kept + sum(d.reason == "round-timeout" for d in late.drops) == LIMITS.max_pages - 1


def test_a_round_killed_in_the_middle_loses_nothing_that_was_received(source, tmp_path, asked):
    paper = source("endless", ("/", "listing"), delay=0.05)
    job = tmp_path / "job.json"
    warc_dir = tmp_path / "warc"
    job.write_text(
        json.dumps(
            {
                "sources": {paper.name: to_toml(paper)},
                "seen": {},
                "limits": asdict(LIMITS),
                "user_agent": AGENT,
                "warc_dir": str(warc_dir),
            }
        )
    )
    before = len(asked("endless"))
    process = subprocess.Popen(
        [sys.executable, "-m", "crawlers.fetch.run", str(job)], stdin=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    while len(asked("endless")) - before < 15:
        time.sleep(0.05)
    assert salvage(warc_dir) == []  # a living crawl's file is left alone
    assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    files = salvage(warc_dir)
    assert len(files) == 1
    assert not list(warc_dir.glob("*.open"))
    records = list(read_records(files[0]))
    assert all(record.whole for record in records)
    received = [record for record in records if record.role == "article"]
    articles = [path for _, path, _ in asked("endless")[before:] if path.startswith("/tin-")]
    assert len(articles) - len(received) in (0, 1)
    assert salvage(warc_dir) == []


def test_a_crawl_whose_parent_is_gone_stops(source, tmp_path):
    paper = source("endless", ("/", "listing"), delay=0.2)
    job = tmp_path / "job.json"
    job.write_text(
        json.dumps(
            {
                "sources": {paper.name: to_toml(paper)},
                "seen": {},
                "limits": asdict(LIMITS),
                "user_agent": AGENT,
                "warc_dir": str(tmp_path),
            }
        )
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "crawlers.fetch.run", str(job)], stdin=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    process.stdin.close()
    assert process.wait(5) == 3


def test_no_source_is_no_round(tmp_path):
    assert run_round([], warc_dir=tmp_path, limits=Limits(), user_agent=AGENT, seen={}).files == ()


def test_a_host_name_that_resolves_to_a_private_address_is_not_asked():
    from twisted.internet import defer

    from crawlers.fetch.resolver import PublicResolver, is_local, private_names

    resolver = PublicResolver.__new__(PublicResolver)
    resolver.local = frozenset({"localhost"})
    answers = {
        "inside.example": "10.0.0.5",
        "metadata.example": "169.254.169.254",
        "localhost": "127.0.0.1",
        "public.example": "1.1.1.1",
    }
    parent = PublicResolver.__mro__[1]
    original = parent.getHostByName
    parent.getHostByName = lambda self, name, timeout=(): defer.succeed(answers[name])
    try:
        out = {}
        for name in answers:
            resolver.getHostByName(name).addCallbacks(
                lambda a, n=name: out.update({n: a}), lambda f, n=name: out.update({n: ""})
            )
    finally:
        parent.getHostByName = original
    assert out == {"inside.example": "", "metadata.example": "", "localhost": "127.0.0.1", "public.example": "1.1.1.1"}
    assert {"inside.example", "metadata.example"} <= private_names
    assert all(map(is_local, ("127.0.0.1:80", "localhost:8000", "[::1]:80")))
    assert not is_local("vnexpress.net")


def test_looking_at_the_same_files_twice_gives_the_same(hostile_round, web):
    once = {d.id for d in hostile_round.documents}
    twice = look(hostile_round.outcome, [])
    assert {d.id for d in twice.documents} == once


def test_one_article_through_four_feeds_is_one_request_and_one_document(paper, tmp_path):
    paths = ["/bai-so-1-100001.html" + more for more in ("", "?utm_source=rss", "/amp", "?amp=1&fbclid=x", "#top")]
    paper.answers |= {path.partition("#")[0]: (200, HTML, article("Bài số 1 của tờ báo")) for path in paths}
    feeds = [f"/rss-{n}" for n in range(4)]
    for number, path in enumerate(feeds):
        links = [paper.base + paths[number], paper.base + paths[number + 1]]
        paper.answers[path] = (200, XML, feed(links))
    starts = [{"url": paper.base + path, "as": "feed"} for path in feeds]
    seen = crawl([paper.source(starts=starts)], tmp_path)
    assert len([path for path in paper.paths() if path.startswith("/bai-")]) == 1
    assert len({document.id for document in seen.documents}) == 1


def test_the_mobile_and_amp_pages_of_an_article_are_the_same_document():
    hosts = ("bao.example", "m.bao.example", "amp.bao.example", "www.bao.example")
    source = Source("bao", "Báo", SourceKind.PRESS, "press", (), hosts)
    head = '<link rel="canonical" href="https://www.bao.example/bai-so-1-100001.html">'
    ids = {
        document.id
        for url in (
            "https://www.bao.example/bai-so-1-100001.html",
            "https://m.bao.example/bai-so-1-100001.html?utm_source=x",
            "https://amp.bao.example/bai-so-1-100001.amp",
            "https://bao.example/amp/bai-so-1-100001.html",
        )
        for document in read_page(article("Bài số 1 của tờ báo", head), url, source, fetched=clock.now()).documents
    }
    assert len(ids) == 1


def test_a_redirect_to_a_name_that_resolves_to_a_private_address_is_not_followed(source, web, tmp_path, asked):
    name = socket.gethostname()
    try:
        private = ipaddress.ip_address(socket.gethostbyname(name)).is_private
    except OSError:
        private = False
    if not private:
        pytest.skip("SKIPPED: this machine's name does not resolve to a private address")
    before = len(asked("secret"))
    paper = source("hostile", ("/chi-vao-trong.html", "listing"))
    trusting = replace(paper, hosts=(*paper.hosts, f"{name}:{web['secret']}"))
    seen = crawl([trusting], tmp_path)
    assert [drop.reason for drop in seen.drops] == ["private-address"]
    assert len(asked("secret")) == before
