"""What was received, as it was received: find a document's record, verify the files against the archive's hashes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core import clock
from core.errors import DataError
from crawlers.evidence.records import Record, read_record
from crawlers.evidence.screenshot import draw
from crawlers.evidence.wacz import Frame, Item, Written, write_wacz
from flows.context import Context
from flows.evidence.timestamp import beside_digest
from index.models import Case, Document, DocumentVersion
from index.proof import audit, manifest


def find(context: Context, document_id: str) -> Record | None:
    """The response that a document was read from; None when it did not come by crawl. Raises DataError when the file is
    gone.
    """
    document = Document.objects.filter(pk=document_id).first()
    if document is None:
        raise DataError("no such document", where=document_id, cure="take an id that search prints")
    if not document.warc_file:
        return None
    return read_record(context.settings.warc_dir / document.warc_file, document.warc_offset)


@dataclass(frozen=True)
class Exported:
    """Where a package was written, what it holds, and in words what it lacks."""

    path: Path
    written: Written
    lacks: list[str]


def export(context: Context, wanted: str, out: Path | None = None, actor: str = "command line") -> Exported:
    """Write the records of a document (its id) or of a case (its number) into a WACZ file, by default
    ``evidence-ID.wacz`` in the present folder, with the manifest, pictures of the pages and, where ``tsa_url`` is set,
    a time stamp. Every version of a document is taken along; documents that did not come by crawl have no record. It is
    in the audit log. Raises DataError when nothing can be exported.
    """
    name, ids = _exported(wanted)
    folder = context.settings.warc_dir
    items = [Item(folder / file, offset, title) for file, offset, title in _records_of(ids)]
    files = sorted({item.file for item in items})
    for file in files:
        if not file.is_file():
            raise DataError("no such evidence file", where=str(file), cure="restore it from the backup")
    chain = manifest.entries([file.name for file in files])
    stamp = partial(beside_digest, url=str(context.settings.tsa_url), own_hosts=tuple(context.settings.own_hosts))
    path = out or Path(f"evidence-{wanted}.wacz")
    written = write_wacz(path, items, Frame(name, clock.now(), chain, draw, stamp))
    detail = {"file": str(path), "records": written.records, "digest": written.digest}
    audit.record(actor, "evidence-export", name, {**detail, "manifest": list(manifest.head())})
    lacks = [f"pictures of some pages are missing: {written.missing}"] if written.missing else []
    if "response" not in written.stamp:
        why = written.stamp.get("problem", "tsa_url is not set")
        lacks.append(f"no time stamp: {why}")
    return Exported(path, written, lacks)


def _exported(wanted: str) -> tuple[str, list[str]]:
    """What to call the package, and the ids of its documents."""
    if Document.objects.filter(pk=wanted).exists():
        return f"document {wanted}", [wanted]
    case = Case.objects.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 10 else None
    if case is None:
        raise DataError("no such document or case", where=wanted, cure="give a document's id or a case's number")
    return f"case {case.pk}", list(case.claim.documents.order_by("moment", "id").values_list("id", flat=True))


def _records_of(ids: list[str]) -> list[tuple[str, int, str]]:
    """File, offset and title of every record, in the order of the ids, then by version."""
    rows = []
    for document in (Document.objects.get(pk=one) for one in ids):
        versions = DocumentVersion.objects.filter(document=document).exclude(warc_file="").order_by("number")
        found = list(versions.values_list("warc_file", "warc_offset", "title"))
        if document.warc_file:
            found.append((document.warc_file, document.warc_offset, document.title))
        rows += [(file, offset, title or document.url) for file, offset, title in found]
    return rows
