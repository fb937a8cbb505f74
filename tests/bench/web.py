"""A fast local web for measuring crawlers: ``python -m tests.bench.web HOSTS ARTICLES`` serves until stdin closes.

Each host has a feed, a listing and a sitemap of the same articles. It is asyncio at its barest, so that it is not
what is measured.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from email.utils import format_datetime
from functools import partial

from core import clock

_WORDS = (
    "Trung tâm Y tế huyện Tam Đảo cho biết sáng nay có thêm hai điểm tiêm vắc xin cho người trên mười tám tuổi. "
    "Các trạm y tế xã nhắc bà con mang theo căn cước công dân và giữ khoảng cách khi chờ đến lượt. "
)
_MENU = "".join(
    f'<li class="menu-item"><a href="/muc-{n}" title="Chuyên mục {n}">Chuyên mục {n}</a></li>' for n in range(60)
)
_BOX = "".join(
    f'<div class="item"><h3><a href="/bai-doc-nhieu-trong-tuan-{n}-90000{n}.html">Bài đọc nhiều số {n}</a></h3></div>'
    for n in range(20)
)


def article(number: int) -> bytes:
    """An article page of about 24 KB, half of it menus and boxes as in the press."""
    paragraphs = "".join(f"<p>{_WORDS * 2}Đoạn {n} của bài {number}.</p>" for n in range(20))
    title = f"Bài số {number} về tiêm chủng ở các xã trong tỉnh"
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title} - Báo Thử</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
        '<meta property="article:published_time" content="2021-08-05T07:30:00+07:00"></head>'
        f"<body><nav><ul>{_MENU}</ul></nav><h1>{title}</h1><article>{paragraphs}</article>"
        f"<aside>{_BOX}</aside><footer><ul>{_MENU}</ul></footer></body></html>"
    ).encode()


def _index(path: str, base: str, articles: int) -> tuple[str, str]:
    links = [f"{base}/bai-so-{n}-ve-tiem-chung-o-cac-xa-{100_000 + n}.html" for n in range(articles)]
    if path == "/rss":
        day = format_datetime(clock.now())
        items = "".join(
            f"<item><title>Bài số {n}</title><link>{link}</link><pubDate>{day}</pubDate></item>"
            for n, link in enumerate(links)
        )
        return "application/rss+xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
    if path == "/sitemap.xml":
        items = "".join(f"<url><loc>{link}</loc></url>" for link in links)
        ns = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return "application/xml", f'<?xml version="1.0"?><urlset xmlns="{ns}">{items}</urlset>'
    rows = "".join(f'<h3><a href="{link}">Bài số {n} về tiêm chủng ở các xã</a></h3>' for n, link in enumerate(links))
    return "text/html; charset=utf-8", f"<html><body>{rows}</body></html>"


@dataclass
class Asked:
    """When one host was asked, and the most that it had to answer at once."""

    times: list[float] = field(default_factory=list)
    most: int = 0
    busy: int = 0


class Host(asyncio.Protocol):
    """One connection: answers GET, keeps the connection."""

    def __init__(self, articles: int, asked: Asked) -> None:
        self._articles, self._asked = articles, asked
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio calls it."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._base = "http://127.0.0.1:{}".format(transport.get_extra_info("sockname")[1])

    def data_received(self, data: bytes) -> None:
        """As asyncio calls it."""
        self._waiting += data
        while b"\r\n\r\n" in self._waiting:
            head, _, self._waiting = self._waiting.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            self._asked.busy += 1
            self._asked.most = max(self._asked.most, self._asked.busy)
            if path != "/_asked":
                self._asked.times.append(time.monotonic())
            asyncio.get_running_loop().call_soon(self._answer, path)  # a second request at once is seen before

    def _answer(self, path: str) -> None:
        self._asked.busy -= 1
        kind, body, status = "text/html; charset=utf-8", b"", "200 OK"
        if path.startswith("/bai-so-"):
            body = article(int(path.split("-")[2]))
        elif path in ("/rss", "/", "/sitemap.xml"):
            kind, text = _index(path, self._base, self._articles)
            body = text.encode()
        elif path == "/_asked":
            kind, body = "application/json", json.dumps(asdict(self._asked)).encode()
        else:
            status = "404 Not Found"
        self._transport.write(
            f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )


async def _serve(hosts: int, articles: int) -> None:
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(partial(Host, articles, Asked()), "127.0.0.1", 0) for _ in range(hosts)]
    print(json.dumps([f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}" for server in servers]), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
