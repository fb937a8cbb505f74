"""CSV files in and out, as people's spreadsheets write them: BOM, quoted line breaks, long cells, odd endings."""

from __future__ import annotations

import csv
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from core.clock import VIETNAM
from core.errors import DataError

_DAY = len("YYYYMMDD")
_MILLISECONDS = 1e10  # from here on (the year 2286) a number counts them, not seconds
_LONGEST_CELL = 50_000_000  # characters; Python's own limit is 131,072
_MISSING = frozenset({"", "nan", "none", "null", "n/a", "na"})


class CsvTable:
    """A CSV file with a header, read row by row; ``columns`` are its names, ``bad`` counts rows of the wrong width."""

    def __init__(self, path: Path, needed: Sequence[str] = ()) -> None:
        """Opens the header. Raises DataError when the file is unreadable or a needed column is not there."""
        self.path, self.bad = path, 0
        csv.field_size_limit(_LONGEST_CELL)
        with _opened(path) as reader:
            self.columns: list[str] = next(reader, [])
        if not self.columns:
            raise DataError("is empty", where=str(path), cure="give a CSV file with a header line")
        for name in needed:
            if name not in self.columns:
                raise DataError(
                    f"has no column {name!r}", where=str(path), cure=f"its columns are: {', '.join(self.columns)}"
                )

    def rows(self) -> Iterator[dict[str, str]]:
        """Rows as dictionaries. A short row is filled with empty cells and counted in ``bad``, as one too long is."""
        self.bad = 0
        with _opened(self.path) as reader:
            next(reader, None)
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(self.columns):
                    self.bad += 1
                    cells = (cells + [""] * len(self.columns))[: len(self.columns)]  # noqa: PLW2901
                yield dict(zip(self.columns, cells, strict=True))


def read_time(cell: str) -> float:
    """Seconds since 1970 of a cell that holds them, or milliseconds, an ISO 8601 date or time (local where no offset is
    given), or YYYYMMDD; NaN for anything else.
    """
    cell = cell.strip()
    try:
        if len(cell) == _DAY and cell.isdigit():
            return datetime.strptime(cell, "%Y%m%d").replace(tzinfo=VIETNAM).timestamp()
        if cell.replace(".", "", 1).isdigit():
            number = float(cell)
            seconds = number if number < _MILLISECONDS else number / 1000
            return seconds if seconds < _MILLISECONDS else math.nan
        moment = datetime.fromisoformat(cell)
        return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).timestamp()
    except (ValueError, OverflowError, OSError):
        return math.nan


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield csv.reader(line.replace("\0", "") for line in file)
    except UnicodeDecodeError as error:
        raise DataError(f"is not UTF-8 (byte {error.start})", where=str(path), cure="save it as CSV UTF-8") from None
    except OSError as error:
        raise DataError(
            f"cannot be read ({error.strerror or error})", where=str(path), cure="give the path of a CSV file"
        ) from None
    except csv.Error as error:
        raise DataError(f"is not a CSV file ({error})", where=str(path), cure="save it as CSV UTF-8") from None


def is_missing(cell: str) -> bool:
    """Whether a cell holds nothing, or what a program writes for nothing (``nan``)."""
    return cell.strip().lower() in _MISSING


def read_label(cell: str) -> int | None:
    """1 unreliable, 0 not, None where the cell says neither. ``1.0`` counts as ``1``."""
    return {"1": 1, "1.0": 1, "true": 1, "0": 0, "0.0": 0, "false": 0}.get(cell.strip().lower())


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write a CSV file (UTF-8) beside its place and move it there when whole; returns the number of rows."""
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        raise DataError(
            f"cannot be written ({error.strerror or error})", where=str(path), cure="name a folder you may write to"
        ) from None
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(columns))
            writer.writeheader()
            for row in rows:
                writer.writerow(row)
                count += 1
        fresh.chmod(0o644)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return count
