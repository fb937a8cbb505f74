"""What a report is made of: a few kinds of block that every form of the report (DOCX, PDF, HTML, text) can show."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

MAX_TEXT = 2000
"""Characters of one run of text; what is longer is cut and ends in an ellipsis."""
_FIRST_PICTOGRAPH = 0x2600
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """A run of text that leads to ``url`` (http or https; anything else is shown as plain text)."""

    text: str
    url: str


Run = str | Hyperlink
Inline = tuple[Run, ...]
"""Runs set one after the other on a line."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 for sections, 2 inside them."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Body text."""

    runs: Inline


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, each item introduced by a dash as official papers do."""

    items: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table. ``widths`` are shares of the text width, one a column; ``numeric`` columns are centred."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Inline, ...], ...]
    widths: tuple[float, ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of numbers: ``kind`` is ``bars`` (label, number) or ``timeline`` (ISO hour, number)."""

    kind: str
    caption: str
    rows: tuple[tuple[str, int], ...]
    unit: str = "Số tin, bài"


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in smaller italics: how to read a table, what is inferred, what failed."""

    text: str


Block = Heading | Paragraph | Bullets | TableBlock | Chart | Note


def runs(*parts: Run) -> Inline:
    """The parts as one line of runs."""
    return parts


def paragraph(*parts: Run) -> Paragraph:
    """A paragraph of these runs."""
    return Paragraph(parts)


def bullets(items: Iterable[str | Inline]) -> Bullets:
    """A list of these items."""
    return Bullets(tuple((item,) if isinstance(item, str) else item for item in items))


def table(
    caption: str, header: Iterable[str], rows: Iterable[Iterable[str | Inline]], widths: Iterable[float]
) -> TableBlock:
    """A table whose columns after the first are numbers when every cell in them is short."""
    body = tuple(tuple((cell,) if isinstance(cell, str) else cell for cell in row) for row in rows)
    names = tuple(header)
    numeric = frozenset(
        column for column in range(len(names)) if body and column and all(len(plain(row[column])) <= 22 for row in body)
    )
    return TableBlock(caption, names, body, tuple(widths), numeric)


def plain(line: Inline) -> str:
    """The text of a line without its links."""
    return "".join(run if isinstance(run, str) else run.text for run in line)


def tidy(text: str, limit: int = MAX_TEXT) -> str:
    """Text fit for an official paper: NFC, one line, at most ``limit`` characters, and none that cannot be printed.

    Control characters would break the XML of a DOCX; direction marks can make a text read otherwise than it is
    stored; pictographs have no glyph in the prescribed typeface.
    """
    kept = []
    for char in unicodedata.normalize("NFC", text[: limit * 4]):
        category = unicodedata.category(char)
        if char.isspace():
            kept.append(" ")
        elif category in _UNPRINTABLE or (category in {"So", "Sk", "Mn"} and ord(char) >= _FIRST_PICTOGRAPH):
            continue
        else:
            kept.append(char)
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def tidy_block(block: Block) -> Block:
    """The same block with every text in it tidied; the one gate through which text enters any file."""
    match block:
        case Heading() | Note():
            return replace(block, text=tidy(block.text))
        case Paragraph():
            return Paragraph(_tidy_line(block.runs))
        case Bullets():
            return Bullets(tuple(_tidy_line(item) for item in block.items))
        case TableBlock():
            return replace(
                block,
                caption=tidy(block.caption),
                header=tuple(tidy(name) for name in block.header),
                rows=tuple(tuple(_tidy_line(cell) for cell in row) for row in block.rows),
            )
        case Chart():
            rows = tuple((tidy(label, 40), number) for label, number in block.rows)
            return replace(block, caption=tidy(block.caption), rows=rows)


def _tidy_line(line: Inline) -> Inline:
    return tuple(_tidy_run(run) for run in line)


def _tidy_run(run: Run) -> Run:
    if isinstance(run, str):
        return _keep_edges(run)
    text = tidy(run.text)
    if not run.url.startswith(("http://", "https://")) or len(run.url) > MAX_TEXT:
        return text
    address = "".join(char for char in run.url if char.isprintable() and not char.isspace())
    return Hyperlink(text, address)


def _keep_edges(text: str) -> str:
    """Tidied, but a space at either end stays: it separates this run from the next."""
    inner = tidy(text)
    if not inner:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + inner + (" " if text[-1].isspace() else "")
