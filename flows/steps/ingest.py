"""Files from elsewhere into the archive: WARC of other crawlers, documents or Zalo messages as JSON, tables."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core import clock, zalo
from core.codes.texts import DocumentKind
from core.errors import DataError
from core.model.documents import Document, document_id, sha256_hex
from core.model.drops import Drop
from crawlers.tips import hotline_tables
from crawlers.tips.hotline_tables import TableMap
from flows.context import Context
from flows.steps.read import adopt_warc, take_in

_OURS = re.compile(r"[0-9a-f]{20}")
_LONGEST = {"url": 2_000, "source": 80, "id": 200}
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_MOST = 2**31 - 1


def ingest_file(context: Context, path: Path, table: TableMap) -> Counter[str]:
    """Take one file in, by its name's ending. Raises DataError naming the file, row or column and the cure."""
    if not path.is_file():
        raise DataError("no such file", where=str(path), cure="give the path of a WARC, JSON, JSONL, CSV or XLSX file")
    if path.name.endswith((".warc", ".warc.gz")):
        adopt_warc(context, path)
        return Counter(warc_files_taken=1)
    items: Iterator[Document | Drop]
    if path.suffix == ".jsonl":
        items = _lines(path)
    elif path.suffix == ".json":
        items = _messages(path)
    elif path.suffix in {".csv", ".xlsx"}:
        items = hotline_tables.tips(path, table)
    else:
        raise DataError(
            "not a kind of file that can be taken in",
            where=str(path),
            cure="give .warc, .warc.gz, .jsonl, .json, .csv or .xlsx",
        )
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return take_in(context, items, f"{path.name} {digest}")  # so that its bad rows count once, another file's again


def _lines(path: Path) -> Iterator[Document | Drop]:
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{path.name}#{number}"
            try:
                row = json.loads(line)
                if zalo.is_ours(row):
                    yield from zalo.tips(row, clock.now(), where)
                else:
                    yield _document(row)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
                yield Drop("read", "bad-row", "", where, f"{type(error).__name__}: {error}"[:200])


def _messages(path: Path) -> Iterator[Document | Drop]:
    """Messages to the Zalo Official Account, as its conversation API or its webhook gave them."""
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"not valid JSON ({error})", where=str(path), cure="export the messages again") from None
    yield from zalo.tips(data, clock.now(), path.name)


def _document(row: dict[str, Any]) -> Document:
    """Build a document from the command line's own JSON form. An id that another system gave is kept beside ours.
    Raises ValueError, KeyError or TypeError for a row that cannot be one.
    """
    text, title = str(row["text"]), str(row.get("title") or "")
    url = str(row.get("canonical_url") or row["url"])
    given = str(row.get("id") or "")
    ours = _OURS.fullmatch(given) is not None
    for name, value in (("url", url), ("url", str(row["url"])), ("source", str(row["source"])), ("id", given)):
        if len(value) > _LONGEST[name] or (not value.strip() and name != "id"):
            raise ValueError(f"{name}: {value[:40]!r} is empty or too long")
    fetched = _moment(row, "fetched") or clock.now()
    return Document(
        id=given if ours else document_id(url, str(row.get("part") or given)),
        foreign_id="" if ours else given,
        source=str(row["source"]),
        kind=DocumentKind(row.get("kind", "article")),
        url=str(row["url"]),
        canonical_url=url,
        title=title,
        text=text,
        published=_moment(row, "published"),
        fetched=fetched,
        engagement={str(k)[:40]: min(max(int(v), 0), _MOST) for k, v in (row.get("engagement") or {}).items()},
        sha256=sha256_hex(f"{title}\n{text}".encode("utf-8", "replace")),
    )


def _moment(row: dict[str, Any], name: str) -> datetime | None:
    """The time in a field, None where it is empty. Raises ValueError for what is no time, or none of our days."""
    value = row.get(name)
    if value in (None, ""):
        return None
    moment = hotline_tables.moment(value)
    if moment is None or not _EARLIEST <= moment <= clock.now() + timedelta(days=1):
        raise ValueError(f"{name}: {str(value)[:40]!r} is no time between 1990 and today")
    return moment
