"""Files from elsewhere: every row is taken or counted, whatever a spreadsheet did to it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from core.clock import VIETNAM
from core.errors import DataError
from core.settings import load
from flows.bootstrap import Context
from flows.intake import ingest_file
from index.models import Document, Drop, WarcFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def context() -> Context:
    return Context(load(), "test")


def take(context: Context, path: Path, text: str | bytes, **mapping: str) -> dict[str, int]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return dict(ingest_file(context, path, "duong-day-nong", mapping))


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
