"""What inspectors found and did in the period, and how often the machine or a finding was wrong."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import Count

from core.codes.verdicts import ActionKind, VerdictValue
from flows.papers.forms.blocks import Block, Note, paragraph, table
from flows.papers.report import words
from flows.papers.report.period import Period
from index.archive.verdicts import disagreements
from index.models import Action
from index.views.standing import changes, standing

ORDER = 40
TITLE = "Kết quả kiểm chứng, xử lý"


def collect(period: Period) -> dict[str, Any]:
    """Verdicts of the period that stand at its end, and actions, by kind; verdicts changed and taken back; flagged
    claims that were not wrong.
    """
    stands = standing(period.until).filter(at__gt=period.since)
    verdicts = dict(stands.order_by().values_list("value").annotate(n=Count("id")))
    actions = Action.objects.filter(at__gt=period.since, at__lte=period.until)
    last: dict[int, str] = dict(stands.filter(claim__probability__gt=0).values_list("claim_id", "value"))
    return {
        "verdicts": [[value.value, verdicts[value.value]] for value in VerdictValue if value.value in verdicts],
        "actions": _actions(dict(actions.values_list("kind").annotate(n=Count("id")))),
        **asdict(changes(period.since, period.until)),
        "disagreements": disagreements(period.since, period.until).count(),
        "judged_flags": len(last),
        "false_alarms": sum(VerdictValue(value).report.cleared for value in last.values()),
    }


def blocks(data: dict[str, Any]) -> list[Block]:
    """Tables of findings and actions, and the error rates in a sentence."""
    found: list[Block] = []
    total = sum(count for _, count in data["verdicts"])
    if not data["given"]:
        found.append(paragraph("Trong kỳ chưa có kết luận nào của cán bộ kiểm chứng."))
    else:
        found.append(
            paragraph(
                f"Trong kỳ, cán bộ kiểm chứng đã đưa ra {words.number(data['given'])} kết luận; cuối kỳ còn hiệu lực "
                f"{words.number(total)} kết luận đối với {words.number(total)} nội dung."
            )
        )
    if total:
        rows = [[VerdictValue.word_of(value), words.number(count)] for value, count in data["verdicts"]]
        found.append(table("Kết luận còn hiệu lực cuối kỳ", ("Kết luận", "Số lượng"), rows, (4, 1.4)))
    if data["actions"]:
        rows = [[_done(kind), words.number(count)] for kind, count in data["actions"]]
        found.append(table("Việc đã ghi nhận trong kỳ", ("Việc", "Số lượng"), rows, (4, 1.4)))
    else:
        found.append(paragraph("Chưa ghi nhận biện pháp xử lý nào trong kỳ."))
    if data["given"] or data["withdrawn"] or data.get("disagreements"):
        found.append(paragraph(_errors(data)))
    if data["judged_flags"]:
        found.append(Note("Tỷ lệ cảnh báo nhầm tính trên các nội dung được cảnh báo và đã có kết luận trong kỳ."))
    return found


def _actions(counts: dict[str, int]) -> list[list[Any]]:
    return [[kind.value, counts[kind.value]] for kind in ActionKind if kind.value in counts]


def _done(kind: str) -> str:
    told = ActionKind(kind).told
    return told[0].upper() + told[1:]


def _errors(data: dict[str, Any]) -> str:
    counted = {"sửa lại": data["changed"], "thu hồi": data["withdrawn"]}
    told = [f"{words.number(count)} kết luận được {what}" for what, count in counted.items() if count]
    taken_back = f"Có {', '.join(told)}" if told else "Không có kết luận nào bị thu hồi hoặc sửa lại"
    if data["given"]:
        taken_back += f" so với {words.number(data['given'])} kết luận đã đưa ra trong kỳ"
        taken_back += f" ({words.percent(sum(counted.values()), data['given'])})" if told else ""
    if data.get("disagreements"):  # reports from before it was counted have none
        taken_back += f". Có {words.number(data['disagreements'])} lần hai cán bộ kết luận khác nhau về một nội dung"
    if not data["judged_flags"]:
        return f"{taken_back}."
    return (
        f"{taken_back}. Cảnh báo nhầm của hệ thống: {words.number(data['false_alarms'])} trong số "
        f"{words.number(data['judged_flags'])} nội dung ({words.percent(data['false_alarms'], data['judged_flags'])})."
    )
