"""Plain text: the body of the mail, and what a terminal shows."""

from __future__ import annotations

import textwrap
from datetime import datetime

from core.clock import local
from flows.papers.forms.blocks import Block, Bullets, Heading, Inline, Note, Paragraph, TableBlock, plain
from flows.papers.forms.official import KIND, MOTTO, NATION, Drawn, ReportDocument

WIDTH = 78


def render(document: ReportDocument) -> str:
    """The report as text, at most 78 columns wide but for addresses."""
    form = document.form
    lines = [form.superior.upper(), form.issuer.upper(), form.number, "", NATION, MOTTO, form.place_date, ""]
    lines += [KIND.center(WIDTH).rstrip(), *_centred(form.subject), *_centred(form.subject_period), ""]
    for block in document.blocks:
        lines += _block(block)
    lines += ["", "Nơi nhận:", *(f"- {name}" for name in form.recipients)]
    lines += ["", form.signer_title.upper(), form.signer_name]
    return "\n".join(lines).rstrip() + "\n"


def _block(block: Block | Drawn) -> list[str]:
    match block:
        case Heading():
            return ["", block.text, ""] if block.level == 1 else ["", block.text]
        case Paragraph():
            return [*_wrapped(_line(block.runs)), ""]
        case Bullets():
            return [line for item in block.items for line in _wrapped(_line(item), "- ", "  ")] + [""]
        case TableBlock():
            return _table(block)
        case Drawn():
            return _bars(block)
        case Note():
            return [*_wrapped(f"({block.text})"), ""]
    raise TypeError(f"no form for {type(block).__name__}")


def _line(line: Inline) -> str:
    return "".join(run if isinstance(run, str) else f"{run.text} <{run.url}>" for run in line)


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _centred(text: str) -> list[str]:
    return [line.center(WIDTH).rstrip() for line in _wrapped(text)]


def _table(block: TableBlock) -> list[str]:
    """Columns side by side where they fit, else each row as ``name: value`` lines."""
    cells = [[plain(cell) for cell in row] for row in block.rows]
    widths = [max(len(row[column]) for row in [list(block.header), *cells]) for column in range(len(block.header))]
    head = [*_wrapped(block.caption), ""] if block.caption else []
    if sum(widths) + 2 * (len(widths) - 1) <= WIDTH:
        lines = [_columns(list(block.header), widths, block), *(_columns(row, widths, block) for row in cells)]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return [*head, *lines, ""]
    for row in block.rows:
        named = [f"{name}: {_line(cell)}" for name, cell in zip(block.header, row, strict=True)]
        head += [
            line for place, text in enumerate(named) for line in _wrapped(text, "- " if place == 0 else "  ", "    ")
        ]
    return [*head, ""]


def _columns(row: list[str], widths: list[int], block: TableBlock) -> str:
    padded = [
        cell.rjust(width) if column in block.numeric else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _bars(block: Drawn) -> list[str]:
    """A chart in a mail: only its peak, the numbers stand in the tables."""
    peak = max(block.rows, key=lambda row: row[1], default=("", 0))
    if not peak[1]:
        return []
    label = peak[0]
    if block.kind == "timeline":
        moment = local(datetime.fromisoformat(label))
        label = f"{moment:%H} giờ ngày {moment.day}/{moment.month}"
    return [*_wrapped(f"{block.caption}: cao nhất {peak[1]} ({label})."), ""]
