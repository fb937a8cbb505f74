"""Making a report once: number, files, row and deliveries come into being together or not at all."""

from __future__ import annotations

import shutil
import tempfile
import time
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Max

from core import clock
from core.clock import local
from core.errors import UsageError
from core.plans import ProvincePlan, slot_before
from core.settings import Settings
from flows.context import Context
from flows.papers.forms import docx, html, pdf, text
from flows.papers.report.collect import collect
from flows.papers.report.compose import compose
from flows.papers.report.period import Period
from flows.slots import slots_of
from flows.tell.recipients import make_due
from index.models import Report, WarcFile
from index.work import latch

FORMS = ("docx", "pdf", "html", "txt")
_WORKPLACE = "tmp-"
_STALE_SECONDS = 3600


def make_report(
    settings: Settings,
    plan: ProvincePlan,
    *,
    slot: datetime,
    since: datetime,
    until: datetime,
    on_demand: bool = False,
    late: bool = False,
    send: bool | None = None,
) -> Report:
    """The report of ``since`` < time <= ``until``; the one already there when it was asked for before.

    ``send`` (default: unless on demand) makes it due to everyone in ``mail_to``, once. Files NAME.docx, .pdf, .html and
    .txt lie in ``settings.report_dir`` before the row is committed; missing ones are rendered again from Report.data.
    Raises UsageError for an empty period.
    """
    if since >= until:
        raise UsageError("the period is empty", where="since, until", cure="give a since before until")
    send = not on_demand if send is None else send
    key = {"province": plan.name, "slot": slot, "since": since, "on_demand": on_demand}
    report = Report.objects.filter(**key).first()
    if report is None:
        period = _period(settings, plan, slot=slot, since=since, until=until, on_demand=on_demand, late=late)
        try:
            return _create(settings, period, send)
        except IntegrityError:  # another worker made the same report meanwhile: that one counts
            report = Report.objects.get(**key)
    _restore(settings, report)
    if send:
        make_due(settings, report)
    return report


def render_all(data: dict[str, Any]) -> dict[str, bytes]:
    """All forms of the report that ``data`` (Report.data) describes, by file name ending."""
    document = compose(data)
    return {
        "docx": docx.render(document),
        "pdf": pdf.render(document),
        "html": html.render(document).encode(),
        "txt": text.render(document).encode(),
    }


def _period(
    settings: Settings,
    plan: ProvincePlan,
    *,
    slot: datetime,
    since: datetime,
    until: datetime,
    on_demand: bool,
    late: bool,
) -> Period:
    context = Context(settings, "report")
    received = WarcFile.objects.filter(found_at__gt=since, found_at__lte=until).exists()
    return Period(
        plan=plan,
        slot=slot,
        since=since,
        until=until,
        before=since - (until - since) if on_demand else slot_before(_slots(settings, plan), since),
        made=clock.now(),
        on_demand=on_demand,
        late=late,
        desk_url=_public(settings.desk_url),
        sources=tuple(context.watched.values()),
        source_problems=tuple(str(problem) for problem in context.broken_sources),
        by_published=on_demand or late or not received,
    )


def _public(url: str) -> str:
    """The desk's address for a paper that is read elsewhere; empty where only this machine itself would reach it."""
    host = urlsplit(url).hostname or ""
    try:
        own = ip_address(host).is_loopback
    except ValueError:
        own = host == "localhost" or host.endswith(".localhost")
    return "" if own else url


def _slots(settings: Settings, plan: ProvincePlan) -> Any:
    return slots_of(settings, plan)


def _create(settings: Settings, period: Period, send: bool) -> Report:
    """Render outside any transaction (seconds), then number, row, files and deliveries in one (milliseconds).

    The number stands in the files, so when another report took it meanwhile they are rendered again.
    """
    data = collect(period, settings)
    while True:
        data["form"]["number"] = number = _next_number(period)
        with _workplace(settings) as folder:
            name = _name(period)
            _write(folder, name, render_all(data))
            with transaction.atomic():
                latch.hold("report-number")
                if _next_number(period) != number:
                    continue
                report = Report.objects.create(
                    province=period.plan.name,
                    slot=period.slot,
                    since=period.since,
                    until=period.until,
                    on_demand=period.on_demand,
                    late=period.late,
                    number=number,
                    created=period.made,
                    data=data,
                    docx=f"{name}.docx",
                    pdf=f"{name}.pdf",
                )
                if send:
                    make_due(settings, report)
                _publish(folder, settings.report_dir, name)
            return report


def _next_number(period: Period) -> int:

    begin = local(period.made).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    this_year = Report.objects.filter(
        province=period.plan.name, created__gte=begin, created__lt=begin.replace(year=begin.year + 1)
    )
    return int(this_year.aggregate(last=Max("number"))["last"] or 0) + 1


def _name(period: Period) -> str:
    """``bao-cao-vinh-phuc-2021-08-25-0700``; on demand with both ends of the period."""
    stem = f"bao-cao-{period.plan.name}"
    if period.on_demand:
        return f"{stem}-{local(period.since):%Y-%m-%d-%H%M%S}-{local(period.until):%Y-%m-%d-%H%M%S}"
    return f"{stem}-{local(period.slot):%Y-%m-%d-%H%M}"


def _workplace(settings: Settings) -> tempfile.TemporaryDirectory[str]:
    """A folder beside the reports for files not yet valid; what killed runs left there an hour ago is removed."""
    settings.report_dir.mkdir(parents=True, exist_ok=True)
    for old in settings.report_dir.glob(f"{_WORKPLACE}*"):
        if time.time() - old.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=_WORKPLACE, dir=settings.report_dir)


def _write(folder: str, name: str, forms: dict[str, bytes]) -> None:
    for form, content in forms.items():
        (Path(folder) / f"{name}.{form}").write_bytes(content)


def _publish(folder: str, to: Path, name: str) -> None:
    for form in FORMS:
        (Path(folder) / f"{name}.{form}").replace(to / f"{name}.{form}")


def _restore(settings: Settings, report: Report) -> None:
    """Render again what somebody deleted from the report folder."""
    name = report.docx.removesuffix(".docx")
    if all((settings.report_dir / f"{name}.{form}").is_file() for form in FORMS):
        return
    with _workplace(settings) as folder:
        _write(folder, name, render_all(report.data))
        _publish(folder, settings.report_dir, name)
