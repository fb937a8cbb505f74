"""The leading claims of the period: what is said, how far it has spread, where it stands, where to look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.codes.scopes import ClaimScope
from core.codes.verdicts import ActionKind, ClaimState, VerdictValue
from core.triage import claim_state
from flows.papers.forms.blocks import Block, Heading, Hyperlink, Inline, Note, bullets, paragraph, tidy
from flows.papers.report import counts, words
from flows.papers.report.period import Period
from index.models import Action, Claim
from index.views.scopes import scopes_of_claims
from index.views.standing import standing_on

ORDER = 30
TITLE = "Các nội dung nổi bật được cảnh báo"
LEADING = 10
LEADING_NATIONAL = 3
_ORDER = sorted(ClaimScope, key=lambda scope: -scope.rank)
MAX_HEADLINE = 240
_LINKS = 3
_PLACES = 6


def collect(period: Period) -> dict[str, Any]:
    """Flagged claims that a document of this period repeats: how many there are of each scope, and the most urgent
    ones, those of the province first. What concerns the whole country takes none of the others' places.
    """
    fresh = counts.documents(period).filter(claim__isnull=False)
    flagged = Claim.objects.filter(id__in=fresh.values("claim_id"), probability__gt=0)
    found = {claim.pk: claim for claim in flagged.order_by("-urgency", "-probability", "id")}
    scopes = scopes_of_claims(found, period.plan.title)
    parts = {scope: [pk for pk in found if scopes[pk] is scope] for scope in _ORDER}
    own, leading = LEADING, list[tuple[ClaimScope, int]]()
    for scope, members in parts.items():
        national = scope is ClaimScope.NATIONAL
        shown = members[: LEADING_NATIONAL if national else own]
        leading += [(scope, pk) for pk in shown]
        own -= 0 if national else len(shown)
    return {
        "total": len(found),
        "scopes": [[scope.value, len(members)] for scope, members in parts.items()],
        "claims": [{**_claim(period, found[pk]), "scope": scope.value} for scope, pk in leading],
    }


def blocks(data: dict[str, Any]) -> list[Block]:
    """One numbered paragraph a claim, with its figures and links below."""
    claims = data["claims"]
    if not claims:
        return [paragraph("Trong số tin, bài thu thập được trong kỳ, hệ thống không cảnh báo nội dung nào.")]
    shown = f"; dưới đây là {len(claims)} nội dung nổi bật nhất" if data["total"] > len(claims) else ""
    found: list[Block] = [
        paragraph(
            f"Trong kỳ có {words.number(data['total'])} nội dung được hệ thống cảnh báo có khả năng sai lệch, gồm "
            f"{words.by_scope(data['scopes'])}{shown}."
        )
    ]
    part = ""
    for place, claim in enumerate(claims, 1):
        if claim["scope"] != part:
            part = claim["scope"]
            found.append(Heading(ClaimScope(part).part, 2))
        found.append(Heading(f"{place}. “{claim['headline']}”", 2))
        found.append(bullets(_details(claim)))
    found.append(Note("Khả năng sai lệch do máy ước tính, chỉ để xếp thứ tự xem xét; kết luận do cán bộ đưa ra."))
    return found


def _details(claim: dict[str, Any]) -> list[Inline]:
    places = ", ".join(claim["places"]) or "không nêu địa danh trong tỉnh"
    spread = (
        f"Lan truyền: {words.number(claim['fresh'])} tin, bài trong kỳ (tổng cộng "
        f"{words.number(claim['documents'])} tin, bài tại {words.number(claim['sources'])} nguồn); địa bàn: {places}."
    )
    state = (
        f"Khả năng sai lệch: {words.likelihood(claim['probability'])}. Tình trạng: {ClaimState.word_of(claim['state'])}"
    )
    if claim["verdict"]:
        state += f" ({VerdictValue.word_of(claim['verdict']).lower()})"
    if done := claim.get("actions"):  # reports kept from before have none
        state += ": " + "; ".join(ActionKind(kind).told for kind in done)
    links: list[str | Hyperlink] = ["Xem: "]
    if claim["desk"]:
        links += [Hyperlink("hồ sơ trên hệ thống", claim["desk"]), "; "]
    for place, (source, url) in enumerate(claim["links"], 1):
        links += [Hyperlink(f"bài gốc {place} ({source})", url), "; "]
    lines: list[Inline] = [(spread,), (state + ".",)]
    return [*lines, (*links[:-1], ".")] if len(links) > 1 else lines


def _claim(period: Period, claim: Claim) -> dict[str, Any]:
    known = claim.documents.filter(first_seen__lte=period.known).exclude(topic="")
    stands = standing_on(claim.pk, period.known)
    verdict, actions = stands.value if stands else "", _actions(claim, period)
    places = known.filter(places__province=period.plan.title).exclude(places__district="")
    fresh = counts.documents(period).filter(claim=claim)
    return {
        "id": claim.pk,
        "headline": tidy(claim.headline, MAX_HEADLINE),
        "fresh": fresh.count(),
        "documents": known.count(),
        "sources": known.values("source").distinct().count(),
        "places": list(
            places.values_list("places__district", flat=True).distinct().order_by("places__district")[:_PLACES]
        ),
        "probability": round(claim.probability, 4),
        "state": claim_state([verdict] if verdict else [], actions).value,
        "verdict": verdict,
        "actions": list(dict.fromkeys(actions)),
        "desk": f"{period.desk_url}/claims/{claim.pk}/" if period.desk_url else "",
        "links": _links(period, list(fresh.order_by("moment", "id").values_list("source", "url"))),
    }


def _actions(claim: Claim, period: Period) -> list[str]:
    return list(
        Action.objects.filter(case__claim=claim, at__lte=period.known)
        .order_by("at", "id")
        .values_list("kind", flat=True)
    )


def _links(period: Period, pages: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The earliest page of each source, at most three, with the source's own title."""
    titles = {source.name: source.title for source in period.sources}
    first: dict[str, str] = {}
    for source, url in pages:
        first.setdefault(source, url)
    return [[tidy(titles.get(source, source), 60), url] for source, url in list(first.items())[:_LINKS]]
