"""Whatever somebody enters at the desk, only the public web is asked."""

from __future__ import annotations

import socket

import pytest

from core.sources.public_address import refusal

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
