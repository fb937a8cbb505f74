"""Alarms: each is raised once, told once, and clears itself. Their state is in the archive, so that several machines
share it.

Told as reports are (flows.tell): marked with the message's identity before it leaves. Who finds a mark whose sender
died asks the mailer whether it left; what nobody can know is not sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid

from django.db import transaction

from core import clock
from flows.context import Context
from flows.tell.port import UncertainError, open_mailer
from flows.upkeep.missed import Finding
from index.models import Alarm
from index.work import latch

_STALE = timedelta(minutes=10)
_KEPT = timedelta(days=400)


def raise_alarms(context: Context, findings: Sequence[Finding]) -> list[Finding]:
    """Bring the alarms in the archive up to what was found, mail what is new and what has cleared. What was new."""
    fresh = _note(findings)
    _settle(context)
    _tell(context)
    Alarm.objects.filter(cleared__lt=clock.now() - _KEPT, untold=False).delete()
    return fresh


def _note(findings: Sequence[Finding]) -> list[Finding]:

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


def _settle(context: Context) -> None:
    """Find out what became of mails whose sender died."""
    stale = Alarm.objects.filter(untold=True, changed__lt=clock.now() - _STALE).exclude(message="")
    for message in set(stale.values_list("message", flat=True)):
        sent = open_mailer(context.settings).was_sent(message)
        Alarm.objects.filter(message=message).update(message="", untold=sent is False)


def _tell(context: Context) -> None:

    recipients = context.settings.alarm_to or context.settings.mail_to
    message = make_msgid(domain="soatin")
    with transaction.atomic():
        latch.hold("alarms")
        due = Alarm.objects.filter(untold=True, message="")
        if not recipients:
            due.update(untold=False)
            return
        rows = list(due.order_by("id"))
        due.update(message=message, changed=clock.now())
    if not rows:
        return
    told = True
    try:
        open_mailer(context.settings).send(_mail(context, message, recipients, rows))
    except UncertainError:
        raise
    except BaseException:
        told = False
        raise
    finally:
        Alarm.objects.filter(message=message).update(untold=not told, message="")


def _mail(context: Context, identity: str, recipients: Sequence[str], rows: Sequence[Alarm]) -> EmailMessage:
    raised = [f"- {row.words}" for row in rows if row.cleared is None]
    cleared = [f"- {row.words}" for row in rows if row.cleared is not None]
    message = EmailMessage()
    message["Subject"] = f"soatin: {len(raised)} cảnh báo vận hành mới, {len(cleared)} đã hết"
    message["From"], message["To"] = context.settings.mail_from, ", ".join(recipients)
    message["Message-ID"] = identity
    message.set_content("\n".join([*raised, *(["", "Đã hết:", *cleared] if cleared else [])]) + "\n")
    return message
