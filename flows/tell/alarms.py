"""Alarms: each is raised once, told once, and clears itself. Their state is in the archive, so that several machines
share it.

Told as reports are (:mod:`flows.tell.once`): marked with the message's identity before it leaves. Who finds a mark
whose sender died asks the mailer whether it left; what nobody can know is not sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid

from django.db import transaction

from core import clock
from core.codes.work import DeliveryState
from flows.context import Context
from flows.tell.once import STALE, Telling, settle, tell
from flows.tell.port import Mailer, open_mailer
from flows.upkeep.missed import Missed
from index.models import Alarm
from index.work import latch

_KEPT = timedelta(days=400)


def raise_alarms(context: Context, findings: Sequence[Missed]) -> list[Missed]:
    """Bring the alarms in the archive up to what was found, mail what is new and what has cleared. What was new."""
    fresh = _note(findings)
    _settle(context)
    _tell(context)
    Alarm.objects.filter(cleared__lt=clock.now() - _KEPT, untold=False).delete()
    return fresh


def _note(findings: Sequence[Missed]) -> list[Missed]:

    now, present = clock.now(), {(f.code, f.subject[:200]): f for f in findings}
    with transaction.atomic():
        latch.hold("alarms")
        known = {(row.code, row.subject): row for row in Alarm.objects.filter(cleared=None)}
        fresh = [finding for key, finding in present.items() if key not in known]
        Alarm.objects.bulk_create(
            Alarm(code=f.code, subject=f.subject[:200], words=f.words, raised=now, changed=now) for f in fresh
        )
        for key, row in known.items():
            if key in present:
                if row.words != present[key].words:
                    Alarm.objects.filter(pk=row.pk).update(words=present[key].words)
                continue
            # Nobody need hear of the end of what nobody has heard of; a mail under way tells only of its beginning.
            untold = not (row.untold and not row.message)
            Alarm.objects.filter(pk=row.pk).update(cleared=now, untold=untold, message="", changed=now)
    return fresh


class AlarmTelling(Telling):
    """One mail about all that is untold: which rows it tells of, its Message-ID in them says. What the server refuses
    stays untold, and is tried again with the next check: an alarm is never given up.
    """

    final = ()

    def __init__(self, context: Context, identity: str, state: str = DeliveryState.DUE) -> None:
        self._context, self._identity, self._state = context, identity, state
        self._recipients: list[str] = context.settings.alarm_to or context.settings.mail_to
        self._rows: list[Alarm] = []

    @property
    def state(self) -> str:
        """As far as this worker brought it."""
        return self._state

    def move(self, before: str, after: str, error: str = "") -> bool:
        """In the rows. Nothing to move: nothing is untold, or nobody is to be told."""
        del error  # the caller raises it; there is no row of a mail to keep it in
        if before != self._state:
            return False
        moved = self._mark() if after == DeliveryState.SENDING else self._unmark(untold=after == DeliveryState.DUE)
        if moved:
            self._state = after
        return moved

    def hand_over(self, mailer: Mailer) -> None:
        """By mail."""
        mailer.send(_mail(self._context, self._identity, self._recipients, self._rows))

    def left(self, mailer: Mailer) -> bool | None:
        """As the mailer knows."""
        return mailer.was_sent(self._identity)

    def _mark(self) -> bool:
        with transaction.atomic():
            latch.hold("alarms")
            due = Alarm.objects.filter(untold=True, message="")
            if not self._recipients:
                due.update(untold=False)
                return False
            self._rows = list(due.order_by("id"))
            due.update(message=self._identity, changed=clock.now())
        return bool(self._rows)

    def _unmark(self, *, untold: bool) -> bool:
        # Rows that cleared while the mail was under way carry its mark no more: their end is to be told next.
        Alarm.objects.filter(message=self._identity).update(untold=untold, message="")
        return True


def _settle(context: Context) -> None:
    """Find out what became of mails whose sender died."""
    stale = Alarm.objects.filter(untold=True, changed__lt=clock.now() - STALE).exclude(message="")
    for identity in set(stale.values_list("message", flat=True)):
        settle(AlarmTelling(context, identity, DeliveryState.SENDING), open_mailer(context.settings))


def _tell(context: Context) -> None:
    if not Alarm.objects.filter(untold=True, message="").exists():
        return
    outcome = tell(AlarmTelling(context, make_msgid(domain="soatin")), open_mailer(context.settings))
    if outcome.error is not None:
        raise outcome.error


def _mail(context: Context, identity: str, recipients: Sequence[str], rows: Sequence[Alarm]) -> EmailMessage:
    raised = [f"- {row.words}" for row in rows if row.cleared is None]
    cleared = [f"- {row.words}" for row in rows if row.cleared is not None]
    message = EmailMessage()
    message["Subject"] = f"soatin: {len(raised)} cảnh báo vận hành mới, {len(cleared)} đã hết"
    message["From"], message["To"] = context.settings.mail_from, ", ".join(recipients)
    message["Message-ID"] = identity
    message.set_content("\n".join([*raised, *(["", "Đã hết:", *cleared] if cleared else [])]) + "\n")
    return message
