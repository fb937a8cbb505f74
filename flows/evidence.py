"""What was received, as it was received: find a document's record, verify the files against the archive's hashes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import DataError
from flows.bootstrap import Context

if TYPE_CHECKING:
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


def export(context: Context, wanted: str, out: Path | None = None) -> tuple[Path, int]:
    """Write the records of a document (its id) or of a case (its number) into a WACZ file, by default
    ``evidence-ID.wacz`` in the present folder; its path and the number of records. Every version of a document is taken
    along. Documents that did not come by crawl have none. Raises DataError when nothing can be exported.
    """
    from core import clock
    from crawlers.wacz import Item, write_wacz

    name, ids = _exported(wanted)
    folder = context.settings.warc_dir
    items = [Item(folder / file, offset, title) for file, offset, title in _records_of(ids)]
    for file in sorted({item.file for item in items}):
        if not file.is_file():
            raise DataError("no such evidence file", where=str(file), cure="restore it from the backup")
    path = out or Path(f"evidence-{wanted}.wacz")
    return path, write_wacz(path, items, title=name, made=clock.now())


def verify_file(path: Path) -> list[dict[str, str]]:
    """Check an exported WACZ file by itself: a row for each part, ``state`` whole, changed, missing or unlisted."""
    from crawlers.wacz import check_wacz

    return [{"file": part.file, "state": part.state, "detail": part.detail} for part in check_wacz(path)]


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
