"""Alerts of saved searches: looking for new hits when they are due, and telling of them, each once
(:mod:`flows.tell.once`).
"""

from __future__ import annotations

from datetime import time
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial

from django.db import IntegrityError

from core import clock
from core.codes.work import DeliveryState
from core.errors import DataError, SoatinError, UsageError
from core.model.documents import sha256_hex
from core.plans import DEFAULT_SLOTS, slot_times
from core.settings import Settings
from flows.context import Context
from flows.slots import slots_of
from flows.tell.channels import post_to_channel
from flows.tell.message import address
from flows.tell.once import BATCH, QueuedTelling, tell_due
from flows.tell.port import Mailer, MailRefusedError
from flows.work import RoundResult
from index.archive import reading, saved_searches
from index.models import Alert, SavedSearch
from index.query.parse import QueryError
from index.search import open_search
from index.work import leases

LOOK = "alert-look"
LISTED = 40
MOST_ATTEMPTS = 12


def send_alerts(context: Context, result: RoundResult) -> None:
    """Look for what is new in the saved searches that are due, then send what is to be sent."""
    due = [str(search.pk) for search in due_searches(context)]
    if due:
        leases.put(LOOK, due)
    seconds = int(context.settings.lease_seconds)
    while keys := leases.claim(LOOK, context.owner, BATCH, seconds):
        for key in keys:
            _look(context, result, key)
    try:
        told = tell_due(context.settings, context.owner, saved_searches.QUEUE, partial(_found, context))
    except UsageError as error:
        result.errors.append(f"alerts: {error}")
        return
    result.counts["alerted"] += sum(outcome.state == DeliveryState.SENT for _, outcome in told)
    saved_searches.prune()


def due_searches(context: Context) -> list[SavedSearch]:
    """Saved searches whose alert is to be looked at now: at once ones always, digests after each of their times (the
    report slots, 07:00 and 16:00 where there are none, or the first of them a day). Those of people who may no longer
    search are left out.
    """
    slots = slots_of(context.settings, context.plan) or DEFAULT_SLOTS
    times: dict[str, tuple[time, ...]] = {"slots": slots, "daily": slots[:1]}
    present = clock.now()
    found = []
    for search in SavedSearch.objects.exclude(alert="").select_related("owner").order_by("id"):
        passed = search.alert == "now" or search.checked is None
        if passed or slot_times(times.get(search.alert, slots), search.checked or present, present):
            found += [search] if search.owner.is_active and search.owner.has_perm("archive.search") else []
    return found


def _look(context: Context, result: RoundResult, key: str) -> None:
    """Collect the new hits of one saved search; what keeps it from doing so is kept with it, for its owner to see."""
    search = SavedSearch.objects.filter(pk=key).exclude(alert="").first()
    try:
        if search is not None:
            result.counts["alerts"] += len(saved_searches.collect(search, open_search(context.settings)))
    except (SoatinError, QueryError) as error:
        SavedSearch.objects.filter(pk=key).update(error=str(error)[:300])
        result.errors.append(f"alert {key}: {error}")
    except IntegrityError:  # another worker, after this one's lease ran out, has just told of the same
        pass
    leases.done(LOOK, [key], context.owner)


class AlertTelling(QueuedTelling):
    """One alert to one target: a mail address, or a channel of its saved search."""

    queue = saved_searches.QUEUE
    final = (MailRefusedError, DataError, UsageError)

    def __init__(self, settings: Settings, alert: Alert, owner: str) -> None:
        super().__init__(alert, owner, alert.created)
        self._settings, self._alert = settings, alert

    def hand_over(self, mailer: Mailer) -> None:
        """By mail or to the channel, as long as the search still has it."""
        alert = self._alert
        if not alert.target.startswith("channel:"):
            mailer.send(compose(self._settings, alert))
            return
        known = {saved_searches.fingerprint(address): address for address in saved_searches.channels_of(alert.saved)}
        if alert.target not in known:
            raise MailRefusedError("the channel was removed meanwhile")
        post_to_channel(
            known[alert.target],
            subject(alert),
            body(self._settings, alert),
            allowed=self._settings.alert_channels,
            own_hosts=self._settings.own_hosts,
        )

    def left(self, mailer: Mailer) -> bool | None:
        """As the mailer knows; channels never do."""
        return None if self._alert.target.startswith("channel:") else mailer.was_sent(message_id(self._alert))

    def expired(self) -> bool:
        """After a day, or twelve tries."""
        return super().expired() or self._alert.attempts >= MOST_ATTEMPTS


def _found(context: Context, key: str) -> AlertTelling | None:
    alert = Alert.objects.select_related("saved").filter(pk=key).first()
    return None if alert is None else AlertTelling(context.settings, alert, context.owner)


def message_id(alert: Alert) -> str:
    """Identity of the mail: the same alert always has the same."""
    return f"<soatin-alert.{sha256_hex(f'{alert.pk}|{alert.created.isoformat()}|{alert.target}')[:32]}@soatin>"


def compose(settings: Settings, alert: Alert) -> EmailMessage:
    """The mail of an alert. Raises DataError for an address that is none."""
    message = EmailMessage()
    address(message, settings, alert.target, where=f"saved search {alert.saved_id}")
    message["Subject"] = subject(alert)
    message["Date"] = format_datetime(clock.local(alert.created))
    message["Message-ID"] = message_id(alert)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body(settings, alert), cte="base64")
    return message


def subject(alert: Alert) -> str:
    """How many new items, of which saved search."""
    return f"soatin: {len(alert.documents)} tin mới – {' '.join(alert.saved.name.split())}"


def body(settings: Settings, alert: Alert) -> str:
    """The new items, newest first, each with its time, source and page at the desk. No authors."""
    documents = reading.documents(alert.documents[:LISTED])
    lines = [f"Tìm kiếm đã lưu “{' '.join(alert.saved.name.split())}” có {len(alert.documents)} tin mới.", ""]
    for document in documents:
        what = " ".join((document.title or document.text).split())
        moment = clock.local(document.published or document.fetched)
        lines += [
            f"- {what if len(what) <= 140 else what[:139] + '…'}",
            f"  {document.source} · {moment:%H:%M %d/%m/%Y} · {settings.desk_url}/documents/{document.id}/",
        ]
    if len(alert.documents) > len(documents):
        lines += ["", f"… và {len(alert.documents) - len(documents)} tin khác."]
    return "\n".join([*lines, "", f"Xem tất cả: {settings.desk_url}/search/?{alert.saved.query}", ""])
