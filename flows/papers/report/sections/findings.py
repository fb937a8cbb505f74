"""What inspectors found and did in the period, and how often the machine or a finding was wrong."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from core.codes.verdicts import ActionKind, VerdictValue
from flows.papers.forms.blocks import Block, Note, paragraph, table
from flows.papers.report import counts, words
from flows.papers.report.period import Period
from index.models import Action, Verdict

ORDER = 40
TITLE = "Kết quả kiểm chứng, xử lý"


def collect(period: Period) -> dict[str, Any]:
    """Standing verdicts and actions of the period by kind; verdicts taken back; flagged claims not wrong."""
    standing = counts.standing_verdicts(period.until).filter(at__gt=period.since)
    verdicts = dict(standing.order_by().values_list("value").annotate(n=Count("id")))
    actions = Action.objects.filter(at__gt=period.since, at__lte=period.until)
    last: dict[int, str] = dict(standing.filter(claim__probability__gt=0).values_list("claim_id", "value"))
    return {
        "verdicts": [[value.value, verdicts[value.value]] for value in VerdictValue if value.value in verdicts],
        "claims": standing.order_by().values("claim").distinct().count(),
        "actions": _actions(dict(actions.values_list("kind").annotate(n=Count("id")))),
        "given": Verdict.objects.filter(at__gt=period.since, at__lte=period.until, retracts__isnull=True).count(),
        "reversed": Verdict.objects.filter(at__gt=period.since, at__lte=period.until, retracts__isnull=False).count(),
        "judged_flags": len(last),
        "false_alarms": sum(VerdictValue(value).report.cleared for value in last.values()),
    }


def blocks(data: dict[str, Any]) -> list[Block]:
    """Tables of findings and actions, and the error rates in a sentence."""
    found: list[Block] = []
    if not data["verdicts"]:
        found.append(paragraph("Trong kỳ chưa có kết luận nào của cán bộ kiểm chứng."))
    else:
        total = sum(count for _, count in data["verdicts"])
        found.append(
            paragraph(
                f"Trong kỳ, cán bộ kiểm chứng đã đưa ra {words.number(total)} kết luận "
                f"đối với {words.number(data['claims'])} nội dung."
            )
        )
        rows = [[VerdictValue.word_of(value), words.number(count)] for value, count in data["verdicts"]]
        found.append(table("Kết luận của cán bộ kiểm chứng", ("Kết luận", "Số lượng"), rows, (4, 1.4)))
    if data["actions"]:
        rows = [[ActionKind.word_of(kind), words.number(count)] for kind, count in data["actions"]]
        found.append(table("Biện pháp xử lý đã thực hiện", ("Biện pháp", "Số lượng"), rows, (4, 1.4)))
    else:
        found.append(paragraph("Chưa ghi nhận biện pháp xử lý nào trong kỳ."))
    if data["given"] or data["reversed"]:
        found.append(paragraph(_errors(data)))
        found.append(Note("Tỷ lệ cảnh báo nhầm tính trên các nội dung được cảnh báo và đã có kết luận trong kỳ."))
    return found


def _actions(counts: dict[str, int]) -> list[list[Any]]:
    return [[kind.value, counts[kind.value]] for kind in ActionKind if kind.value in counts]


def _errors(data: dict[str, Any]) -> str:
    if data["reversed"]:
        taken_back = f"Có {words.number(data['reversed'])} kết luận được thu hồi hoặc sửa lại"
    else:
        taken_back = "Không có kết luận nào bị thu hồi hoặc sửa lại"
    if data["given"]:
        taken_back += f" so với {words.number(data['given'])} kết luận đã đưa ra trong kỳ"
        taken_back += f" ({words.percent(data['reversed'], data['given'])})" if data["reversed"] else ""
    if not data["judged_flags"]:
        return f"{taken_back}."
    return (
        f"{taken_back}. Cảnh báo nhầm của hệ thống: {words.number(data['false_alarms'])} trong số "
        f"{words.number(data['judged_flags'])} nội dung ({words.percent(data['false_alarms'], data['judged_flags'])})."
    )
