"""Everything a report says, as plain data: read once from the archive, kept in Report.data, rendered any time."""

from __future__ import annotations

import json
import logging
from types import ModuleType
from typing import Any

from django.db import transaction

from core.settings import Settings
from flows.papers.report import words
from flows.papers.report.compose import section_modules, section_name
from flows.papers.report.period import Period

_SMALL_WORDS = frozenset({"và", "của", "về", "với", "tỉnh"})
_log = logging.getLogger(__name__)


def collect(period: Period, settings: Settings) -> dict[str, Any]:
    """The report's data, JSON throughout, without its number. All sections see one state of the archive.

    A section that fails is kept as failed with the kind of its error, and the report is marked incomplete: one broken
    part never costs the report.
    """
    with transaction.atomic():
        sections = [_section(module, period) for module in section_modules()]
    plan = period.plan
    issuer = next((unit.name for unit in plan.units.values() if unit.name.upper() == plan.issuer.upper()), plan.issuer)
    span = words.span(period.since, period.until)
    return {
        "period": {
            "province": plan.name,
            "slot": period.slot.isoformat(),
            "since": period.since.isoformat(),
            "until": period.until.isoformat(),
            "before": period.before.isoformat(),
            "made": period.made.isoformat(),
            "late": period.late,
            "on_demand": period.on_demand,
            "by_published": period.by_published,
        },
        "form": {
            "superior": plan.superior,
            "issuer": plan.issuer,
            "number": 0,
            "symbol": abbreviation(plan.issuer),
            "place": plan.place,
            "subject": f"Tình hình thông tin về dịch bệnh trên báo chí và mạng xã hội liên quan đến tỉnh {plan.title}",
            "subject_period": _subject_period(period),
            "signer_title": str(settings.signer_title),
            "signer_name": str(settings.signer_name),
            "recipients": list(plan.recipients),
        },
        "opening": (
            f"Thực hiện {plan.document_title}, {issuer} báo cáo tình hình thông tin về dịch bệnh "
            f"trên báo chí và mạng xã hội {span}, như sau:"
        ),
        "sections": sections,
        "closing": (
            f"Trên đây là báo cáo tình hình thông tin về dịch bệnh {_kind(period)}, {issuer} trân trọng báo cáo./."
        ),
        "incomplete": any(section["failed"] for section in sections),
    }


def abbreviation(name: str) -> str:
    """Initials of a body's name for the paper's symbol (Decree 30/2020/NĐ-CP, Appendix I, II.3.b): STTTT."""
    return "".join(word[0].upper() for word in name.split() if word.lower() not in _SMALL_WORDS and word[0].isalpha())


def _section(module: ModuleType, period: Period) -> dict[str, Any]:
    found: dict[str, Any] = {"name": section_name(module), "title": module.TITLE, "data": {}, "failed": ""}
    try:
        with transaction.atomic():
            data = json.loads(json.dumps(module.collect(period)))
        module.blocks(data)  # a section that cannot be shown is found out now, not while the report is rendered
        found["data"] = data
    except Exception as error:  # noqa: BLE001 -- whatever a section raises, the other sections are still worth sending
        _log.exception("report section %s failed", found["name"])
        found["failed"] = type(error).__name__
    return found


def _kind(period: Period) -> str:
    if period.on_demand:
        return words.span(period.since, period.until)
    return f"kỳ {words.clock(period.slot)}"


def _subject_period(period: Period) -> str:
    text = (
        "(" + words.span(period.since, period.until) + ")" if period.on_demand else f"(kỳ {words.clock(period.slot)})"
    )
    return f"{text} (gửi muộn)" if period.late else text
