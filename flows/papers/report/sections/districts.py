"""Documents by the districts they name, with the change since the last period."""

from __future__ import annotations

from typing import Any

from flows.papers.forms.blocks import Block, Chart, Note, paragraph, table
from flows.papers.report import counts, words
from flows.papers.report.period import Period

ORDER = 20
TITLE = "Tình hình theo địa bàn"


def collect(period: Period) -> dict[str, Any]:
    """Counts by district: all, flagged, and of the period before. A document counts once in each district it names."""
    now, before = counts.documents(period), counts.documents_before(period)
    province = period.plan.title
    here, old = now.filter(places__province=province), before.filter(places__province=province)
    found, old_found = counts.count_by(here, "places__district"), counts.count_by(old, "places__district")
    flags = counts.count_by(here.filter(flags__flagged=True), "places__district")
    rows = [[name, found.get(name, 0), flags.get(name, 0), old_found.get(name, 0)] for name in period.plan.districts]
    named = here.filter(places__district__in=period.plan.districts).values("id").distinct().count()
    return {
        "province": province,
        "rows": sorted(rows, key=lambda row: (-row[1], -row[3], period.plan.districts.index(row[0]))),
        "here": here.values("id").distinct().count(),
        "named": named,
        "total": now.count(),
    }


def blocks(data: dict[str, Any]) -> list[Block]:
    """A sentence, the table and the bars of the districts that appear; the others in one line."""
    province, here = data["province"], data["here"]
    if not here:
        opening = f"Trong kỳ không có tin, bài nào về dịch bệnh nêu địa danh thuộc tỉnh {province}."
    else:
        opening = (
            f"{words.number(here)} trong số {words.number(data['total'])} tin, bài nêu địa danh thuộc tỉnh {province}, "
            f"trong đó {words.number(data['named'])} tin, bài nêu rõ địa bàn cấp huyện."
        )
    found: list[Block] = [paragraph(opening)]
    seen = [row for row in data["rows"] if row[1] or row[3]]
    if not seen:
        return found
    rows = [
        [name, words.number(count), words.number(flags), words.number(before), words.change(count, before)]
        for name, count, flags, before in seen
    ]
    header = ("Địa bàn", "Kỳ này", "Được cảnh báo", "Kỳ trước", "Thay đổi")
    found.append(table("Số tin, bài theo địa bàn cấp huyện", header, rows, (2.6, 1.2, 1.6, 1.3, 2.2)))
    if any(row[1] for row in seen):
        found.append(
            Chart(
                "bars", "Số tin, bài theo địa bàn cấp huyện trong kỳ", tuple((row[0], row[1]) for row in seen if row[1])
            )
        )
    silent = [row[0] for row in data["rows"] if not row[1]]
    if silent:
        found.append(paragraph(f"Địa bàn không có tin, bài nào trong kỳ: {', '.join(silent)}."))
    found.append(Note("Một tin, bài nêu nhiều địa bàn được tính ở mỗi địa bàn đó."))
    return found
