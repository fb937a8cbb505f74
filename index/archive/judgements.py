"""What classification found, written in one transaction with everything that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from core import clock
from core.codes.texts import TextKind
from core.model.documents import PlaceMention
from core.model.flags import Judgement
from index.archive import reprints, second_looks
from index.archive.claims import refresh_claims, root, same_claim
from index.archive.findings import follow_notices
from index.archive.intake import drop_key
from index.models import Claim, ClaimBand, Document, DocumentVersion, Drop, Flag, Match, Place, Sense
from index.work import latch, leases, outbox

KEEP_OFF_TOPIC_PERCENT = 5
"""So much of what was judged off the topic keeps its text, so that people can check the judgement. Picked by the
document's own id, so that judging twice keeps the same ones."""
MATCHED = frozenset(kind for kind in TextKind if kind.matched)
"""Kinds of text that are matched to the library of findings."""
_CHUNK = 200


@dataclass(slots=True)
class Saved:
    """What became of a batch. ``stale``: the document changed meanwhile and is due again."""

    on_topic: int = 0
    off_topic: int = 0
    flags: int = 0
    stale: int = 0


@dataclass(slots=True)
class _Batch:
    moment: datetime
    rows: dict[str, Document]
    saved: Saved = field(default_factory=Saved)
    touched: set[int] = field(default_factory=set)  # claims whose figures change
    places: list[Place] = field(default_factory=list)
    bands: list[ClaimBand] = field(default_factory=list)
    senses: list[Sense] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)
    to_index: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)


def save_judgements(judgements: Sequence[Judgement]) -> Saved:
    """Write topic, kind, places, claim, flag, or the drop of what is off the topic; make indexing due. One transaction,
    safe to run twice. A judgement of a version that is no longer the current one is left out and made due again.
    """
    with transaction.atomic():
        if any(j.headline or j.claim_id is not None for j in judgements):
            latch.hold("claims")  # two workers that found the same claim at once: the second joins the first's
        ids = [j.document_id for j in judgements]
        rows = Document.objects.select_for_update().filter(id__in=ids).order_by("id")
        batch = _Batch(clock.now(), {row.id: row for row in rows})
        for judgement in judgements:
            _judge(batch, judgement)
        _write(batch)
    return batch.saved


def kept_for_audit(document_id: str) -> bool:
    """Whether an off-topic document of this id keeps its text."""
    return int(document_id[:8], 16) % 100 < KEEP_OFF_TOPIC_PERCENT


def _judge(batch: _Batch, judgement: Judgement) -> None:
    row = batch.rows.get(judgement.document_id)
    if row is None:
        return  # removed by retention while it was being judged
    if row.version != judgement.version:
        batch.again.append(row.id)
        batch.saved.stale += 1
        return
    before_topic, before_claim = row.topic, row.claim_id
    row.topic, row.text_kind, row.classified_at = judgement.topic, str(judgement.kind), batch.moment
    if judgement.topic:
        _on_topic(batch, row, judgement)
    else:
        _off_topic(batch, row)
    batch.touched |= {claim for claim in (before_claim, row.claim_id) if claim is not None}
    if before_topic or row.topic:
        batch.to_index.append(row.id)


def _on_topic(batch: _Batch, row: Document, judgement: Judgement) -> None:
    batch.saved.on_topic += 1
    row.claim_id = _claim_of(batch, row, judgement)
    batch.places += [_place(row.id, place) for place in dict.fromkeys(judgement.places)]
    if row.claim_id is not None:
        batch.bands += [ClaimBand(claim_id=row.claim_id, value=value) for value in dict.fromkeys(judgement.bands)]
    if judgement.sense:
        batch.senses.append(Sense(document_id=row.id, vector=judgement.sense))
    flag = judgement.flag
    if flag is not None:
        batch.flags.append(
            Flag(
                document=row, version=row.version, probability=flag.probability, kind=str(flag.kind),
                flagged=flag.flagged, unsure=flag.unsure, reasons=flag.to_json()["reasons"], nearest=list(flag.nearest),
                model=flag.model[:80], created=batch.moment,
            )
        )  # fmt: skip


def _claim_of(batch: _Batch, row: Document, judgement: Judgement) -> int | None:
    if row.placed and row.claim_id is not None:
        return row.claim_id  # a person put it there
    if judgement.claim_id is not None and Claim.objects.filter(id=judgement.claim_id).exists():
        return root(judgement.claim_id)
    earlier = batch.rows.get(judgement.same_as)
    if earlier is not None and earlier.claim_id is not None:
        return earlier.claim_id
    if not judgement.headline:
        return None
    _flush_bands(batch)
    found = same_claim(judgement.bands) if judgement.bands else row.claim_id
    if found is not None:
        return found
    claim = Claim.objects.create(headline=judgement.headline, first_seen=row.moment, last_seen=row.moment)
    return int(claim.pk)


def _off_topic(batch: _Batch, row: Document) -> None:
    batch.saved.off_topic += 1
    row.claim_id = None
    key = drop_key("classify", "off-topic", row.source, row.id, str(row.version))
    batch.drops.append(
        Drop(key=key, stage="classify", reason="off-topic", source=row.source, url=row.url, at=batch.moment)
    )
    # Wording that was flagged, or that a person judged, is evidence even when the page was rewritten afterwards.
    if not kept_for_audit(row.id) and not row.flags.exists() and not row.verdicts.exists():
        row.title = row.text = ""
        DocumentVersion.objects.filter(document=row).update(title="", text="")


def _place(document_id: str, place: PlaceMention) -> Place:
    return Place(
        document_id=document_id, province=place.province, district=place.district, commune=place.commune,
        start=place.start, end=place.end,
    )  # fmt: skip


def _match_again(judged: Sequence[Document]) -> None:
    """Make matching to the library due. Opinions are not held against findings, nor is what authorities say."""
    due = {row.id for row in judged if row.topic and not row.official and row.text_kind in MATCHED}
    leases.put("match", sorted(due))
    Match.objects.filter(document_id__in=[row.id for row in judged if row.id not in due]).delete()


def _flush_bands(batch: _Batch) -> None:
    ClaimBand.objects.bulk_create(batch.bands, ignore_conflicts=True, batch_size=_CHUNK)
    batch.bands = []


def _write(batch: _Batch) -> None:
    again = set(batch.again)
    judged = [row for row in batch.rows.values() if row.id not in again]
    for row in judged:
        wording = [] if row.topic else ["title", "text"]
        row.save(update_fields=["topic", "text_kind", "classified_at", "claim", *wording])
    Place.objects.filter(document_id__in=[row.id for row in judged]).delete()
    Place.objects.bulk_create(batch.places, batch_size=_CHUNK)
    Sense.objects.filter(document_id__in=[row.id for row in judged]).delete()
    Sense.objects.bulk_create(batch.senses, batch_size=_CHUNK)
    _flush_bands(batch)
    before = set(
        Flag.objects.filter(document_id__in=[flag.document_id for flag in batch.flags]).values_list(
            "document_id", "version", "model"
        )
    )
    fresh = [flag for flag in batch.flags if (flag.document_id, flag.version, flag.model) not in before]
    Flag.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=100)
    batch.saved.flags = len(fresh)
    second_looks.plan([flag.document for flag in fresh if flag.flagged], batch.moment)
    reprints.link(row for row in judged if row.topic)
    Drop.objects.bulk_create(batch.drops, ignore_conflicts=True, batch_size=_CHUNK)
    follow_notices(judged)
    refresh_claims(batch.touched)
    _match_again(judged)
    leases.put("classify", batch.again)
    outbox.announce(batch.to_index)
