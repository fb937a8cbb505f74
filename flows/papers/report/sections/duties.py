"""What the province's plan asks at the level in force. The level is what a person decided; nothing here decides one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core import clock
from core.clock import VIETNAM
from core.codes.plans import Per, Scope
from core.plans import Cited, Duty, Level, ProvincePlan
from flows.papers.forms.blocks import Block, Note, bullets, paragraph, table
from flows.papers.report import words
from flows.papers.report.period import Period
from index.office.levels import valid

ORDER = 60
TITLE = "Nhiệm vụ theo kế hoạch"
MARK = " (*)"


def collect(period: Period) -> dict[str, Any]:
    """The level decided for the province and for districts, the duties it brings, and the plan's own levels."""
    plan = period.plan
    rows = valid(period.until).filter(
        province__in=[plan.title, plan.name], decided_on__lte=clock.day(period.until), at__lte=period.until
    )
    decided = rows.order_by("decided_on", "at", "id")
    current: dict[str, dict[str, str]] = {
        row.district: {"level": row.level, "number": row.number, "on": row.decided_on.isoformat()} for row in decided
    }
    levels = {level.code: level for level in plan.levels}
    province = current.get("")
    return {
        "plan": plan.document_title,
        "decision": _decision(province, levels) if province else None,
        "districts": [[name, _decision(row, levels)] for name, row in sorted(current.items()) if name],
        "duties": [_duty(plan, duty) for duty in _in_force(plan, province)],
        "levels": [_level(level) for level in plan.levels],
        "slots": _slots(plan),
    }


def blocks(data: dict[str, Any]) -> list[Block]:
    """The level, or that none is decided and what the plan's counts would propose (nothing of that where the plan knows
    no levels); then the duties in a table.
    """
    decision = data["decision"]
    found: list[Block] = []
    if decision:
        found.append(
            paragraph(f"Cấp độ dịch của tỉnh: {decision['name']} (theo {decision['number']} ngày {decision['on']}).")
        )
    elif data["levels"]:
        found += _undecided(data)
    if data["districts"]:
        found.append(
            bullets(
                f"{name}: {row['name']} (theo {row['number']} ngày {row['on']})." for name, row in data["districts"]
            )
        )
    if not data["duties"]:
        found.append(paragraph("Kế hoạch không quy định nhiệm vụ cho trường hợp này."))
        return [*found, *_remarks(data)]
    caption = "Nhiệm vụ ở cấp độ hiện tại" if decision else "Nhiệm vụ chung, không phụ thuộc cấp độ dịch"
    caption = caption if data["levels"] else "Nhiệm vụ theo kế hoạch"
    rows = [
        [duty["name"] + (MARK if duty["inferred"] else ""), duty["often"], duty["leads"] or "–"]
        for duty in data["duties"]
    ]
    found.append(table(caption, ("Nhiệm vụ", "Số lần, thời điểm", "Đơn vị chủ trì"), rows, (4.6, 2.2, 2.8)))
    return [*found, *_remarks(data)]


def _undecided(data: dict[str, Any]) -> list[Block]:
    counted = [row for row in data["levels"] if row["cases"]]
    found: list[Block] = [
        paragraph(
            "Chưa có quyết định về cấp độ dịch được nhập vào hệ thống. Cấp độ do người có thẩm quyền quyết định; "
            "số ca mắc theo kế hoạch chỉ là căn cứ để đề xuất."
        )
    ]
    if counted:
        rows = [[row["name"] + (MARK if row["inferred"] else ""), row["cases"]] for row in counted]
        found.append(table("Số ca mắc làm căn cứ đề xuất cấp độ", ("Cấp độ", "Số ca mắc"), rows, (4, 2.4)))
    return found


def _remarks(data: dict[str, Any]) -> list[Block]:
    """Where it stands, and why each marked value was inferred."""
    found: list[Block] = [Note(f"Căn cứ: {data['plan']}.")]
    marked = [(row["name"], row["reason"]) for row in (*data["duties"], *data["levels"]) if row["inferred"]]
    if data["slots"]:
        marked.append(("Giờ báo cáo", data["slots"]))
    if marked:
        found.append(Note("(*) Nội dung suy luận, kế hoạch không ghi rõ:"))
        found.append(bullets(f"{name}: {reason}" for name, reason in marked))
    return found


def _in_force(plan: ProvincePlan, province: dict[str, str] | None) -> tuple[Duty, ...]:
    return plan.duties_at(province["level"] if province else "")


def _decision(row: dict[str, str], levels: dict[str, Level]) -> dict[str, str]:
    level = levels.get(row["level"])
    return {
        "name": level.name if level else row["level"],
        "number": row["number"],
        "on": words.day(datetime.fromisoformat(row["on"]).replace(tzinfo=VIETNAM)),
    }


def _duty(plan: ProvincePlan, duty: Duty) -> dict[str, Any]:
    name = (
        f"{duty.name} ({Scope(duty.scope).vi.lower()})" if duty.scope in {"district", "commune", "thôn"} else duty.name
    )
    leads = "; ".join(plan.units[code].name for code in duty.leads)
    return {"name": name, "often": _often(duty), "leads": leads, **_inferred(duty.cited)}


def _often(duty: Duty) -> str:
    """``1-2 lần/ngày``, ``từ 4 lần/ngày``, ``khi cần``."""
    if not duty.per:
        return duty.trigger
    per = Per.word_of(duty.per)
    low, high = duty.minimum, duty.maximum
    if low is None and high is None:
        often = f"hằng {per}"
    elif high is None:
        often = f"từ {low} lần/{per}"
    elif low is None:
        often = f"đến {high} lần/{per}"
    else:
        often = f"{low} lần/{per}" if low == high else f"{low}-{high} lần/{per}"
    return f"{often}; {duty.trigger}" if duty.trigger else often


def _level(level: Level) -> dict[str, Any]:
    low, high = level.min_cases, level.max_cases
    cases = ""
    if low is not None and high is not None:
        cases = f"{words.number(low)} - {words.number(high)}"
    elif low is not None:
        cases = f"từ {words.number(low)}"
    elif high is not None:
        cases = f"đến {words.number(high)}"
    return {"name": level.name, "cases": cases, **_inferred(level.cited)}


def _inferred(cited: Cited) -> dict[str, Any]:
    return {"inferred": cited.inferred, "reason": cited.reason}


def _slots(plan: ProvincePlan) -> str:
    return plan.slots_cited.reason if plan.slots_cited.inferred else ""
