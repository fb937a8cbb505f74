"""A site that answers with what a crawler must survive: 30 MB, a gzip bomb, an old code page, a closed port."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from flows.run.processes import free_port
from tests.site.pages import windows_1258

TITLE = "Tin đồn ăn tỏi chữa khỏi Covid-19 lan truyền tại Vĩnh Yên"
BODY = (
    "Mấy ngày nay nhiều người ở thành phố Vĩnh Yên chia sẻ bài viết nói rằng ăn tỏi mỗi sáng chữa khỏi Covid-19 "
    "ngay trong ngày, không cần đến bệnh viện và không cần tiêm vắc xin. Bài viết được chia sẻ hàng nghìn lần."
)
ARTICLE = (
    '<!doctype html><html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    "<title>{title}</title></head><body><article><h1>{title}</h1><p>{body}</p><p>{body} Người dân cần kiểm chứng.</p>"
    "</article></body></html>"
)
LARGE = "/toan-van-danh-sach-rat-lon-1001.html"
BOMB = "/phu-luc-nen-nhieu-lan-cua-ke-hoach-1002.html"
OLD = "/tin-don-an-toi-khoi-covid-1003.html"
LINKS = {
    LARGE: "Toàn văn danh sách các điểm xét nghiệm trên địa bàn tỉnh",
    BOMB: "Phụ lục kèm theo kế hoạch phòng, chống dịch của tỉnh",
    OLD: TITLE,
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answer = {
            "/": self._front, LARGE: self._large, BOMB: self._bomb, OLD: self._old,
        }.get(self.path)  # fmt: skip
        if answer is None:
            self._send(b"not here", status=404)
        else:
            answer()

    def _front(self) -> None:
        items = "".join(f'<h3><a href="{url}">{title}</a></h3>' for url, title in LINKS.items())
        self._send(f'<html><head><meta charset="utf-8"></head><body>{items}</body></html>'.encode())

    def _large(self) -> None:
        self._send(b"<html><body>" + b"<p>A B C</p>" * (30 * 1024 * 1024 // 12))

    def _bomb(self) -> None:
        self._send(gzip.compress(bytes(200 * 1024 * 1024), 9), encoding="gzip")

    def _old(self) -> None:
        page = ARTICLE.format(charset="windows-1258", title=TITLE, body=BODY)
        self._send(windows_1258(page), kind="text/html")

    def _send(self, body: bytes, status: int = 200, kind: str = "text/html; charset=utf-8", encoding: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the crawler had enough

    def log_message(self, *words: object) -> None:
        """Nothing: the tests look at what soatin says."""


@contextmanager
def hostile_site(sources_dir: Path) -> Iterator[str]:
    """Serve it; source files ``kho-doc`` (this site), ``khong-toi`` (nobody answers) and ``hong`` (broken)."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{server.server_port}"
    sources_dir.mkdir(parents=True, exist_ok=True)
    for name, host in (("kho-doc", address), ("khong-toi", f"127.0.0.1:{free_port()}")):
        (sources_dir / f"{name}.toml").write_text(
            f'title = "{name}"\nkind = "press"\nplatform = "press"\nhosts = ["{host}"]\ninterval = 5\ndelay = 0.0\n'
            f'[[starts]]\nurl = "http://{host}/"\nas = "listing"\n',
            "utf-8",
        )
    (sources_dir / "hong.toml").write_text('title = "Hỏng\nkind = press\n', "utf-8")
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
