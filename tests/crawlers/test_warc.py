"""Evidence survives: whole records of a cut file are read, what is missing is said."""

from __future__ import annotations

import gzip
import io

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from core import clock
from core.errors import DataError
from core.model.documents import Document
from core.model.drops import Drop, Polled
from core.sources.files import parse_source
from crawlers.evidence.payloads import payloads
from crawlers.evidence.records import read_record, read_records
from crawlers.evidence.warc import WarcWriter, salvage
from crawlers.read import read_warc
from tests.crawlers.hostile_site import article

HTML = [("Content-Type", "text/html; charset=utf-8")]


@pytest.fixture
def warc(tmp_path):
    file = WarcWriter(tmp_path, {"software": "soatin"})
    for n in range(4):
        file.response(
            url=f"http://bao.example/bai-{n}",
            status=200,
            reason="OK",
            headers=HTML,
            body=article(f"Bài số {n} trong tệp bằng chứng"),
            soatin={"Source": "bao", "Role": "article"},
        )
    file.drop(Drop("crawl", "robots", "bao", "http://bao.example/x\r\nEvil: 1", "ghi chú"))
    file.polled(Polled("bao", clock.now(), 5, ""), {"off_host": 3})
    file.close()
    return file.finished[0]


def test_everything_comes_back(warc):
    items = list(read_warc(warc, {}))
    assert [i.title for i in items if isinstance(i, Document)] == [f"Bài số {n} trong tệp bằng chứng" for n in range(4)]
    assert [i.reason for i in items if isinstance(i, Drop)] == ["robots"]
    assert [(i.source, i.requests) for i in items if isinstance(i, Polled)] == [("bao", 5)]


def test_the_file_is_a_warc_that_warcio_verifies(warc):
    with warc.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            record.content_stream().read()
            assert record.rec_headers.get_header("WARC-Block-Digest", "sha256:").startswith("sha256:")


@pytest.mark.parametrize("part", [0.2, 0.5, 0.77, 0.99])
def test_a_file_cut_anywhere_gives_its_whole_records_and_says_so(warc, tmp_path, part):
    data = warc.read_bytes()
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(data[: int(len(data) * part)])
    items = list(read_warc(cut, {}))
    whole = [r for r in read_records(warc) if r.role == "article" and r.offset < len(data) * part]
    assert len([i for i in items if isinstance(i, Document)]) in (len(whole), len(whole) - 1)
    assert isinstance(items[-1], Drop)
    assert items[-1].reason == "truncated-warc"


def test_an_uncompressed_warc_cut_in_half(warc, tmp_path):
    data = gzip.decompress(warc.read_bytes())
    plain = tmp_path / "plain.warc"
    plain.write_bytes(data)
    assert len([i for i in read_warc(plain, {}) if isinstance(i, Document)]) == 4
    plain.write_bytes(data[: len(data) // 2])
    items = list(read_warc(plain, {}))
    assert 1 <= len([i for i in items if isinstance(i, Document)]) <= 2
    assert items[-1].reason == "truncated-warc"


@pytest.mark.parametrize("lost", [1, 100, 300])
def test_a_killed_crawls_file_is_cut_finished_and_accounted_for(warc, tmp_path, lost):
    left = tmp_path / "killed.warc.gz.open"
    left.write_bytes(warc.read_bytes()[:-lost])
    (done,) = salvage(tmp_path)
    assert done.name == "killed.warc.gz"
    records = list(read_records(done))
    assert all(r.whole for r in records)
    drops = [i for i in read_warc(done, {}) if isinstance(i, Drop)]
    assert drops[-1].reason == "interrupted"
    assert salvage(tmp_path) == []


def test_a_living_crawls_file_is_left_alone(tmp_path):
    file = WarcWriter(tmp_path, {})
    file.drop(Drop("crawl", "robots", "x"))
    assert salvage(tmp_path) == []
    file.drop(Drop("crawl", "robots", "x"))
    file.close()
    assert len(list(read_warc(file.finished[0], {}))) == 2


def test_files_are_rotated(tmp_path):
    file = WarcWriter(tmp_path, {}, rotate=2_000)
    for n in range(40):
        file.drop(Drop("crawl", "robots", "x", f"http://x.example/{n}"))
    file.close()
    assert len(file.finished) > 1
    assert sum(len(list(read_warc(path, {}))) for path in file.finished) == 40


def test_each_record_is_a_gzip_member_of_its_own(warc):
    """So that one record can be taken out by itself: its bytes are a whole gzip file and a whole WARC."""
    data, listed = warc.read_bytes(), payloads(warc)
    assert [offset for offset, _, _ in listed] == [record.offset for record in read_records(warc)]
    assert sum(length for _, length, _ in listed) == len(data)
    for offset, length, sha in listed[1:]:
        member = gzip.decompress(data[offset : offset + length])
        assert member.startswith(b"WARC/1.1\r\n")
        assert member.count(b"WARC/1.1\r\n") == 1
        assert f"WARC-Payload-Digest: sha256:{sha}".encode() in member


@pytest.mark.parametrize("unpacked", [False, True])
def test_of_a_file_cut_at_any_byte_the_records_before_the_cut_are_listed(warc, unpacked):
    data = gzip.decompress(warc.read_bytes()) if unpacked else warc.read_bytes()
    part = warc.with_name("part.warc" if unpacked else "part.warc.gz")
    part.write_bytes(data)
    whole = payloads(part)
    for cut in range(0, len(data), 3 if unpacked else 1):
        part.write_bytes(data[:cut])
        listed, sure = payloads(part), sum(offset + length <= cut for offset, length, _ in whole)
        assert sure <= len(listed) <= sure + 1  # one that lacks only the end of its gzip trailer is all there
        pairs = [(offset, sha) for offset, _, sha in listed]
        assert pairs == [(offset, sha) for offset, _, sha in whole[: len(listed)]]


@pytest.mark.parametrize("end", ["Content-Length:", "Content-Length: ", "Content-Length: 1"])
def test_a_record_cut_in_its_length_is_neither_read_nor_listed(warc, end):
    data = gzip.decompress(warc.read_bytes())
    part = warc.with_name("part.warc")
    part.write_bytes(data[: data.rindex(b"Content-Length: ")] + end.encode())
    records = list(read_records(part))
    assert [record.whole for record in records] == [True] * (len(records) - 1) + [False]
    assert len(payloads(part)) == len(records) - 1


def test_one_record_is_found_by_its_offset(warc):
    records = [r for r in read_records(warc) if r.type == "response"]
    assert read_record(warc, records[2].offset).url == "http://bao.example/bai-2"
    with pytest.raises(DataError):
        read_record(warc, records[2].offset + 7)
    with pytest.raises(DataError, match="no such evidence"):
        read_record(warc.with_name("none.warc.gz"), 0)


def test_tampered_bytes_are_not_read(warc, tmp_path):
    data = gzip.decompress(warc.read_bytes())
    bad = tmp_path / "bad.warc"
    bad.write_bytes(data.replace("hai điểm".encode(), "chín điểm".encode()[: len("hai điểm".encode())], 1))
    items = list(read_warc(bad, {}))
    assert [i.reason for i in items if isinstance(i, Drop)][:1] == ["corrupt"]


def test_another_crawlers_warc_is_read_and_its_sources_found_by_host(tmp_path):
    path = tmp_path / "other.warc.gz"
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        pages = [
            ("http://bao.example/bai", article("Bài từ kho lưu trữ khác"), "text/html", "200 OK"),
            ("http://la.example/bai", article("Bài của trang không theo dõi"), "text/html", "200 OK"),
            ("http://bao.example/a.png", b"\x89PNG", "image/png", "200 OK"),
            ("http://bao.example/mat", b"", "text/html", "404 Not Found"),
        ]
        for url, body, kind, status in pages:
            http = StatusAndHeaders(status, [("Content-Type", kind), ("Content-Encoding", "gzip")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(url, "response", payload=io.BytesIO(gzip.compress(body)), http_headers=http)
            )
    bao = parse_source(
        "bao",
        {
            "title": "Báo",
            "kind": "press",
            "platform": "press",
            "hosts": ["bao.example"],
            "starts": [{"url": "http://bao.example/", "as": "listing"}],
        },
    )
    items = list(read_warc(path, {"bao": bao}))
    assert [(type(i).__name__, i.source) for i in items] == [("Document", "bao"), ("Document", ""), ("Drop", "bao")]
    assert items[2].reason == "http-4xx"


def test_what_is_no_warc_is_one_line(tmp_path):
    path = tmp_path / "x.warc"
    path.write_bytes(b"xin chao")
    with pytest.raises(DataError, match="no WARC") as caught:
        list(read_warc(path, {}))
    assert str(path) in str(caught.value)
    with pytest.raises(DataError):
        list(read_warc(tmp_path / "missing.warc", {}))
