"""Who gets a report: those that ``mail_to`` names, and after a correction of it those that it names then."""

from __future__ import annotations

from django.db import transaction

from core import clock
from core.codes.work import DeliveryState, Queue
from core.settings import Settings
from flows.tell.message import message_id
from flows.tell.once import GIVE_UP
from index.models import Delivery, Report
from index.work import latch, leases

QUEUE = Queue.DELIVER
_LATCH = "report-number"


def make_due(settings: Settings, report: Report) -> None:
    """Make the report due to each recipient, unless it was made due before: nobody gets it twice."""
    with transaction.atomic():
        latch.hold(_LATCH)
        if not report.deliveries.exists():
            _put(settings, report)


def readdress(settings: Settings) -> None:
    """Withdraw what did not reach an address that ``mail_to`` no longer names, and make the report due to those that it
    names in its stead. What left, or may have left, stays as it is; so does what is a day old.
    """
    with transaction.atomic():
        late = Delivery.objects.filter(
            state__in=[DeliveryState.DUE, DeliveryState.FAILED],
            report__province=settings.province,
            report__created__gte=clock.now() - GIVE_UP,
        ).exclude(recipient__in=settings.mail_to)
        if not late.exists():
            return
        latch.hold(_LATCH)
        for report in Report.objects.filter(deliveries__in=late).distinct():
            withdrawn = late.filter(report=report)
            waiting = [str(pk) for pk in withdrawn.values_list("pk", flat=True)]
            withdrawn.delete()
            leases.done(QUEUE, waiting, "")  # who holds one just now finds no row, and ends the job itself
            _put(settings, report)


def _put(settings: Settings, report: Report) -> None:
    named = set(report.deliveries.values_list("recipient", flat=True))
    rows = Delivery.objects.bulk_create(
        Delivery(
            report=report,
            recipient=recipient,
            message_id=message_id(settings, report, recipient),
            changed=clock.now(),
        )
        for recipient in dict.fromkeys(settings.mail_to)
        if recipient not in named
    )
    leases.put(QUEUE, [str(row.pk) for row in rows])
