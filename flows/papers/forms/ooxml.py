"""The few things of WordprocessingML that python-docx has no words for, so its elements are reached directly."""

# ruff: noqa: SLF001 -- python-docx documents its underscored elements as the way to what it does not wrap
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shape import InlineShape
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from flows.papers.forms.blocks import Hyperlink, Inline

LINK_COLOUR = "1A4480"
_FACES = ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs")


def _new(tag: str, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def typeface(style: Any, face: str, points: float) -> None:
    """Give a style one face for every script, black, at this size."""
    style.font.name, style.font.size, style.font.color.rgb = face, Pt(points), RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for name in _FACES:
        fonts.set(qn(name), face)


def write_runs(paragraph: Paragraph, line: Inline, points: float, *, bold: bool = False, italic: bool = False) -> None:
    """Append the runs of a line; a link becomes a hyperlink of the document."""
    for run in line:
        text = run if isinstance(run, str) else run.text
        made = paragraph.add_run(text)
        made.font.size = Pt(points)
        made.bold, made.italic = bold or None, italic or None
        if isinstance(run, Hyperlink):
            _into_link(paragraph, made, run.url)


def _into_link(paragraph: Paragraph, run: Any, url: str) -> None:
    run.font.color.rgb, run.underline = RGBColor.from_string(LINK_COLOUR), True
    link = _new("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(link)
    link.append(run._r)


def page_number(paragraph: Paragraph, points: float) -> None:
    """Append a field that shows the page's number."""
    run = paragraph.add_run()
    run.font.size = Pt(points)
    code = _new("w:instrText")
    code.text = "PAGE"
    for element in (_new("w:fldChar", fldCharType="begin"), code, _new("w:fldChar", fldCharType="end")):
        run._r.append(element)


def bare_table(paper: Document, widths: Sequence[float]) -> Table:
    """A row of cells without borders or inner margins: blocks side by side. Widths in mm."""
    grid = _table(paper, widths, 1)
    margins = _new("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_new(f"w:{side}", w="0", type="dxa"))
    properties: Any = grid._tbl.tblPr
    properties.find(qn("w:tblLook")).addprevious(margins)  # the schema wants the margins before it
    return grid


def ruled_table(paper: Document, widths: Sequence[float], rows: int) -> Table:
    """A table with a thin rule around every cell. Widths in mm."""
    grid = _table(paper, widths, rows)
    grid.style = "Table Grid"
    return grid


def _table(paper: Document, widths: Sequence[float], rows: int) -> Table:
    grid: Table = paper.add_table(rows=rows, cols=len(widths))
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
    for row in grid.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return grid


def first_paragraph(where: Any) -> Paragraph | None:
    """The empty paragraph that every new cell has, while nothing has been done to it; else None."""
    if not isinstance(where, _Cell) or len(where.paragraphs) > 1:
        return None
    only: Paragraph = where.paragraphs[0]
    return only if len(only._p) == 0 else None


def keep_row_whole(row: _Row) -> None:
    """Never break this row over two pages."""
    row._tr.get_or_add_trPr().append(_new("w:cantSplit"))


def repeat_row(row: _Row) -> None:
    """Show this row again at the top of every page the table reaches."""
    row._tr.get_or_add_trPr().append(_new("w:tblHeader"))


def rule_above(paragraph: Paragraph) -> None:
    """A thin line over the paragraph, as wide as its indents leave."""
    borders = _new("w:pBdr")
    borders.append(_new("w:top", val="single", sz="6", space="0", color="000000"))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders,
        "w:shd",
        "w:tabs",
        "w:suppressAutoHyphens",
        "w:spacing",
        "w:ind",
        "w:contextualSpacing",
        "w:jc",
        "w:rPr",
    )


def describe_picture(picture: InlineShape, text: str) -> None:
    """The text a screen reader says for the picture."""
    picture._inline.docPr.set("descr", text)
