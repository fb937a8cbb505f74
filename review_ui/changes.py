"""What became of a document after it was flagged: gone, edited (with what changed), reprinted elsewhere."""

from __future__ import annotations

from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.wording.changes import Piece, changes
from index.archive import reprints
from index.models import Document, DocumentVersion, Look

MOST_REPRINTS = 10


def standing_of(document: Document) -> dict[str, Any]:
    """For the pages of an item and of a document: its second looks, the version that was flagged, what changed since
    then (marked up), and the same article in other papers.
    """
    flagged = _flagged_version(document)
    pieces = changes(_wording(flagged), _wording(document)) if flagged else []
    others = list(reprints.others(document)[: MOST_REPRINTS + 1])
    return {
        "look": Look.objects.filter(document=document).first(),
        "flagged_version": flagged,
        "changes": as_html(pieces) if pieces else "",
        "original": next((row for row in others if row.pk == document.copy_of_id), None),
        "reprints": [row for row in others if row.pk != document.copy_of_id][:MOST_REPRINTS],
    }


def as_html(pieces: list[Piece]) -> SafeString:
    """Paragraphs with ``<ins>`` and ``<del>``; everything that strangers wrote is escaped."""
    skipped = format_html('<span class="skipped" title="{}"> […] </span>', _("phần không thay đổi được lược bớt"))
    tags = {"same": "{}", "gone": "<del>{}</del>", "new": "<ins>{}</ins>"}
    marked = [
        skipped if piece.kind == "skipped" else mark_safe(tags[piece.kind].format(_lines(piece.text)))  # noqa: S308
        for piece in pieces
    ]
    return mark_safe("".join(marked))  # noqa: S308  # each part is escaped above


def _lines(text: str) -> str:
    return str(escape(text)).replace("\n", "<br>")


def _flagged_version(document: Document) -> DocumentVersion | None:
    """The version that was first flagged, if it is no longer the present one and its wording was kept."""
    first = document.flags.filter(flagged=True).order_by("version").values_list("version", flat=True).first()
    if first is None or first >= document.version:
        return None
    return document.versions.filter(number=first).exclude(text="", title="").first()


def _wording(row: Document | DocumentVersion) -> str:
    return f"{row.title}\n{row.text}".strip()
