"""From a report's data to what the four forms show: the official head and foot, and the body's blocks."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from datetime import datetime
from types import ModuleType
from typing import Any

from flows.papers.forms.blocks import Block, Chart, Heading, Note, paragraph, tidy, tidy_block
from flows.papers.forms.official import FONT, FONTS, Drawn, Form, ReportDocument
from flows.papers.report import sections, words
from index.views import charts

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_CHART_WIDTH = 400
_log = logging.getLogger(__name__)


def section_modules() -> list[ModuleType]:
    """The report's sections: every module of the folder ``sections``, by its ``ORDER``, then name."""
    found = [
        importlib.import_module(info.name) for info in pkgutil.iter_modules(sections.__path__, f"{sections.__name__}.")
    ]
    return sorted(found, key=lambda module: (module.ORDER, module.__name__))


def section_name(module: ModuleType) -> str:
    """A section's name: that of its file."""
    return module.__name__.rpartition(".")[2]


def compose(data: dict[str, Any]) -> ReportDocument:
    """The document that ``data`` (Report.data) describes. Pure: the same data gives the same document."""
    modules = {section_name(module): module for module in section_modules()}
    body: list[Block] = [paragraph(data["opening"])]
    if data["incomplete"]:
        body.append(Note("Báo cáo chưa đầy đủ: một hoặc nhiều mục không lập được, xem ghi chú tại từng mục."))
    for place, section in enumerate(data["sections"]):
        body.append(Heading(f"{ROMAN[place] if place < len(ROMAN) else place + 1}. {section['title'].upper()}"))
        body += _section_blocks(modules.get(section["name"]), section)
    body.append(paragraph(data["closing"]))
    form = _form(data)
    return ReportDocument(
        form=form,
        blocks=tuple(_draw(tidy_block(block)) for block in body),
        made=datetime.fromisoformat(data["period"]["made"]),
        title=f"Báo cáo {form.subject[:1].lower()}{form.subject[1:]} {form.subject_period}",
    )


def failure_note(title: str, error: str) -> Note:
    """What stands in a report where a section could not be made."""
    return Note(f"Không lập được mục “{title}” do lỗi kỹ thuật ({error}). Các mục khác không bị ảnh hưởng.")


def _section_blocks(module: ModuleType | None, section: dict[str, Any]) -> list[Block]:
    if section["failed"] or module is None:
        return [failure_note(section["title"], section["failed"] or "mục này không còn trong phần mềm")]
    found: list[Block] = module.blocks(section["data"])
    return found


def _form(data: dict[str, Any]) -> Form:
    form = data["form"]
    made = datetime.fromisoformat(data["period"]["made"])
    return Form(
        superior=tidy(form["superior"], 120),
        issuer=tidy(form["issuer"], 120),
        number=f"Số: {form['number']:02d}/BC-{tidy(form['symbol'], 20)}",
        place_date=f"{tidy(form['place'], 60)}, {words.long_date(made)}",
        subject=tidy(form["subject"], 300),
        subject_period=tidy(form["subject_period"], 200),
        signer_title=tidy(form["signer_title"], 120),
        signer_name=tidy(form["signer_name"], 80),
        recipients=tuple(tidy(name, 160) for name in form["recipients"]),
    )


def _draw(block: Block) -> Block | Drawn:
    """A chart is drawn once for all forms; one that cannot be drawn becomes a note, not a failure."""
    if not isinstance(block, Chart):
        return block

    try:
        if block.kind == "timeline":
            moments = [(datetime.fromisoformat(label), number) for label, number in block.rows]
            svg = charts.timeline(moments, unit=block.unit, width=_CHART_WIDTH, font=FONT, fonts=FONTS)
        else:
            svg = charts.bars(block.rows, unit=block.unit, width=_CHART_WIDTH - 90, font=FONT, fonts=FONTS)
    except Exception as error:  # noqa: BLE001 -- a picture is never worth a report
        _log.warning("chart %r could not be drawn: %s", block.caption, error)
        return Note(f"Không vẽ được biểu đồ “{block.caption}”; số liệu xem bảng trong mục này.")
    return Drawn(svg, block.caption, block.rows, block.kind)
