"""Workbooks (XLSX) that strangers hand over: looked through in little memory before the library reads them.

An XLSX file is a zip of XML files, and a small one can hold gigabytes, millions of rows, or an entity that unfolds
without end. So the zip's own table is checked first, and then every file in it is unpacked piece by piece, counted and
forgotten; only a workbook within the bounds below is given to openpyxl, which keeps its shared strings, and all that
stands outside of rows, in memory (docs/adr/0021).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from core.errors import DataError

MOST_BYTES = 200_000_000
"""Of all files in the zip, unpacked: some 200,000 tips."""
MOST_PACKED = 100_000_000
MOST_FILES = 2_000
MOST_RATIO, RATIO_FROM = 400, 16_000_000
"""So many bytes from one, in a file of at least 16 MB: written XML comes to a tenth of that."""
MOST_ROWS = 1_048_576
"""Of all sheets; as many as a spreadsheet program keeps in one."""
MOST_COLUMNS = 500
LONGEST_CELL = 100_000
MOST_STRINGS, MOST_STRING_CHARACTERS = 500_000, 40_000_000
MOST_OUTSIDE, MOST_OUTSIDE_CHARACTERS = 300_000, 10_000_000
"""Elements and characters that stand in no row and in no shared string."""
MOST_SHEETS = 200
_DEEPEST, _MOST_WITHIN, _MOST_NAMES, _LONGEST_NAME, _LONGEST_TAG = 64, 20_000, 10_000, 500, 1_000_000
_CHUNK = 1 << 16
_LONGEST_END = 22 + 65_535
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _CELL, _STRING, _SHEET = f"{_MAIN}row", f"{_MAIN}c", f"{_MAIN}si", f"{_MAIN}sheet"
_COLUMN = re.compile("[A-Z]+")
_BROKEN = (
    BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, SyntaxError, ValueError, TypeError,
    LookupError, AttributeError, ArithmeticError, struct.error,
)  # fmt: skip
"""What zipfile, the XML parsers and openpyxl raise over a file that is none."""
_CURE = "save the one sheet that is needed as CSV UTF-8, a large one in parts"


def rows(path: Path, sheet: str = "") -> Iterator[list[Any]]:
    """The rows of a sheet, the first one where none is named. Raises DataError naming the file and the cure."""
    check(path)
    from openpyxl import load_workbook  # noqa: PLC0415 -- heavy

    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except _BROKEN as error:
        raise _unusable(path, error) from None
    try:
        if sheet and sheet not in book.sheetnames:
            cure = f"the sheets are: {', '.join(book.sheetnames)}"
            raise DataError(f"no sheet {sheet!r}", where=str(path), cure=cure)
        if not book.worksheets:
            raise DataError("the file has no sheet", where=str(path), cure="export the table again")
        chosen = book[sheet] if sheet else book.worksheets[0]
        chosen.reset_dimensions()  # as the file has it, they are a claim: every row would be made as wide
        try:
            yield from (list(row) for row in chosen.iter_rows(values_only=True))
        except _BROKEN as error:
            raise _unusable(path, error) from None
    finally:
        book.close()


def check(path: Path) -> None:
    """Look a workbook through. Raises DataError for one that is none, or that goes beyond the bounds."""
    try:
        _bound(path.stat().st_size, MOST_PACKED, "bytes")
        _bound(_directory_size(path) // 200, MOST_FILES, "files in it")
        with ZipFile(path) as archive:
            _check_table(archive.infolist())
            counted = _Counted()
            for member in archive.infolist():
                with archive.open(member) as stream:
                    counted.read(stream)
    except _TooMuchError as error:
        raise DataError(f"the workbook goes beyond {error}", where=str(path), cure=_CURE) from None
    except _ForbiddenError as error:
        raise DataError(f"the workbook has {error}", where=str(path), cure=_CURE) from None
    except _BROKEN as error:
        raise _unusable(path, error) from None


class _TooMuchError(Exception):
    """Of what, in words."""


class _ForbiddenError(Exception):
    """What it has that no workbook has."""


def _unusable(path: Path, error: BaseException) -> DataError:
    words = str(error)[:200] or type(error).__name__
    return DataError(f"not an XLSX file ({words})", where=str(path), cure="save it as XLSX or CSV UTF-8")


def _directory_size(path: Path) -> int:
    """How large the zip's table of files says it is: zipfile reads all of it at once. 0: it is no zip."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _LONGEST_END - 20))
        end = stream.read()
        at = end.rfind(b"PK\x05\x06")
        if at < 0:
            return 0
        found = int(struct.unpack_from("<L", end, at + 12)[0])
        if at >= 20 and end[at - 20 : at - 16] == b"PK\x06\x07":  # a table of more than 4 GB, or a cautious writer
            stream.seek(min(size, struct.unpack_from("<Q", end, at - 12)[0]))
            large = stream.read(56)
            found = max(found, struct.unpack_from("<Q", large, 40)[0] if len(large) == 56 else 0)
        return found


def _check_table(members: list[ZipInfo]) -> None:
    """By what the zip says of itself. It may lie, so the bytes are counted as well."""
    if len(members) > MOST_FILES:
        raise _TooMuchError(f"{MOST_FILES} files")
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise _TooMuchError(f"{MOST_BYTES // 1_000_000} MB unpacked")
    for member in members:
        if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:  # others take as much memory as the file asks for
            raise _ForbiddenError("a file that is packed as no spreadsheet program packs it")
        if member.file_size > max(RATIO_FROM, MOST_RATIO * member.compress_size):
            raise _ForbiddenError(f"a file of {member.file_size // 1_000_000} MB that is almost empty")


class _Counted:
    """What was counted over all files of a workbook, and where in the present one the parser stands."""

    def __init__(self) -> None:
        self._bytes = self._rows = self._strings = self._string_characters = 0
        self._outside = self._outside_characters = self._sheets = 0
        self._start()

    def _start(self) -> None:
        self._depth = self._held_from = 0  # the depth of the row or shared string around; 0: none
        self._within = self._columns = self._text = 0
        self._in_string = False

    def read(self, stream: Any) -> None:
        """Unpack one file to its end. What is no XML, a picture for instance, is only measured."""
        self._start()
        names: dict[str, str] = {}
        parser = expat.ParserCreate(namespace_separator="}", intern=names)
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _refuse_doctype
        is_xml, fed = True, 0
        while chunk := stream.read(_CHUNK):
            fed += len(chunk)
            self._bytes += len(chunk)
            if self._bytes > MOST_BYTES:
                raise _TooMuchError(f"{MOST_BYTES // 1_000_000} MB unpacked")
            if not is_xml:
                continue
            try:
                parser.Parse(chunk, False)
            except expat.ExpatError:  # openpyxl comes no further either
                is_xml = False
                continue
            if len(names) > _MOST_NAMES:
                raise _TooMuchError(f"{_MOST_NAMES} names of elements")
            if fed - max(0, parser.CurrentByteIndex) > _LONGEST_TAG:
                raise _TooMuchError(f"{_LONGEST_TAG} bytes in one tag")

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST or len(name) > _LONGEST_NAME:
            raise _TooMuchError(f"{_DEEPEST} elements in one another, or a name of {_LONGEST_NAME} characters")
        if self._held_from:
            self._open_within(name, attributes)
        elif name == _ROW:
            self._open_row(attributes)
        elif name == _STRING:
            self._strings += 1
            self._held_from, self._in_string, self._within, self._text = self._depth, True, 0, 0
            _bound(self._strings, MOST_STRINGS, "different texts")
        else:
            self._outside += 1
            self._sheets += name == _SHEET
            self._count_outside(sum(map(len, attributes.values())))
            _bound(self._sheets, MOST_SHEETS, "sheets")
            _bound(self._outside, MOST_OUTSIDE, "elements beside its rows")

    def _open_row(self, attributes: dict[str, str]) -> None:
        self._rows += 1
        self._held_from, self._in_string, self._within, self._columns, self._text = self._depth, False, 0, 0, 0
        number = attributes.get("r", "")
        # rows that are left out are made, empty, by openpyxl: a number stands for as many
        place = int(number) if number.isdecimal() and len(number) < 10 else len(number) * MOST_ROWS
        _bound(max(self._rows, place), MOST_ROWS, "rows")

    def _open_within(self, name: str, attributes: dict[str, str]) -> None:
        self._within += 1
        _bound(self._within, _MOST_WITHIN, "elements in one row or text")
        if name == _CELL:
            self._text = 0
            self._columns += 1
            named = _COLUMN.match(attributes.get("r", ""))
            _bound(max(self._columns, _number(named[0]) if named else 0), MOST_COLUMNS, "columns")

    def _close(self, _name: str) -> None:
        if self._depth == self._held_from:
            self._held_from = 0
        self._depth -= 1

    def _characters(self, text: str) -> None:
        if not self._held_from:
            self._count_outside(len(text))
            return
        self._text += len(text)
        _bound(self._text, LONGEST_CELL, "characters in one cell")
        if self._in_string:
            self._string_characters += len(text)
            _bound(self._string_characters, MOST_STRING_CHARACTERS, "characters")

    def _count_outside(self, characters: int) -> None:
        self._outside_characters += characters
        _bound(self._outside_characters, MOST_OUTSIDE_CHARACTERS, "characters beside its rows")


def _bound(count: int, most: int, what: str) -> None:
    if count > most:
        raise _TooMuchError(f"{most:,} {what}")


def _number(letters: str) -> int:
    """Of a column, A being 1; all of more than three letters are beyond every bound."""
    number = 0
    for letter in letters[:4]:
        number = number * 26 + ord(letter) - 64
    return number


def _refuse_doctype(*_declared: object) -> None:
    raise _ForbiddenError("a document type of its own, with which a few bytes can stand for gigabytes")
