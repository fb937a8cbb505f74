"""Epidemic levels as authorities decided them: recorded, corrected by a later entry, and which one is in force."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from core import clock
from core.errors import UsageError
from index.models import LevelDecision
from index.office.rights import require
from index.proof import audit

_NUMBER = re.compile(r"\d+\w?(/\d{4})?/\S*[^\W\d_]\S*")
"""As decisions are numbered (Nghị định 30/2020/NĐ-CP): ``12/QĐ-UBND``, ``12/2021/QĐ-UBND``."""
_LEAST_REASON = 10


def decide_level(
    user: User, province: str, district: str, level: str, number: str, decided_on: date, *,
    corrects: LevelDecision | None = None, reason: str = "",
) -> LevelDecision:  # fmt: skip
    """Record the epidemic level that an authority decided for a place, with the decision's number and date.

    ``corrects``: an entry that was wrong, which this one replaces for a ``reason`` of at least ten characters;
    ``level`` may be empty then, where there was no such decision. Raises UsageError, whose ``where`` names what is
    wrong: ``number``, ``again`` (the number is there already), ``decided_on``, ``level``, ``corrects`` or ``reason``.
    """
    require(user, "decide_level")
    number = number.strip()
    check(number, decided_on, reason if corrects else None)
    if not level and corrects is None:
        raise UsageError("no level is chosen", where="level", cure="choose one")
    with transaction.atomic():
        if corrects and LevelDecision.objects.select_for_update().filter(corrects=corrects).exists():
            raise UsageError("it was corrected before", where="corrects", cure="correct the latest entry")
        same = valid().filter(province=province, district=district, number=number, decided_on=decided_on)
        if (same.exclude(pk=corrects.pk) if corrects else same).exists():
            raise UsageError("this decision is recorded already", where="again", cure="correct the entry that is there")
        row = LevelDecision.objects.create(
            province=province, district=district, level=level, number=number, decided_on=decided_on, by=user,
            at=clock.now(), corrects=corrects, reason=reason.strip(),
        )  # fmt: skip
        detail = {
            "province": province, "district": district, "level": level, "number": number, "on": str(decided_on),
            "corrects": corrects.pk if corrects else None, "reason": reason.strip(),
        }  # fmt: skip
        audit.record(user.get_username(), "level.decide", f"level:{row.pk}", detail)
    return row


def valid(known: datetime | None = None) -> QuerySet[LevelDecision]:
    """The decisions as they were known at a moment (now): without those that were corrected or that never were."""
    standing = Q(corrected_by=None)
    if known:
        standing |= Q(corrected_by__at__gt=known)
    return LevelDecision.objects.filter(standing).exclude(level="")


def level_in_force(province: str, district: str = "", on: date | None = None) -> LevelDecision | None:
    """The latest decision for the district, else for the whole province, made by ``on`` (today in Vietnam)."""
    rows = valid().filter(province=province, decided_on__lte=on or clock.day()).order_by("-decided_on", "-id")
    own = rows.filter(district=district).first() if district else None
    return own or rows.filter(district="").first()


def check(number: str, decided_on: date, reason: str | None = None) -> None:
    """Raise UsageError for what no decision has, and for a correction whose ``reason`` is too short."""
    if not _NUMBER.fullmatch(number):
        raise UsageError("that is no decision's number", where="number", cure="write it as on the decision: 12/QĐ-UBND")
    if decided_on > clock.day():
        raise UsageError("the decision's date is in the future", where="decided_on", cure="give the date it was signed")
    if reason is not None and len(reason.strip()) < _LEAST_REASON:
        raise UsageError("a correction needs a reason", where="reason", cure="say in ten characters what was wrong")
