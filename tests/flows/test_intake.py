"""Files from elsewhere: every row is taken or counted, whatever a spreadsheet did to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from core.clock import VIETNAM
from core.errors import DataError, UsageError
from core.settings import load
from crawlers.tips.hotline_tables import TableMap, load_map
from flows.context import Context
from flows.steps.ingest import ingest_file
from flows.steps.read import read, register
from flows.work import RoundResult
from index.models import Author, Document, Drop, WarcFile
from tests.crawlers.hostile_site import article, encode_1258, encode_tcvn3, encode_vni

pytestmark = pytest.mark.django_db


@pytest.fixture
def context() -> Context:
    return Context(load(), "test")


def take(context: Context, path: Path, text: str | bytes, **mapping: str) -> dict[str, int]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return dict(ingest_file(context, path, TableMap("duong-day-nong").changed("", mapping)))


def test_columns_are_known_by_their_vietnamese_names(context: Context, tmp_path: Path) -> None:
    table = "Mã;x,Ngày,Địa bàn,NỘI DUNG\n9,20/11/2021 07:45,Tam Đảo,Tin đồn ăn tỏi khỏi covid\n,,,\n8,,Tam Đảo,\n"
    counts = take(context, tmp_path / "a.csv", table)
    assert (counts["new"], counts["drops"]) == (1, 1)
    document = Document.objects.get()
    assert document.published == datetime(2021, 11, 20, 7, 45, tzinfo=VIETNAM)
    assert (document.source, document.kind, document.tags) == ("duong-day-nong", "tip", ["Tam Đảo"])
    assert Drop.objects.get().reason == "no-text"


def test_the_same_words_at_the_same_time_are_one_tip(context: Context, tmp_path: Path) -> None:
    rows = "nội dung,thời gian\nUống nước muối khỏi covid,2021-11-20\nUống nước muối khỏi covid,2021-11-20\n"
    take(context, tmp_path / "a.csv", rows)
    take(context, tmp_path / "b.csv", rows)
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "", "empty"),
        ("a.csv", "mã,ngày\n1,2\n", "--map text="),
        ("a.csv", "nội dung\nTin đồn\n".encode("utf-16"), "CSV UTF-8"),
        ("a.xlsx", "not a workbook", "not an XLSX file"),
        ("a.pdf", "x", "give .warc"),
    ],
)
def test_a_file_that_cannot_be_used_says_the_cure(
    context: Context, tmp_path: Path, name: str, content: str | bytes, words: str
) -> None:
    with pytest.raises(DataError) as error:
        take(context, tmp_path / name, content)
    assert words in str(error.value)
    assert Document.objects.count() == 0


def test_documents_of_another_program_come_as_json_lines_and_broken_lines_are_counted(
    context: Context, tmp_path: Path
) -> None:
    good = {"source": "kho-cu", "url": "https://bao.example/1.html", "title": "Tin cũ", "text": "Nội dung về covid"}
    lines = [json.dumps(good), "{broken", json.dumps({"url": "https://bao.example/2.html"}), ""]
    counts = take(context, tmp_path / "a.jsonl", "\n".join(lines))
    assert (counts["new"], counts["drops"]) == (1, 2)
    assert take(context, tmp_path / "a.jsonl", "\n".join(lines))["same"] == 1


def test_a_warc_file_of_another_crawler_is_adopted_once(context: Context, tmp_path: Path) -> None:
    take(context, tmp_path / "a.warc.gz", b"whatever")
    take(context, tmp_path / "b.warc.gz", b"whatever")
    assert len(list(context.settings.warc_dir.glob("import-*.warc.gz"))) == 1
    assert WarcFile.objects.count() == 0  # entered by the step that registers evidence


MAPPING = """
source = "tong-dai-1022"
[columns]
id = "Số phiếu"
text = ["Nội dung", "Ghi chú"]
time = "Tiếp nhận"
district = "Huyện/TP"
sender = "Điện thoại"
[table]
header = 3
delimiter = ";"
encoding = "windows-1258"
times = ["%d-%m-%Y %Hh%M"]
"""
EXPORT = """TỔNG ĐÀI 1022;;;;;
;;;;;
Số phiếu;Tiếp nhận;Huyện/TP;Nội dung;Ghi chú;Điện thoại
A1;20-11-2021 07h45;Tam Đảo;Tin đồn ăn tỏi khỏi covid;Lan ở xã Minh Quang;0912 000 111
A2;;;Bán thuốc chữa covid;;
"""


def test_a_mapping_file_says_which_column_is_what(context: Context, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAPPING, "utf-8")
    table, path = load_map(tmp_path / "map.toml"), tmp_path / "a.csv"
    path.write_bytes(encode_1258(EXPORT))
    assert ingest_file(context, path, table)["new"] == 2
    assert ingest_file(context, path, table) == {"new": 0, "changed": 0, "same": 2, "drops": 0}
    tip = Document.objects.get(text__startswith="Tin đồn")
    assert tip.text == "Tin đồn ăn tỏi khỏi covid\nLan ở xã Minh Quang"
    assert (tip.source, tip.tags, tip.url) == ("tong-dai-1022", ["Tam Đảo"], "tip:tong-dai-1022/A1")
    assert tip.published == datetime(2021, 11, 20, 7, 45, tzinfo=VIETNAM)
    assert b"0912" not in bytes(Author.objects.get().name)  # who called is kept encrypted


@pytest.mark.parametrize(("encoding", "encode"), [("tcvn3", encode_tcvn3), ("vni", encode_vni)])
def test_a_table_in_a_font_of_old(
    context: Context, tmp_path: Path, encoding: str, encode: Callable[[str], bytes]
) -> None:
    (tmp_path / "map.toml").write_text(f'[table]\nencoding = "{encoding}"', "utf-8")
    (tmp_path / "a.csv").write_bytes(encode("nội dung\nTin đồn ăn tỏi khỏi covid\n"))
    ingest_file(context, tmp_path / "a.csv", load_map(tmp_path / "map.toml"))
    assert Document.objects.get().text == "Tin đồn ăn tỏi khỏi covid"


def test_a_named_sheet_of_a_workbook_below_its_title(context: Context, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Bìa"])
    sheet = book.create_sheet("Phản ánh")
    for row in (["TỔNG HỢP"], ["Mã", "Nội dung"], [7, "Tin đồn uống chanh khỏi covid"], [8, None]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    counts = ingest_file(context, tmp_path / "a.xlsx", TableMap(sheet="Phản ánh", header=2))
    assert (counts["new"], counts["drops"]) == (1, 1)
    with pytest.raises(DataError, match="the sheets are: Sheet, Phản ánh"):
        ingest_file(context, tmp_path / "a.xlsx", TableMap(sheet="Không có"))


@pytest.mark.parametrize(
    ("mapping", "where", "cure"),
    [
        ("[columns\n", "map.toml", "correct the line"),
        ('[colums]\ntext = "x"', "map.toml: colums", "columns, source, table"),
        ('[columns]\ntxt = "x"', "map.toml: columns.txt", "district, id, sender, text, time"),
        ("[columns]\ntext = 3", "map.toml: columns.text", "a list of texts"),
        ("[columns]\ntext = []", "map.toml: columns.text", "a column's name"),
        ("columns = 3", "map.toml: columns", "[columns]"),
        ("table = 3", "map.toml: table", "[table]"),
        ("[table]\nheader = 0", "map.toml: table.header", "from 1"),
        ("[table]\nheader = true", "map.toml: table.header", "a whole number"),
        ('[table]\ndelimiter = ";;"', "map.toml: table.delimiter", "e.g."),
        ('[table]\nencoding = "zip"', "map.toml: table.encoding", "windows-1258"),
        ('[table]\nencoding = "vn-nhanh"', "map.toml: table.encoding", "windows-1258"),
        ("[table]\ntimes = [3]", "map.toml: table.times", "a list of texts"),
        ('source = ""', "map.toml: source", "a text"),
    ],
)
def test_a_bad_mapping_file_is_named_with_field_and_cure(tmp_path: Path, mapping: str, where: str, cure: str) -> None:
    (tmp_path / "map.toml").write_text(mapping, "utf-8")
    with pytest.raises(UsageError) as error:
        load_map(tmp_path / "map.toml")
    assert error.value.where.endswith(where)
    assert cure in error.value.cure


def test_a_mapping_of_a_column_that_the_table_lacks_names_those_it_has(context: Context, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"named for district.*Nội dung, Nơi"):
        take(context, tmp_path / "a.csv", "Nội dung,Nơi\nTin đồn,Tam Đảo\n", district="Huyện")


ANSWER = {
    "data": [
        {"src": 1, "time": 1637370000000, "type": "text", "message": "Có tin ăn tỏi khỏi covid", "message_id": "m1",
         "from_id": "8001", "from_display_name": "Nguyễn Văn A"},
        {"src": 0, "time": 1637370060000, "type": "text", "message": "Cảm ơn bà con", "message_id": "m2",
         "from_id": "oa"},
        {"src": 1, "time": 1637370120000, "type": "links", "message": "", "message_id": "m3", "from_id": "8002",
         "links": [{"title": "Thuốc chữa covid", "url": "https://ban-thuoc.example/1"}]},
        {"src": 1, "time": 1637370180000, "type": "photo", "message": "", "message_id": "m4", "from_id": "8002"},
        {"src": 1, "time": 1637370180000, "type": "location", "message": "21.3,105.6", "message_id": "m5",
         "from_id": "8002"},
        "rác",
    ],
    "error": 0,
    "message": "Success",
}  # fmt: skip


def test_messages_to_the_zalo_account_come_as_its_api_exports_them(context: Context, tmp_path: Path) -> None:
    counts = take(context, tmp_path / "a.json", json.dumps([ANSWER]))
    assert (counts["new"], counts["drops"]) == (2, 2)
    assert take(context, tmp_path / "a.json", json.dumps([ANSWER]))["same"] == 2
    assert set(Document.objects.values_list("url", "kind", "text")) == {
        ("zalo:m1", "tip", "Có tin ăn tỏi khỏi covid"),
        ("zalo:m3", "tip", "Thuốc chữa covid\nhttps://ban-thuoc.example/1"),
    }
    assert set(Drop.objects.values_list("reason", "url")) == {("no-text", "zalo:m4"), ("bad-row", "a.json#1.6")}
    lines = "\n".join(json.dumps(row) for row in ANSWER["data"][:3])  # type: ignore[index]
    assert take(context, tmp_path / "b.jsonl", lines)["same"] == 2
    with pytest.raises(DataError, match="not valid JSON"):
        take(context, tmp_path / "c.json", "{" * 100_000)


def test_a_warc_file_of_another_crawler_is_read_once(tmp_path: Path) -> None:
    """Plain and compressed, with pictures and error pages between the articles."""
    context = Context(load(tmp_path, {}), "test:1:abc")
    for name, packed in (("a.warc", False), ("b.warc.gz", True)):
        with (tmp_path / name).open("wb") as file:
            writer = WARCWriter(file, gzip=packed)
            for number, (status, kind, body) in enumerate(
                [
                    ("200 OK", "text/html", article(f"Bài số 1 trong tệp {name}")),
                    ("404 Not Found", "text/html", b""),
                    ("200 OK", "image/png", b"png"),
                ]
            ):
                headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
                url = f"https://bao-la.example/{name}-{number}-10000{number}.html"
                writer.write_record(writer.create_warc_record(url, "response", BytesIO(body), http_headers=headers))
    for _ in range(2):
        for name in ("a.warc", "b.warc.gz"):
            ingest_file(context, tmp_path / name, TableMap())
        result = RoundResult()
        register(context, result)
        read(context, result)
        assert result.errors == []
        assert sorted(Document.objects.values_list("title", flat=True)) == [
            "Bài số 1 trong tệp a.warc",
            "Bài số 1 trong tệp b.warc.gz",
        ]
        assert list(Drop.objects.values_list("reason", flat=True)) == ["http-4xx", "http-4xx"]
