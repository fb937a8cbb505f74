"""Before a source is watched a person sees what would be asked and whether its robots.txt lets us."""

from __future__ import annotations

import socket
import time
from dataclasses import replace

from crawlers.fetch.robots.preview import check
from tests.crawlers.conftest import AGENT


def one(source, **more):
    (answer,) = check([source], AGENT, 2.0, **more)[source.name]
    return answer


def test_what_robots_txt_says_is_said(paper):
    paper.answers["/robots.txt"] = (200, {}, b"User-agent: soatin\nDisallow: /rss\nCrawl-delay: 20\n")
    answer = one(paper.source())
    assert (answer.url, answer.role, answer.state, answer.delay) == (f"{paper.base}/rss", "feed", "forbidden", 20.0)
    assert paper.asked[0][2]["User-Agent"] == AGENT
    paper.answers["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /admin/\n")
    assert one(paper.source()).state == "allowed"


def test_none_allows_and_a_broken_one_forbids_for_now(paper):
    assert one(paper.source()).state == "allowed"  # 404
    paper.answers["/robots.txt"] = (503, {}, b"")
    answer = one(paper.source())
    assert (answer.state, answer.detail) == ("unknown", "robots.txt answers 503")


def test_redirects_stay_on_the_sources_hosts(paper):
    paper.answers["/robots.txt"] = (301, {"Location": "/r.txt"}, b"")
    paper.answers["/r.txt"] = (200, {}, b"User-agent: *\nDisallow: /\n")
    assert one(paper.source()).state == "forbidden"
    paper.answers["/robots.txt"] = (301, {"Location": "http://127.0.0.1:1/robots.txt"}, b"")
    assert one(paper.source()).detail == "robots.txt leads to another host"
    paper.answers["/robots.txt"] = (301, {"Location": "/robots.txt"}, b"")
    assert one(paper.source()).detail == "robots.txt redirects without end"


def test_a_host_is_asked_once_for_all_its_sources(paper):
    answers = check([paper.source(), replace(paper.source(), name="khac")], AGENT, 2.0)
    assert {name: a[0].state for name, a in answers.items()} == {"bao": "allowed", "khac": "allowed"}
    assert len(paper.asked) == 1


def test_offline_is_said_and_is_no_error(paper):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"127.0.0.1:{free.getsockname()[1]}"
    source = paper.source(hosts=[dead], starts=[{"url": f"http://{dead}/rss", "as": "feed"}])
    answer = one(source)
    assert answer.state == "unknown"
    assert "cannot be reached" in answer.detail


def test_a_robots_txt_that_drips_is_given_up(paper):
    body = b"User-agent: *\n" * 40
    paper.drip = 0.1
    paper.answers["/robots.txt"] = (200, {}, body)
    begin = time.monotonic()
    assert one(paper.source()).detail == "no answer in time"
    assert time.monotonic() - begin < 8


def test_an_interface_with_a_key_says_whether_it_has_one(paper, monkeypatch):
    monkeypatch.delenv("SOATIN_YOUTUBE_KEY", raising=False)
    start = {"url": f"{paper.base}/youtube/v3/search?q=covid", "as": "search"}
    source = paper.source(kind="channel", platform="youtube", starts=[start])
    assert (one(source).state, one(source).detail) == ("key", "SOATIN_YOUTUBE_KEY is missing")
    assert one(source, keys=["SOATIN_YOUTUBE_KEY"]).detail == "SOATIN_YOUTUBE_KEY is set"
    assert paper.asked == []
