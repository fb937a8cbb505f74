"""The leading claims of the period: what is said, how far it has spread, where it stands, where to look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.codes.verdicts import ClaimState, VerdictValue
from core.triage import claim_state
from flows.papers.forms.blocks import Block, Heading, Hyperlink, Inline, Note, bullets, paragraph, tidy
from flows.papers.report import counts, words
from flows.papers.report.period import Period
from index.models import Action, Claim

ORDER = 30
TITLE = "Các nội dung nổi bật được cảnh báo"
LEADING = 10
MAX_HEADLINE = 240
_LINKS = 3
_PLACES = 6


def collect(period: Period) -> dict[str, Any]:
    """The most urgent flagged claims that a document of this period repeats, and how many there are in all."""
    fresh = counts.documents(period).filter(claim__isnull=False)
    flagged = Claim.objects.filter(id__in=fresh.values("claim_id"), probability__gt=0)
    leading = flagged.order_by("-urgency", "-probability", "id")[:LEADING]
    return {"total": flagged.count(), "claims": [_claim(period, claim) for claim in leading]}


def blocks(data: dict[str, Any]) -> list[Block]:
    """One numbered paragraph a claim, with its figures and links below."""
    claims = data["claims"]
    if not claims:
        return [paragraph("Trong kỳ không có nội dung nào được hệ thống cảnh báo có khả năng sai lệch.")]
    shown = f"; dưới đây là {len(claims)} nội dung nổi bật nhất" if data["total"] > len(claims) else ""
    found: list[Block] = [
        paragraph(
            f"Trong kỳ có {words.number(data['total'])} nội dung được hệ thống cảnh báo có khả năng sai lệch{shown}."
        )
    ]
    for place, claim in enumerate(claims, 1):
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
    links: list[str | Hyperlink] = ["Xem: "]
    if claim["desk"]:
        links += [Hyperlink("hồ sơ trên hệ thống", claim["desk"]), "; "]
    for place, (source, url) in enumerate(claim["links"], 1):
        links += [Hyperlink(f"bài gốc {place} ({source})", url), "; "]
    lines: list[Inline] = [(spread,), (state + ".",)]
    return [*lines, (*links[:-1], ".")] if len(links) > 1 else lines


def _claim(period: Period, claim: Claim) -> dict[str, Any]:
    known = claim.documents.filter(first_seen__lte=period.known).exclude(topic="")
    values = list(counts.standing_verdicts(period.known).filter(claim=claim).values_list("value", flat=True))
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
        "state": claim_state(values, _actions(claim, period)).value,
        "verdict": values[-1] if values else "",
        "desk": f"{period.desk_url}/claims/{claim.pk}/" if period.desk_url else "",
        "links": _links(period, list(fresh.order_by("moment", "id").values_list("source", "url"))),
    }


def _actions(claim: Claim, period: Period) -> list[str]:
    return list(
        Action.objects.filter(case__claim=claim, at__lte=period.known).order_by("at").values_list("kind", flat=True)
    )


def _links(period: Period, pages: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The earliest page of each source, at most three, with the source's own title."""
    titles = {source.name: source.title for source in period.sources}
    first: dict[str, str] = {}
    for source, url in pages:
        first.setdefault(source, url)
    return [[tidy(titles.get(source, source), 60), url] for source, url in list(first.items())[:_LINKS]]
