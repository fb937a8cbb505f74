"""Split and merge of claims by a person, respected afterwards: what a person placed stays until a person moves it.

Documents are moved, never copied; every move is a row of ClaimEdit, an audit entry, and can be undone. The keys by
which later texts find a claim move with its documents, so a copy of what was split off follows it and never goes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from core import clock
from core.errors import UsageError
from core.model.documents import own_words
from core.vietnamese import fold
from index.archive.claims import WORD, refresh_claims, root
from index.archive.findings import follow_verdict
from index.models import Case, Claim, ClaimBand, ClaimEdit, Document
from index.office.rights import require
from index.proof import audit
from index.work import latch, leases, outbox

Keys = Callable[[str], Sequence[str]]
"""The keys of a text as a suspect one's (classify.claims.joiner.keys_of_suspect)."""
_READ = 500  # documents of a claim whose keys are made anew; what they all share is in the newest
_CHUNK = 400


def split(user: User, claim: Claim, ids: Iterable[str], headline: str, keys: Keys) -> ClaimEdit:
    """Move documents of a claim to a new one. Exact copies of theirs go along: copies are never two claims. Raises
    UsageError when none of them is the claim's, or all are.
    """
    require(user, "arrange_claims")
    with transaction.atomic():
        latch.hold("claims")
        held = {row.pk: row for row in claim.documents.select_for_update().order_by("pk")}
        words = {pk: _words(row) for pk, row in held.items()}
        wanted = {words[pk] for pk in ids if pk in held}
        moved = [pk for pk in held if words[pk] in wanted]
        if not moved or len(moved) == len(held):
            raise UsageError(
                "a split needs some of the claim's documents, not none and not all", where=f"claim {claim.pk}",
                cure="choose the documents that state something else",
            )  # fmt: skip
        first = min((held[pk] for pk in moved), key=lambda row: (row.moment, row.pk))
        other = Claim.objects.create(
            headline=headline or " ".join((first.title or first.text).split())[:200],
            first_seen=first.moment, last_seen=first.moment,
        )  # fmt: skip
        claim.documents.update(placed=True)  # what stays was looked at too
        edit = _record(user, "split", claim, other, moved)
        _move(moved, other)
        _follow([claim, other], keys)
    return edit


def merge(user: User, one: Claim, two: Claim, keys: Keys) -> ClaimEdit:
    """Bring two claims together: ``one`` goes into ``two``, or the other way where only ``one`` has a verdict or case.
    Raises UsageError for a claim with itself, for two cases, and for two different verdicts.
    """
    require(user, "arrange_claims")
    with transaction.atomic():
        latch.hold("claims")
        claims = {row.pk: row for row in Claim.objects.select_for_update().filter(pk__in=[one.pk, root(two.pk)])}
        if len(claims) < 2 or claims[one.pk].merged_into_id is not None:
            raise UsageError("they are one claim already", where=f"claim {one.pk}", cure="reload the page")
        gone, kept = _which(claims.pop(one.pk), claims.popitem()[1])
        moved = list(gone.documents.order_by("pk").values_list("pk", flat=True))
        edit = _record(user, "merge", gone, kept, moved)
        gone.merged_into = kept
        gone.save(update_fields=["merged_into"])
        _move(moved, kept)
        _follow([gone, kept], keys)
    return edit


def undo(user: User, edit: ClaimEdit, keys: Keys) -> ClaimEdit:
    """Move back what a split or merge moved, as far as it still lies where that put it. Raises UsageError for what was
    undone already, and where the claim that would be left empty has a verdict or a case.
    """
    require(user, "arrange_claims")
    with transaction.atomic():
        latch.hold("claims")
        if edit.undoes_id is not None or ClaimEdit.objects.filter(undoes=edit).exists():
            raise UsageError("already undone", where=f"edit {edit.pk}", cure="reload the page")
        claim, other = (Claim.objects.select_for_update().get(pk=pk) for pk in (edit.claim_id, edit.other_id))
        held = list(other.documents.order_by("pk").values_list("pk", flat=True))
        moved = [pk for pk in held if pk in set(edit.documents)]
        left = len(held) > len(moved)
        if not left and (other.verdict or Case.objects.filter(claim=other).exists()):
            raise UsageError(
                "the claim that was split off has a verdict or a case", where=f"claim {other.pk}",
                cure="retract the verdict first, or merge the claims",
            )  # fmt: skip
        back = _record(user, edit.kind, other, claim, moved, undoes=edit)
        if edit.kind == "merge":
            claim.merged_into = None
            claim.save(update_fields=["merged_into"])
        elif not left:
            other.merged_into = claim  # an address that people may have kept leads somewhere
            other.save(update_fields=["merged_into"])
        _move(moved, claim)
        _unpin([*held, *claim.documents.values_list("pk", flat=True)], [claim, other])
        _follow([claim, other], keys)
    return back


def edits(claim: Claim) -> list[ClaimEdit]:
    """What people did to a claim's documents, newest first."""
    rows = ClaimEdit.objects.filter(Q(claim=claim) | Q(other=claim))
    return list(rows.select_related("by", "claim", "other", "undone_by", "undoes").order_by("-pk")[:50])


def _which(one: Claim, two: Claim) -> tuple[Claim, Claim]:
    """Which goes, which is kept."""
    cases = {case.claim_id for case in Case.objects.filter(claim__in=[one, two])}
    if len(cases) == 2:
        raise UsageError("both have a case", where=f"claim {one.pk}", cure="keep them apart")
    if one.verdict and two.verdict and one.verdict != two.verdict:
        raise UsageError("they have different verdicts", where=f"claim {one.pk}", cure="retract one of them first")
    weight = [(claim.pk in cases, bool(claim.verdict)) for claim in (one, two)]
    return (two, one) if weight[0] > weight[1] else (one, two)


def _words(row: Document) -> str:
    return " ".join(fold(own_words(row.kind, row.title, row.text)).split())


def _record(
    user: User, kind: str, claim: Claim, other: Claim, moved: list[str], undoes: ClaimEdit | None = None
) -> ClaimEdit:
    edit = ClaimEdit.objects.create(
        kind=kind, claim=claim, other=other, documents=moved, by=user, at=clock.now(), undoes=undoes
    )
    detail = {"claim": claim.pk, "other": other.pk, "documents": len(moved), "undoes": undoes.pk if undoes else None}
    audit.record(user.get_username(), f"claim.{'undo' if undoes else kind}", f"edit:{edit.pk}", detail)
    return edit


def _move(ids: Sequence[str], claim: Claim) -> None:
    for start in range(0, len(ids), _CHUNK):
        Document.objects.filter(pk__in=ids[start : start + _CHUNK]).update(claim=claim, placed=True)


def _unpin(ids: Sequence[str], claims: Sequence[Claim]) -> None:
    """Documents that no other edit that stands speaks of may be moved by the machine again."""
    standing = ClaimEdit.objects.filter(Q(claim__in=claims) | Q(other__in=claims), undoes=None, undone_by=None)
    pinned = {pk for edit in standing for pk in edit.documents}
    free = [pk for pk in ids if pk not in pinned]
    for start in range(0, len(free), _CHUNK):
        Document.objects.filter(pk__in=free[start : start + _CHUNK]).update(placed=False)


def _follow(claims: Sequence[Claim], keys: Keys) -> None:
    """Keys, figures, search, matches and the library follow the documents."""
    pool = set(ClaimBand.objects.filter(claim__in=claims).values_list("value", flat=True))
    ClaimBand.objects.filter(claim__in=claims).delete()
    for claim in claims:
        said = {_text(row): None for row in claim.documents.order_by("-moment", "pk")[:_READ]}
        found = dict.fromkeys(key for text in said for key in keys(text))
        # Only suspect texts have word keys: those that were there before, no others.
        rows = [ClaimBand(claim=claim, value=key) for key in found if key in pool or not key.startswith(WORD)]
        ClaimBand.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_CHUNK)
    refresh_claims([claim.pk for claim in claims])
    for claim in claims:
        claim.refresh_from_db()
        follow_verdict(claim)
        ids = list(claim.documents.exclude(topic="").values_list("pk", flat=True))
        outbox.announce(ids)
        leases.put("match", ids[:_READ])


def _text(row: Document) -> str:
    return own_words(row.kind, row.title, row.text)
