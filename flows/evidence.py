"""What was received, as it was received: find a document's record, verify the files against the archive's hashes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from core.errors import DataError
from flows.bootstrap import Context

if TYPE_CHECKING:
    from crawlers.warc import Record


def find(context: Context, document_id: str) -> Record | None:
    """The response that a document was read from; None when it did not come by crawl. Raises DataError when the file is gone."""
    from crawlers.warc import read_record
    from index.models import Document

    document = Document.objects.filter(pk=document_id).first()
    if document is None:
        raise DataError("no such document", where=document_id, cure="take an id that search prints")
    if not document.warc_file:
        return None
    return read_record(context.settings.warc_dir / document.warc_file, document.warc_offset)


def verify(context: Context, document_id: str = "") -> list[dict[str, str]]:
    """Check evidence files (all, or that of one document): ``state`` is whole, changed or missing."""
    from index.models import Document, WarcFile

    files = WarcFile.objects.order_by("id")
    if document_id:
        files = files.filter(name__in=Document.objects.filter(pk=document_id).values("warc_file"))
    results = []
    for row in files:
        path = context.settings.warc_dir / row.name
        if not path.is_file():
            results.append({"file": row.name, "state": "missing", "detail": "the file is gone"})
            continue
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        same = digest == row.sha256
        results.append({"file": row.name, "state": "whole" if same else "changed", "detail": f"sha256 {digest}"})
    return results
