"""Author names: kept encrypted, known elsewhere only by a keyed pseudonym, shown in an opened case to those who may."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from core.codes.texts import FLAGGABLE
from core.errors import DataError, UsageError
from index.models import Author, Case
from index.proof import audit
from index.proof.keys import key


def key_for(source: str, name: str) -> str:
    """The pseudonym (32 hex digits) of a name in a source; empty for an empty name. HMAC-SHA-256, so without the
    installation's secret nobody can test a name against it. The same name in two sources gives two pseudonyms.
    """
    name = _tidy(name)
    if not name:
        return ""
    return hmac.new(key("author-pseudonym"), f"{source}\0{name}".encode(), hashlib.sha256).hexdigest()[:32]


def remember_all(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Author]:
    """Keep names encrypted, many (source, name) pairs at once; twice the same is one row. Pairs with an empty name are
    left out of the answer.
    """
    keys = {pair: key_for(*pair) for pair in set(names) if _tidy(pair[1])}
    known = Author.objects.in_bulk(set(keys.values()))
    fresh = {k: pair for pair, k in keys.items() if k not in known}
    cipher = _cipher()
    rows = [Author(key=k, name=cipher.encrypt(_tidy(pair[1]).encode())) for k, pair in sorted(fresh.items())]
    Author.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)
    known.update({row.key: row for row in rows})
    return {pair: known[k] for pair, k in keys.items()}


def reveal(user: User, case: Case, author: Author, reason: str) -> str:
    """The name, for a user with ``archive.reveal_author``, the author of a claim or an advertisement among the case's
    documents (never of a question or an opinion), and a reason of at least 10 characters. The look is in the audit log
    before the name is given.
    """
    if not user.has_perm("archive.reveal_author"):
        raise PermissionDenied("archive.reveal_author")
    if len(reason.strip()) < 10:
        raise UsageError("a reason is needed", where="reason", cure="say in a sentence why the name is needed")
    if not case.claim.documents.filter(author=author).exists():
        raise UsageError("the author wrote none of this case's documents", where=f"case {case.pk}")
    if author.key not in shown_in(case):
        raise UsageError("only authors of claims and advertisements are named", where=f"case {case.pk}")
    with transaction.atomic():
        audit.record(
            user.get_username(), "author.reveal", f"case:{case.pk}", {"author": author.key, "reason": reason.strip()}
        )
    try:
        return _cipher().decrypt(bytes(author.name)).decode()
    except InvalidToken:
        raise DataError(
            "the name was encrypted with another secret", where=f"author {author.key}", cure="restore secret.key"
        ) from None


def shown_in(case: Case) -> list[str]:
    """Keys of the authors that a case may name: of its documents that state a claim or advertise, oldest first."""
    rows = case.claim.documents.filter(text_kind__in=FLAGGABLE, author__isnull=False).order_by("moment", "id")
    return list(dict.fromkeys(str(key) for key in rows.values_list("author_id", flat=True)))


@lru_cache(maxsize=1)
def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key("author-encryption")))


def _tidy(name: str) -> str:
    readable = name.encode("utf-8", "replace").decode()
    return " ".join(unicodedata.normalize("NFC", readable).split())[:200]
