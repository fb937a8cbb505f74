"""A picture shows the archived bytes, and nothing that the page asks for leaves the machine."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from crawlers.evidence.records import Record
from crawlers.evidence.screenshot import MOST, TALLEST, WIDTH, draw

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
HTML = "text/html; charset=utf-8"


@pytest.fixture(scope="module", autouse=True)
def browser() -> None:
    if not shutil.which("chromium") and not shutil.which("chromium-browser"):
        words = "**** no Chromium: pictures of pages were NOT tested ****"
        pytest.fail(words) if os.environ.get("SOATIN_REQUIRE_BROWSER") else pytest.skip(words)


@pytest.fixture
def trap() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that nobody is to ask."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def page(body: str, kind: str = HTML, status: int = 200, url: str = "https://bao.example/bai") -> Record:
    return Record("response", url, datetime.now(UTC), 0, status, (("Content-Type", kind),), body.encode())


def size(png: bytes) -> tuple[int, int]:
    """Width and height, from the header of a PNG."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_a_page_is_drawn_whole_and_asks_for_nothing(trap: tuple[str, list[str]]) -> None:
    """Pictures, styles, frames, scripts, jumps to other places: none is loaded, none changes what is seen."""
    url, asked = trap
    plain = f"<!doctype html><title>t</title>{'<p>Tin về vắc xin ở Vĩnh Yên</p>' * 80}"
    hostile = plain.replace(
        "<title>",
        f'<base href="{url}/"><meta http-equiv="refresh" content="0; url={url}/jump">'
        f'<link rel="stylesheet" href="{url}/style"><link rel="prefetch" href="{url}/pre">'
        f'<link rel="preconnect" href="{url}">'
        f'<style>@import "{url}/import"; body {{ background: url({url}/bg) }}</style>'
        f"<script>document.documentElement.innerHTML = 'khac'; fetch('{url}/fetch')</script><title>",
        1,
    )
    drawn = draw([page(plain), page(hostile, url=f"{url}/bai")])
    assert drawn.missing == {}
    assert "Chrome" in drawn.by
    assert size(drawn.files[0])[0] == WIDTH
    assert size(drawn.files[0])[1] > 2000
    assert drawn.files[0] == drawn.files[1]
    framed = plain + f'<img src="{url}/img"><iframe src="{url}/frame"></iframe><object data="{url}/object"></object>'
    assert draw([page(framed)]).missing == {}
    assert asked == []


def test_the_charset_of_the_answer_holds() -> None:
    text = "<p>Bộ Y tế khuyến cáo</p>"
    old = Record(
        "response", "http://a.example/", datetime.now(UTC), 0, 200, (("Content-Type", "text/html; charset=utf-16le"),),
        text.encode("utf-16-le"),
    )  # fmt: skip
    drawn = draw([page(text), old])
    assert drawn.files[0] == drawn.files[1]


def test_an_endless_page_is_cut() -> None:
    drawn = draw([page("<p>x</p>" * 20_000)])
    assert size(drawn.files[0]) == (WIDTH, TALLEST)


def test_what_is_no_page_and_what_is_too_many_is_said() -> None:
    records = [page("{}", "application/json"), page("gone", status=404), page("")]
    assert draw(records).missing == {0: "not a page (application/json)", 1: "not a page (text/html)", 2: "empty"}
    drawn = draw([page("<p>x</p>")] * (MOST + 1))
    assert len(drawn.files) == MOST
    assert drawn.missing == {MOST: f"only the first {MOST} pages are drawn"}
