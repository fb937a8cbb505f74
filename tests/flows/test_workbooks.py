"""XLSX files that unfold into more than any machine holds cost one line; whatever is wrong with one names the cure."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest
from openpyxl import Workbook

from core.errors import DataError
from core.settings import load
from crawlers.tips.hotline_tables import TableMap
from flows.context import Context
from flows.steps.ingest import ingest_file
from index.models import Document
from tests.flows.world import SOATIN, environ, make_home

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = f'<worksheet {MAIN}><sheetData><row r="1"><c t="inlineStr"><is><t>nội dung</t></is></c></row>'
TAIL = "</sheetData></worksheet>"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
TYPES = "[Content_Types].xml"
OF_STRINGS = (
    f'<Override PartName="/{STRINGS}" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
MEMORY = 500 * 1024 * 1024
MEASURED = (
    "import json, resource, subprocess, sys\n"
    "done = subprocess.run(sys.argv[1:], capture_output=True, text=True)\n"
    "most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024\n"
    "print(json.dumps([done.returncode, done.stderr, most]))\n"
)
"""Runs a command and says what memory it had at most. A process of its own, for a child counts its parent's as well."""


def rebuilt(path: Path, changed: Mapping[str, str], method: int = ZIP_DEFLATED) -> Path:
    """A workbook of one tip, some of its files being others."""
    plain = path.with_name("plain.xlsx")
    book = Workbook()
    for text in ("nội dung", "Ăn tỏi khỏi covid"):
        book.worksheets[0].append([text])
    book.save(plain)
    with ZipFile(plain) as old, ZipFile(path, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name, old.read(name)))
        for name in changed.keys() - set(old.namelist()):
            new.writestr(name, changed[name])
    return path


def swollen(path: Path, pieces: Iterator[bytes]) -> Path:
    """A workbook whose sheet is these pieces."""
    rebuilt(path, {})
    with ZipFile(path) as old:
        others = {name: old.read(name) for name in old.namelist() if name != SHEET}
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as new:
        for name, content in others.items():
            new.writestr(name, content)
        with new.open(SHEET, "w", force_zip64=True) as stream:
            for piece in pieces:
                stream.write(piece)
    return path


def measured(home: Path, *arguments: str) -> tuple[int, str, int]:
    """Exit status, standard error and most memory (bytes) of a command."""
    command = [sys.executable, "-c", MEASURED, str(SOATIN), *arguments]
    done = subprocess.run(command, env=environ(home), cwd=home, capture_output=True, text=True, timeout=150, check=True)
    status, words, most = json.loads(done.stdout)
    return status, words, most


def inflated() -> Iterator[bytes]:
    """1.5 GB of a cell without an end."""
    yield HEAD.encode()
    yield b'<row r="2"><c t="inlineStr"><is><t>'
    for _ in range(96):
        yield b"a" * 16_000_000


def empty_rows() -> Iterator[bytes]:
    """20 million of them: 120 MB."""
    yield HEAD.encode()
    for _ in range(20):
        yield b"<row/>" * 1_000_000
    yield TAIL.encode()


@pytest.mark.slow
@pytest.mark.parametrize(("pieces", "words"), [(inflated, "200 MB unpacked"), (empty_rows, "1,048,576 rows")])
def test_a_small_file_that_unfolds_to_gigabytes_or_millions_of_rows_is_one_line_in_little_memory(
    tmp_path: Path, pieces: type[Iterator[bytes]], words: str
) -> None:
    home = make_home(tmp_path / "home")
    file = swollen(tmp_path / "bom.xlsx", pieces())
    status, said, most = measured(home, "ingest", str(file))
    assert status == 1
    assert most < MEMORY
    (line,) = said.strip().splitlines()
    assert words in line
    assert "bom.xlsx" in line
    assert "CSV UTF-8" in line


@pytest.mark.slow
def test_the_largest_workbook_that_is_taken_needs_no_more_memory(tmp_path: Path) -> None:
    """As many and as wide texts as may be, all of which openpyxl keeps."""
    home = make_home(tmp_path / "home")
    texts = f"<sst {MAIN}>" + f"<si><t>{'a' * 78}😷</t></si>" * 500_000 + "</sst>"
    sheet = HEAD + '<row><c t="s"><v>499999</v></c></row>' + TAIL
    rebuilt(tmp_path / "lon.xlsx", {})
    with ZipFile(tmp_path / "lon.xlsx") as plain:
        types = plain.read(TYPES).decode().replace("</Types>", f"{OF_STRINGS}</Types>")
    file = rebuilt(tmp_path / "lon.xlsx", {STRINGS: texts, SHEET: sheet, TYPES: types})
    status, said, most = measured(home, "ingest", str(file))
    assert (status, said) == (0, "")
    assert most < MEMORY


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
TEXTS = f"<sst {MAIN}>" + "<si><t>a</t></si>" * 500_001 + "</sst>"
WRONG = {
    "entities in the sheet": ({SHEET: BOMB + HEAD + "<row><c><v>&b;</v></c></row>" + TAIL}, "document type"),
    "entities in the texts": ({STRINGS: f"{BOMB}<sst {MAIN}><si><t>&b;</t></si></sst>"}, "document type"),
    "entities in a file of no known ending": ({"xl/x.bin": f"{BOMB}<x>&b;</x>"}, "document type"),
    "a row far down": ({SHEET: f'{HEAD}<row r="999999999"><c><v>1</v></c></row>{TAIL}'}, "rows"),
    "a cell far out": ({SHEET: f'{HEAD}<row r="2"><c r="XFD2"><v>1</v></c></row>{TAIL}'}, "columns"),
    "many cells": ({SHEET: HEAD + "<row>" + "<c/>" * 501 + "</row>" + TAIL}, "columns"),
    "a long cell": ({SHEET: f'{HEAD}<row><c t="str"><v>{"a" * 100_001}</v></c></row>{TAIL}'}, "in one cell"),
    "many texts": ({STRINGS: TEXTS}, "texts"),
    "a long text": ({STRINGS: f"<sst {MAIN}><si><t>{'a' * 100_001}</t></si></sst>"}, "in one cell"),
    "much beside the rows": ({SHEET: HEAD + "</sheetData>" + "<x/>" * 300_001 + "</worksheet>"}, "beside its rows"),
    "deep": ({SHEET: HEAD + "<x>" * 65}, "in one another"),
    "one endless tag": ({SHEET: f'{HEAD}<row a="{"a " * 700_000}"/>{TAIL}'}, "in one tag"),
    "a cell that is no number": ({SHEET: f"{HEAD}<row><c><v>x</v></c></row>{TAIL}"}, "not an XLSX file"),
    "a sheet cut off": ({SHEET: HEAD}, "not an XLSX file"),
    "no sheets": ({"xl/workbook.xml": f"<workbook {MAIN}/>"}, "no sheet"),
    "a broken list of parts": ({"[Content_Types].xml": "<"}, "not an XLSX file"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", WRONG)
def test_each_bound_of_a_workbook_says_what_goes_beyond_it_and_the_cure(tmp_path: Path, name: str) -> None:
    changed, words = WRONG[name]
    refused(rebuilt(tmp_path / "sai.xlsx", changed), words)


def refused(file: Path, words: str) -> None:
    """No tip of it is taken; the one sentence has these words and the cure."""
    with pytest.raises(DataError, match=words) as error:
        ingest_file(Context(load(), "test"), file, TableMap("duong-day-nong"))
    assert "sai.xlsx" in str(error.value)
    assert " — " in str(error.value)


@pytest.mark.django_db
def test_sizes_that_lie_and_foreign_packing_are_refused(tmp_path: Path) -> None:
    refused(rebuilt(tmp_path / "sai.xlsx", {}, ZIP_LZMA), "packed")
    file = rebuilt(tmp_path / "sai.xlsx", {SHEET: HEAD + "<row/>" * 100_000 + TAIL})
    whole = file.read_bytes()
    true = struct.pack("<L", len((HEAD + "<row/>" * 100_000 + TAIL).encode()))
    assert whole.count(true) == 2  # in the table and before the file itself
    file.write_bytes(whole.replace(true, struct.pack("<L", 1_000)))
    refused(file, "not an XLSX file")


@pytest.mark.django_db
def test_a_table_of_files_without_end_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "sai.xlsx"
    with ZipFile(file, "w") as archive:
        for number in range(5_000):
            archive.writestr(f"xl/{'x' * 60}{number}", "")
    refused(file, "files")


@pytest.mark.django_db
def test_a_claimed_dimension_makes_no_rows_wider_and_gaps_are_no_tips(tmp_path: Path) -> None:
    sheet = (HEAD + '<row r="900000"><c t="str"><v>Ăn tỏi khỏi covid</v></c></row>' + TAIL).replace(
        "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
    )
    file = rebuilt(tmp_path / "dung.xlsx", {SHEET: sheet})
    assert ingest_file(Context(load(), "test"), file, TableMap("duong-day-nong"))["new"] == 1
    assert Document.objects.get().text == "Ăn tỏi khỏi covid"


@pytest.mark.django_db
def test_a_csv_without_ends_of_lines_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "sai.csv"
    file.write_text("nội dung\n" + "a," * 5_100_000, "utf-8")
    with pytest.raises(DataError, match="a line of more than"):
        ingest_file(Context(load(), "test"), file, TableMap("duong-day-nong"))
