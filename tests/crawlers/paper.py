"""A small site under a test's control."""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from core.sources.files import parse_source
from tests.crawlers.hostile_site import HTML, XML, article, feed


class Paper:
    """A small site under a test's control: ``answers`` by path, ``asked`` what came, with its time and conditions."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[float, str, dict[str, str]]] = []
        self.respond: Callable[[str, Message], tuple[int, dict[str, str], bytes]] | None = None
        self.drip = 0.0
        paper = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                paper.asked.append((time.monotonic(), self.path, dict(self.headers)))
                answer = paper.respond or (lambda path, _: paper.answers.get(path, (404, HTML, b"")))
                status, headers, body = answer(self.path, self.headers)
                if "ETag" in headers and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    for piece in (body[n : n + 10] for n in range(0, len(body), 10)) if paper.drip else (body,):
                        time.sleep(paper.drip)
                        self.wfile.write(piece)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https" if context else "http"
        self.base = f"{self.scheme}://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked if path != "/robots.txt"]

    def source(self, **more):
        table = {
            "title": "Báo",
            "kind": "press",
            "platform": "press",
            "hosts": [self.base.split("/")[2]],
            "starts": [{"url": f"{self.base}/rss", "as": "feed"}],
            "delay": 0.0,
        }
        return parse_source("bao", table | more)

    def news(self, count: int, **headers: str) -> None:
        urls = [f"/bai-so-{n}-10000{n}.html" for n in range(count)]
        self.answers |= {url: (200, HTML, article(f"Bài số {n} của tờ báo")) for n, url in enumerate(urls)}
        self.answers["/rss"] = (200, XML | headers, feed([self.base + url for url in urls]))
