"""Splitting and merging with plain forms, as a person without scripts does it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from core.model.documents import Document
from index.archive import intake, judgements
from index.models import Claim
from tests.review_ui.conftest import SOURCES, judged, make_document

pytestmark = pytest.mark.django_db


def item_of(document: Document) -> Claim:
    return Claim.objects.get(documents__id=document.id)


def page(client: Client, address: str) -> str:
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_document_is_split_off_and_the_split_undone(seeded: list[Document], inspector: Client) -> None:
    claim = item_of(seeded[0])
    other = make_document(8, "Ăn ớt mỗi sáng là khỏi covid <script>alert(2)</script>")
    intake.take_in([other], SOURCES)
    from dataclasses import replace

    judgements.save_judgements([replace(judged(other, 0.9), claim_id=claim.pk)])
    assert f'href="/claims/{claim.pk}/arrange/"' in page(inspector, f"/claims/{claim.pk}/")
    html = page(inspector, f"/claims/{claim.pk}/arrange/")
    assert html.count('name="document"') == 2
    assert "<script>alert" not in html
    answer = inspector.post(f"/claims/{claim.pk}/split/", {"document": [other.id]}, follow=True)
    assert "Đã tách 1 tin thành nội dung riêng." in answer.content.decode()
    assert item_of(other) != claim
    undo = re.search(r"/edits/\d+/undo/", answer.content.decode())
    assert undo is not None
    assert "Đã hoàn tác" in inspector.post(undo[0], follow=True).content.decode()
    assert item_of(other) == claim


def test_claims_are_merged_by_number_and_the_old_address_leads_on(seeded: list[Document], inspector: Client) -> None:
    one, two = item_of(seeded[0]), item_of(seeded[1])
    answer = inspector.post(f"/claims/{one.pk}/merge/", {"other": str(two.pk)}, follow=True)
    assert "Đã gộp hai nội dung làm một." in answer.content.decode()
    assert item_of(seeded[0]) == two
    assert inspector.get(f"/claims/{one.pk}/")["Location"] == f"/claims/{two.pk}/"
    assert inspector.get(f"/claims/{one.pk}/arrange/")["Location"] == f"/claims/{two.pk}/arrange/"


@pytest.mark.parametrize("number", ["", "x", "999999", "9" * 40, "-1"])
def test_a_number_that_is_no_claim_is_refused_in_words(seeded: list[Document], inspector: Client, number: str) -> None:
    answer = inspector.post(f"/claims/{item_of(seeded[0]).pk}/merge/", {"other": number}, follow=True)
    assert "Không có nội dung mang số này." in answer.content.decode()


def test_refusals_are_in_words(seeded: list[Document], inspector: Client) -> None:
    claim = item_of(seeded[0])
    assert "Hãy chọn một phần" in inspector.post(f"/claims/{claim.pk}/split/", follow=True).content.decode()
    same = inspector.post(f"/claims/{claim.pk}/merge/", {"other": str(claim.pk)}, follow=True)
    assert "Hai nội dung đã là một." in same.content.decode()


def test_analysts_neither_see_nor_use_it(seeded: list[Document], person: Callable[[str], User]) -> None:
    client = Client()
    client.force_login(person("analyst"), backend="django.contrib.auth.backends.ModelBackend")
    claim = item_of(seeded[0])
    assert "/arrange/" not in page(client, f"/claims/{claim.pk}/")
    assert client.get(f"/claims/{claim.pk}/arrange/").status_code == 403
    assert client.post(f"/claims/{claim.pk}/merge/", {"other": "1"}).status_code == 403


def test_an_item_says_how_fast_and_where_it_spreads(seeded: list[Document], inspector: Client) -> None:
    html = page(inspector, f"/claims/{item_of(seeded[0]).pk}/")
    assert "1 tin trong 24 giờ qua (24 giờ trước đó: 0)" in html
