"""The words of the query language: field names and the values of fields that have a fixed list.

Keys are as people type them, folded (lower case, no accents) for values, so accents are optional.
"""

from __future__ import annotations

from core.codes.code import Code
from core.codes.texts import DocumentKind, SourceKind, TextKind
from core.codes.verdicts import VerdictValue
from core.vietnamese import fold

FIELD_NAMES = {
    "nguồn": "source",
    "nguon": "source",
    "source": "source",
    "nơi": "place",
    "noi": "place",
    "place": "place",
    "loại": "kind",
    "loai": "kind",
    "kind": "kind",
    "kết luận": "verdict",
    "ket luan": "verdict",
    "verdict": "verdict",
}


def _labels(tables: dict[str, type[Code]]) -> dict[str, tuple[str, str]]:
    """What people type for the values of these tables, by column. Where two tables have one code, the later one has it:
    ``official`` means the text, not its source. What people type in Vietnamese never takes a code away.
    """
    pairs = [(column, value) for column, table in tables.items() for value in table]
    found = {str(value): (column, str(value)) for column, value in pairs}
    for column, value in pairs:
        for said in (value.vi, *value.queries):
            found.setdefault(plain(said), (column, str(value)))
    return found


def plain(said: str) -> str:
    """Words as values are compared: lower case, no accents, one space between words."""
    return " ".join(fold(said).split())


KINDS = _labels({"source_kind": SourceKind, "kind": DocumentKind, "text_kind": TextKind})
VERDICTS = _labels({"verdict": VerdictValue}) | {"none": ("verdict", ""), "chua co": ("verdict", "")}
"""``none``: nobody has judged it."""
