"""Files from elsewhere into the archive: WARC of other crawlers, JSON Lines of documents, hotline tables."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from core import clock
from core.errors import DataError
from core.model import Document, DocumentKind, Drop, document_id, sha256_hex
from core.vietnamese import fold
from flows.bootstrap import Context
from flows.pipeline import adopt_warc, take_in

COLUMNS = {
    "id": ("id", "ma", "so", "stt", "ma phan anh"),
    "text": ("text", "noi dung", "noi dung phan anh", "phan anh", "content"),
    "time": ("time", "thoi gian", "ngay", "ngay gio", "ngay phan anh", "date"),
    "district": ("district", "dia ban", "huyen", "quan huyen"),
}
LONGEST_TIP = 20_000  # characters


def ingest_file(context: Context, path: Path, source: str, mapping: Mapping[str, str]) -> Counter[str]:
    """Take one file in, by its name's ending. Raises DataError naming the file, row or column and the cure."""
    if not path.is_file():
        raise DataError("no such file", where=str(path), cure="give the path of a WARC, JSONL, CSV or XLSX file")
    if path.name.endswith((".warc", ".warc.gz")):
        adopt_warc(context, path)
        return Counter(warc_files_taken=1)
    if path.suffix == ".jsonl":
        return take_in(context, _documents(path))
    if path.suffix in {".csv", ".xlsx"}:
        return take_in(context, _tips(path, source, mapping))
    raise DataError(
        "not a kind of file that can be taken in", where=str(path), cure="give .warc, .warc.gz, .jsonl, .csv or .xlsx"
    )


def _documents(path: Path) -> Iterator[Document | Drop]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield _document(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                yield Drop("read", "bad-row", "", f"{path.name}#{number}", f"{type(error).__name__}: {error}")


def _document(row: dict[str, Any]) -> Document:
    """Build a document from the command line's own JSON form."""
    text, title = str(row["text"]), str(row.get("title") or "")
    url = str(row.get("canonical_url") or row["url"])
    fetched = _moment(row.get("fetched")) or clock.now()
    return Document(
        id=document_id(url, str(row.get("part", ""))) if "id" not in row else str(row["id"])[:20],
        source=str(row["source"]),
        kind=DocumentKind(row.get("kind", "article")),
        url=str(row["url"]),
        canonical_url=url,
        title=title,
        text=text,
        published=_moment(row.get("published")),
        fetched=fetched,
        engagement={str(k): int(v) for k, v in (row.get("engagement") or {}).items()},
        sha256=sha256_hex(f"{title}\n{text}"),
    )


def _tips(path: Path, source: str, mapping: Mapping[str, str]) -> Iterator[Document | Drop]:
    rows = _xlsx_rows(path) if path.suffix == ".xlsx" else _csv_rows(path)
    header = next(rows, None)
    if header is None:
        raise DataError("the file is empty", where=str(path), cure="export the table again")
    columns = _columns([str(cell or "") for cell in header], mapping, path)
    for number, row in enumerate(rows, 2):
        values = {field: row[i] for field, i in columns.items() if i < len(row)}
        text = str(values.get("text") or "").strip()
        where = f"{path.name}#{number}"
        if not text:
            if any(str(cell or "").strip() for cell in row):
                yield Drop("read", "no-text", source, where, "the text column is empty")
            continue
        yield _tip(values, text[:LONGEST_TIP], source)


def _tip(values: Mapping[str, Any], text: str, source: str) -> Document:
    # Without a number of its own a tip is identified by its words and time: the same table twice changes nothing.
    own = str(values.get("id") or "") or sha256_hex(f"{values.get('time')}|{text}")[:16]
    url = f"tip:{source}/{own}"
    return Document(
        id=document_id(url),
        source=source,
        kind=DocumentKind.TIP,
        url=url,
        canonical_url=url,
        title="",
        text=text,
        published=_moment(values.get("time")),
        fetched=clock.now(),
        tags=(str(values["district"]),) if values.get("district") else (),
        sha256=sha256_hex(f"\n{text}"),
    )


def _columns(header: list[str], mapping: Mapping[str, str], path: Path) -> dict[str, int]:
    folded = [fold(name).strip() for name in header]
    found: dict[str, int] = {}
    for field, names in COLUMNS.items():
        if field in mapping:
            if mapping[field] not in header:
                raise DataError(
                    f"no column {mapping[field]!r}", where=str(path), cure=f"the columns are: {', '.join(header)}"
                )
            found[field] = header.index(mapping[field])
        else:
            column = next((folded.index(name) for name in names if name in folded), None)
            if column is not None:
                found[field] = column
    if "text" not in found:
        raise DataError(
            "no column of the tips' text",
            where=str(path),
            cure=f'name it with --map text="…"; the columns are: {", ".join(header)}',
        )
    return found


def _csv_rows(path: Path) -> Iterator[list[Any]]:
    csv.field_size_limit(10_000_000)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.reader(stream)
    except UnicodeDecodeError:
        raise DataError("not UTF-8", where=str(path), cure="save it as 'CSV UTF-8'") from None
    except csv.Error as error:
        raise DataError(f"not a CSV table ({error})", where=str(path), cure="save it as 'CSV UTF-8'") from None


def _xlsx_rows(path: Path) -> Iterator[list[Any]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise DataError(f"not an XLSX file ({error})", where=str(path), cure="save it as XLSX or CSV UTF-8") from None
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(values_only=True):
        yield list(row)
    book.close()


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=clock.VIETNAM)
    if isinstance(value, date):
        return datetime.combine(value, time(), clock.VIETNAM)
    text = str(value or "").strip()
    if not text:
        return None
    for form in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%H:%M %d/%m/%Y"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=clock.VIETNAM)
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.VIETNAM)
