"""Claims: found by the bands of their documents, with figures that follow from documents, flags and verdicts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Max, Min, Q, QuerySet

from core import clock
from core.model.documents import own_words
from core.triage import urgency
from index.models import Claim, ClaimBand, ClaimFacet, Document, Flag, Place
from index.views.scopes import home_province, scopes_of_claims
from index.views.standing import standing

_CHUNK = 400
_LONGEST_CHAIN = 20  # merges one after the other
MOST_CANDIDATES = 8
NEWEST_TEXTS = 2
MOST_ROWS = 2000
MOST_PLACES = 6
WORD = "w:"
"""How the keys begin that stand for words (classify.claims.likeness.WORD)."""
EXACT = "x:"
"""How the key begins that stands for a whole text (classify.claims.likeness.EXACT); all others are MinHash bands."""
_DERIVED = [
    "verdict",
    "probability",
    "documents_count",
    "sources_count",
    "first_seen",
    "last_seen",
    "urgency",
    "scope_rank",
]


@dataclass(frozen=True, slots=True)
class ClaimCandidate:
    """A claim that shares keys with a text, and texts of it to compare with. ``by_words``: it has a word key in common,
    so both were suspect and may be one claim in other words. ``copy``: it has an exact copy of the text. ``senses``:
    the vector of each of the texts, empty where none was made.
    """

    claim_id: int
    texts: tuple[str, ...]
    by_words: bool = False
    copy: bool = False
    senses: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """Documents of the last 24 hours and of the 24 before; the places that most documents name, with their number."""

    last_day: int
    day_before: int
    places: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class _Figures:
    first_seen: datetime  # when its first document was published; where that is not known, fetched
    last_seen: datetime
    documents: int
    sources: int
    official: bool = False
    latest_flags: dict[str, float] = field(default_factory=dict)  # document -> probability, 0 when not flagged


def claim_candidates(bands: Sequence[str]) -> list[ClaimCandidate]:
    """The claims that share the most and rarest keys, at most 8, each with its first text and its newest ones; before
    them the claim that got an exact copy last.
    """
    holders = _holders(bands)
    shared: dict[int, float] = {}
    by_words = {claim_id for value, claims in holders.items() if value.startswith(WORD) for claim_id in claims}
    for claims in holders.values():
        for claim_id in claims:
            shared[claim_id] = shared.get(claim_id, 0.0) + 1 / math.sqrt(len(claims))
    found = []
    copied = next((claims[0] for value, claims in holders.items() if value.startswith(EXACT)), None)
    for claim_id in sorted(shared, key=lambda one: (one != copied, -shared[one], one))[:MOST_CANDIDATES]:
        rows = Document.objects.filter(claim_id=claim_id).exclude(text="", title="")
        pick = "id", "kind", "title", "text", "sense__vector"
        chosen = [*rows.order_by("-moment", "id").values_list(*pick)[:NEWEST_TEXTS]]
        if len(chosen) == NEWEST_TEXTS:
            chosen += rows.order_by("moment", "id").values_list(*pick)[:1]
        texts = {own_words(kind, title, text): bytes(vector or b"") for _, kind, title, text, vector in chosen}
        if texts:
            told = tuple(texts), claim_id in by_words, claim_id == copied, tuple(texts.values())
            found.append(ClaimCandidate(claim_id, *told))
    return found


def same_claim(bands: Sequence[str]) -> int | None:
    """The claim that has an exact copy, or at least half of these MinHash bands: what another worker founded for the
    same text since the candidates were compared. So many bands in common mean texts that are nearly the same. Word keys
    do not count here: texts about one subject share them.
    """
    wanted = [value for value in dict.fromkeys(bands) if not value.startswith((WORD, EXACT))]
    copies = _holders([value for value in bands if value.startswith(EXACT)])
    if copies:
        return next(iter(copies.values()))[0]
    counted: Counter[int] = Counter()
    for claims in _holders(wanted).values():
        counted.update(claims)
    best = counted.most_common(1)
    return best[0][0] if best and 2 * best[0][1] >= len(wanted) else None


def _holders(values: Sequence[str]) -> dict[str, list[int]]:
    """The claims that have each key; of keys that very many have only the latest claims. Word keys are asked apart: a
    word that many claims have must not hide where a copy is.
    """
    wanted = list(dict.fromkeys(values))
    holders: dict[str, list[int]] = {}
    for words in (False, True):
        part = [value for value in wanted if value.startswith(WORD) is words]
        rows = ClaimBand.objects.filter(value__in=part).order_by("-id").values_list("value", "claim_id")
        for value, claim_id in rows[:MOST_ROWS]:
            holders.setdefault(value, []).append(claim_id)
    return holders


def root(claim_id: int) -> int:
    """The claim that a claim was merged into, at the end of the chain; itself where it was not."""
    at = claim_id
    for _ in range(_LONGEST_CHAIN):
        above = Claim.objects.filter(pk=at).values_list("merged_into_id", flat=True).first()
        if above is None:
            break
        at = above
    return at


def refresh_claims(ids: Iterable[int]) -> None:
    """Recompute the derived columns of these claims. Call it in the transaction that changed what they follow from."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _CHUNK):
        _refresh(wanted[start : start + _CHUNK])


def refresh_urgency(limit: int = 5000) -> int:
    """Let the urgency of waiting claims age (half-life 48 h); how many changed. Call it once a round."""
    moment = clock.now()
    with transaction.atomic():
        waiting = Claim.objects.filter(verdict="", probability__gt=0).order_by("-scope_rank", "-urgency")[:limit]
        wanted = list(waiting.values_list("id", flat=True))
        before = {
            claim.pk: claim
            for start in range(0, len(wanted), _CHUNK)
            for claim in _locked(sorted(wanted)[start : start + _CHUNK])
        }
        figures = _figures(list(before))
        scopes = scopes_of_claims(before, home_province())
        changed = []
        for claim_id, claim in before.items():
            rank, claim.scope_rank = claim.scope_rank, scopes[claim_id].rank
            fresh = round(_urgency(claim, figures[claim_id], moment), 6) if claim_id in figures else 0.0
            if abs(fresh - claim.urgency) > 0.001 or rank != claim.scope_rank:
                claim.urgency = fresh
                changed.append(claim)
        Claim.objects.bulk_update(changed, ["urgency", "scope_rank"], batch_size=_CHUNK)
    return len(changed)


def spread(claim: Claim) -> Spread:
    """How a claim spreads just now."""
    moment = clock.now()
    since = [moment - timedelta(days=days) for days in (1, 2)]
    last = claim.documents.filter(moment__gte=since[0]).count()
    before = claim.documents.filter(moment__gte=since[1], moment__lt=since[0]).count()
    rows = Place.objects.filter(document__claim=claim).order_by().values_list("province", "district")
    named = rows.annotate(count=Count("document", distinct=True)).order_by("-count", "province", "district")
    places = tuple((district or province, count) for province, district, count in named[:MOST_PLACES])
    return Spread(last, before, places)


def _refresh(ids: list[int]) -> None:
    moment = clock.now()
    figures = _figures(ids)
    verdicts = dict(standing(claims=ids).values_list("claim_id", "value"))
    _refresh_facets(ids)
    scopes = scopes_of_claims(ids, home_province())
    claims = list(_locked(ids))
    for claim in claims:
        claim.scope_rank = scopes[claim.pk].rank
        claim.verdict = verdicts.get(claim.pk, "")
        found = figures.get(claim.pk)
        if found is None:
            claim.probability, claim.urgency, claim.documents_count, claim.sources_count = 0.0, 0.0, 0, 0
            continue
        claim.probability = max(found.latest_flags.values(), default=0.0)
        claim.documents_count, claim.sources_count = found.documents, found.sources
        claim.first_seen, claim.last_seen = found.first_seen, found.last_seen
        claim.urgency = round(_urgency(claim, found, moment), 6)
    for claim in claims:  # measured: quicker than one UPDATE with a CASE for each column and row
        claim.save(update_fields=_DERIVED)


def _refresh_facets(ids: Sequence[int]) -> None:
    documents = Document.objects.filter(claim_id__in=ids).order_by()
    kinds = documents.values_list("claim_id", "source_kind").distinct()
    found = {(claim_id, ClaimFacet.SOURCE_KIND, kind) for claim_id, kind in kinds}
    places = documents.filter(places__isnull=False).values_list("claim_id", "places__province", "places__district")
    for claim_id, province, district in places.distinct():
        found.add((claim_id, ClaimFacet.PLACE, province))
        if district:
            found.add((claim_id, ClaimFacet.PLACE, f"{province}/{district}"))
    rows = ClaimFacet.objects.filter(claim_id__in=ids).values_list("pk", "claim_id", "name", "value")
    known = {(claim_id, name, value): pk for pk, claim_id, name, value in rows}
    gone = [pk for facet, pk in known.items() if facet not in found]
    for start in range(0, len(gone), _CHUNK):
        ClaimFacet.objects.filter(pk__in=gone[start : start + _CHUNK]).delete()
    fresh = sorted(found - known.keys())
    ClaimFacet.objects.bulk_create([ClaimFacet(claim_id=c, name=n, value=v) for c, n, v in fresh], batch_size=_CHUNK)


def _locked(ids: Sequence[int]) -> QuerySet[Claim]:
    """Locked in one order, so that two workers never wait for each other."""
    return Claim.objects.select_for_update().filter(id__in=ids).order_by("id")


def _urgency(claim: Claim, found: _Figures, moment: datetime) -> float:
    hours = (moment - found.last_seen) / timedelta(hours=1)
    return urgency(claim.probability, found.documents, found.sources, hours, found.official, claim.scope)


def _figures(ids: Sequence[int]) -> dict[int, _Figures]:
    figures: dict[int, _Figures] = {}
    # Reprints are the first paper's voice, not their own, as long as that paper is among the claim's documents.
    own = Count("source", distinct=True, filter=Q(copy_of=None) | ~Q(copy_of__claim=F("claim")))
    for start in range(0, len(ids), _CHUNK):
        part = list(ids[start : start + _CHUNK])
        documents = Document.objects.filter(claim_id__in=part)
        rows = (
            documents.order_by()
            .values_list("claim_id")
            .annotate(Min("moment"), Max("moment"), Count("id"), independent=own)
        )
        figures |= {claim_id: _Figures(*values) for claim_id, *values in rows}
        for claim_id in documents.filter(official=True).order_by().values_list("claim_id", flat=True).distinct():
            figures[claim_id].official = True
        flags = Flag.objects.filter(document__claim_id__in=part, version=F("document__version")).order_by("id")
        for claim_id, document_id, probability, flagged in flags.values_list(
            "document__claim_id", "document_id", "probability", "flagged"
        ):
            figures[claim_id].latest_flags[document_id] = probability if flagged else 0.0
    return figures
