"""Into the archive: evidence files, and what was read from them. Everything here may run twice without doubling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from core import clock
from core.codes.drops import DropReason
from core.codes.texts import DocumentKind, SourceKind
from core.errors import DataError
from core.model import documents as read
from core.model import drops as counted
from core.model.documents import sha256_hex
from core.model.sources import Source
from core.sources.polling import AHEAD
from index.archive import authors, second_looks
from index.models import Document, DocumentVersion, Drop, SeenUrl, SourceState, WarcFile
from index.proof import manifest
from index.work import latch, leases

Item = read.Document | counted.Drop | counted.Fetched | counted.Polled | counted.Looked
_CHUNK = 200
LONGEST_TEXT = 500_000
"""Characters of a document; a book of 250 pages. What is longer is a counted drop."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses NUL, UTF-8 refuses lone surrogates


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a batch: documents new, changed, already known, and drops not counted before."""

    new: int = 0
    changed: int = 0
    same: int = 0
    drops: int = 0


def register_warc(path: Path, payloads: manifest.Lister = lambda _path: []) -> bool:
    """Enter a finished evidence file in archive and manifest and make reading it due, once. False when it was known.
    ``payloads`` lists its records for the manifest. The file's name must not be used again for other bytes: that raises
    DataError.
    """
    known = WarcFile.objects.filter(name=path.name).first()
    size = path.stat().st_size
    if known is not None:
        if known.size != size:
            raise DataError(
                f"evidence file is {size} bytes, but was {known.size} when it was entered", where=path.name,
                cure="restore it from the backup, or give the new file another name",
            )  # fmt: skip
        return False
    digest, records = manifest.file_sha256(path), payloads(path)
    with transaction.atomic():
        _, created = WarcFile.objects.get_or_create(
            name=path.name, defaults={"sha256": digest, "size": size, "found_at": clock.now()}
        )
        if created:
            manifest.add(path.name, size, digest, records)
            leases.put("read", [path.name])
    return created


def finish_warc(name: str, records: int = 0) -> None:
    """Note that an evidence file was read to its end, with its number of records."""
    WarcFile.objects.filter(name=name).update(read_at=clock.now(), records=records)


def seen(source: str) -> set[str]:
    """Hashes of the addresses already fetched for a source."""
    return set(SeenUrl.objects.filter(source=source).values_list("url_hash", flat=True))


def take_in(items: Sequence[Item], sources: Mapping[str, Source], warc: str = "") -> TakenIn:
    """Write what was read, in one transaction, and make classifying new and changed documents due.

    A document is known by its id. A text that differs from all its earlier versions, or that is newer than the current
    one, becomes a new version. ``warc`` is the evidence file (or another name of the round): the same drop in another
    round counts again, in the same file it does not.
    """
    items = [_kept_short(item) if isinstance(item, read.Document) else item for item in items]
    documents = [item for item in items if isinstance(item, read.Document)]
    with transaction.atomic():
        latch.hold("intake")  # two workers that read the same page at once: the second finds it already there
        taken = _take_documents(documents, sources)
        drops = _take_drops([item for item in items if isinstance(item, counted.Drop)], warc)
        _take_fetched([item for item in items if isinstance(item, counted.Fetched)])
        second_looks.take([item for item in items if isinstance(item, counted.Looked)])
        for item in items:
            if isinstance(item, counted.Polled):
                _take_polled(item)
    return TakenIn(taken.new, taken.changed, taken.same, drops)


def _kept_short(item: read.Document) -> read.Document | counted.Drop:
    """The document, or in its place the drop of one whose text is longer than anything that people write or read."""
    length = len(item.title) + len(item.text)
    if length <= LONGEST_TEXT:
        return item
    return counted.Drop("read", DropReason.TOO_LONG, item.source, item.url, f"{length} characters")


def drop_key(*parts: str) -> str:
    """Identity of a drop: SHA-256 over its parts."""
    return sha256_hex("\0".join(parts))


def clean(text: str) -> str:
    """Text as both databases can hold it; same length, so offsets stay."""
    return _UNSTORABLE.sub("\ufffd", text)


def text_hash(title: str, text: str) -> str:
    """Identity of a version's wording."""
    return sha256_hex(f"{title}\n{text}")


def _take_documents(documents: Sequence[read.Document], sources: Mapping[str, Source]) -> TakenIn:
    ids = {item.id for item in documents}
    rows = {row.id: row for row in Document.objects.select_for_update().filter(id__in=ids).order_by("id")}
    versions: dict[str, dict[str, int]] = {identity: {} for identity in ids}
    for document_id, sha, number in DocumentVersion.objects.filter(document_id__in=ids).values_list(
        "document_id", "sha256", "number"
    ):
        versions[document_id][sha] = max(number, versions[document_id].get(sha, 0))
    names = authors.remember_all((item.source, item.author) for item in documents if item.author)
    moment = clock.now()
    fresh: dict[str, Document] = {}
    changed: dict[str, Document] = {}
    added: list[DocumentVersion] = []
    same = 0
    for item in documents:
        sha = text_hash(clean(item.title), clean(item.text))
        row = rows.get(item.id)
        if row is None:
            row = rows[item.id] = fresh[item.id] = _new_row(item, sources.get(item.source), moment)
        elif sha == row.sha256 or (sha in versions[item.id] and item.fetched <= row.fetched):
            same += 1
            continue
        elif item.fetched >= row.fetched:
            changed[item.id] = row
        number = max(versions[item.id].values(), default=0) + 1
        versions[item.id][sha] = number
        added.append(_version(item, sha, number))
        if item.fetched >= row.fetched:
            _bring_up_to_date(row, item, sha, number)
            if author := names.get((item.source, item.author)):
                row.author = author
    _store(list(fresh.values()), [row for row in changed.values() if row.id not in fresh], added)
    _note_documents([*fresh.values(), *changed.values()])
    second_looks.note_changed({identity: row.fetched for identity, row in changed.items()})
    leases.put("classify", [*fresh, *changed])
    return TakenIn(new=len(fresh), changed=len(documents) - same - len(fresh), same=same)


def _new_row(item: read.Document, source: Source | None, moment: datetime) -> Document:
    fallback = SourceKind.HOTLINE if item.kind is DocumentKind.TIP else SourceKind.PAGE
    published = item.published if item.published and item.published <= item.fetched + timedelta(days=1) else None
    return Document(
        id=item.id,
        source=item.source,
        source_kind=str(source.kind if source else fallback),
        official=bool(source and source.official),
        kind=str(item.kind),
        url=clean(item.url),
        canonical_url=clean(item.canonical_url),
        published=item.published,
        fetched=item.fetched,
        moment=published or item.fetched,  # a page that dates itself into the future does not lead every list
        first_seen=moment,
        language=clean(item.language)[:8],
        foreign_id=clean(item.foreign_id)[:200],
    )


def _bring_up_to_date(row: Document, item: read.Document, sha: str, number: int) -> None:
    row.title, row.text, row.sha256, row.version = clean(item.title), clean(item.text), sha, number
    row.fetched = item.fetched
    row.tags = [clean(tag) for tag in item.tags]
    if item.engagement:  # a page that states no numbers says nothing of them
        row.engagement = {clean(name): count for name, count in item.engagement.items()}
    if item.warc:
        row.warc_file, row.warc_offset = item.warc.file, item.warc.offset


def _version(item: read.Document, sha: str, number: int) -> DocumentVersion:
    return DocumentVersion(
        document_id=item.id,
        number=number,
        title=clean(item.title),
        text=clean(item.text),
        sha256=sha,
        fetched=item.fetched,
        warc_file=item.warc.file if item.warc else "",
        warc_offset=item.warc.offset if item.warc else 0,
    )


def _store(fresh: list[Document], changed: list[Document], added: list[DocumentVersion]) -> None:
    Document.objects.bulk_create(fresh, batch_size=_CHUNK)
    for row in changed:
        row.save(
            update_fields=[
                "title", "text", "sha256", "version", "fetched", "tags", "engagement", "warc_file", "warc_offset",
                "author",
            ]
        )  # fmt: skip
    DocumentVersion.objects.bulk_create(added, batch_size=_CHUNK)


def _note_documents(rows: Iterable[Document]) -> None:
    latest: dict[str, datetime] = {}
    for row in rows:
        latest[row.source] = max(row.fetched, latest.get(row.source, row.fetched))
    for name, moment in sorted(latest.items()):
        state, _ = SourceState.objects.select_for_update().get_or_create(name=name)
        if state.last_document is None or state.last_document < moment:
            state.last_document = moment
            state.save(update_fields=["last_document"])


def _take_drops(drops: Sequence[counted.Drop], warc: str) -> int:
    moment = clock.now()
    rows = {
        key: Drop(
            key=key, stage=drop.stage, reason=clean(drop.reason)[:40], source=clean(drop.source)[:80], at=moment,
            url=clean(drop.url), detail=clean(drop.detail)[:2000],
        )
        for drop in drops
        if (key := drop_key(drop.stage, drop.reason, drop.source, clean(drop.url), clean(drop.detail), warc))
    }  # fmt: skip
    before = Drop.objects.aggregate(last=Max("id"))["last"] or 0
    Drop.objects.bulk_create(rows.values(), ignore_conflicts=True, batch_size=_CHUNK)
    return sum(Drop.objects.filter(key__in=part, id__gt=before).count() for part in _chunks(list(rows)))


def _take_fetched(fetched: Sequence[counted.Fetched]) -> None:
    rows = [SeenUrl(source=item.source, url_hash=item.url_hash, seen_at=item.at) for item in fetched]
    SeenUrl.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_CHUNK)


def _take_polled(item: counted.Polled) -> None:
    state, _ = SourceState.objects.select_for_update().get_or_create(name=item.source)
    known = state.last_polled
    if known is not None and item.at <= known <= clock.now() + AHEAD:
        return  # this poll, or a later one, is already counted
    state.last_polled = item.at
    state.last_error = clean(item.error)[:2000]
    state.validators, state.not_before = item.validators, item.not_before
    if item.error:
        state.failures += 1
    else:
        state.failures, state.last_success = 0, item.at
        state.daily = _daily(item.source)
    state.save(
        update_fields=["last_polled", "last_error", "failures", "last_success", "validators", "not_before", "daily"]
    )


def _daily(source: str) -> float:
    """New documents a day over the last week, or over the last day when that had more."""
    moments = list(
        Document.objects.filter(source=source, first_seen__gte=clock.now() - timedelta(days=7)).values_list(
            "first_seen", flat=True
        )
    )
    return max(len(moments) / 7, float(sum(moment >= clock.now() - timedelta(days=1) for moment in moments)))


def _chunks(keys: list[str]) -> Iterable[list[str]]:
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))
