"""The scope of claims and documents, seen from a province, for what the archive holds (the rule: core.scope)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.conf import settings
from django.db.models import QuerySet

from core.codes.scopes import ClaimScope
from core.codes.texts import SourceKind
from core.plans import load_plan
from core.scope import scope_of
from index.models import Claim, ClaimFacet, Document, Place

_CHUNK = 500


def home_province() -> str:
    """The display name of the province of this installation."""
    return _title(str(settings.SOATIN.province))


@lru_cache(maxsize=8)
def _title(name: str) -> str:
    return load_plan(name).title


def scopes_of_claims(ids: Iterable[int], province: str) -> dict[int, ClaimScope]:
    """The scope of each claim that there is. A claim is of every province that one of its documents names."""
    wanted = sorted(set(ids))
    found: dict[int, ClaimScope] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        named: dict[int, set[str]] = {}
        facets = list(ClaimFacet.objects.filter(claim__in=part).values_list("claim_id", "name", "value"))
        tips = {claim for claim, name, value in facets if (name, value) == (ClaimFacet.SOURCE_KIND, SourceKind.HOTLINE)}
        for claim, name, value in facets:
            if name == ClaimFacet.PLACE:
                named.setdefault(claim, set()).add(value.partition("/")[0])
        for claim, headline in Claim.objects.filter(pk__in=part).values_list("pk", "headline"):
            found[claim] = scope_of(province, named.get(claim, ()), headline, tip=claim in tips)
    return found


def count_documents(rows: QuerySet[Document], province: str) -> Counter[ClaimScope]:
    """How many of these documents are of each scope."""
    counted: Counter[ClaimScope] = Counter()
    keys = list(rows.order_by().values_list("pk", flat=True).distinct())
    for start in range(0, len(keys), _CHUNK):
        counted.update(_scopes(keys[start : start + _CHUNK], province))
    return counted


def _scopes(keys: Sequence[str], province: str) -> list[ClaimScope]:
    named: dict[str, set[str]] = {}
    for document, name in Place.objects.filter(document__in=keys).values_list("document_id", "province"):
        named.setdefault(document, set()).add(name)
    texts = Document.objects.filter(pk__in=keys).values_list("pk", "source_kind", "title", "text")
    return [
        scope_of(province, named.get(pk, ()), f"{title}\n{text}", tip=kind == SourceKind.HOTLINE)
        for pk, kind, title, text in texts
    ]
