"""The independent check: it asks only the archive what was missed (flows.tell.alarms tells people, once)."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from core import clock
from core.codes.sources import Sign
from core.codes.verdicts import VerdictValue
from core.codes.work import AlarmKind, DeliveryState, Queue, WorkEnd
from core.sources.health import describe, signs
from flows.context import Context
from flows.slots import missing_slots
from index.archive.cases import waiting_for_review
from index.models import Delivery, Job
from index.views import health
from index.work import leases

GRACE = timedelta(minutes=15)
OLD_WORK = timedelta(hours=1)
LEAST_DISK = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Missed:
    """Something that needs a person. ``code`` and ``subject`` identify it from one check to the next."""

    code: AlarmKind
    subject: str
    words: str

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def check(context: Context, now: datetime | None = None) -> list[Missed]:
    """Everything that is missed, silent, stuck or broken at this moment, what is worst first."""
    now = now or clock.now()
    found = [
        *_slots(context, now),
        *_deliveries(now),
        *_sources(context, now),
        *_evidence(context),
        *_work(now),
        *_measures(context),
        *_disk(context),
    ]
    return sorted(found, key=lambda finding: finding.code.severity.rank)


def _slots(context: Context, now: datetime) -> list[Missed]:
    return [
        Missed(AlarmKind.SLOT_MISSED, slot.isoformat(), f"Chưa có báo cáo kỳ {clock.local(slot):%H:%M ngày %d/%m/%Y}")
        for slot in missing_slots(context, now - GRACE)
    ]


def _deliveries(now: datetime) -> list[Missed]:

    wrong = [state for state in DeliveryState if state.alarm]
    final, passing = [s for s in wrong if s.final], [s for s in wrong if not s.final]
    late = Q(state__in=final) | Q(state__in=passing, changed__lt=now - GRACE)
    return [
        Missed(
            AlarmKind.DELIVERY,
            str(d.pk),
            f"{DeliveryState(d.state).alarm}: {d.report.docx or d.report.slot} → {d.recipient} {d.error}".strip(),
        )
        for d in Delivery.objects.filter(late).select_related("report")
    ]


def _sources(context: Context, now: datetime) -> list[Missed]:
    findings = [
        Missed(AlarmKind.SOURCE_BROKEN, error.where, f"Tệp nguồn tin hỏng: {error}") for error in context.broken_sources
    ]
    raised, measures = health.raised(), health.measure(context.watched, now)
    for name, source in context.watched.items():
        found = measures[name]
        for sign in signs(source, found, now, raised.get(name, ())):
            since = f" từ {clock.local(found.last_success):%H:%M %d/%m}" if found.last_success else " từ đầu"
            label = f"{sign.vi}{since if sign is Sign.SILENT else ''}"
            findings.append(
                Missed(
                    AlarmKind(f"source-{sign}"), name, f"Nguồn tin {label}: {source.title} ({describe(sign, found)})"
                )
            )
    return findings


def _evidence(context: Context) -> list[Missed]:
    return [
        Missed(
            AlarmKind.EVIDENCE_DAMAGED,
            path.name,
            f"Tệp chứng cứ hỏng, đã để riêng: {path.name} (khôi phục từ bản sao lưu, hoặc xóa khỏi thư mục set-aside)",
        )
        for path in sorted(context.settings.set_aside_dir.glob("*"))[:20]
    ]


def _work(now: datetime) -> list[Missed]:
    findings = []
    for queue in (one for one in Queue if one.watched):
        oldest = leases.oldest(queue)
        if oldest is not None and now - oldest > OLD_WORK:
            findings.append(
                Missed(
                    AlarmKind.WORK_OLD,
                    queue,
                    f"Việc chờ quá một giờ trong hàng {queue}, từ {clock.local(oldest):%H:%M %d/%m}",
                )
            )
    findings += [
        Missed(
            AlarmKind.WORK_FAILING,
            f"{job.queue} {job.key}",
            f"Việc lỗi {job.attempts} lần ({job.queue} {job.key}): {job.error}",
        )
        for job in Job.objects.filter(attempts__gte=3)[:20]
    ]
    findings += [
        Missed(
            AlarmKind.WORK_GIVEN_UP,
            f"{letter.queue} {letter.key}",
            f"Việc bị dừng sau {letter.attempts} lần thử ({letter.queue} {letter.key}): "
            f"{letter.error or WorkEnd.WORKER_DIED.vi} (làm lại bằng lệnh `soatin retry`)",
        )
        for letter in leases.stuck_errors()
    ]
    return findings


def _measures(context: Context) -> list[Missed]:
    """Cases in which something was done over a claim that has been cleared since."""
    return [
        Missed(
            AlarmKind.MEASURES,
            str(case.pk),
            f"Hồ sơ {case.pk} ({case.claim.headline}): kết luận nay là “{VerdictValue.word_of(case.claim.verdict)}”, "
            f"lãnh đạo cần xem xét lại biện pháp đã thực hiện: {context.settings.desk_url}/cases/{case.pk}/",
        )
        for case in waiting_for_review()
    ]


def _disk(context: Context) -> list[Missed]:
    free = shutil.disk_usage(context.settings.home).free
    if free >= LEAST_DISK:
        return []
    return [Missed(AlarmKind.DISK, str(context.settings.data), f"Ổ đĩa chỉ còn {free // 1024 // 1024} MB trống")]
