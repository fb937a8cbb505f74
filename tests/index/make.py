"""Documents, judgements and people for the archive's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from core.codes.texts import DocumentKind, SourceKind, TextKind
from core.model.documents import Document, PlaceMention, WarcRef, document_id
from core.model.flags import FlagResult, Judgement, Reason
from core.model.sources import Source

if TYPE_CHECKING:
    from django.contrib.auth.models import User

START = datetime(2021, 8, 1, 0, 0, tzinfo=UTC)
SOURCES = {
    "bao-mau": Source("bao-mau", "Báo Mẫu", SourceKind.PRESS, "press", (), ("bao.example",)),
    "so-y-te": Source("so-y-te", "Sở Y tế", SourceKind.OFFICIAL, "press", (), ("soyte.example",), official=True),
    "dien-dan": Source("dien-dan", "Diễn đàn Mẫu", SourceKind.FORUM, "xenforo", (), ("dien-dan.example",)),
}


def document(
    number: int, text: str = "", *, source: str = "bao-mau", hours: float = 0, title: str = "", author: str = ""
) -> Document:
    """Document ``number``, fetched ``hours`` after the start."""
    url = f"https://{source}.example/{number}"
    moment = START + timedelta(hours=hours)
    return Document(
        id=document_id(url),
        source=source,
        kind=DocumentKind.ARTICLE,
        url=url,
        canonical_url=url,
        title=title or f"Tin số {number}",
        text=text or f"Nội dung của tin số {number} về dịch bệnh.",
        published=moment,
        fetched=moment,
        author=author,
        warc=WarcRef("a.warc.gz", 100 * number),
    )


def flag(probability: float = 0.9, kind: TextKind = TextKind.CLAIM, *, model: str = "m1") -> FlagResult:
    """What a model says; flagged from one half on."""
    return FlagResult(probability, kind, probability >= 0.5, (Reason("tin số", 1.0, 0, 6),), model)


def claim_judgement(
    identity: str, bands: tuple[str, ...], *, probability: float = 0.9, version: int = 1, claim_id: int | None = None
) -> Judgement:
    """A claim about Tam Đảo."""
    return Judgement(
        identity, version, "covid", TextKind.CLAIM, (PlaceMention("Vĩnh Phúc", "Tam Đảo", "", 0, 6),), bands, claim_id,
        "Uống nước chanh khỏi bệnh", flag(probability),
    )  # fmt: skip


def person(name: str, *groups: str) -> User:
    """An account in these groups."""
    from django.contrib.auth.models import Group, User

    user = User.objects.create_user(name)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user
