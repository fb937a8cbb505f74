"""People and a seeded archive for the desk's tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from core import clock
from core.codes.texts import DocumentKind, SourceKind, TextKind
from core.model.documents import Document, PlaceMention, document_id, sha256_hex
from core.model.flags import FlagResult, Judgement, Reason
from core.model.sources import Source
from index.archive import intake, judgements

SOURCES = {
    "dien-dan": Source("dien-dan", "Diễn đàn Vĩnh Yên", SourceKind.FORUM, "xenforo", (), ("127.0.0.1",)),
    "bao-tinh": Source("bao-tinh", "Báo tỉnh", SourceKind.PRESS, "press", (), ("127.0.0.1",)),
}
RUMOUR = "Ăn tỏi mỗi sáng là khỏi covid ngay, nhà tôi ở Tam Đảo ai cũng khỏi <script>alert(1)</script>"


def make_document(number: int, text: str, source: str = "dien-dan", title: str = "") -> Document:
    url = f"http://127.0.0.1/{source}/{number}"
    moment = clock.now() - timedelta(hours=number % 40)
    return Document(
        id=document_id(url),
        source=source,
        kind=DocumentKind.POST,
        url=url,
        canonical_url=url,
        title=title,
        text=text,
        published=moment,
        fetched=moment,
        author="Nguyễn Văn A",
        sha256=sha256_hex(f"{title}\n{text}"),
    )


def judged(
    document: Document, probability: float, kind: TextKind = TextKind.CLAIM, bands: tuple[str, ...] = ()
) -> Judgement:
    start = len(document.title) + 1
    flag = FlagResult(
        probability,
        kind,
        kind is TextKind.CLAIM and probability >= 0.5,
        (Reason(document.text[:6], 1.5, start, start + 6),),
        "thử 1",
    )
    place = PlaceMention("Vĩnh Phúc", "Tam Đảo")
    headline = document.text[:100] if kind is TextKind.CLAIM else ""
    return Judgement(document.id, 1, "covid", kind, (place,), bands or (document.id,), None, headline, flag)


@pytest.fixture
def seeded(db: None) -> list[Document]:
    """Three rumours of falling urgency and one question."""
    documents = [
        make_document(1, RUMOUR),
        make_document(2, "Sắp phong tỏa toàn tỉnh, mọi người đi mua gạo ngay đi"),
        make_document(3, "Uống nước chanh nóng diệt virus covid"),
        make_document(4, "Cho em hỏi tiêm vắc xin ở đâu ạ?"),
    ]
    intake.take_in(documents, SOURCES)
    judgements.save_judgements(
        [
            judged(documents[0], 0.95),
            judged(documents[1], 0.8),
            judged(documents[2], 0.7),
            judged(documents[3], 0.6, TextKind.QUESTION),
        ]
    )
    return documents


@pytest.fixture
def person(db: None) -> Callable[[str], User]:
    """An account in a group, by the group's name."""

    def make(group: str) -> User:
        user = User.objects.create_user(f"{group}-1", password="mat-khau-dai-1")
        user.groups.add(Group.objects.get(name=group))
        return user

    return make


@pytest.fixture
def inspector(person: Callable[[str], User]) -> Client:
    """A browser (without scripts) in which an inspector is signed in."""
    client = Client()
    client.force_login(person("inspector"), backend="django.contrib.auth.backends.ModelBackend")
    return client
