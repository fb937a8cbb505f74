"""What inspectors find: given, replaced, withdrawn. Nothing is rewritten: each adds rows and an audit entry in one
transaction, and refuses with Django's PermissionDenied.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from core import clock
from core.codes.verdicts import VerdictValue
from core.errors import UsageError
from index.archive.claims import refresh_claims
from index.archive.findings import follow_verdict
from index.models import Claim, Disagreement, Document, Verdict
from index.office.rights import require
from index.proof import audit
from index.views.standing import standing_on
from index.work import outbox

_MARK = re.compile(r"[0-9a-f-]{8,36}")
_LEAST_REASON = 10


class JudgedMeanwhileError(UsageError):
    """Another verdict stands than its giver saw. ``standing``: which; None: the one that was seen was withdrawn."""

    def __init__(self, claim: Claim, standing: Verdict | None) -> None:
        self.standing = standing
        super().__init__("another verdict stands by now", where=f"claim {claim.pk}", cure="keep it or replace it")


class ForeignVerdictError(UsageError):
    """Somebody else's verdict was to be withdrawn without a reason."""


def give_verdict(
    user: User, document: Document, value: str, note: str = "", *, seen: int | None = None, sent: str = ""
) -> Verdict:
    """Add a finding on the document's claim (one is founded for a document that has none) and set the claim's verdict.

    ``seen``: the verdict that stood on the page from which it is given; ``sent``: the mark of that page, so that what
    comes twice is recorded once. Where another one stands by now, nothing is recorded and JudgedMeanwhileError says
    which (one's own counts only where the page said what it showed, by its mark). Replacing another person's is a
    :class:`Disagreement`. Raises UsageError for an unknown value.
    """
    require(user, "give_verdict")
    _check(value)
    with transaction.atomic():
        row, claim = _locked(document)
        done, mark = _done(user, sent, claim, value, note)
        if done is not None:
            return done
        standing = standing_verdict(claim)
        if _differs(standing, seen) and not (standing and standing.by_id == user.pk and not sent):
            raise JudgedMeanwhileError(claim, standing)
        verdict = Verdict.objects.create(
            claim=claim, document=row, value=value, note=note.strip(), by=user, at=clock.now(), seen=standing, sent=mark
        )
        detail = {
            "claim": claim.pk, "document": row.pk, "value": value, "note": note.strip(),
            "seen": standing.pk if standing else None,
        }  # fmt: skip
        audit.record(user.get_username(), "verdict.give", f"verdict:{verdict.pk}", detail)
        if standing:
            _disagree(standing, verdict, value, note, user, None)
        _follow(claim)
    return verdict


def let_stand(user: User, document: Document, value: str, note: str, *, seen: int, sent: str = "") -> Verdict:
    """Keep another person's verdict, knowing it, where one had found something else: that stays on record too. The
    verdict that stands. Raises JudgedMeanwhileError where it is no longer the one that was seen.
    """
    require(user, "give_verdict")
    _check(value)
    with transaction.atomic():
        _, claim = _locked(document)
        done, mark = _done(user, sent, claim, value, note)
        if done is not None:
            return done
        standing = standing_verdict(claim)
        if standing is None or standing.pk != seen:
            raise JudgedMeanwhileError(claim, standing)
        _disagree(standing, None, value, note, user, mark)
    return standing


def retract(user: User, verdict: Verdict, reason: str = "") -> Verdict:
    """Undo a verdict by adding one that retracts it (its value is empty); the one before it stands again. One's own is
    undone at will, another's is withdrawn for a reason of at least ten characters (ForeignVerdictError without one).
    Raises UsageError when it was retracted already or is itself a retraction.
    """
    require(user, "give_verdict")
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=verdict.claim_id)
        if verdict.retracts_id is not None:
            raise UsageError(
                "a retraction cannot be retracted", where=f"verdict {verdict.pk}", cure="give a new verdict"
            )
        if Verdict.objects.filter(retracts=verdict).exists():
            raise UsageError("already retracted", where=f"verdict {verdict.pk}", cure="reload the page")
        if verdict.by_id != user.pk and len(reason.strip()) < _LEAST_REASON:
            raise ForeignVerdictError(
                "it is another person's", where=f"verdict {verdict.pk}", cure="give a reason for withdrawing it"
            )
        row = Verdict.objects.create(
            claim=claim, document_id=verdict.document_id, value="", note=reason.strip(), by=user, at=clock.now(),
            retracts=verdict,
        )  # fmt: skip
        detail = {"claim": claim.pk, "retracts": verdict.pk, "value": verdict.value, "reason": reason.strip()}
        audit.record(user.get_username(), "verdict.retract", f"verdict:{row.pk}", detail)
        _follow(claim)
    return row


def standing_verdict(claim: Claim) -> Verdict | None:
    """The verdict that stands on a claim."""
    return standing_on(claim.pk)


def disagreements(since: datetime, until: datetime) -> QuerySet[Disagreement]:
    """Where two people found different things, after ``since`` up to ``until``."""
    return Disagreement.objects.filter(at__gt=since, at__lte=until)


def _check(value: str) -> None:
    if value not in set(VerdictValue):
        raise UsageError(f"{value!r} is not a verdict", where="verdict", cure=f"one of: {', '.join(VerdictValue)}")


def _locked(document: Document) -> tuple[Document, Claim]:
    """Both as they are now; verdicts on one claim are given one after the other."""
    row = Document.objects.select_for_update().get(pk=document.pk)
    if row.claim_id is None:
        return row, _found_claim(row)
    return row, Claim.objects.select_for_update().get(pk=row.claim_id)


def _done(user: User, sent: str, claim: Claim, value: str, note: str) -> tuple[Verdict | None, str | None]:
    """The verdict that stood after this very page was sent before, and the mark to keep where it was not."""
    if not _MARK.fullmatch(sent):
        return None, None
    given = Verdict.objects.filter(sent=sent).first()
    said = given or Disagreement.objects.filter(sent=sent).first()
    if said is None:
        return None, sent
    same = (said.by_id, said.claim_id, said.value, said.note) == (user.pk, claim.pk, value, note.strip())
    if not same:  # a page that was gone back to: what it says now is new
        return None, None
    return given or Verdict.objects.get(disputed_by__sent=sent), None


def _differs(standing: Verdict | None, seen: int | None) -> bool:
    return (standing.pk if standing else None) != seen


def _disagree(first: Verdict, second: Verdict | None, value: str, note: str, user: User, mark: str | None) -> None:
    if first.by_id == user.pk or first.value == value:
        return
    row = Disagreement.objects.create(
        claim_id=first.claim_id, first=first, second=second, value=value, note=note.strip(), by=user, at=clock.now(),
        sent=mark,
    )  # fmt: skip
    detail = {"first": first.pk, "second": second.pk if second else None, "value": value, "note": note.strip()}
    audit.record(user.get_username(), "verdict.disagree", f"disagreement:{row.pk}", detail)


def _found_claim(row: Document) -> Claim:
    headline = row.title or " ".join(row.text.split())[:200]
    claim = Claim.objects.create(headline=headline, first_seen=row.moment, last_seen=row.moment)
    row.claim = claim
    row.save(update_fields=["claim"])
    return claim


def _follow(claim: Claim) -> None:
    refresh_claims([claim.pk])
    claim.refresh_from_db()
    follow_verdict(claim)
    outbox.announce(claim.documents.exclude(topic="").values_list("pk", flat=True))
