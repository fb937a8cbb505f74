"""Whatever somebody enters, and wherever a server sends us, only the public web is asked, and what an admin allows."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from core.outgoing import OutgoingError, ask, refusal

ROOT = Path(__file__).resolve().parents[2]
REAL = socket.getaddrinfo

DNS = {
    "bao.example.vn": ["93.184.216.34"],
    "trong.example.vn": ["10.0.0.5"],
    "nua.example.vn": ["93.184.216.34", "127.0.0.1"],
    "sau.example.vn": ["::ffff:192.168.1.1"],
    "sau4.example.vn": ["2002:c0a8:0101::1"],
    "lien-ket.example.vn": ["fe80::1%eth0"],
    "may-chu.example.vn": ["169.254.169.254"],
    "sau-that.example.vn": ["2606:2800:220:1:248:1893:25c8:1946"],
}


@pytest.fixture(autouse=True)
def dns(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(host: str, port: object, **_more: object) -> list[object]:
        if host not in DNS:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in DNS[host]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    "url", ["https://bao.example.vn/rss", "http://BAO.example.vn:80/", "https://sau-that.example.vn/?a=b"]
)
def test_a_public_address_may_be_asked(url: str) -> None:
    assert refusal(url) == ""


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/passwd", "no-address"), ("ftp://bao.example.vn/", "no-address"), ("bao.example.vn", "no-address"),
        ("https://ai@bao.example.vn/", "no-address"), ("https://bao.example.vn/\r\nX: y", "no-address"),
        ("https://bao.example.vn/" + "a" * 3000, "no-address"), ("https://[::1", "no-address"), ("", "no-address"),
        ("javascript:alert(1)", "no-address"), ("https://bao.example.vn:99999/", "no-address"),
        ("https://bao.example.vn:22/", "port"), ("http://bao.example.vn:9200/", "port"),
        ("http://127.0.0.1/", "private-address"), ("http://127.1/", "private-address"),
        ("http://2130706433/", "private-address"), ("http://0x7f.0.0.1/", "private-address"),
        ("http://0x7f000001/", "private-address"), ("http://017700000001/", "private-address"),
        ("http://[::1]/", "private-address"), ("http://[::ffff:10.0.0.1]/", "private-address"),
        ("http://8.8.8.8/", "private-address"), ("http://localhost/", "private-address"),
        ("http://localhost./", "private-address"), ("http://a.localhost/", "private-address"),
        ("http://db.internal/", "private-address"), ("http://may-in/", "private-address"),
        ("https://trong.example.vn/", "private-address"), ("https://nua.example.vn/", "private-address"),
        ("https://sau.example.vn/", "private-address"), ("https://sau4.example.vn/", "private-address"),
        ("https://lien-ket.example.vn/", "private-address"), ("https://may-chu.example.vn/", "private-address"),
        ("https://khong-co.example.vn/", "unknown-name"),
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_its_reason(url: str, why: str) -> None:
    assert refusal(url) == why


def test_an_installation_may_allow_its_own_network_but_never_files() -> None:
    assert refusal("http://10.0.0.5:8080/", local=True) == ""
    assert refusal("file:///etc/passwd", local=True) == "no-address"


PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "localhost",
    "0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "10.0.0.5", "192.168.1.1", "172.16.0.1", "169.254.169.254", "2852039166", "100.64.0.1", "224.0.0.1", "[fd00::1]",
    "[fe80::1]",
]  # fmt: skip
"""Numbers and names of this machine and of inner networks, in the spellings that resolvers take."""


OPEN = {"bao.example.vn", "sau-that.example.vn"}


class Server:
    """A server on 127.0.0.1 that notes who came, and answers with ``status``, ``headers`` and the ``pieces``."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status, self.headers, self.pieces, self.pause = 200, {}, [b"xin"], 0.0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(f"{self.command} {self.path} {self.headers['Host']}")
                self.send_response(server.status)
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for piece in server.pieces:
                    time.sleep(server.pause)
                    with contextlib.suppress(OSError):
                        self.wfile.write(piece)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def real_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver of this machine, for numbers; names as above."""

    def getaddrinfo(host: str, port: object, *rest: Any, **more: Any) -> list[Any]:
        names = DNS.get(str(host))
        return [row for one in names or [host] for row in REAL(one, port, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.usefixtures("real_dns")
@pytest.mark.parametrize("host", [*PRIVATE, *sorted(DNS.keys() - OPEN)])
def test_no_request_of_ours_reaches_an_inner_address(host: str) -> None:
    with pytest.raises(OutgoingError) as caught:
        ask(f"http://{host}:9/x?khoa=bi-mat", seconds=2)
    assert caught.value.code in {"private-address", "unknown-name"}
    assert "bi-mat" not in str(caught.value)


@pytest.mark.usefixtures("real_dns")
@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "http://[::1", ""])
def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    with pytest.raises(OutgoingError) as caught:
        ask(url)
    assert caught.value.code == "no-address"


@pytest.mark.usefixtures("real_dns")
def test_a_host_that_an_admin_allows_is_asked_by_its_name_and_no_other(server: Server) -> None:
    for own in ("127.0.0.1", f"127.0.0.1:{server.port}"):
        assert ask(f"{server.url}a", own_hosts=[own]).body == b"xin"
    assert server.asked == [f"GET /a 127.0.0.1:{server.port}"] * 2
    for own in ("localhost", "127.0.0.1:1", "127.0.0"):
        with pytest.raises(OutgoingError):
            ask(server.url, own_hosts=[own])


@pytest.mark.usefixtures("real_dns")
@pytest.mark.parametrize("host", [*PRIVATE, "may-chu.example.vn", "trong.example.vn"])
def test_a_redirect_is_looked_at_as_a_request_of_its_own(server: Server, host: str) -> None:
    server.status, server.headers = 302, {"Location": f"http://{host}:9/"}
    with pytest.raises(OutgoingError) as caught:
        ask(server.url, own_hosts=[f"127.0.0.1:{server.port}"], redirects=3, seconds=3)
    assert caught.value.code in {"private-address", "unknown-name"}
    assert len(server.asked) == 1
    with pytest.raises(OutgoingError) as caught:
        ask(server.url, own_hosts=[f"127.0.0.1:{server.port}"])
    assert caught.value.code == "redirect"


@pytest.mark.usefixtures("real_dns")
def test_a_redirect_without_end_ends(server: Server) -> None:
    server.status, server.headers = 302, {"Location": "/weiter"}
    with pytest.raises(OutgoingError):
        ask(server.url, own_hosts=["127.0.0.1"], redirects=3, method="POST", body=b"x")
    assert [line.split()[0] for line in server.asked] == ["POST", "GET", "GET", "GET"]


@pytest.mark.usefixtures("real_dns")
def test_too_much_and_too_slow_are_given_up(server: Server) -> None:
    server.pieces = [b"x" * 5000]
    with pytest.raises(OutgoingError) as caught:
        ask(server.url, own_hosts=["127.0.0.1"], most=4999)
    assert caught.value.code == "too-large"
    server.headers, server.pieces, server.pause = {"Content-Length": "500"}, [b"x"] * 500, 0.1
    began = time.monotonic()
    with pytest.raises(OutgoingError):
        ask(server.url, own_hosts=["127.0.0.1"], seconds=0.5)
    assert time.monotonic() - began < 10


GUARDED = """
import json, socket, subprocess, sys
import requests
names, urls, own = json.loads(sys.argv[1])
real = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **named: real(names.get(host, host), *more, **named)
from core.outgoing import connect_only_to_public
refused = connect_only_to_public(own)
told = []
for url in urls:
    before = len(refused)
    try:
        told.append(requests.get(url, timeout=3).text)
    except requests.RequestException:
        told.append("refused" if len(refused) > before else "unreachable")
for door in (lambda: subprocess.run(["true"]), lambda: socket.socket(socket.AF_UNIX).connect("/tmp/x"),
             lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))):
    try:
        door()
        told.append("went")
    except OSError as error:
        told.append("refused" if "public" in str(error) or "program" in str(error) else str(error))
print(json.dumps(told))
"""


def test_a_library_in_a_process_of_its_own_reaches_nothing_inside(server: Server) -> None:
    """Whatever the name, however it resolves, wherever a redirect leads: what is connected to is looked at."""
    other = Server()
    server.status, server.headers = 302, {"Location": f"http://doi.example.vn:{other.port}/"}
    names = {"doi.example.vn": "127.0.0.1", "may-chu.example.vn": "169.254.169.254"}
    urls = [server.url, f"http://may-chu.example.vn:{other.port}/", *(f"http://{h}:{other.port}/" for h in PRIVATE)]
    order = json.dumps([names, urls, [f"127.0.0.1:{server.port}"]])
    done = subprocess.run(
        [sys.executable, "-c", GUARDED, order], capture_output=True, text=True, timeout=120, check=True, cwd=ROOT
    )
    told = json.loads(done.stdout)
    assert len(server.asked) == 1
    assert other.asked == []
    assert told[:2] == ["refused", "refused"]
    assert told[-3:] == ["refused"] * 3
    assert set(told) <= {"refused", "unreachable"}
    other.server.shutdown()
    other.server.server_close()
