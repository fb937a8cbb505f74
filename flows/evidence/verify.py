"""Evidence checked: the manifest and every file against the hashes that the archive holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crawlers.evidence.payloads import payloads
from flows.context import Context
from index.models import Document
from index.proof import manifest
from index.proof.manifest import file_sha256


def verify(context: Context, document_id: str = "") -> list[dict[str, str]]:
    """Check the manifest and all evidence files, or the file of one document: ``state`` is whole, changed, missing,
    moved or unlisted. Of a changed file the records that are not what they were are named.
    """
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
