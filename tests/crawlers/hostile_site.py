"""A small hostile web: ``python -m tests.crawlers.hostile_site`` prints its ports and serves until stdin closes."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli

TEXT = "Trung tâm Y tế huyện Tam Đảo cho biết sáng nay có thêm hai điểm tiêm vắc xin cho người trên mười tám tuổi. "


def article(title: str, head: str = "", charset: str = "utf-8") -> bytes:
    """An article page of three paragraphs."""
    body = "".join(f"<p>{TEXT * 2}Đoạn {n} của bài {title}.</p>" for n in range(3))
    page = (
        f'<html><head><meta charset="{charset}"><title>{title} - Báo Thử</title>'
        f'<meta property="article:published_time" content="2021-08-05T07:30:00+07:00">{head}</head>'
        f"<body><h1>{title}</h1><article>{body}</article></body></html>"
    )
    return page.encode(charset) if charset == "utf-8" else encode_1258(page)


def encode_1258(text: str) -> bytes:
    """Vietnamese as windows-1258 has it: tone marks as characters of their own after the letter."""
    import unicodedata

    out = bytearray()
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            pieces = unicodedata.normalize("NFD", char)
            tone = next((p for p in pieces if p in "\u0300\u0301\u0303\u0309\u0323"), "")
            base = unicodedata.normalize("NFC", pieces.replace(tone, ""))
            out += (base + tone).encode("cp1258")
    return bytes(out)


def encode_tcvn3(text: str) -> bytes:
    """Vietnamese as the .VnTime fonts have it: capitals with a tone share their code with the small letter."""
    from crawlers.page.charsets import from_tcvn3

    codes = {from_tcvn3(chr(code)): code for code in range(0xFF, 0xA0, -1)}
    return bytes(codes.get(char, codes.get(char.lower(), ord(char) if char.isascii() else 63)) for char in text)


def encode_vni(text: str) -> bytes:
    """Vietnamese as VNI-Times has it: the letter, then one character for its hat and tone together."""
    import unicodedata

    single = dict(zip("đơưíìỉĩịỵ", "ñôöíìæóòî", strict=True))
    rows = {"": ("", *"ùøûõï"), "\u0302": "âáàåãä", "\u0306": "êéèúüë"}
    tones = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
    out = []
    for char in text:
        small = char.lower()
        if small in single or char.isascii():
            piece = single.get(small, char)
        else:
            parts = unicodedata.normalize("NFD", small)
            tone = next((mark for mark in parts if mark in tones[1:]), "")
            hat = next((mark for mark in parts if mark in "\u0302\u0306"), "")
            base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in (tone, hat)))
            piece = single.get(base, base) + rows[hat][tones.index(tone)]
        out.append(piece.upper() if char.isupper() else piece)
    return "".join(out).encode("cp1252", "replace")


def feed(links: list[str]) -> bytes:
    """An RSS feed of these links."""
    items = "".join(f"<item><title>Tin {n}</title><link>{link}</link></item>" for n, link in enumerate(links))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()


Answer = tuple[int, dict[str, str], bytes | Callable[[BaseHTTPRequestHandler], None]]
HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/rss+xml"}
HOSTILE = (
    "cam/an-1.html",
    "404.html",
    "500.html",
    "vong-a.html",
    "ra-ngoai.html",
    "vao-trong.html",
    "bom-gzip.html",
    "bom-br.html",
    "lon.html",
    "nho-giot.html",
    "cp1258.html",
    "dau-dai.html",
    "rac.html",
    "ftp.html",
    "trong.html",
    "chuyen.html",
    "dut.html",
    "sau.html",
    "bom-long.html",
    "bom-lan.html",
    "bon-lop.html",
    "dau-vo-tan.html",
    "dau-nho-giot.html",
    "vo-tan.html",
    "banh-quy.html",
    "tcvn3.html",
    "vni.html",
    "utf16.html",
    "the-hong.html",
)


_ZEROS = b"<html>" + b"0" * (40 << 20)
BOMBS = (gzip.compress(_ZEROS, 1), brotli.compress(_ZEROS, quality=1))
NESTED = (gzip.compress(BOMBS[0]), gzip.compress(BOMBS[1]), gzip.compress(gzip.compress(gzip.compress(BOMBS[0]))))


def drip(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(200):
        handler.wfile.write(b"<p>cho</p>")
        handler.wfile.flush()
        time.sleep(0.25)


def flood(handler: BaseHTTPRequestHandler) -> None:
    block = b"<p>" + b"x" * 65536 + b"</p>"
    for _ in range(30 * 16):
        handler.wfile.write(block)


def broken(page: bytes) -> bytes:
    """The page with tags that are not closed, closed twice and closed crosswise, and half an entity at its end."""
    for right, wrong in ((b"</p>", b"</b></div>"), (b"<h1>", b"<h1><b><i>"), (b"<article>", b"<article><p <p>")):
        page = page.replace(right, wrong)
    return page.replace(b"</article></body></html>", b"</span></table>&nb")


def headers_without_end(handler: BaseHTTPRequestHandler) -> None:
    for number in range(200_000):
        handler.wfile.write(f"X-{number}: {'y' * 200}\r\n".encode())


def dripping_headers(handler: BaseHTTPRequestHandler) -> None:
    for number in range(200):
        handler.wfile.write(f"X-{number}: y\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.25)


def page_without_end(handler: BaseHTTPRequestHandler) -> None:
    """Chunks of an article, for ever."""
    for _ in range(10_000):
        handler.wfile.write(b"<p>" + TEXT.encode() * 300 + b"</p>")
        time.sleep(0.001)


def hostile(path: str, ports: dict[str, int]) -> Answer:
    """The answer of the hostile site."""
    here = f"http://127.0.0.1:{ports['hostile']}"
    answers: dict[str, Callable[[], Answer]] = {
        "/robots.txt": lambda: (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /cam/\n"),
        "/feed.xml": lambda: (200, XML, feed([f"{here}/{name}" for name in HOSTILE])),
        "/500.html": lambda: (500, HTML, b"loi"),
        "/vong-a.html": lambda: (302, {"Location": "/vong-b.html"}, b""),
        "/vong-b.html": lambda: (302, {"Location": "/vong-a.html"}, b""),
        "/ra-ngoai.html": lambda: (301, {"Location": "http://other.example/x.html"}, b""),
        "/vao-trong.html": lambda: (302, {"Location": f"http://127.0.0.1:{ports['secret']}/admin"}, b""),
        "/ftp.html": lambda: (302, {"Location": "file:///etc/passwd"}, b""),
        "/chuyen.html": lambda: (301, {"Location": "/dich.html?utm_source=x"}, b""),
        "/dich.html": lambda: (200, HTML, article("Bài đã chuyển sang địa chỉ mới")),
        "/bom-gzip.html": lambda: (200, HTML | {"Content-Encoding": "gzip"}, BOMBS[0]),
        "/bom-br.html": lambda: (200, HTML | {"Content-Encoding": "br"}, BOMBS[1]),
        "/lon.html": lambda: (200, HTML, flood),
        "/nho-giot.html": lambda: (200, HTML, drip),
        "/cp1258.html": lambda: (
            200,
            {"Content-Type": "text/html; charset=iso-8859-1"},
            article("Tỉnh Vĩnh Phúc siết chặt phòng dịch", charset="windows-1258"),
        ),
        "/dau-dai.html": lambda: (200, HTML | {"X-Long": "y" * 100_000}, b"x"),
        "/rac.html": lambda: (200, HTML, bytes(range(256)) * 200),
        "/trong.html": lambda: (200, HTML, b"<html><body></body></html>"),
        "/dut.html": lambda: (200, HTML | {"Content-Length": "90000"}, b"<p>dut</p>"),
        "/bom-long.html": lambda: (200, HTML | {"Content-Encoding": "gzip, gzip"}, NESTED[0]),
        "/bom-lan.html": lambda: (200, HTML | {"Content-Encoding": "br, gzip"}, NESTED[1]),
        "/bon-lop.html": lambda: (200, HTML | {"Content-Encoding": "gzip, gzip, gzip, gzip"}, NESTED[2]),
        "/dau-vo-tan.html": lambda: (200, {"X-Raw": "1"}, headers_without_end),
        "/dau-nho-giot.html": lambda: (200, {"X-Raw": "1"}, dripping_headers),
        "/vo-tan.html": lambda: (200, HTML, page_without_end),
        # Only who sends the cookie back would get on.
        "/banh-quy.html": lambda: (302, {"Location": "/banh-quy.html", "Set-Cookie": "vao=1; Path=/"}, b""),
        "/chi-vao-trong.html": lambda: (
            302,
            {"Location": f"http://{socket.gethostname()}:{ports['secret']}/admin"},
            b"",
        ),
        "/tcvn3.html": lambda: (200, HTML, encode_tcvn3(article("Huyện Lập Thạch mở điểm tiêm mới").decode())),
        "/vni.html": lambda: (200, HTML, encode_vni(article("Huyện Sông Lô mở điểm tiêm mới").decode())),
        "/utf16.html": lambda: (200, HTML, article("Huyện Yên Lạc mở điểm tiêm mới").decode().encode("utf-16-le")),
        "/the-hong.html": lambda: (200, HTML, broken(article("Huyện Bình Xuyên mở điểm tiêm"))),
        "/sau.html": lambda: (
            200,
            HTML,
            b"<html><body>" + b"<div><b>" * 30_000 + article("Bài nằm rất sâu trong trang"),
        ),
    }
    return answers.get(path, lambda: (404, HTML, b"khong co"))()


def good(path: str, ports: dict[str, int]) -> Answer:
    """A well-behaved paper; its feed repeats an article and links elsewhere."""
    here = f"http://127.0.0.1:{ports['good']}"
    if path == "/robots.txt":
        return 404, HTML, b""
    if path == "/feed.xml":
        links = [f"{here}/bai-viet-{n}-10000{n}.html" for n in range(3)]
        return 200, XML, feed([*links, f"{links[0]}?utm_source=rss", f"{links[1]}#top", "https://elsewhere.example/a"])
    if path.startswith("/bai-viet-"):
        body = gzip.compress(article(f"Bài viết số {path[10]} về tiêm chủng"))
        return 200, HTML | {"Content-Encoding": "gzip", "Set-Cookie": "a=b"}, body
    return 404, HTML, b""


def endless(path: str, ports: dict[str, int]) -> Answer:
    """A listing of two thousand links, each a page that lists more; a feed that breaks off; a robots.txt that fails."""
    if path == "/":
        links = "".join(
            f'<h3><a href="/tin-moi-nhat-trong-ngay-so-{n}-{900000 + n}.html">Tin mới nhất trong ngày số {n}</a></h3>'
            for n in range(2_000)
        )
        return 200, HTML, f"<html><body>{links}</body></html>".encode()
    if path == "/broken.xml":
        return 200, XML, b"<rss><channel><item><title>Hong"
    if path.startswith("/tin-"):
        return 200, HTML, article(f"Trang {path[-11:-5]} không bao giờ hết")
    return 404, HTML, b""


def calendar(path: str, ports: dict[str, int]) -> Answer:
    """A calendar in which each day leads to the next ten, for ever, and a page of ten thousand links."""
    if path == "/lich":
        return 200, HTML, _days(0)
    if path.startswith("/lich/"):
        return 200, HTML, _days(int(path.removeprefix("/lich/").removesuffix(".html")))
    if path == "/muoi-nghin":
        links = "".join(
            f'<li><a href="/y-te/bai-viet-ve-dich-benh-so-{n}-{700000 + n}.html">Bài viết về dịch bệnh số {n}</a></li>'
            for n in range(10_000)
        )
        return 200, HTML, f"<html><body><ul>{links}</ul></body></html>".encode()
    if path.startswith("/y-te/"):
        return 200, HTML, article(f"Bài {path[-11:-5]}")
    return 404, HTML, b""


def _days(day: int) -> bytes:
    links = "".join(
        f'<h3><a href="/lich/{n}.html">Lịch làm việc trong ngày thứ {n}</a></h3>' for n in range(day + 1, day + 11)
    )
    older = f'<div class="pagination"><a rel="next" href="/lich?trang={day + 2}">Trang sau</a></div>'
    return f"<html><body>{links}{older}</body></html>".encode()


def unavailable(path: str, ports: dict[str, int]) -> Answer:
    """Everything fails, robots.txt too."""
    return 503, HTML, b""


def secret(path: str, ports: dict[str, int]) -> Answer:
    """A service that must never be asked by way of a redirect."""
    return 200, HTML, article("Trang quản trị nội bộ bí mật")


SITES = {
    "hostile": hostile,
    "good": good,
    "endless": endless,
    "calendar": calendar,
    "unavailable": unavailable,
    "secret": secret,
}


def serve() -> dict[str, int]:
    """Start all sites on free ports; gives the ports. ``/_log`` of a site is what it was asked, with times."""
    ports: dict[str, int] = {}
    for name, site in SITES.items():
        asked: list[tuple[float, str, str]] = []
        busy: list[int] = [0, 0]  # now, at most

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self, busy=busy) -> None:
                busy[0] += 1
                busy[1] = max(busy)
                self.counted = True
                try:
                    self.answer()
                finally:
                    self.ended()

            def ended(self, busy=busy) -> None:
                """The answer is as good as sent: whoever has it may ask again before this thread runs on."""
                busy[0] -= self.counted
                self.counted = False

            def answer(self, site=site, asked=asked, busy=busy) -> None:
                if self.path == "/_log":
                    status, headers, body = 200, {}, json.dumps([asked, busy[1]]).encode()
                else:
                    agent, cookie = self.headers.get("User-Agent", ""), self.headers.get("Cookie", "")
                    asked.append((time.monotonic(), self.path, agent + cookie))
                    status, headers, body = site(self.path.split("?")[0], ports)
                if "X-Raw" in headers and not isinstance(body, bytes):
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    with contextlib.suppress(OSError):
                        body(self)
                    self.close_connection = True
                    return
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                if isinstance(body, bytes):
                    if "Content-Length" not in headers:
                        self.send_header("Content-Length", str(len(body)))
                    self.ended()
                    self.end_headers()
                    self.wfile.write(body)
                    if "Content-Length" in headers:
                        self.close_connection = True
                    return
                self.send_header("Connection", "close")
                self.end_headers()
                with contextlib.suppress(OSError):
                    body(self)
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        ports[name] = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
    return ports


if __name__ == "__main__":
    sys.stdout.write(json.dumps(serve()) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
