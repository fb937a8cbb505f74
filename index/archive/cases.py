"""Cases and what is done in them, as far as the verdict that stands allows it (:mod:`core.casework`)."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from core import casework, clock
from core.codes.verdicts import ActionKind
from core.errors import UsageError
from index.archive.verdicts import standing_verdict
from index.models import Action, Case, CaseReview, Claim
from index.office.rights import require
from index.proof import audit


class ClearedError(UsageError):
    """Something was to be done over a claim that was found true, an opinion or beside the topic."""


def open_case(user: User, claim: Claim) -> Case:
    """Open a case on a claim; the one that is there when it was opened before. Raises UsageError for a claim found
    true, an opinion or off the subject, and for one that was neither flagged nor found wrong or unconfirmed.
    """
    require(user, "open_case")
    with transaction.atomic():
        row = Claim.objects.select_for_update().get(pk=claim.pk)
        if not Case.objects.filter(claim=row).exists():
            _refuse_case(row)
        case, created = Case.objects.get_or_create(claim=claim, defaults={"opened_by": user, "opened_at": clock.now()})
        if created:
            audit.record(user.get_username(), "case.open", f"case:{case.pk}", {"claim": claim.pk})
    return case


def add_action(user: User, case: Case, kind: str, note: str) -> Action:
    """Add what followed in a case. Raises UsageError for an unknown kind, ClearedError for a measure over a claim that
    the verdict which stands clears.
    """
    require(user, "open_case")
    if kind not in set(ActionKind):
        raise UsageError(f"{kind!r} is not an action", where="action", cure=f"one of: {', '.join(ActionKind)}")
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=case.claim_id)
        if not casework.may_act(kind, claim.verdict):
            raise ClearedError(
                f"no measure over a claim found {claim.verdict}", where=f"case {case.pk}",
                cure="give another verdict first",
            )  # fmt: skip
        action = Action.objects.create(case=case, kind=kind, note=note.strip(), by=user, at=clock.now())
        detail = {"case": case.pk, "kind": kind, "note": note.strip()}
        audit.record(user.get_username(), "action.add", f"action:{action.pk}", detail)
    return action


def may_open_case(claim: Claim) -> bool:
    """Whether cases are about such a claim."""
    return casework.may_have_case(claim.verdict, claim.probability)


def waiting_for_review(cases: Iterable[Case] | None = None) -> list[Case]:
    """Cases (among these) in which something was done and whose claim was cleared afterwards, until a lead has looked
    at what was done.
    """
    found = Case.objects.all() if cases is None else Case.objects.filter(pk__in=[case.pk for case in cases])
    found = found.filter(claim__verdict__in=casework.CLEARING, actions__kind__in=casework.HANDLING).distinct()
    waiting = []
    for case in found.select_related("claim").order_by("pk"):
        standing = standing_verdict(case.claim)
        if standing and not case.reviews.filter(verdict=standing).exists():
            waiting.append(case)
    return waiting


def review(user: User, case: Case, note: str) -> CaseReview:
    """Record what a lead decided on measures whose claim was cleared. Raises UsageError where nothing waits for that,
    or without words.
    """
    require(user, "review_measures")
    if not note.strip():
        raise UsageError("it is not said what was decided", where="note", cure="say it")
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=case.claim_id)
        standing = standing_verdict(claim)
        if standing is None or not waiting_for_review([case]):
            raise UsageError("nothing waits for a review", where=f"case {case.pk}", cure="reload the page")
        row = CaseReview.objects.create(case=case, verdict=standing, note=note.strip(), by=user, at=clock.now())
        detail = {"case": case.pk, "verdict": standing.pk, "note": note.strip()}
        audit.record(user.get_username(), "case.review", f"review:{row.pk}", detail)
    return row


def _refuse_case(claim: Claim) -> None:
    if may_open_case(claim):
        return
    where = f"claim {claim.pk}"
    if claim.verdict:
        raise UsageError(f"no case on a claim found {claim.verdict}", where=where, cure="retract the verdict first")
    raise UsageError("it was neither flagged nor found wrong", where=where, cure="give a verdict first")
