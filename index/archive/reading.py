"""Out of the archive: documents as the other rooms know them, and what the desk shows of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet

from core import clock
from core.codes.texts import DocumentKind
from core.codes.verdicts import VerdictValue
from core.model import documents as read
from core.model.documents import PlaceMention, SearchDocument, WarcRef
from core.places import province_on, provinces
from index.models import Document, Flag, Place, Verdict
from index.views.standing import standing
from index.work import leases, outbox

_CHUNK = 400


@dataclass(frozen=True)
class Detail:
    """One document as the desk shows it. ``similar``: the claim's other documents, newest first, texts deferred."""

    document: Document
    flag: Flag | None
    flags: tuple[Flag, ...]
    places: tuple[Place, ...]
    similar: tuple[Document, ...]
    similar_total: int
    verdicts: tuple[Verdict, ...]


def documents(ids: Sequence[str]) -> list[read.Document]:
    """The current versions of these documents, in the order asked; unknown ids are left out. Without author names."""
    rows: dict[str, Document] = {}
    for part in _chunks(ids):
        rows |= {row.id: row for row in Document.objects.filter(id__in=part).prefetch_related("places")}
    return [_core(rows[identity]) for identity in ids if identity in rows]


def version_of(ids: Sequence[str]) -> dict[str, int]:
    """The current version number of each of these documents."""
    return {
        identity: version
        for part in _chunks(ids)
        for identity, version in Document.objects.filter(id__in=part).values_list("id", "version")
    }


def search_documents(ids: Sequence[str]) -> list[SearchDocument]:
    """What search is to hold of these documents. One that is missing in the answer (removed, off the topic, not yet
    classified) is to be deleted from search.
    """
    found = []
    for part in _chunks(ids):
        relevant = Document.objects.filter(id__in=part).exclude(topic="").exclude(text_kind="")
        rows = list(relevant.select_related("claim", "search_revision").prefetch_related("places"))
        flags = latest_flags(part)  # after the revisions: never an earlier state under a later revision
        found += [_search(row, flags.get(row.id)) for row in rows]
    return found


def latest_flags(ids: Sequence[str]) -> dict[str, Flag]:
    """The newest flag of each document's current version."""
    rows = Flag.objects.filter(document_id__in=list(ids), version=F("document__version")).order_by("id")
    return {flag.document_id: flag for flag in rows}


def judged_texts() -> list[tuple[str, bool]]:
    """Texts that people found true or unreliable, with whether the latter: one a claim, as its standing verdict says.
    Verdicts that find no fact (an opinion, beside the topic, no official word yet) are left out.
    """
    judged = [(verdict.document, VerdictValue(verdict.value)) for verdict in standing().select_related("document")]
    return [(f"{document.title}\n{document.text}", value.unreliable) for document, value in judged if value.of_fact]


def relevant_ids() -> Iterator[str]:
    """Ids of all documents that search is to hold."""
    return Document.objects.exclude(topic="").order_by("id").values_list("id", flat=True).iterator(chunk_size=2000)


def put_all_for_index() -> int:
    """Make indexing every relevant document due (after the search index was lost or reset); how many."""
    count, part = 0, list[str]()
    for identity in relevant_ids():
        part.append(identity)
        if len(part) == _CHUNK:
            leases.put("index", part)
            count, part = count + len(part), []
    leases.put("index", part)
    return count + len(part)


def detail(document_id: str, similar: int = 20) -> Detail | None:
    """Everything the item page shows, in seven queries; None for an unknown id."""
    row = Document.objects.select_related("claim", "author").filter(id=document_id).first()
    if row is None:
        return None
    flags = tuple(row.flags.order_by("-id"))
    others = similar_documents(row)
    claim = row.claim
    verdicts = claim.verdicts.select_related("by", "retracted_by").order_by("id") if claim else Verdict.objects.none()
    return Detail(
        document=row,
        flag=next((flag for flag in flags if flag.version == row.version), None),
        flags=flags,
        places=tuple(row.places.order_by("start", "id")),
        similar=tuple(others[:similar]),
        similar_total=others.count(),
        verdicts=tuple(verdicts),
    )


def similar_documents(row: Document) -> QuerySet[Document]:
    """The other documents of the same claim, newest first, texts deferred."""
    if row.claim_id is None:
        return Document.objects.none()
    return Document.objects.filter(claim_id=row.claim_id).exclude(id=row.id).defer("text").order_by("-moment", "id")


def _core(row: Document) -> read.Document:
    return read.Document(
        id=row.id,
        source=row.source,
        kind=DocumentKind(row.kind),
        url=row.url,
        canonical_url=row.canonical_url,
        title=row.title,
        text=row.text,
        published=row.published,
        fetched=row.fetched,
        author_key=row.author_id or "",
        places=tuple(_mention(place) for place in row.places.all()),
        engagement=dict(row.engagement),
        tags=tuple(row.tags),
        language=row.language,
        warc=WarcRef(row.warc_file, row.warc_offset) if row.warc_file else None,
        sha256=row.sha256,
    )


def _mention(place: Place) -> PlaceMention:
    return PlaceMention(place.province, place.district, place.commune, place.start, place.end)


def _search(row: Document, flag: Flag | None) -> SearchDocument:
    places = [name for place in row.places.all() for name in _place_names(place, clock.day(row.moment))]
    return SearchDocument(
        id=row.id,
        title=row.title,
        text=row.text,
        source=row.source,
        source_kind=row.source_kind,
        kind=row.kind,
        text_kind=row.text_kind,
        places=tuple(sorted(set(places))),
        moment=row.moment,
        verdict=row.claim.verdict if row.claim else "",
        probability=flag.probability if flag and flag.flagged else 0.0,
        claim_id=row.claim_id,
        revision=row.search_revision.revision if hasattr(row, "search_revision") else outbox.FIRST,
    )


def _place_names(place: Place, day: date) -> list[str]:
    """Names that a search finds a place by: those of 2021 and, since the merger, also its province of the day."""
    names = [place.province] if place.province else []
    if place.province in provinces() and province_on(place.province, day) != place.province:
        names.append(province_on(place.province, day))
    return [*names, f"{place.province}/{place.district}"] if place.district else names


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    every = list(dict.fromkeys(ids))
    return (every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK))
