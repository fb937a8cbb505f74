"""Alerts of saved searches: looking for new hits when they are due, and telling of them, each once.

As with reports (flows.tell): ``due`` -> ``sending``, committed before anything leaves -> ``sent``. Who finds an
alert in ``sending`` after its lease ran out asks the mailer whether it left; what nobody can know is ``in-doubt`` and
never sent again.
"""

from __future__ import annotations

from datetime import time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from django.db import IntegrityError, transaction

from core import clock
from core.errors import DataError, SoatinError, UsageError
from core.model import sha256_hex
from core.plans import slot_times
from core.settings import Settings
from flows.context import Context
from flows.slots import slots_of
from flows.tell import channel
from flows.tell.port import Mailer, RefusedError, UncertainError, open_mailer
from flows.work import RoundResult
from index.archive import reading, saved_searches
from index.models import Alert, SavedSearch
from index.query.parse import QueryError
from index.search import open_search
from index.work import leases

LOOK = "alert-look"
BATCH = 20
LISTED = 40
MOST_ATTEMPTS = 12
GIVE_UP = timedelta(hours=24)


def send_alerts(context: Context, result: RoundResult) -> None:
    """Look for what is new in the saved searches that are due, then send what is to be sent."""
    due = [str(search.pk) for search in due_searches(context)]
    if due:
        leases.put(LOOK, due)
    seconds = int(context.settings.lease_seconds)
    while keys := leases.claim(LOOK, context.owner, BATCH, seconds):
        for key in keys:
            _look(context, result, key)
    if leases.backlog(saved_searches.QUEUE):
        try:
            mailer = open_mailer(context.settings)
        except SoatinError as error:
            result.errors.append(f"alerts: {error}")
            return
        while keys := leases.claim(saved_searches.QUEUE, context.owner, BATCH, seconds):
            for key in keys:
                _one(context, result, mailer, key)
    saved_searches.prune()


def due_searches(context: Context) -> list[SavedSearch]:
    """Saved searches whose alert is to be looked at now: at once ones always, digests after each of their times (the
    report slots, or the first slot of the day). Those of people who may no longer search are left out.
    """
    slots = slots_of(context.settings, context.plan)
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


def _one(context: Context, result: RoundResult, mailer: Mailer, key: str) -> None:
    """Send one alert. One that cannot be sent now rests as long as its lease, and is then tried again."""
    alert = Alert.objects.select_related("saved").filter(pk=key).first()
    if alert is None or alert.state in {"sent", "failed", "in-doubt"}:
        leases.done(saved_searches.QUEUE, [key], context.owner)
        return
    if alert.state == "sending" and not _resume(context, mailer, alert):
        return
    if not _step(alert, "due", "sending", attempts=alert.attempts + 1):
        return
    try:
        _send(context.settings, mailer, alert)
    except UncertainError as error:
        _finish(context, alert, "in-doubt", str(error))
    except (RefusedError, DataError, UsageError) as error:
        _finish(context, alert, "failed", str(error))
    except SoatinError as error:
        if alert.attempts + 1 >= MOST_ATTEMPTS or clock.now() - alert.created > GIVE_UP:
            _finish(context, alert, "failed", str(error))
        else:
            _step(alert, "sending", "due", attempts=alert.attempts + 1, error=str(error)[:300])
            leases.wait(saved_searches.QUEUE, key, context.owner)
    else:
        result.counts["alerted"] += _finish(context, alert, "sent")


def _resume(context: Context, mailer: Mailer, alert: Alert) -> bool:
    """Settle an alert whose sender was killed; whether it is due again."""
    known = None if alert.target.startswith("channel:") else mailer.was_sent(message_id(alert))
    if known is None:
        _finish(context, alert, "in-doubt", "the sender stopped while handing the message over")
    elif known:
        _finish(context, alert, "sent")
    else:
        _step(alert, "sending", "due")
    return known is False


def _send(settings: Settings, mailer: Mailer, alert: Alert) -> None:
    if not alert.target.startswith("channel:"):
        mailer.send(compose(settings, alert))
        return
    known = {saved_searches.fingerprint(address): address for address in saved_searches.channels_of(alert.saved)}
    if alert.target not in known:
        raise RefusedError("the channel was removed meanwhile")
    channel.post(
        known[alert.target],
        subject(alert),
        body(settings, alert),
        allowed=settings.alert_channels,
        own_hosts=settings.own_hosts,
    )


def message_id(alert: Alert) -> str:
    """Identity of the mail: the same alert always has the same."""
    return f"<soatin-alert.{sha256_hex(f'{alert.pk}|{alert.created.isoformat()}|{alert.target}')[:32]}@soatin>"


def compose(settings: Settings, alert: Alert) -> EmailMessage:
    """The mail of an alert. Raises DataError for an address that is none."""
    message = EmailMessage()
    try:
        message["From"], message["To"] = str(settings.mail_from), alert.target
    except (ValueError, IndexError):
        raise DataError("not a mail address", where=f"saved search {alert.saved_id}", cure="correct it") from None
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
    desk = _desk(settings)
    documents = reading.documents(alert.documents[:LISTED])
    lines = [f"Tìm kiếm đã lưu “{' '.join(alert.saved.name.split())}” có {len(alert.documents)} tin mới.", ""]
    for document in documents:
        what = " ".join((document.title or document.text).split())
        moment = clock.local(document.published or document.fetched)
        lines += [
            f"- {what if len(what) <= 140 else what[:139] + '…'}",
            f"  {document.source} · {moment:%H:%M %d/%m/%Y} · {desk}documents/{document.id}/",
        ]
    if len(alert.documents) > len(documents):
        lines += ["", f"… và {len(alert.documents) - len(documents)} tin khác."]
    return "\n".join([*lines, "", f"Xem tất cả: {desk}search/?{alert.saved.query}", ""])


def _desk(settings: Settings) -> str:
    if settings.https and settings.allowed_hosts:
        return f"https://{settings.allowed_hosts[0]}/"
    return f"http://{settings.host}:{settings.port}/"


def _finish(context: Context, alert: Alert, state: str, error: str = "") -> int:
    """Set the last state and remove the job, together."""
    with transaction.atomic():
        before = ("sending", "in-doubt") if state == "sent" else ("sending",)
        changed = sum(_step(alert, one, state, error=error[:300]) for one in before)
        leases.done(saved_searches.QUEUE, [str(alert.pk)], context.owner)
    return changed


def _step(alert: Alert, before: str, after: str, **columns: object) -> int:
    """Move from one state to the next in the archive and in ``alert``; 0 when it was no longer in the first."""
    moved = Alert.objects.filter(pk=alert.pk, state=before).update(state=after, changed=clock.now(), **columns)
    if moved:
        alert.state = after
    return moved
