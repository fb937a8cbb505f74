"""Two crawls at the same moment never ask the same source twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.flows.world import ROOT, SOATIN, environ, json_of, make_home, one, rows, script, soatin

FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><title>Bài về vắc xin</title>'
    "<link>/bai</link></item></channel></rss>"
)


class Paper(BaseHTTPRequestHandler):
    """A feed that takes its time, and one article; every request is counted."""

    asked: ClassVar[Counter[tuple[int, str]]]

    def do_GET(self) -> None:
        self.asked[self.server.server_port, self.path] += 1  # type: ignore[attr-defined]
        if self.path == "/feed":
            time.sleep(1.5)
        found = {"/feed": FEED, "/bai": "<html><body><article><p>" + "Tin về vắc xin. " * 40 + "</p></article>"}
        body = found.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "application/rss+xml" if self.path == "/feed" else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it so
        pass


@dataclass
class Papers:
    """Three papers, each a source of its own, and what they were asked."""

    home: Path
    asked: Counter[tuple[int, str]]


@pytest.fixture
def papers(tmp_path: Path) -> Iterator[Papers]:
    handler = type("Counted", (Paper,), {"asked": Counter()})
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(3)]
    home = make_home(tmp_path / "home")
    for number, server in enumerate(servers):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{server.server_port}"
        (home / "soatin-data" / "sources" / f"bao-{number}.toml").write_text(
            f'title = "Báo {number}"\nkind = "press"\nplatform = "press"\nhosts = ["{host}"]\ndelay = 0\n'
            f'starts = [{{ url = "http://{host}/feed", as = "feed" }}]\n',
            "utf-8",
        )
    script(home, "")  # the tables are there before anybody starts
    yield Papers(home, handler.asked)  # type: ignore[attr-defined]
    for server in servers:
        server.shutdown()
        server.server_close()


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [str(SOATIN), "crawl", *arguments, "--json"]
    return subprocess.Popen(
        command, env=environ(home), cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def test_each_source_is_asked_by_one_of_two_crawls(papers: Papers) -> None:
    results = [json.loads(process.communicate(timeout=60)[0]) for process in [start(papers.home), start(papers.home)]]
    assert set(papers.asked.values()) == {1}
    assert len([path for _, path in papers.asked if path == "/feed"]) == 3
    assert sum(result["polled"] for result in results) == 3
    assert [result["errors"] for result in results] == [[], []]
    assert rows(papers.home, "SELECT * FROM archive_job WHERE queue = 'poll'") == []
    assert one(papers.home, "SELECT count(*) FROM archive_document") == 3


def test_a_source_that_is_being_asked_is_not_asked_by_name_either(papers: Papers) -> None:
    """The person is told so."""
    first = start(papers.home)
    until = time.monotonic() + 30
    while not any(path == "/feed" for _, path in papers.asked):
        assert time.monotonic() < until
        time.sleep(0.02)
    second = soatin(papers.home, "crawl", "--source", "bao-1", "--json")
    assert second.returncode == 1
    assert "another worker" in json.loads(second.stdout)["errors"][0]
    assert first.wait(60) == 0
    assert set(papers.asked.values()) == {1}


def test_a_killed_crawl_holds_nobody_up(papers: Papers) -> None:
    """Its leases end with it: others on the machine see that it died. Elsewhere they end with their time."""
    first = start(papers.home)
    until = time.monotonic() + 30
    while not any(path == "/feed" for _, path in papers.asked):
        assert time.monotonic() < until
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait(10)
    assert one(papers.home, "SELECT count(*) FROM archive_job WHERE queue = 'poll'") == 3
    assert json_of(soatin(papers.home, "crawl", "--json"))["polled"] == 3
    assert one(papers.home, "SELECT count(*) FROM archive_document") == 3
