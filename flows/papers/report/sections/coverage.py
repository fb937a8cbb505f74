"""What this report can and cannot know: sources watched and silent, what is unread, what was dropped and why."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Min

from core.codes.platforms import PlatformName, Unwatchable
from core.codes.sources import Sign
from core.codes.work import Queue
from core.sources import health as rules
from core.sources.polling import is_silent
from flows.papers.forms.blocks import Block, Note, bullets, paragraph, table, tidy
from flows.papers.report import words
from flows.papers.report.period import Period
from index.models import Claim, Drop, WarcFile
from index.views import health
from index.views.standing import standing
from index.work import leases

ORDER = 70
TITLE = "Phạm vi và mức độ đầy đủ của số liệu"
_SILENT_SHOWN = 30


def collect(period: Period) -> dict[str, Any]:
    """Sources by state, work not done, flagged claims not looked at, drops of the period by reason."""
    silent, troubled = _unwell(period)
    seen = standing(period.known).order_by().values("claim_id")
    flagged = Claim.objects.filter(probability__gt=0, first_seen__lte=period.known)
    unseen = flagged.exclude(id__in=seen)
    oldest = unseen.aggregate(oldest=Min("first_seen"))["oldest"]
    drops = Drop.objects.filter(at__gt=period.since, at__lte=period.until).values_list("reason").annotate(n=Count("id"))
    return {
        "watched": len(period.sources),
        "networks": _networks(period),
        "silent": silent,
        "troubled": troubled,
        "problems": [tidy(problem, 200) for problem in period.source_problems],
        "received": WarcFile.objects.filter(found_at__gt=period.since, found_at__lte=period.until).count(),
        "backlog": [[queue, leases.backlog(queue)] for queue in Queue if queue.report],
        "stuck": leases.stuck(),
        "unseen": unseen.count(),
        "flagged": flagged.count(),
        "oldest": words.clock(oldest) if oldest else "",
        "drops": sorted(([reason, count] for reason, count in drops), key=lambda row: (-row[1], row[0])),
    }


def _networks(period: Period) -> list[list[Any]]:
    """Each social network with the number of sources watched there."""
    on = Counter(source.platform for source in period.sources)
    return [[name.value, on[name]] for name in PlatformName if name.social]


def _unwell(period: Period) -> tuple[list[list[str]], list[list[str]]]:
    """Sources that do not answer (title, last answer, error), and those with other signs (title, sign, figures)."""
    measures = health.measure([source.name for source in period.sources], period.known)
    raised = health.raised(period.known)
    silent, troubled = [], []
    for source in sorted(period.sources, key=lambda one: one.name):
        found, title = measures[source.name], tidy(source.title, 80)
        signs = rules.signs(source, found, period.known, raised.get(source.name, ()))
        others = [sign for sign in signs if sign is not Sign.SILENT]
        troubled += [[title, sign.vi, tidy(rules.describe(sign, found), 160)] for sign in others]
        if not found.polled or is_silent(source, found.last_success, period.known, daily=found.daily):
            success = words.clock(found.last_success) if found.last_success else ""
            silent.append([title, success, tidy(found.error, 120)])
    return silent, troubled


def blocks(data: dict[str, Any]) -> list[Block]:
    """Sentences on sources and backlog, tables of silent sources and of drops."""
    silent = data["silent"]
    found: list[Block] = [paragraph(_sources(data)), paragraph(_unwatched(data))]
    if silent:
        rows = [[title, success or "chưa lần nào", error or "–"] for title, success, error in silent[:_SILENT_SHOWN]]
        header = ("Nguồn", "Lần lấy tin thành công gần nhất", "Lỗi gần nhất")
        found.append(table("Nguồn không phản hồi", header, rows, (3, 2.6, 3.4)))
        if len(silent) > _SILENT_SHOWN:
            found.append(Note(f"và {len(silent) - _SILENT_SHOWN} nguồn khác."))
    if troubled := data.get("troubled"):  # reports kept from before have none
        header, shown = ("Nguồn", "Dấu hiệu", "Số liệu"), troubled[:_SILENT_SHOWN]
        found.append(table("Nguồn có dấu hiệu bất thường", header, shown, (3, 2.4, 3.6)))
        if len(troubled) > _SILENT_SHOWN:
            found.append(Note(f"và {len(troubled) - _SILENT_SHOWN} dấu hiệu khác."))
    if data["problems"]:
        found.append(paragraph("Tệp khai báo nguồn bị lỗi, không được theo dõi:"))
        found.append(bullets(data["problems"]))
    if told := _backlog(data):
        found.append(paragraph(told))
    if data["drops"]:
        total = sum(count for _, count in data["drops"])
        rows = [[words.drop_reason(reason), words.number(count)] for reason, count in data["drops"]]
        rows.append(["Tổng số", words.number(total)])
        found.append(table("Trang, tin, bài không lưu, theo lý do", ("Lý do", "Số lượng"), rows, (5, 1.4)))
    else:
        found.append(paragraph("Trong kỳ không có trang, tin, bài nào bị loại."))
    return found


def _sources(data: dict[str, Any]) -> str:
    watched, silent = data["watched"], len(data["silent"])
    text = f"Hệ thống theo dõi {words.number(watched)} nguồn tin; "
    text += "cả " if silent == watched else ""
    text += f"{words.number(silent)} nguồn không phản hồi" if silent else "tất cả đều phản hồi"
    troubled = len({title for title, *_ in data.get("troubled", ())})
    text += f", {words.number(troubled)} nguồn có dấu hiệu bất thường." if troubled else "."
    if not watched:
        text = "Hệ thống chưa theo dõi nguồn tin nào."
    if not data["received"]:
        text += " Trong kỳ không có lượt thu thập nào hoàn thành: số liệu của kỳ này không phản ánh đầy đủ tình hình."
    elif watched and silent == watched:
        text += (
            " Số liệu của kỳ này không phản ánh đầy đủ tình hình: không có tin không có nghĩa là không có tin sai lệch."
        )
    return text


def _unwatched(data: dict[str, Any]) -> str:
    """What is not seen: networks on which nothing is watched, and what cannot be watched at all."""
    on = [f"{PlatformName.word_of(name)} ({words.number(count)} nguồn)" for name, count in data["networks"] if count]
    off = [PlatformName.word_of(name) for name, count in data["networks"] if not count]
    if on:
        text = f"Mạng xã hội đang theo dõi: {', '.join(on)}."
        text += f" Chưa theo dõi: {', '.join(off)}." if off else ""
    else:
        text = f"Hệ thống chưa theo dõi nguồn nào trên mạng xã hội ({', '.join(off)})."
    never = "; ".join(one.vi for one in Unwatchable)
    return f"{text} Không thể theo dõi: {never}. Thông tin lan truyền ở những nơi đó không có trong báo cáo này."


def _backlog(data: dict[str, Any]) -> str:
    waiting = [f"{words.number(count)} {Queue(queue).report}" for queue, count in data["backlog"] if count]
    if waiting:
        text = f"Công việc máy chưa xử lý xong: {', '.join(waiting)}. "
    else:
        text = "Máy đã đọc và phân loại hết số tin nhận được. " if data["received"] else ""
    if data["stuck"]:
        text += f"{words.number(data['stuck'])} việc bị dừng vì lỗi, cần người quản trị kiểm tra. "
    if not data["unseen"]:
        return text + _none_unseen(data, settled=not waiting and not data["stuck"])
    unseen = f"Còn {words.number(data['unseen'])} nội dung được cảnh báo chưa có người xem"
    return f"{text}{unseen}, cũ nhất từ {data['oldest']}."


def _none_unseen(data: dict[str, Any], *, settled: bool) -> str:
    """Said only of what was flagged, and never where the sources or the machine leave open what else there is."""
    if not data["flagged"]:
        return "Chưa có nội dung nào được cảnh báo." if settled and _well(data) else ""
    if settled and _well(data):
        return "Mọi nội dung được cảnh báo đều đã có người xem."
    return "Nội dung đã được cảnh báo đều đã có người xem; có thể còn nội dung chưa thu thập hoặc chưa phân loại được."


def _well(data: dict[str, Any]) -> bool:
    """Whether something came in and all sources answer."""
    return bool(data["received"] and data["watched"] and not data["silent"])
