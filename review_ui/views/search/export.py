"""Search hits as files: CSV and XLSX for people, JSON Lines for programs. Never with author names.

A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection): the texts come
from strangers.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.clock import local
from core.codes.texts import DocumentKind, SourceKind, TextKind
from core.codes.verdicts import VerdictValue
from core.model.documents import Document
from index.archive import reading
from index.search import Hit
from review_ui import known_sources

MOST = {"csv": 100_000, "jsonl": 100_000, "xlsx": 20_000}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST_CELL = 32_000
"""Excel holds 32,767 characters in a cell; a longer text is cut there and says so. CSV and JSON Lines hold all."""
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNSEEN = re.compile(
    r"^[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]+"
)
"""What shows nothing at the beginning of a cell: spaces, soft hyphens, direction marks, joiners, fillers."""

Row = tuple[Hit, Document]


def rows(portions: Iterable[Sequence[Hit]]) -> Iterator[Row]:
    """Each hit with its document; one that the archive no longer holds is left out."""
    for hits in portions:
        found = {document.id: document for document in reading.documents([hit.id for hit in hits])}
        yield from ((hit, found[hit.id]) for hit in hits if hit.id in found)


def jsonl(found: Iterable[Row]) -> Iterator[bytes]:
    """One object a line, codes and ISO times."""
    for hit, document in found:
        yield json.dumps(plain(hit, document), ensure_ascii=False).encode() + b"\n"


def plain(hit: Hit, document: Document) -> dict[str, Any]:
    """A hit as JSON data."""
    return {
        "id": hit.id,
        "moment": local(hit.moment).isoformat(),
        "source": hit.source,
        "source_kind": hit.source_kind,
        "kind": hit.kind,
        "text_kind": hit.text_kind,
        "title": document.title,
        "text": document.text,
        "url": document.url,
        "places": places(document),
        "probability": round(hit.probability, 4),
        "verdict": hit.verdict,
        "claim": hit.claim_id,
    }


def places(document: Document) -> list[str]:
    """``province/district`` or ``province``, each once."""
    names = (f"{place.province}/{place.district}" if place.district else place.province for place in document.places)
    return sorted({name for name in names if name})


class ExportTable:
    """Headings and cells in the language that is active when the table is made (a stream outlives its request)."""

    def __init__(self) -> None:
        self.headings = [
            _("Mã tin"), _("Thời điểm"), _("Nguồn tin"), _("Loại nguồn"), _("Thể loại"), _("Loại nội dung"),
            _("Tiêu đề"), _("Nội dung"), _("Địa chỉ gốc"), _("Địa bàn"), _("Khả năng sai lệch"), _("Kết luận"),
            _("Mã nội dung chung"),
        ]  # fmt: skip
        self._titles = known_sources.titles()
        self._language = get_language() or "vi"
        self._cut = _("… [cắt bớt, xem đủ ở địa chỉ gốc]")

    def cells(self, hit: Hit, document: Document) -> list[str | float | int | None]:
        """One row. Texts are safe for spreadsheets; numbers are numbers."""
        return [
            safe(hit.id),
            f"{local(hit.moment):%Y-%m-%d %H:%M}",
            safe(self._titles.get(hit.source, hit.source)),
            SourceKind.word_of(hit.source_kind, self._language),
            DocumentKind.word_of(hit.kind, self._language),
            TextKind.word_of(hit.text_kind, self._language),
            safe(document.title),
            safe(document.text),
            safe(document.url),
            safe("; ".join(places(document))),
            round(hit.probability, 4) if hit.probability else None,
            VerdictValue.word_of(hit.verdict, self._language),
            hit.claim_id,
        ]

    def csv(self, found: Iterable[Row]) -> Iterator[bytes]:
        """CSV with a byte order mark, without which Excel misreads Vietnamese."""
        yield b"\xef\xbb\xbf" + _line(self.headings)
        for hit, document in found:
            yield _line(self.cells(hit, document))

    def xlsx(self, found: Iterable[Row]) -> BinaryIO:
        """A workbook, open at its start; it lives in a temporary file and goes with it."""
        from openpyxl import Workbook  # noqa: PLC0415 -- heavy
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 -- heavy

        book = Workbook(write_only=True)
        sheet = book.create_sheet(_("Kết quả tìm kiếm"))
        sheet.freeze_panes = "A2"
        for column, width in zip("ABCDEFGHIJKLM", (22, 17, 24, 14, 14, 16, 50, 80, 40, 24, 12, 20, 12), strict=True):
            sheet.column_dimensions[column].width = width
        sheet.append(self.headings)
        for hit, document in found:
            row = []
            for value in self.cells(hit, document):
                fitting = self._fit(value) if isinstance(value, str) else value
                cell = WriteOnlyCell(sheet, value=fitting)
                if isinstance(fitting, str):
                    cell.data_type = "s"  # whatever it begins with
                row.append(cell)
            sheet.append(row)
        out: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 -- the answer closes it
        book.save(out)
        out.seek(0)
        return out

    def _fit(self, text: str) -> str:
        return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + self._cut


def safe(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet could take it for a formula; no control characters."""
    clean = _CONTROL.sub("", text)
    begins = _UNSEEN.sub("", clean)
    return f"'{clean}" if clean.startswith(_FORMULA) or begins.startswith(_FORMULA) else clean


def _line(cells: Sequence[object]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_MINIMAL).writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue().encode()
