"""A finding of an inspector is never wrong by a slip, lost, or silently replaced (docs/adr/0018)."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from core.model.documents import Document
from index.archive import cases as case_archive
from index.models import Action, AuditEntry, Case, CaseReview, Disagreement, Verdict
from index.proof import audit
from tests.review_ui.test_desk import item_of, page

pytestmark = pytest.mark.django_db
Desk = Callable[[str, str], Client]


@pytest.fixture
def desk(person: Callable[[str], User]) -> Desk:
    """A browser (without scripts) of a person with this role and name."""

    def open_desk(role: str, name: str) -> Client:
        user = person(role)
        user.username, user.first_name = name, name.title()
        user.last_name = "Trần Thị"
        user.save()
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return open_desk


def shown(client: Client, document: Document) -> dict[str, str]:
    """What the item page's form would send, without a verdict."""
    form = page(client, f"/claims/{item_of(document).pk}/").split("data-verdicts", 1)[1].split("</form>", 1)[0]
    return dict(re.findall(r'<input type="hidden" name="(document|seen|sent)" value="([^"]*)"', form))


def give(client: Client, document: Document, fields: dict[str, str], **more: str) -> str:
    answer = client.post(f"/claims/{item_of(document).pk}/verdict/", fields | more, follow=True)
    return answer.content.decode()


def test_the_button_that_enter_would_press_records_nothing(seeded: list[Document], inspector: Client) -> None:
    form = page(inspector, f"/claims/{item_of(seeded[0]).pk}/").split("data-verdicts", 1)[1].split("</form>", 1)[0]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert " disabled" in first[0], "a browser that is asked to submit by Enter does nothing then (HTML, 4.10.21.2)"
    assert '<textarea name="note"' in form
    give(inspector, seeded[0], {"document": seeded[0].id, "note": "đã hỏi Sở Y tế"})
    assert not Verdict.objects.exists()


def test_a_note_goes_with_the_verdict_that_was_chosen(seeded: list[Document], inspector: Client) -> None:
    give(inspector, seeded[0], shown(inspector, seeded[0]), value="misleading", note="đã hỏi Sở Y tế")
    assert list(Verdict.objects.values_list("value", "note")) == [("misleading", "đã hỏi Sở Y tế")]


def test_who_judges_what_another_has_judged_meanwhile_is_told_and_nothing_is_replaced(
    seeded: list[Document], desk: Desk
) -> None:
    lan, minh = desk("inspector", "lan"), desk("lead", "minh")
    loaded_ahead = shown(minh, seeded[0])
    give(lan, seeded[0], shown(lan, seeded[0]), value="fake", note="Sở đã bác bỏ")
    said = give(minh, seeded[0], loaded_ahead, value="true", note="có công văn 12")
    assert "Kết luận của bạn CHƯA được ghi" in said
    assert "Lan Trần Thị đã kết luận “Tin giả” lúc" in said
    assert "Sở đã bác bỏ" in said
    assert "có công văn 12" in said
    assert [v.value for v in Verdict.objects.all()] == ["fake"]
    script = minh.post(
        f"/claims/{item_of(seeded[0]).pk}/verdict/", loaded_ahead | {"value": "true"},
        headers={"accept": "application/json"},
    )  # fmt: skip
    assert (script.status_code, script.json()["decide"]) == (409, True)


@pytest.mark.parametrize("keeps", [True, False])
def test_keeping_or_replacing_is_done_knowingly_and_both_stay_on_record(
    keeps: bool, seeded: list[Document], desk: Desk
) -> None:
    lan, minh = desk("inspector", "lan"), desk("lead", "minh")
    loaded_ahead = shown(minh, seeded[0])
    give(lan, seeded[0], shown(lan, seeded[0]), value="fake")
    said = give(minh, seeded[0], loaded_ahead, value="true", note="công văn 12")
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', said.split("<main", 1)[1]))
    assert fields["note"] == "công văn 12"
    claim = item_of(seeded[0])
    address = f"/claims/{claim.pk}/verdict/" + ("keep/" if keeps else "")
    for _twice in range(2):  # pressed twice: once on record
        minh.post(address, fields | {"value": "true"})
    claim.refresh_from_db()
    assert claim.verdict == ("fake" if keeps else "true")
    assert Verdict.objects.count() == (1 if keeps else 2)
    one = Disagreement.objects.get()
    assert (one.first.value, one.value, one.note, one.second is None) == ("fake", "true", "công văn 12", keeps)
    assert AuditEntry.objects.filter(action="verdict.disagree").count() == 1
    assert audit.verify() == []
    assert ("Ý kiến khác" in page(lan, f"/claims/{claim.pk}/")) is keeps


def test_a_known_replacement_by_another_person_is_a_disagreement_of_ones_own_is_none(
    seeded: list[Document], desk: Desk
) -> None:
    lan, minh = desk("inspector", "lan"), desk("lead", "minh")
    for value in ("fake", "misleading"):
        give(lan, seeded[0], shown(lan, seeded[0]), value=value)
    assert not Disagreement.objects.exists()
    give(minh, seeded[0], shown(minh, seeded[0]), value="misleading")
    assert not Disagreement.objects.exists()
    give(lan, seeded[0], shown(lan, seeded[0]), value="true")
    assert Disagreement.objects.get().first.by.username == "minh"


def test_an_old_page_does_not_overrule_ones_own_later_verdict(seeded: list[Document], inspector: Client) -> None:
    kept_since_morning = shown(inspector, seeded[0])
    give(inspector, seeded[0], shown(inspector, seeded[0]), value="true")
    assert "CHƯA được ghi" in give(inspector, seeded[0], kept_since_morning, value="fake")
    assert Verdict.objects.get().value == "true"


def test_what_is_sent_twice_is_recorded_once(seeded: list[Document], inspector: Client) -> None:
    fields = {"document": seeded[0].id, "seen": "", "sent": str(uuid4()), "value": "fake", "note": "a"}
    address = f"/claims/{item_of(seeded[0]).pk}/verdict/"
    answers = [inspector.post(address, fields, headers={"accept": "application/json"}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert Verdict.objects.count() == 1


def test_undo_is_for_ones_own_and_anothers_is_withdrawn_with_a_reason(seeded: list[Document], desk: Desk) -> None:
    lan, minh = desk("inspector", "lan"), desk("lead", "minh")
    give(lan, seeded[0], shown(lan, seeded[0]), value="fake")
    mine = Verdict.objects.get()
    html = page(minh, f"/claims/{item_of(seeded[0]).pk}/")
    assert "undo-standing" not in html
    assert "Rút kết luận của Lan Trần Thị" in html
    said = minh.post(f"/verdicts/{mine.pk}/undo/", follow=True).content.decode()
    assert "Kết luận này do Lan Trần Thị đưa ra: muốn rút lại phải nêu lý do" in said
    assert Verdict.objects.count() == 1
    minh.post(f"/verdicts/{mine.pk}/undo/", {"reason": "Bộ Y tế đã đính chính"})
    assert mine.retracted_by.note == "Bộ Y tế đã đính chính"


def test_the_first_ones_undo_leaves_the_second_ones_verdict(seeded: list[Document], desk: Desk) -> None:
    lan, minh = desk("inspector", "lan"), desk("lead", "minh")
    give(lan, seeded[0], shown(lan, seeded[0]), value="fake")
    give(minh, seeded[0], shown(minh, seeded[0]), value="true")
    assert "undo-standing" not in page(lan, f"/claims/{item_of(seeded[0]).pk}/")
    lan.post(f"/verdicts/{Verdict.objects.get(value='fake').pk}/undo/")
    assert item_of(seeded[0]).verdict == "true"


def test_a_document_moved_to_another_claim_is_looked_at_again(seeded: list[Document], inspector: Client) -> None:
    fields = shown(inspector, seeded[1])
    answer = inspector.post(f"/claims/{item_of(seeded[0]).pk}/verdict/", fields | {"value": "fake"}, follow=True)
    assert "đã được chuyển sang nội dung khác" in answer.content.decode()
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("verdict", ["true", "opinion", "irrelevant"])
def test_nothing_is_done_over_a_claim_that_was_cleared(verdict: str, seeded: list[Document], desk: Desk) -> None:
    lan, minh = desk("inspector", "lan"), desk("lead", "minh")
    claim = item_of(seeded[0])
    lan.post(f"/claims/{claim.pk}/case/")
    case = Case.objects.get()
    give(minh, seeded[0], shown(minh, seeded[0]), value=verdict)
    said = lan.post(f"/cases/{case.pk}/action/", {"kind": "sanction", "note": "QĐ 5"}, follow=True).content.decode()
    assert "Không ghi biện pháp xử lý khi kết luận là" in said
    assert '<option value="sanction">' not in said
    assert not Action.objects.exists()
    lan.post(f"/cases/{case.pk}/action/", {"kind": "none", "note": ""})
    assert Action.objects.get().kind == "none"
    assert not case_archive.waiting_for_review()


def test_measures_whose_claim_is_cleared_later_wait_for_the_lead(seeded: list[Document], desk: Desk) -> None:
    lan, minh = desk("inspector", "lan"), desk("lead", "minh")
    give(lan, seeded[0], shown(lan, seeded[0]), value="fake")
    lan.post(f"/claims/{item_of(seeded[0]).pk}/case/")
    case = Case.objects.get()
    lan.post(f"/cases/{case.pk}/action/", {"kind": "sanction", "note": "QĐ 5"})
    assert case_archive.waiting_for_review() == []
    give(lan, seeded[0], shown(lan, seeded[0]), value="true")
    for address in ("/cases/", f"/cases/{case.pk}/"):
        assert "Cần xem xét lại biện pháp đã thực hiện" in page(minh, address)
    assert lan.post(f"/cases/{case.pk}/review/", {"note": "hủy QĐ 5"}).status_code == 403
    assert "Ghi rõ cách xử lý" in minh.post(f"/cases/{case.pk}/review/", {"note": " "}, follow=True).content.decode()
    minh.post(f"/cases/{case.pk}/review/", {"note": "hủy QĐ 5"})
    assert CaseReview.objects.get().note == "hủy QĐ 5"
    assert "Cần xem xét lại biện pháp đã thực hiện" not in page(minh, "/cases/")
    give(lan, seeded[0], shown(lan, seeded[0]), value="fake")
    give(lan, seeded[0], shown(lan, seeded[0]), value="opinion")
    assert case_archive.waiting_for_review() == [case], "cleared anew: looked at anew"
