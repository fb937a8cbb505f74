"""Hotline tables (CSV, XLSX) as tips: which column is what, by the columns' names or by a mapping file (TOML)."""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

from core import clock
from core.codes.texts import DocumentKind
from core.errors import DataError, UsageError
from core.model.documents import LONGEST_TIP, Document, document_id, sha256_hex
from core.model.drops import Drop
from core.vietnamese import fold
from crawlers.page.charsets import from_tcvn3, from_vni
from crawlers.tips import workbook

COLUMNS = {
    "id": ("id", "ma", "so", "stt", "ma phan anh"),
    "text": ("text", "noi dung", "noi dung phan anh", "phan anh", "content"),
    "time": ("time", "thoi gian", "ngay", "ngay gio", "ngay phan anh", "date"),
    "district": ("district", "dia ban", "huyen", "quan huyen"),
    "sender": (),
}
"""Our fields, and the columns that are taken for them (folded) when no mapping names others. A sender's column is taken
only when it is named: who called is personal data."""
_TIMES = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%H:%M %d/%m/%Y")
_TABLE = {"sheet": str, "header": int, "delimiter": str, "encoding": str, "times": list}
_FONTS: dict[str, tuple[str, Callable[[str], str]]] = {"tcvn3": ("cp1252", from_tcvn3), "vni": ("cp1252", from_vni)}
"""Charsets that are fonts: how their bytes are read, and made into letters."""
LONGEST_LINE = 10_000_000
_KINDS = {str: "a text", int: "a whole number", list: "a list of texts"}


@dataclass(frozen=True, slots=True)
class TableMap:
    """How a table is to be read. ``columns``: for a field the names of its columns (several texts are put together);
    ``header``: the row (from 1) with the columns' names; ``times``: forms of strptime, tried before the usual ones.
    """

    source: str = "hotline"
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sheet: str = ""
    header: int = 1
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    times: tuple[str, ...] = ()

    def changed(self, source: str, columns: Mapping[str, str]) -> TableMap:
        """With what the command line names instead; '' and {}: nothing."""
        named = {field: (column,) for field, column in columns.items()}
        return replace(self, source=source or self.source, columns={**self.columns, **named})


def load_map(path: Path) -> TableMap:
    """Read a mapping file. Raises UsageError naming the file, the field and the cure."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(
            f"cannot be read ({error.strerror})", where=str(path), cure="give the mapping's path"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"not valid TOML ({error})", where=str(path), cure="correct the line it names") from None
    _known(given, {"source", "columns", "table"}, path, "")
    source = given.get("source", TableMap().source)
    _typed(source, str, path, "source")
    columns = given.get("columns", {})
    if not isinstance(columns, dict):
        raise UsageError("not a table", where=f"{path}: columns", cure='write [columns] and under it text = "…"')
    _known(columns, set(COLUMNS), path, "columns.")
    table = given.get("table", {})
    if not isinstance(table, dict):
        raise UsageError("not a table", where=f"{path}: table", cure="write [table] and under it header = 3")
    _known(table, set(_TABLE), path, "table.")
    for name, value in table.items():
        _typed(value, _TABLE[name], path, f"table.{name}")
    found = TableMap(
        source=source,
        columns={name: _names(value, path, f"columns.{name}") for name, value in columns.items()},
        **{**table, "times": tuple(table.get("times", ()))},
    )
    _check(found, path)
    return found


def _known(given: Mapping[str, Any], names: set[str], path: Path, prefix: str) -> None:
    for name in given:
        if name not in names:
            raise UsageError(
                "no such field", where=f"{path}: {prefix}{name}", cure=f"the fields are: {', '.join(sorted(names))}"
            )


def _typed(value: object, kind: type, path: Path, where: str) -> None:
    texts = kind is not list or (isinstance(value, list) and all(isinstance(one, str) for one in value))
    if not isinstance(value, kind) or isinstance(value, bool) or not texts or value == "":
        raise UsageError(f"{value!r} is not {_KINDS[kind]}", where=f"{path}: {where}", cure=f"give {_KINDS[kind]}")


def _names(value: object, path: Path, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    _typed(value, list, path, where)
    names = tuple(str(name) for name in value) if isinstance(value, list) else ()
    if not names:
        raise UsageError("names no column", where=f"{path}: {where}", cure="give a column's name, or leave it out")
    return names


def _check(found: TableMap, path: Path) -> None:
    if found.header < 1:
        raise UsageError(f"{found.header} is no row", where=f"{path}: table.header", cure="rows count from 1")
    if len(found.delimiter) != 1:
        raise UsageError(
            f"{found.delimiter!r} is not one character", where=f"{path}: table.delimiter", cure='give e.g. ";"'
        )
    try:
        "".encode(_FONTS.get(found.encoding, (found.encoding,))[0])
    except (LookupError, UnicodeError):
        raise UsageError(
            f"{found.encoding!r} is no charset",
            where=f"{path}: table.encoding",
            cure='give e.g. "windows-1258" or "tcvn3"',
        ) from None


def tips(path: Path, table: TableMap) -> Iterator[Document | Drop]:
    """The tips of a table, and a Drop for each row without text. Raises DataError naming file, column and cure."""
    rows = workbook.rows(path, table.sheet) if path.suffix == ".xlsx" else _csv_rows(path, table)
    header: list[Any] | None = None
    for _ in range(table.header):
        header = next(rows, None)
    if header is None:
        raise DataError("the file is empty", where=str(path), cure="export the table again")
    columns = _columns([str(cell or "").strip() for cell in header], table, path)
    for number, row in enumerate(rows, table.header + 1):
        values = {
            field: [row[i] for i in places if i < len(row) and str(row[i] or "").strip()]
            for field, places in columns.items()
        }
        text = "\n".join(str(cell).strip() for cell in values["text"])
        if text:
            yield _tip(values, text[:LONGEST_TIP], table)
        elif any(str(cell or "").strip() for cell in row):
            yield Drop("read", "no-text", table.source, f"{path.name}#{number}", "the text column is empty")


def _tip(values: Mapping[str, list[Any]], text: str, table: TableMap) -> Document:
    first = {field: cells[0] for field, cells in values.items() if cells}
    # Without a number of its own a tip is identified by its words and time: the same table twice changes nothing.
    own = str(first.get("id") or "") or sha256_hex(f"{first.get('time')}|{text}")[:16]
    url = f"tip:{table.source}/{own}"
    return Document(
        id=document_id(url),
        source=table.source,
        kind=DocumentKind.TIP,
        url=url,
        canonical_url=url,
        title="",
        text=text,
        published=moment(first.get("time"), table.times),
        fetched=clock.now(),
        author=str(first.get("sender") or "").strip(),
        tags=(str(first["district"]),) if first.get("district") else (),
        sha256=sha256_hex(f"\n{text}"),
    )


def _columns(header: list[str], table: TableMap, path: Path) -> dict[str, list[int]]:
    folded = [fold(name).strip() for name in header]
    found: dict[str, list[int]] = {}
    for name, usual in COLUMNS.items():
        for column in table.columns.get(name, ()):
            if column not in header:
                raise DataError(
                    f"no column {column!r} (it was named for {name})",
                    where=str(path),
                    cure=f"the columns are: {', '.join(header)}",
                )
            found.setdefault(name, []).append(header.index(column))
        if name not in table.columns:
            found[name] = [folded.index(one) for one in usual if one in folded][:1]
    if not found["text"]:
        raise DataError(
            "no column of the tips' text",
            where=str(path),
            cure=f'name it with --map text="…" or in a mapping file; the columns are: {", ".join(header)}',
        )
    return found


def _csv_rows(path: Path, table: TableMap) -> Iterator[list[Any]]:
    csv.field_size_limit(LONGEST_LINE)
    encoding, mend = _FONTS.get(table.encoding, (table.encoding, _composed))
    try:
        with path.open(encoding=encoding, newline="") as stream:
            for row in csv.reader(_lines(stream), delimiter=table.delimiter):
                yield [mend(cell) for cell in row]
    except UnicodeError:
        named = "UTF-8" if table.encoding == TableMap().encoding else table.encoding
        cure = "save it as 'CSV UTF-8', or name its charset in a mapping file (table.encoding)"
        raise DataError(f"not {named}", where=str(path), cure=cure) from None
    except csv.Error as error:
        raise DataError(f"not a CSV table ({error})", where=str(path), cure="save it as 'CSV UTF-8'") from None


def _lines(stream: IO[str]) -> Iterator[str]:
    """Line by line, none longer than all cells together may be: a file without ends of lines would be read whole."""
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise csv.Error(f"a line of more than {LONGEST_LINE:,} characters")
        yield line


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def moment(value: Any, forms: tuple[str, ...] = ()) -> datetime | None:
    """A time as tables and JSON write it, on the Vietnamese clock unless it says otherwise; None when it is none."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=clock.VIETNAM)
    if isinstance(value, date):
        return datetime.combine(value, time(), clock.VIETNAM)
    text = str(value or "").strip()
    if not text:
        return None
    for form in (*forms, *_TIMES):
        try:
            found = datetime.strptime(text, form)  # noqa: DTZ007  # the zone comes next
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=clock.VIETNAM)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=clock.VIETNAM)
