"""What the inspector sees of a flagged document that was edited, removed or reprinted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from core.codes.texts import DocumentKind
from core.model.documents import Document
from core.model.drops import Looked
from index.archive import intake, judgements
from index.models import Claim
from tests.review_ui.conftest import RUMOUR, SOURCES, judged, make_document

pytestmark = pytest.mark.django_db


def item(client: Client, document: Document) -> str:
    claim = Claim.objects.get(documents__id=document.id)
    return str(client.get(f"/claims/{claim.pk}/?document={document.id}").content.decode())


def test_an_untouched_item_says_nothing_of_changes(seeded: list[Document], inspector: Client) -> None:
    html = item(inspector, seeded[0])
    assert "standing" not in html
    assert "<ins>" not in html
    assert "Bản đăng lại" not in html


def test_an_edited_post_shows_what_went_and_what_came_as_text(seeded: list[Document], inspector: Client) -> None:
    edited = RUMOUR.replace("khỏi covid ngay", "đỡ <b>hẳn</b>")
    intake.take_in([replace(seeded[0], text=edited, fetched=clock.now() + timedelta(minutes=5))], SOURCES)
    for html in (item(inspector, seeded[0]), inspector.get(f"/documents/{seeded[0].id}/").content.decode()):
        assert "Đã bị sửa sau khi có cảnh báo" in html
        assert "Thay đổi từ bản 1 (khi có cảnh báo) đến bản 2" in html
        assert "<del>khỏi covid ngay</del>" in html
        assert "<ins>đỡ &lt;b&gt;hẳn&lt;/b&gt;</ins>" in html
        assert "<script>alert" not in html


def test_a_removed_post_is_marked_with_the_moment(seeded: list[Document], inspector: Client) -> None:
    moment = clock.now() + timedelta(hours=1)
    intake.take_in([Looked("dien-dan", seeded[0].id, moment, "gone", "404")], SOURCES)
    html = item(inspector, seeded[0])
    assert "Đã bị gỡ hoặc không còn truy cập được" in html
    assert f"{clock.local(moment):%H:%M}" in html
    intake.take_in([Looked("dien-dan", seeded[0].id, moment + timedelta(hours=6), "same", "304")], SOURCES)
    html = item(inspector, seeded[0])
    assert "Đã bị gỡ" not in html
    assert "Kiểm tra lại lần cuối lúc" in html


def test_reprints_are_named_and_not_counted_as_sources(db: None, inspector: Client) -> None:
    story = "".join(f"Ca thứ {n} đi chợ ngày {n}, gặp {n + 3} người trong xóm {n + 7} của xã. " for n in range(9))
    first = replace(make_document(9, story, "bao-tinh", "Bài gốc"), kind=DocumentKind.ARTICLE)
    copy = replace(make_document(2, f"Theo báo tỉnh. {story}", "bao-khac", "Bài đăng lại"), kind=DocumentKind.ARTICLE)
    intake.take_in([first, copy], SOURCES)
    for document in (first, copy):
        judgements.save_judgements([judged(document, 0.9, bands=("b1", "b2"))])
    assert "Bản đăng lại ở <a" in item(inspector, first)
    html = item(inspector, copy)
    assert "Đăng lại từ <a" in html
    assert ">Báo tỉnh</a>" in html or ">bao-tinh</a>" in html
    assert "2 tin từ 1 nguồn" in html
