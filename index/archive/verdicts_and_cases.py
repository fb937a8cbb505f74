"""What people do: verdicts, cases, actions, levels. Each checks the permission, writes the audit entry in the same
transaction, and refuses with Django's PermissionDenied.
"""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from core import clock
from core.codes.verdicts import ActionKind, VerdictValue
from core.errors import UsageError
from index.archive.claims import refresh_claims
from index.archive.findings import follow_verdict
from index.models import Action, Case, Claim, Document, LevelDecision, Verdict
from index.office.rights import require
from index.proof import audit
from index.work import outbox


def give_verdict(user: User, document: Document, value: str, note: str = "") -> Verdict:
    """Add a finding on the document's claim (one is founded for a document that has none) and set the claim's verdict.
    Raises UsageError for an unknown value.
    """
    require(user, "give_verdict")
    if value not in set(VerdictValue):
        raise UsageError(f"{value!r} is not a verdict", where="verdict", cure=f"one of: {', '.join(VerdictValue)}")
    with transaction.atomic():
        row = Document.objects.select_for_update().get(pk=document.pk)
        claim = row.claim or _found_claim(row)
        verdict = Verdict.objects.create(
            claim=claim, document=row, value=value, note=note.strip(), by=user, at=clock.now()
        )
        detail = {"claim": claim.pk, "document": row.pk, "value": value, "note": note.strip()}
        audit.record(user.get_username(), "verdict.give", f"verdict:{verdict.pk}", detail)
        _follow(claim)
    return verdict


def retract(user: User, verdict: Verdict) -> Verdict:
    """Undo a verdict by adding one that retracts it (its value is empty); the one before it stands again.
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
        row = Verdict.objects.create(
            claim=claim, document_id=verdict.document_id, value="", by=user, at=clock.now(), retracts=verdict
        )
        detail = {"claim": claim.pk, "retracts": verdict.pk, "value": verdict.value}
        audit.record(user.get_username(), "verdict.retract", f"verdict:{row.pk}", detail)
        _follow(claim)
    return row


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
    """Add what followed in a case. Raises UsageError for an unknown kind."""
    require(user, "open_case")
    if kind not in set(ActionKind):
        raise UsageError(f"{kind!r} is not an action", where="action", cure=f"one of: {', '.join(ActionKind)}")
    with transaction.atomic():
        action = Action.objects.create(case=case, kind=kind, note=note.strip(), by=user, at=clock.now())
        detail = {"case": case.pk, "kind": kind, "note": note.strip()}
        audit.record(user.get_username(), "action.add", f"action:{action.pk}", detail)
    return action


def decide_level(user: User, province: str, district: str, level: str, number: str, decided_on: date) -> LevelDecision:
    """Record the epidemic level that an authority decided for a place, with the decision's number and date."""
    require(user, "decide_level")
    if not number.strip():
        raise UsageError("the decision's number is missing", where="number", cure="give the number of the decision")
    with transaction.atomic():
        row = LevelDecision.objects.create(
            province=province,
            district=district,
            level=level,
            number=number.strip(),
            decided_on=decided_on,
            by=user,
            at=clock.now(),
        )
        detail = {
            "province": province,
            "district": district,
            "level": level,
            "number": row.number,
            "on": str(decided_on),
        }
        audit.record(user.get_username(), "level.decide", f"level:{row.pk}", detail)
    return row


def level_in_force(province: str, district: str = "", on: date | None = None) -> LevelDecision | None:
    """The latest decision for the district, else for the whole province, made by ``on`` (today)."""
    rows = LevelDecision.objects.filter(province=province, decided_on__lte=on or clock.now().date())
    rows = rows.order_by("-decided_on", "-id")
    own = rows.filter(district=district).first() if district else None
    return own or rows.filter(district="").first()


def _found_claim(row: Document) -> Claim:
    headline = row.title or " ".join(row.text.split())[:200]
    claim = Claim.objects.create(headline=headline, first_seen=row.moment, last_seen=row.moment)
    row.claim = claim
    row.save(update_fields=["claim"])
    return claim


def may_open_case(claim: Claim) -> bool:
    """Whether cases are about such a claim: found wrong or unconfirmed, or flagged and not yet judged."""
    return VerdictValue(claim.verdict).state.case if claim.verdict else claim.probability > 0


def _refuse_case(claim: Claim) -> None:
    if may_open_case(claim):
        return
    where = f"claim {claim.pk}"
    if claim.verdict:
        raise UsageError(f"no case on a claim found {claim.verdict}", where=where, cure="retract the verdict first")
    raise UsageError("it was neither flagged nor found wrong", where=where, cure="give a verdict first")


def _follow(claim: Claim) -> None:
    refresh_claims([claim.pk])
    claim.refresh_from_db()
    follow_verdict(claim)
    outbox.announce(claim.documents.exclude(topic="").values_list("pk", flat=True))
