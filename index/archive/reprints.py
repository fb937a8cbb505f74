"""Copies of one article in several papers: linked to the one that was published first, each a document of its own.

Only articles of one claim are compared, so that the look-up of claims has done the search. core.wording.copies says
what a copy is; index.archive.claims counts the sources of a claim without its copies.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from core.codes.texts import DocumentKind
from core.wording.copies import is_copy, shingles
from index.models import Document

_MOST = 20
"""Originals of a claim that an article is compared with, the earliest."""


def link(rows: Iterable[Document]) -> None:
    """Link what was judged now. Call it in the transaction that set the documents' claims, after they were saved."""
    for row in rows:
        Document.objects.filter(copy_of=row).exclude(claim=row.claim).update(copy_of=None)
        original = _original(row)
        if original is not None and row.moment < original.moment:
            theirs = Document.objects.filter(Q(pk=original.pk) | Q(copy_of=original)).exclude(pk=row.pk)
            theirs.update(copy_of=row)
            original = None
        if row.copy_of_id != (original.pk if original else None):
            row.copy_of = original
            row.save(update_fields=["copy_of"])
            if original is not None:
                Document.objects.filter(copy_of=row).update(copy_of=original)


def others(row: Document) -> QuerySet[Document]:
    """The same article in other papers: the original and its copies, without ``row``, the earliest first."""
    root = row.copy_of_id or row.pk
    family = Document.objects.filter(Q(pk=root) | Q(copy_of=root)).exclude(pk=row.pk)
    return family.defer("text").order_by("moment", "id")


def _original(row: Document) -> Document | None:
    if row.kind != DocumentKind.ARTICLE or row.claim_id is None:
        return None
    own = shingles(row.text)
    if not own:
        return None
    articles = Document.objects.filter(claim_id=row.claim_id, kind=DocumentKind.ARTICLE, copy_of=None)
    originals = articles.exclude(pk=row.pk).exclude(source=row.source).order_by("moment", "id")
    return next((one for one in originals[:_MOST] if is_copy(own, shingles(one.text))), None)
