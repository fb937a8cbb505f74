"""DOCX in the layout of Decree 30/2020/NĐ-CP, Appendix I, so that an office can number, sign and file it."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from flows.papers.forms import ooxml
from flows.papers.forms.blocks import Block, Bullets, Heading, Inline, Note, Paragraph, TableBlock
from flows.papers.forms.official import KIND, MOTTO, NATION, Drawn, Form, ReportDocument, unbroken_place
from index.views.charts import png

TYPEFACE = "Times New Roman"
BODY, SMALL, LIST = 14.0, 12.0, 11.0
"""Points: body text; tables, notes and "Nơi nhận"; the list of recipients."""
PAGE = {
    "page_width": 210,
    "page_height": 297,
    "top_margin": 20,
    "bottom_margin": 20,
    "left_margin": 30,
    "right_margin": 15,
}
"""Millimetres (Appendix I, part I, I.2-3)."""
TEXT_WIDTH = 165.0
LEFT_BLOCK, RIGHT_BLOCK = 75.0, 90.0
ISSUER_RULE = 26.0
"""Between a third and a half of the issuer's line (Appendix I, part I, II.2)."""
MOTTO_RULE = 59.0
"""The motto's width at 13 points bold in Times New Roman: its rule is as long as the line (Appendix I, II.1)."""
FIRST_LINE = 12.7
SIGNATURE_LINES = 4


def render(document: ReportDocument) -> bytes:
    """The report as DOCX."""
    paper = docx.Document()
    _page(paper)
    _properties(paper, document)
    _head(paper, document.form)
    for block in document.blocks:
        _block(paper, block)
    _foot(paper, document.form)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _page(paper: Document) -> None:
    section = paper.sections[0]
    for name, millimetres in PAGE.items():
        setattr(section, name, Mm(millimetres))
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    ooxml.typeface(paper.styles["Normal"], TYPEFACE, BODY)
    normal = paper.styles["Normal"].paragraph_format
    normal.space_before, normal.space_after, normal.line_spacing = Pt(0), Pt(6), 1.0
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    ooxml.page_number(number, 13)


def _properties(paper: Document, document: ReportDocument) -> None:
    core = paper.core_properties
    core.title, core.author, core.last_modified_by = document.title[:250], document.form.issuer, document.form.issuer
    core.language, core.comments = "vi-VN", ""
    core.created = core.modified = document.made.replace(tzinfo=None)


def _head(paper: Document, form: Form) -> None:
    grid = ooxml.bare_table(paper, (LEFT_BLOCK, RIGHT_BLOCK))
    left, right = grid.rows[0].cells
    _centred(left, unbroken_place(form.superior), 12)
    _centred(left, form.issuer.upper(), 12, bold=True)
    _rule(left, LEFT_BLOCK, ISSUER_RULE)
    _centred(left, form.number, 13)
    _centred(right, NATION, 12, bold=True)
    _centred(right, MOTTO, 13, bold=True)
    _rule(right, RIGHT_BLOCK, MOTTO_RULE)
    _centred(right, form.place_date, 13, italic=True)
    _centred(paper, KIND, 14, bold=True, before=18)
    _centred(paper, form.subject, 14, bold=True)
    _centred(paper, form.subject_period, 14, bold=True)
    _rule(paper, TEXT_WIDTH, 45.0, after=12)


def _foot(paper: Document, form: Form) -> None:
    _line(paper, "", SMALL)
    grid = ooxml.bare_table(paper, (TEXT_WIDTH / 2, TEXT_WIDTH / 2))
    ooxml.keep_row_whole(grid.rows[0])
    left, right = grid.rows[0].cells
    _line(left, "Nơi nhận:", SMALL, bold=True, italic=True)
    for place, name in enumerate(form.recipients):
        _line(left, f"- {name}{'.' if place + 1 == len(form.recipients) else ';'}", LIST)
    _centred(right, form.signer_title.upper(), 14, bold=True)
    for _ in range(SIGNATURE_LINES):
        _centred(right, "", 14)
    _centred(right, form.signer_name, 14, bold=True)


def _block(paper: Document, block: Block | Drawn) -> None:
    match block:
        case Heading():
            line = _body(paper, (block.text,), bold=True)
            line.paragraph_format.keep_with_next = True
        case Paragraph():
            _body(paper, block.runs)
        case Bullets():
            for item in block.items:
                _body(paper, ("- ", *item))
        case TableBlock():
            _table(paper, block)
        case Drawn():
            _picture(paper, block)
        case Note():
            _body(paper, (block.text,), size=SMALL, italic=True)


def _body(
    paper: Document, line: Inline, *, size: float = BODY, bold: bool = False, italic: bool = False
) -> DocxParagraph:
    made = paper.add_paragraph()
    made.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    made.paragraph_format.first_line_indent = Mm(FIRST_LINE)
    ooxml.write_runs(made, line, size, bold=bold, italic=italic)
    return made


def _table(paper: Document, block: TableBlock) -> None:
    if block.caption:
        caption = _centred(paper, block.caption, SMALL, bold=True, before=6)
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_after = Pt(4)
    share = TEXT_WIDTH / sum(block.widths)
    grid = ooxml.ruled_table(paper, [width * share for width in block.widths], len(block.rows) + 1)
    ooxml.repeat_row(grid.rows[0])
    for cell, name in zip(grid.rows[0].cells, block.header, strict=True):
        _cell(cell, (name,), bold=True).alignment = WD_ALIGN_PARAGRAPH.CENTER
    # one look at the cells of each row: python-docx walks the whole grid for every .cell(row, column)
    for row, values in zip(grid.rows[1:], block.rows, strict=True):
        ooxml.keep_row_whole(row)
        for column, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            line = _cell(cell, value)
            if column in block.numeric:
                line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _line(paper, "", 6)


def _cell(cell: _Cell, line: Inline, *, bold: bool = False) -> DocxParagraph:
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    made: DocxParagraph = cell.paragraphs[0]
    made.paragraph_format.space_before = made.paragraph_format.space_after = Pt(2)
    ooxml.write_runs(made, line, SMALL, bold=bold)
    return made


def _picture(paper: Document, block: Drawn) -> None:

    made = paper.add_paragraph()
    made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.paragraph_format.keep_with_next = True
    picture = made.add_run().add_picture(io.BytesIO(png(block.svg)), width=Mm(150))
    ooxml.describe_picture(picture, block.caption)
    _centred(paper, block.caption, SMALL, italic=True)


def _line(where: Any, text: str, size: float, *, bold: bool = False, italic: bool = False) -> DocxParagraph:
    """A paragraph of its own, flush left, without space after; a cell's first, empty one is used up first."""
    made: DocxParagraph = ooxml.first_paragraph(where) or where.add_paragraph()
    made.paragraph_format.space_after = Pt(0)
    ooxml.write_runs(made, (text,), size, bold=bold, italic=italic)
    return made


def _centred(
    where: Any, text: str, size: float, *, bold: bool = False, italic: bool = False, before: float = 0
) -> DocxParagraph:
    made = _line(where, text, size, bold=bold, italic=italic)
    made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.paragraph_format.space_before = Pt(before)
    return made


def _rule(where: Any, available: float, length: float, *, after: float = 4) -> None:
    """A rule of ``length`` mm in the middle of ``available`` mm: an empty paragraph with a line above."""
    made = _line(where, "", 4)
    made.paragraph_format.left_indent = made.paragraph_format.right_indent = Mm((available - length) / 2)
    made.paragraph_format.space_before, made.paragraph_format.space_after = Pt(2), Pt(after)
    ooxml.rule_above(made)
