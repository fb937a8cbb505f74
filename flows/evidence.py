"""What was received, as it was received: find a document's record, verify the files against the archive's hashes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import DataError
from flows.bootstrap import Context

if TYPE_CHECKING:
    from crawlers.wacz import Written
    from crawlers.wacz_check import Stamp
    from crawlers.warc import Record


def find(context: Context, document_id: str) -> Record | None:
    """The response that a document was read from; None when it did not come by crawl. Raises DataError when the file is
    gone.
    """
    from crawlers.warc import read_record
    from index.models import Document

    document = Document.objects.filter(pk=document_id).first()
    if document is None:
        raise DataError("no such document", where=document_id, cure="take an id that search prints")
    if not document.warc_file:
        return None
    return read_record(context.settings.warc_dir / document.warc_file, document.warc_offset)


def verify(context: Context, document_id: str = "") -> list[dict[str, str]]:
    """Check the manifest and all evidence files, or the file of one document: ``state`` is whole, changed, missing,
    moved or unlisted. Of a changed file the records that are not what they were are named.
    """
    from index import manifest
    from index.models import Document

    results: list[dict[str, str]] = []
    only = set(Document.objects.filter(pk=document_id).values_list("warc_file", flat=True)) if document_id else None
    if only is None:
        results += [
            {"file": f"manifest: {one.file}" if one.file else "manifest", "state": one.state, "detail": one.detail}
            for one in manifest.problems()
        ]
        number, last = manifest.head()
        if not results:
            results.append({"file": "manifest", "state": "whole", "detail": f"{number} entries, the last is {last}"})
    for entry, removed in manifest.kept():
        if not removed and (only is None or entry["file"] in only):
            results.append(_verified(context.settings.warc_dir / entry["file"], entry))
    return results


def _verified(path: Path, entry: dict[str, Any]) -> dict[str, str]:
    from crawlers.payloads import payloads
    from index.manifest import file_sha256

    if not path.is_file():
        return {"file": path.name, "state": "missing", "detail": "the file is gone"}
    digest = file_sha256(path)
    if digest == entry["sha256"]:
        return {"file": path.name, "state": "whole", "detail": f"sha256 {digest}"}
    there = {offset: sha for offset, _, sha in payloads(path)}
    wrong = [offset for offset, _, sha in entry["records"] if there.get(offset) != sha]
    which = f"records at byte {', '.join(map(str, wrong[:20]))}" if wrong else "no record's payload"
    more = f" and {len(wrong) - 20} more" if len(wrong) > 20 else ""
    return {"file": path.name, "state": "changed", "detail": f"sha256 {digest}; changed: {which}{more}"}


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
    from core import clock
    from crawlers.picture import draw
    from crawlers.wacz import Frame, Item, write_wacz
    from flows.timestamp import beside_digest
    from index import audit, manifest

    name, ids = _exported(wanted)
    folder = context.settings.warc_dir
    items = [Item(folder / file, offset, title) for file, offset, title in _records_of(ids)]
    files = sorted({item.file for item in items})
    for file in files:
        if not file.is_file():
            raise DataError("no such evidence file", where=str(file), cure="restore it from the backup")
    chain = manifest.entries([file.name for file in files])
    stamp = partial(beside_digest, url=str(context.settings.tsa_url))
    path = out or Path(f"evidence-{wanted}.wacz")
    written = write_wacz(path, items, Frame(name, clock.now(), chain, draw, stamp))
    detail = {"file": str(path), "records": written.records, "digest": written.digest}
    audit.record(actor, "evidence-export", name, {**detail, "manifest": list(manifest.head())})
    lacks = [f"pictures of some pages are missing: {written.missing}"] if written.missing else []
    if "response" not in written.stamp:
        why = written.stamp.get("problem", "tsa_url is not set")
        lacks.append(f"no time stamp: {why}")
    return Exported(path, written, lacks)


def verify_file(path: Path, ca: Path | None = None) -> list[dict[str, str]]:
    """Check an exported WACZ file by itself: a row for each part, ``state`` whole, changed, missing, moved or unlisted;
    of its time stamp also unproven, when no certificate to prove it with was given.
    """
    from crawlers.wacz_check import check_wacz, stamp_of

    parts = [{"file": part.file, "state": part.state, "detail": part.detail} for part in check_wacz(path)]
    stamp = stamp_of(path)
    return [*parts, {"file": "time stamp", **_proved(stamp, ca)}] if stamp else parts


def _proved(stamp: Stamp, ca: Path | None) -> dict[str, str]:
    from flows.timestamp import StampError, prove, stamped_at

    if stamp.problem:
        return {"state": "unproven", "detail": f"none was had: {stamp.problem}"}
    try:
        if ca is None:
            cure = "give --ca with the certificate of the authority's CA"
            return {"state": "unproven", "detail": f"says {stamped_at(stamp.response).isoformat()}; {cure}"}
        moment = prove(stamp.data, stamp.response, ca)
        return {"state": "whole", "detail": f"the package existed at {moment.isoformat()}"}
    except StampError as error:
        return {"state": "changed", "detail": str(error)}


def _exported(wanted: str) -> tuple[str, list[str]]:
    """What to call the package, and the ids of its documents."""
    from index.models import Case, Document

    if Document.objects.filter(pk=wanted).exists():
        return f"document {wanted}", [wanted]
    case = Case.objects.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 10 else None
    if case is None:
        raise DataError("no such document or case", where=wanted, cure="give a document's id or a case's number")
    return f"case {case.pk}", list(case.claim.documents.order_by("moment", "id").values_list("id", flat=True))


def _records_of(ids: list[str]) -> list[tuple[str, int, str]]:
    """File, offset and title of every record, in the order of the ids, then by version."""
    from index.models import Document, DocumentVersion

    rows = []
    for document in (Document.objects.get(pk=one) for one in ids):
        versions = DocumentVersion.objects.filter(document=document).exclude(warc_file="").order_by("number")
        found = list(versions.values_list("warc_file", "warc_offset", "title"))
        if document.warc_file:
            found.append((document.warc_file, document.warc_offset, document.title))
        rows += [(file, offset, title or document.url) for file, offset, title in found]
    return rows
