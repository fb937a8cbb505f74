"""Saved searches: what a person looks for again and again, and which hits have been told of.

A hit is told of once: its row in SavedHit and the message that tells of it are written in one transaction. What was a
hit already when the alert was switched on is not news. Only documents dated within the last seven days are watched, so
an old page that is received late raises no alarm; one that becomes a hit later (a verdict, another reading) does.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.contrib.auth.models import User
from django.db import transaction

from core import clock
from core.codes.work import AlertRhythm
from core.errors import DataError, UsageError
from index.models import Alert, SavedHit, SavedSearch
from index.proof import audit
from index.proof.keys import key
from index.search import Hit, SearchBackend
from index.search.address import asked, tidy, values_of
from index.search.all_hits import TooManyError, all_hits
from index.work import leases

ALERTS = ("", *AlertRhythm)
QUEUE = "alert"
LOOK_BACK = timedelta(days=7)
MOST_WATCHED = 5_000
"""Hits within seven days: a search with more of them would tell of everything."""
MOST_SAVED = 100
_KEPT = timedelta(days=30)
_CHUNK = 400


def save(
    user: User,
    saved: SavedSearch,
    backend: SearchBackend,
    *,
    channels: Sequence[str] | None = None,
) -> SavedSearch:
    """Keep a new or changed saved search of this person. ``channels``: apprise addresses, None: those it has.

    What it finds now counts as known when an alert is switched on or its query changes. Raises QueryError, SearchError,
    UsageError (too many, too broad) and writes nothing then.
    """
    saved.owner, saved.query = user, tidy(saved.query)
    before = SavedSearch.objects.filter(pk=saved.pk).first() if saved.pk else None
    if before is None and SavedSearch.objects.filter(owner=user).count() >= MOST_SAVED:
        raise UsageError(f"more than {MOST_SAVED} saved searches", where=user.get_username(), cure="delete one first")
    asked(values_of(saved.query))
    anew = bool(saved.alert) and (before is None or not before.alert or before.query != saved.query)
    known = list(_watched(saved, backend, clock.now())) if anew else []
    if channels is not None:
        saved.channels = _cipher().encrypt("\n".join(channels).encode()) if channels else b""
        saved.channels_count = len(channels)
    if anew:
        saved.checked, saved.error = clock.now(), ""
    with transaction.atomic():
        saved.created = before.created if before else clock.now()
        saved.save()
        _remember(saved, known)
        subject = f"saved:{saved.pk}"
        detail = {"name": saved.name, "query": saved.query[:1000], "alert": saved.alert, "mail": saved.mail_to}
        audit.record(user.get_username(), "saved.set", subject, detail | {"channels": saved.channels_count})
    return saved


def remove(user: User, saved: SavedSearch) -> None:
    """Delete it with everything that belongs to it."""
    with transaction.atomic():
        audit.record(user.get_username(), "saved.remove", f"saved:{saved.pk}", {"name": saved.name})
        saved.delete()


def channels_of(saved: SavedSearch) -> list[str]:
    """The addresses in the clear, to send to; never to be shown. Raises DataError after a change of the secret."""
    if not saved.channels:
        return []
    try:
        return _cipher().decrypt(bytes(saved.channels)).decode().split("\n")
    except InvalidToken:
        raise DataError(
            "the channels were encrypted with another secret", where=f"saved search {saved.pk}", cure="enter them again"
        ) from None


def fingerprint(address: str) -> str:
    """What stands for a channel's address in Alert rows: it cannot be turned back."""
    return "channel:" + hmac.new(key("alert-channel"), address.encode(), hashlib.sha256).hexdigest()[:32]


def targets(saved: SavedSearch) -> list[str]:
    """Where its alerts go: a mail address, fingerprints of channels."""
    mail = [saved.mail_to] if saved.mail_to else []
    return [*mail, *dict.fromkeys(fingerprint(address) for address in channels_of(saved))]


def collect(saved: SavedSearch, backend: SearchBackend) -> list[Alert]:
    """Look for new hits and write the messages that tell of them, one for each target, due to be sent; none when there
    is nothing new. Safe to run twice at once: one of the two writes nothing and raises IntegrityError.
    """
    moment = clock.now()
    fresh = list(_watched(saved, backend, moment))
    with transaction.atomic():
        SavedSearch.objects.filter(pk=saved.pk).update(checked=moment, error="")
        _remember(saved, fresh)
        if not fresh:
            return []
        ids = [hit.id for hit in fresh]
        alerts = [
            Alert(saved=saved, target=target, documents=ids, created=moment, changed=moment)
            for target in targets(saved)
        ]
        for alert in alerts:
            alert.save()
        leases.put(QUEUE, [str(alert.pk) for alert in alerts])
    return alerts


def prune() -> None:
    """Forget hits too old to be found again, and messages of more than a month ago."""
    before = clock.now() - _KEPT
    SavedHit.objects.filter(moment__lt=before).delete()
    Alert.objects.filter(changed__lt=before).exclude(state__in=["due", "sending"]).delete()


def _watched(saved: SavedSearch, backend: SearchBackend, moment: datetime) -> Iterator[Hit]:
    """Hits of the last seven days that it has not told of, newest first."""
    wanted = asked(values_of(saved.query))
    since = clock.day(moment - LOOK_BACK)
    filters = replace(wanted.filters, since=max(since, wanted.filters.since or since))
    wanted = replace(wanted, filters=filters)
    total = backend.find(wanted.query, wanted.filters, limit=0).total
    if total > MOST_WATCHED:
        raise TooManyError(f"{total} hits within seven days", where=saved.name, cure="narrow the search")
    for hits in all_hits(backend, wanted, MOST_WATCHED, strict=True):
        told = SavedHit.objects.filter(saved_id=saved.pk, document__in=[hit.id for hit in hits])
        known = set(told.values_list("document", flat=True)) if saved.pk else set()
        yield from (hit for hit in hits if hit.id not in known)


def _remember(saved: SavedSearch, hits: Sequence[Hit]) -> None:
    SavedHit.objects.bulk_create(
        [SavedHit(saved=saved, document=hit.id, moment=hit.moment) for hit in hits], batch_size=_CHUNK
    )


@lru_cache(maxsize=1)
def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key("alert-channels")))
