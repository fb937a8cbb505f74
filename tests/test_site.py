"""The demo web: it answers as real sites do, and says the same every time except for the hours."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from core.codes.texts import SourceKind
from core.model.sources import Source
from tests.site import ROOT, Site, start_site
from tests.site.pages import windows_1258
from tests.site.texts import CHANNEL, Web, load

NOW = datetime(2026, 3, 14, 2, 30, tzinfo=UTC)
LINK = re.compile(r'(?:href|content)="([^"#]+)"')


@pytest.fixture(scope="module")
def web() -> Web:
    return load(NOW)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with start_site(now=NOW) as running:
        yield running


def get(url: str) -> tuple[int, str, bytes]:
    """Status, content type and body."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


def test_the_web_says_some_three_hundred_things(web: Web) -> None:
    texts = list(web.texts())
    stances = Counter(t.label.stance for t in texts)
    assert len(texts) >= 300
    assert 45 <= stances["spread"] <= 60
    assert stances["rebut"] >= 30
    assert sum(1 for s in web.sites if s.kind == "press") == 12
    assert len({(t.site, t.path, t.part) for t in texts}) == len(texts)


def test_every_rumour_spreads_before_it_is_rebutted(web: Web) -> None:
    for rumour in {t.label.rumour for t in web.texts()} - {""}:
        spread = [t.at for t in web.texts() if t.label.rumour == rumour and t.label.stance == "spread"]
        rebutted = [t.at for t in web.texts() if t.label.rumour == rumour and t.label.stance == "rebut"]
        assert len(spread) >= 3, rumour
        assert not rebutted or min(spread) < min(rebutted), rumour


def test_texts_fall_into_the_48_hours_before_now_and_into_each_of_them(web: Web) -> None:
    hours = Counter(int((NOW - t.at) / timedelta(hours=1)) for t in web.texts())
    assert set(hours) == set(range(48))


def test_only_times_depend_on_now(web: Web) -> None:
    def undated(one: Web) -> list[tuple[str, str, str, str]]:
        return [(t.site, t.path, t.part, re.sub(r"\d\d/\d\d", "", t.title + t.text)) for t in one.texts()]

    assert undated(web) == undated(load(NOW + timedelta(days=40, hours=5)))
    assert list(web.texts()) == list(load(NOW).texts())


def test_no_placeholder_is_left(web: Web) -> None:
    assert not [t for t in web.texts() if re.search(r"[{}]", t.title + t.text)]


def test_the_demo_is_not_what_the_model_learned_from(web: Web) -> None:
    def runs(text: str, length: int = 10) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}

    learned: set[tuple[str, ...]] = set()
    for file in sorted((ROOT / "classify" / "corpus").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                learned |= runs(row.get("text") or "")
    shared = [t.text[:60] for t in web.texts() if runs(f"{t.title} {t.text}") & learned]
    assert not shared


def test_every_text_can_be_read_where_it_stands(site: Site, web: Web) -> None:
    for article in web.articles:
        status, _, body = get(site.sites[article.site] + article.path)
        assert status == 200, article.path
        if b"windows-1258" not in body:
            page = body.decode()
            assert f"{article.at:%d/%m/%Y}" in page or article.at.isoformat() in page
            assert article.paragraphs[-1][:20].split('"')[0] in page
    for thread in web.threads:
        for post in thread.posts:
            _, _, body = get(f"{site.sites['dien-dan-que-minh']}{thread.path}post-{post.id}")
            assert f'data-content="post-{post.id}"'.encode() in body


def test_the_channel_pages_back_to_its_first_message(site: Site, web: Web) -> None:
    base, path, seen = site.sites["kenh-tin-nong"], f"/s/{CHANNEL}", set[str]()
    while path:
        page = get(base + path)[2].decode()
        seen |= set(re.findall(rf'data-post="{CHANNEL}/(\d+)"', page))
        found = re.search(r'<link rel="prev" href="([^"]+)">', page)
        path = found[1] if found else ""
    assert seen == {str(p.id) for p in web.channel}


def test_forum_posts_carry_author_time_and_quotes(site: Site, web: Web) -> None:
    longest = max(web.threads, key=lambda t: len(t.posts))
    first = get(site.sites["dien-dan-que-minh"] + longest.path)[2].decode()
    assert first.count('<article class="message ') == 20
    assert "pageNav-page--current" in first
    assert 'class="bbCodeBlock' in first
    assert 'data-author="Người Trung Du"' in first


def test_a_hostile_post_is_text_not_script(site: Site, web: Web) -> None:
    pages = [get(site.sites["dien-dan-que-minh"] + t.path)[2].decode() for t in web.threads]
    assert any("&lt;script&gt;alert(" in page for page in pages)
    assert not any("<script>alert(" in page for page in pages)


def test_feeds_parse_and_hold_every_article(site: Site, web: Web) -> None:
    import feedparser

    kinds = Counter(config.feed for config in web.sites if config.feed)
    assert kinds["rss"] >= 5
    assert kinds["atom"] == 1
    for config in web.sites:
        if config.feed:
            feed = feedparser.parse(get(f"{site.sites[config.name]}/{config.feed}.xml")[2])
            assert not feed.bozo, config.name
            assert len(feed.entries) == len(web.of(config.name))
            assert all(e.get("published_parsed") and e.link.startswith(site.sites[config.name]) for e in feed.entries)


def test_every_link_of_a_front_page_answers_except_the_odd_ones(site: Site) -> None:
    bad: dict[str, int] = {}
    for base in site.sites.values():
        page = get(base + "/")[2].decode()
        for link in re.findall(r'<a href="(/[^"]*)"', page):
            status = get(urljoin(base, link))[0]
            if status != 200:
                bad[link] = status
    assert bad == {"/tin-tuc/bai-da-go-lich-cat-nuoc-xa-tam-son-100901.htm": 404}


def test_a_crawl_meets_the_odd_things_of_the_real_web(site: Site, web: Web) -> None:
    tam_dao = site.sites["tam-dao-ngay-nay"]
    assert "Disallow: /noi-bo/" in get(tam_dao + "/robots.txt")[2].decode()
    assert "/noi-bo/" in get(tam_dao + "/")[2].decode()
    assert "http://bao-khac.invalid/" in get(site.sites["suc-khoe-lang-xanh"] + "/")[2].decode()
    huge = get(site.sites["hon-que"] + "/doc/phu-luc-toan-van-danh-sach-di-tich-100903.html")[2]
    assert len(huge) > 12 * 1024 * 1024
    old = web.of("tieng-noi-khu-cong-nghiep")[-1]
    _, kind, body = get(site.sites["tieng-noi-khu-cong-nghiep"] + old.path)
    assert kind == "text/html"
    assert b"charset=windows-1258" in body
    import unicodedata

    assert old.paragraphs[0] in unicodedata.normalize("NFC", body.decode("cp1258"))


def test_windows_1258_comes_back_whole() -> None:
    import unicodedata

    text = "Thuở ấy, ở Vĩnh Phúc: ngưỡng cửa, bữa tối, Đặng Ỷ, quyết liệt, thuế, ẫm ẵm ợ ỹ"
    assert unicodedata.normalize("NFC", windows_1258(text).decode("cp1258")) == text


def test_source_files_are_sources(site: Site) -> None:
    for name, base in site.sites.items():
        data = tomllib.loads((site.sources_dir / f"{name}.toml").read_text(encoding="utf-8"))
        source = Source(**{**data, "kind": SourceKind(data["kind"])})
        assert source.name == name
        assert list(source.hosts) == [urlsplit(base).netloc]
        for start in source.starts:
            assert get(start["url"])[0] == 200


def test_a_folder_is_served_as_it_lies_on_disk(tmp_path: Path) -> None:
    page = "<html><head><meta charset='windows-1258'></head><body>\xe9\x00</body></html>".encode("latin-1")
    (tmp_path / "bài một.html").write_bytes(page)
    (tmp_path / "notes.txt").write_text("not a page")
    with start_site(sources_dir=tmp_path / "sources", directory=tmp_path) as folder:
        (base,) = folder.sites.values()
        links = re.findall(r'<a href="([^"]+)"', get(base + "/")[2].decode())
        assert [get(base + link)[2] for link in links] == [page]
        assert get(base + "/notes.txt")[0] == 404
        assert len(list(folder.sources_dir.glob("*.toml"))) == 1


def test_the_server_ends_when_its_standard_input_closes() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.site"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    sources = Path(json.loads(process.stdout.readline())["sources_dir"])
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()
    assert not sources.exists()


@pytest.mark.parametrize("arguments", [["--now", "yesterday"], ["--dir", "no/such/folder"]])
def test_wrong_options_are_refused_in_one_line(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.site", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
