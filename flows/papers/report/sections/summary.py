"""Numbers of the period by kind of source, with the change since the last one, and the run of the hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from core.clock import local
from core.codes.scopes import ClaimScope
from core.codes.texts import SourceKind, TextKind
from flows.papers.forms.blocks import Block, Chart, Note, paragraph, table
from flows.papers.report import counts, words
from flows.papers.report.period import Period
from index.models import Document
from index.views.scopes import count_documents

ORDER = 10
TITLE = "Tổng hợp số liệu"
_MOST_COLUMNS = 48


def collect(period: Period) -> dict[str, Any]:
    """Counts of documents by source kind, of flags and of kinds of text, for this period and the one before."""
    now, before = counts.documents(period), counts.documents_before(period)
    kinds, old = counts.count_by(now, "source_kind"), counts.count_by(before, "source_kind")
    texts = counts.count_by(now, "text_kind")
    return {
        "kinds": [[kind.value, kinds.get(kind.value, 0), old.get(kind.value, 0)] for kind in SourceKind],
        "total": [sum(kinds.values()), sum(old.values())],
        "flagged": [counts.flagged(now), counts.flagged(before)],
        "scopes": _by_scope(now, period),
        "flagged_scopes": _by_scope(now.filter(flags__flagged=True), period),
        "new_claims": counts.new_claims(period),
        "questions": texts.get(TextKind.QUESTION.value, 0),
        "opinions": texts.get(TextKind.OPINION.value, 0),
        "compared": words.span(period.before, period.since),
        "by_published": period.by_published,
        "hours": _hours(period),
    }


def blocks(data: dict[str, Any]) -> list[Block]:
    """A sentence, the table by source kind, the timeline."""
    total, old = data["total"]
    flagged, old_flagged = data["flagged"]
    if not total:
        opening = f"Trong kỳ không ghi nhận tin, bài nào về dịch bệnh (kỳ trước: {words.number(old)})."
    else:
        more, more_flagged = words.change(total, old, share=False), words.change(flagged, old_flagged, share=False)
        opening = (
            f"Trong kỳ ghi nhận {words.number(total)} tin, bài về dịch bệnh ({more} so với kỳ trước); "
            f"{words.number(flagged)} tin, bài được hệ thống cảnh báo có khả năng sai lệch ({more_flagged}), "
            f"thuộc {words.number(data['new_claims'])} nội dung mới; "
            f"{words.number(data['questions'])} câu hỏi và {words.number(data['opinions'])} ý kiến của người dân."
        )
    rows = [
        [SourceKind.word_of(kind), words.number(count), words.number(before), words.change(count, before)]
        for kind, count, before in data["kinds"]
        if count or before
    ]
    found: list[Block] = [paragraph(opening)]
    if total:
        found.append(
            paragraph(
                f"Theo địa bàn: {words.by_scope(data['scopes'])}; trong số được cảnh báo: "
                f"{words.by_scope(data['flagged_scopes'])}."
            )
        )
    if rows:
        rows.append(["Tổng số", words.number(total), words.number(old), words.change(total, old)])
        header = ("Loại nguồn tin", "Kỳ này", "Kỳ trước", "Thay đổi")
        found.append(table("Số tin, bài theo loại nguồn", header, rows, (4, 1.4, 1.4, 2.2)))
    if total:
        hours = tuple((hour, count) for hour, count in data["hours"])
        found.append(Chart("timeline", "Diễn biến số tin, bài tiếp nhận trong kỳ", hours))
    basis = "thời điểm đăng tải" if data["by_published"] else "thời điểm hệ thống phân loại xong"
    found.append(
        Note(f"Số liệu tính theo {basis}. Kỳ trước: {data['compared']}. Cảnh báo của hệ thống chưa phải là kết luận.")
    )
    return found


def _by_scope(rows: QuerySet[Document], period: Period) -> list[list[Any]]:
    counted = count_documents(rows, period.plan.title)
    return [[scope.value, counted[scope]] for scope in sorted(ClaimScope, key=lambda scope: -scope.rank)]


def _hours(period: Period) -> list[list[Any]]:
    """Documents by the hour, or by wider steps so that there are at most 48."""
    start = local(period.since).replace(minute=0, second=0, microsecond=0)
    hours = int((period.until - start) / timedelta(hours=1)) + 1
    step = timedelta(hours=-(-hours // _MOST_COLUMNS))
    columns = [0] * max(1, -(-(period.until - start) // step))
    field = "moment" if period.by_published else "first_seen"
    for moment in counts.documents(period).values_list(field, flat=True):
        columns[max(0, min(int((moment - start) / step), len(columns) - 1))] += 1
    return [[_moment(start, step, place), count] for place, count in enumerate(columns)]


def _moment(start: datetime, step: timedelta, place: int) -> str:
    return (start + place * step).isoformat()
