"""Work that is due, what is sent, and what the watch over both may find."""

from __future__ import annotations

from dataclasses import dataclass

from core.codes.code import Code, Row
from core.codes.severities import Colour, Severity
from core.codes.sources import Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow(Row):
    """``watched``: an alarm is raised when its work waits too long. ``report``: how reports say that so much of it
    waits; empty: they do not. ``stands``: jobs lie in it; the others only stand on the page.
    """

    watched: bool = False
    report: str = ""
    stands: bool = True


class Queue(Code):
    """Sorts of work that is claimed under a lease."""

    watched: bool
    report: str
    stands: bool

    POLL = QueueRow("poll", "lượt hỏi nguồn tin đang chạy", "polls of sources under way")
    TRIAL = QueueRow("trial", "chạy thử nguồn tin", "trial runs of sources")
    READ = QueueRow("read", "đọc tệp đã nhận", "read received files", watched=True, report="chờ đọc")
    CLASSIFY = QueueRow("classify", "phân loại", "classify", watched=True, report="chờ phân loại")
    MATCH = QueueRow("match", "đối chiếu với kết luận đã có", "matching to existing findings")
    INDEX = QueueRow(
        "index", "đưa vào chỉ mục tìm kiếm", "index for search", watched=True, report="chờ đưa vào tìm kiếm"
    )
    DELIVER = QueueRow("deliver", "gửi báo cáo", "send reports", watched=True)
    ALERT_LOOK = QueueRow("alert-look", "tìm tin mới cho tìm kiếm đã lưu", "look for new items of saved searches")
    ALERT = QueueRow("alert", "gửi cảnh báo của tìm kiếm đã lưu", "send alerts of saved searches")
    PACKAGE = QueueRow("package", "lập gói chứng cứ", "make evidence packages")
    STUCK = QueueRow("stuck", "bị dừng sau nhiều lần thử", "given up after several attempts", stands=False)


class WorkEnd(Code):
    """Why work was given up where nothing else is known."""

    WORKER_DIED = Row(
        "worker-died", "tiến trình xử lý dừng đột ngột mỗi lần thử, chưa rõ nguyên nhân",
        "its process ended suddenly at each attempt, the cause is not known",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStateRow(Row):
    """``final``: nothing more happens by itself. ``alarm``: what the watch says of a report in this state, at once
    where it is final, else after a while; empty: nothing is wrong.
    """

    colour: Colour = Colour.PLAIN
    final: bool = False
    alarm: str = ""


class DeliveryState(Code):
    """Where a message is on its way."""

    colour: Colour
    final: bool
    alarm: str

    DUE = DeliveryStateRow("due", "chờ gửi", "to be sent", alarm="Báo cáo chưa được gửi")
    SENDING = DeliveryStateRow("sending", "đang gửi", "sending", alarm="Báo cáo đang gửi dở")
    SENT = DeliveryStateRow("sent", "đã gửi", "sent", final=True)
    IN_DOUBT = DeliveryStateRow(
        "in-doubt", "chưa rõ đã tới nơi", "unclear whether it arrived",
        colour=Colour.BAD, final=True, alarm="Không rõ báo cáo đã tới nơi nhận chưa",
    )  # fmt: skip
    FAILED = DeliveryStateRow(
        "failed", "gửi không được", "could not be sent", colour=Colour.BAD, final=True, alarm="Không gửi được báo cáo"
    )


class AlertRhythm(Code):
    """When the alert of a saved search is told."""

    NOW = Row("now", "cảnh báo ngay khi có tin mới", "an alert as soon as there are new items")
    SLOTS = Row("slots", "bản gộp vào các kỳ báo cáo", "a digest at the report times")
    DAILY = Row("daily", "bản gộp mỗi ngày", "a digest every day")


class PackageLack(Code):
    """What an evidence package may lack."""

    PICTURES = Row("pictures", "thiếu ảnh chụp một số trang", "pictures of some pages are missing")
    STAMP = Row("stamp", "chưa có dấu thời gian", "no time stamp")


class ApiScope(Code):
    """What a key to the API opens."""

    SEARCH = Row("search", "tìm kiếm", "search")
    READ = Row("read", "đọc tin và nội dung", "read items and claims")
    REPORTS = Row("reports", "tải báo cáo", "download reports")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow(Row):
    """``severity``: what is told first."""

    severity: Severity = Severity.WARNING


def _of_source(sign: Sign) -> AlarmRow:
    return AlarmRow(f"source-{sign}", f"nguồn tin {sign.vi}", f"source: {sign.en}", severity=sign.severity)


class AlarmKind(Code):
    """What the watch may find missed, silent, stuck or broken."""

    severity: Severity

    SLOT_MISSED = AlarmRow("slot-missed", "chưa có báo cáo kỳ", "a report slot was missed", severity=Severity.CRITICAL)
    DELIVERY = AlarmRow(
        "delivery", "báo cáo chưa tới nơi nhận", "a report was not delivered", severity=Severity.CRITICAL
    )
    MEASURES = AlarmRow(
        "measures-review", "cần xem xét lại biện pháp xử lý", "measures to look at again", severity=Severity.CRITICAL
    )
    DISK = AlarmRow("disk", "ổ đĩa gần đầy", "the disk is nearly full", severity=Severity.CRITICAL)
    EVIDENCE_DAMAGED = AlarmRow("evidence-damaged", "tệp chứng cứ hỏng", "an evidence file is damaged")
    WORK_GIVEN_UP = AlarmRow("work-given-up", "việc bị dừng sau nhiều lần thử", "work was given up")
    WORK_FAILING = AlarmRow("work-failing", "việc lỗi nhiều lần", "work keeps failing")
    WORK_OLD = AlarmRow("work-old", "việc chờ quá lâu", "work waits too long")
    SOURCE_BROKEN = AlarmRow("source-broken", "tệp nguồn tin hỏng", "a source file is broken")
    SOURCE_SILENT = _of_source(Sign.SILENT)
    SOURCE_QUIET = _of_source(Sign.QUIET)
    SOURCE_FAILING = _of_source(Sign.FAILING)
    SOURCE_CHANGED = _of_source(Sign.CHANGED)
    SOURCE_REFUSED = _of_source(Sign.REFUSED)
