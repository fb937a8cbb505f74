"""Sending what is due, each message once.

``due`` -> ``sending`` (committed before anything leaves) -> ``sent``. Who finds a delivery in ``sending`` after its
lease ran out knows only that its sender was killed: if the mailer can tell whether the message left, that decides;
else it is ``in-doubt``, shown to people and never sent again by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from core import clock
from core.errors import SoatinError
from core.settings import Settings
from flows.tell import message
from flows.tell.port import Mailer, RefusedError, UncertainError, open_mailer
from index.models import Delivery
from index.work import leases

QUEUE = "deliver"
BATCH = 20
GIVE_UP = timedelta(hours=24)
"""A report a day old is news to nobody: the delivery is failed then, and the guard says so."""


@dataclass(slots=True)
class DeliveryCounts:
    """What became of the deliveries taken: ``waiting`` are tried again after their lease."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    in_doubt: int = 0


def deliver_due(settings: Settings, owner: str) -> DeliveryCounts:
    """Send what is due. A delivery that cannot be sent now rests as long as its lease, and is then tried again."""
    counts = DeliveryCounts()
    mailer: Mailer | None = None
    while keys := leases.claim(QUEUE, owner, BATCH, int(settings.lease_seconds)):
        mailer = mailer or open_mailer(settings)
        for key in keys:
            _one(settings, mailer, key, owner, counts)
    return counts


def _one(settings: Settings, mailer: Mailer, key: str, owner: str, counts: DeliveryCounts) -> None:
    delivery = Delivery.objects.select_related("report").filter(pk=key).first()
    if delivery is None or delivery.state in {"sent", "failed", "in-doubt"}:
        leases.done(QUEUE, [key], owner)
        return
    if delivery.state == "sending":
        _resume(mailer, delivery, owner, counts)
        if delivery.state != "due":
            return
    if not _step(delivery, "due", "sending", attempts=delivery.attempts + 1):
        return
    try:
        mailer.send(message.compose(settings, delivery))
    except UncertainError as error:
        counts.in_doubt += _finish(delivery, "in-doubt", owner, str(error))
    except RefusedError as error:
        counts.failed += _finish(delivery, "failed", owner, str(error))
    except SoatinError as error:
        _wait_or_give_up(delivery, owner, str(error), counts)
    else:
        counts.sent += _finish(delivery, "sent", owner)


def _resume(mailer: Mailer, delivery: Delivery, owner: str, counts: DeliveryCounts) -> None:
    """Settle a delivery whose sender was killed: sent, due again, or in doubt."""
    known = mailer.was_sent(delivery.message_id)
    if known:
        counts.sent += _finish(delivery, "sent", owner)
    elif known is None:
        counts.in_doubt += _finish(delivery, "in-doubt", owner, "the sender stopped while handing the message over")
    else:
        _step(delivery, "sending", "due")


def _wait_or_give_up(delivery: Delivery, owner: str, error: str, counts: DeliveryCounts) -> None:
    if clock.now() - delivery.report.created > GIVE_UP:
        counts.failed += _finish(delivery, "failed", owner, error)
    else:
        counts.waiting += _step(delivery, "sending", "due", error=error)
        leases.wait(QUEUE, str(delivery.pk), owner)


def _finish(delivery: Delivery, state: str, owner: str, error: str = "") -> int:
    """Set the last state and remove the job, together. A message that did leave is ``sent`` even if another worker,
    after this one's lease ran out, had already called it in doubt.
    """
    with transaction.atomic():
        before = ("sending", "in-doubt") if state == "sent" else ("sending",)
        changed = sum(_step(delivery, one, state, error=error) for one in before)
        leases.done(QUEUE, [str(delivery.pk)], owner)
    return changed


def _step(delivery: Delivery, before: str, after: str, **columns: object) -> int:
    """Move from one state to the next in the archive and in ``delivery``; 0 when it was no longer in the first."""
    moved = Delivery.objects.filter(pk=delivery.pk, state=before).update(state=after, changed=clock.now(), **columns)
    if moved:
        delivery.state = after
    return moved
