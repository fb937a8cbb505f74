"""Archives that other programs made: whatever the container, the same documents; nothing lost without a word."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from core.codes.drops import DropReason
from core.errors import DataError
from core.model.documents import Document
from core.model.drops import Drop
from crawlers.evidence import other_archives
from crawlers.evidence.other_archives import as_warcs, is_archive
from crawlers.evidence.payloads import payloads
from crawlers.evidence.records import read_record, read_records
from crawlers.read import read_archive
from tests.crawlers.hostile_site import article

ONE, TWO = "Bài thứ nhất trong kho lưu trữ", "Bài thứ hai trong kho lưu trữ"


def record(writer: WARCWriter, url: str, body: bytes, kind: str = "text/html", **more) -> None:
    status = more.pop("status", "200 OK")
    http = StatusAndHeaders(status, [("Content-Type", kind), *more.pop("headers", [])], protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(url, more.pop("type", "response"), io.BytesIO(body), http_headers=http, **more)
    )


def plain(*titles: str) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    for number, title in enumerate(titles):
        record(writer, f"http://bao.example/bai-{number}.html", article(title))
    return out.getvalue()


def read(path: Path) -> tuple[list[str], list[Drop], Counter[str]]:
    passed: Counter[str] = Counter()
    items = list(read_archive(path, {}, passed))
    return (
        [item.title for item in items if isinstance(item, Document)],
        [i for i in items if isinstance(i, Drop)],
        passed,
    )


def test_a_warc_that_is_one_gzip_member_is_read_and_each_record_by_its_offset(tmp_path):
    path = tmp_path / "whole.warc.gz"
    path.write_bytes(gzip.compress(plain(ONE, TWO)))
    assert read(path)[0] == [ONE, TWO]
    (warc,) = as_warcs(path, tmp_path)
    offsets = [record.offset for record in read_records(warc)]
    assert [read_record(warc, offset).url for offset in offsets] == [
        "http://bao.example/bai-0.html",
        "http://bao.example/bai-1.html",
    ]
    assert len(payloads(warc)) == 2


def test_a_whole_gzip_that_breaks_off_gives_what_came_before_and_says_so(tmp_path):
    path = tmp_path / "cut.warc.gz"
    path.write_bytes(gzip.compress(plain(ONE, TWO))[:-40])
    titles, drops, _ = read(path)
    assert titles in ([ONE], [ONE, TWO])
    assert [drop.reason for drop in drops] == [DropReason.TRUNCATED_WARC]


def test_a_warc_of_one_member_a_record_is_taken_as_it_is(tmp_path):
    path = tmp_path / "usual.warc.gz"
    with path.open("wb") as out:
        record(WARCWriter(out, gzip=True), "http://bao.example/bai-0.html", article(ONE))
    assert as_warcs(path, tmp_path) == [path]


def test_arc(tmp_path):
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + article(ONE)
    head = b"1 0 Kho\nURL IP-address Archive-date Content-type Archive-length\n\n"
    text = b"filedesc://kho.arc 0.0.0.0 20210812003000 text/plain %d\n" % (len(head) - 1) + head
    text += b"http://bao.example/bai-0.html 203.0.113.7 20210812003000 text/html %d\n" % len(body) + body + b"\n"
    path = tmp_path / "kho.arc"
    path.write_bytes(text)
    assert is_archive(path)
    assert read(path)[0] == [ONE]


def wacz(path: Path, *members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        for number, member in enumerate(members):
            package.writestr(f"archive/data-{number}.warc.gz", member)
        package.writestr("datapackage.json", "{}")
    return path


def test_wacz_with_two_files_one_of_them_whole_gzip(tmp_path):
    path = wacz(tmp_path / "goi.wacz", gzip.compress(plain(ONE, TWO)), gzip.compress(plain("Bài thứ ba của gói tin")))
    assert is_archive(path)
    assert read(path)[0] == [ONE, TWO, "Bài thứ ba của gói tin"]


def test_a_zip_that_is_no_wacz_and_one_that_is_broken_are_one_line(tmp_path):
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.txt", "a")
    with pytest.raises(DataError, match="WACZ"):
        read(path)
    path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(DataError, match="WACZ"):
        read(path)


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(other_archives, "_MOST", 100_000)
    path = tmp_path / "bomb.warc.gz"
    path.write_bytes(gzip.compress(plain(ONE, TWO) + b" " * 1_000_000))
    with pytest.raises(DataError, match="more than"):
        read(path)


def test_a_crawlers_own_records_are_no_documents_and_are_counted(tmp_path):
    path = tmp_path / "own.warc.gz"
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        record(writer, "http://bao.example/bai-0.html", article(ONE))
        for url in ("urn:text:http://bao.example/bai-0.html", "metadata://gnu.org/software/wget/warc/wget.log"):
            text = f"{ONE}. Trạm y tế xã nhắc bà con đeo khẩu trang khi ra chợ. " * 5
            writer.write_record(
                writer.create_warc_record(url, "resource", io.BytesIO(text.encode()), warc_content_type="text/plain")
            )
        record(writer, "http://bao.example/a.png", b"png", "image/png")
        record(writer, "http://bao.example/cu", b"", status="301 Moved Permanently")
    titles, drops, passed = read(path)
    assert titles == [ONE]
    assert drops == []
    assert passed == {
        "record of the crawler's own (log, text or screenshot)": 2,
        "image/png": 1,
        "redirect (301)": 1,
    }


@pytest.mark.parametrize("kind", ["application/json", "image/jpeg"])
def test_a_file_without_any_page_says_what_is_in_it(tmp_path, kind):
    path = tmp_path / "none.warc.gz"
    with path.open("wb") as out:
        record(WARCWriter(out, gzip=True), "http://bao.example/x", b"{}", kind)
    titles, drops, _ = read(path)
    assert titles == []
    assert [(drop.reason, drop.detail) for drop in drops] == [(DropReason.PASSED_OVER, f"1 × {kind}")]


def test_a_revisit_of_another_address_is_a_document_there(tmp_path):
    path = tmp_path / "again.warc.gz"
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        record(writer, "http://bao.example/bai-0.html", article(ONE))
        digest = next(r.digest for r in read_records_of(out, path))
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        for url in ("http://bao.example/bai-9.html", "http://bao.example/bai-0.html"):
            writer.write_record(
                writer.create_revisit_record(url, digest, "http://bao.example/bai-0.html", "2021-08-12T00:00:00Z", http)
            )
    passed: Counter[str] = Counter()
    items = [item for item in read_archive(path, {}, passed) if isinstance(item, Document)]
    assert [item.url for item in items] == ["http://bao.example/bai-0.html", "http://bao.example/bai-9.html"]
    assert passed == {"revisit record": 1}


def read_records_of(out, path):
    out.flush()
    return read_records(path)


def test_a_body_that_was_kept_decoded_is_read_though_its_header_says_gzip(tmp_path):
    path = tmp_path / "decoded.warc.gz"
    with path.open("wb") as out:
        record(
            WARCWriter(out, gzip=True),
            "http://bao.example/bai-0.html",
            article(ONE),
            headers=[("Content-Encoding", "gzip")],
        )
    assert read(path)[0] == [ONE]
