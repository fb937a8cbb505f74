"""Given what the archive holds, this is what people see and can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client, override_settings

from core.codes.texts import DocumentKind, TextKind
from core.model.documents import Document
from core.model.flags import Judgement
from core.plans import load_plan
from index.archive import intake, judgements, reading
from index.archive.judgements import kept_for_audit
from index.models import AuditEntry, Case, Claim, LevelDecision, Verdict
from index.office import invitations
from index.proof import audit
from review_ui import context as frame
from review_ui.views.office import duties
from tests.review_ui.conftest import SOURCES, judged, make_document

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def item_of(document: Document) -> Claim:
    return Claim.objects.get(documents__id=document.id)


def test_nobody_sees_anything_without_signing_in(seeded: list[Document], client: Client) -> None:
    for address in (
        "/",
        "/search/?q=tỏi",
        f"/claims/{item_of(seeded[0]).pk}/",
        f"/documents/{seeded[0].id}/",
        "/reports/",
        "/sources/",
    ):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/signin/")


def test_the_queue_shows_flagged_claims_most_urgent_first_and_no_question(
    seeded: list[Document], inspector: Client
) -> None:
    html = page(inspector, "/")
    found = re.findall(r'href="/claims/(\d+)/', html)
    assert found == [str(item_of(document).pk) for document in seeded[:3]]
    assert "tiêm vắc xin ở đâu" not in html
    assert "95 %" in html
    assert "· Tam Đảo</small>" in html
    assert "rất cao" in html


def test_strangers_text_is_shown_as_text_with_its_reasons_marked(seeded: list[Document], inspector: Client) -> None:
    html = page(inspector, f"/claims/{item_of(seeded[0]).pk}/")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert '<mark class="for' in html
    assert "Nguyễn Văn A" not in html


def test_a_verdict_leads_to_the_next_item_and_can_be_undone(seeded: list[Document], inspector: Client) -> None:
    first, second = item_of(seeded[0]), item_of(seeded[1])
    response = inspector.post(f"/claims/{first.pk}/verdict/", {"value": "fake", "document": seeded[0].id})
    assert response["Location"] == f"/claims/{second.pk}/"
    assert "Đã kết luận: Tin giả" in page(inspector, f"/claims/{second.pk}/")
    verdict = Verdict.objects.get()
    assert f"/claims/{first.pk}/" not in page(inspector, "/")
    inspector.post(f"/verdicts/{verdict.pk}/undo/")
    assert f"/claims/{first.pk}/" in page(inspector, "/")
    assert Verdict.objects.count() == 2  # nothing was changed: a row was added
    assert audit.verify() == []


def test_the_page_names_the_item_to_load_ahead(seeded: list[Document], inspector: Client) -> None:
    html = page(inspector, f"/claims/{item_of(seeded[0]).pk}/")
    assert f'data-next="/claims/{item_of(seeded[1]).pk}/"' in html


def test_an_unknown_verdict_is_refused_in_words(seeded: list[Document], inspector: Client) -> None:
    response = inspector.post(
        f"/claims/{item_of(seeded[0]).pk}/verdict/",
        {"value": "nonsense", "document": seeded[0].id},
        headers={"accept": "application/json"},
    )
    assert response.status_code == 409
    assert response.json() == {"error": "Chọn một kết luận trong danh sách."}


def test_undoing_twice_is_refused_in_words(seeded: list[Document], inspector: Client) -> None:
    claim = item_of(seeded[0])
    inspector.post(f"/claims/{claim.pk}/verdict/", {"value": "fake", "document": seeded[0].id})
    verdict = Verdict.objects.get()
    inspector.post(f"/verdicts/{verdict.pk}/undo/")
    again = inspector.post(f"/verdicts/{verdict.pk}/undo/", follow=True).content.decode()
    assert "Kết luận này đã được rút lại trước đó." in again
    assert Verdict.objects.count() == 2


def test_an_analyst_reads_but_gives_no_verdict(seeded: list[Document], person: Callable[[str], User]) -> None:
    client = Client()
    client.force_login(person("analyst"), backend="django.contrib.auth.backends.ModelBackend")
    claim = item_of(seeded[0])
    assert "data-verdicts" not in page(client, f"/claims/{claim.pk}/")
    assert client.post(f"/claims/{claim.pk}/verdict/", {"value": "fake", "document": seeded[0].id}).status_code == 403
    assert Verdict.objects.count() == 0


def test_a_name_is_shown_only_in_a_case_to_a_lead_with_a_reason_and_is_logged(
    seeded: list[Document], person: Callable[[str], User], inspector: Client
) -> None:
    inspector.post(f"/claims/{item_of(seeded[0]).pk}/case/")
    case = Case.objects.get()
    key = case.claim.documents.get().author_id
    assert (
        inspector.post(f"/cases/{case.pk}/author/", {"author": key, "reason": "chuyển cơ quan công an"}).status_code
        == 403
    )
    lead = Client()
    lead.force_login(person("lead"), backend="django.contrib.auth.backends.ModelBackend")
    assert "Nguyễn Văn A" not in page(lead, f"/cases/{case.pk}/")
    refused = lead.post(f"/cases/{case.pk}/author/", {"author": key, "reason": ""}, follow=True)
    assert "Nguyễn Văn A" not in refused.content.decode()
    shown = lead.post(f"/cases/{case.pk}/author/", {"author": key, "reason": "chuyển cơ quan công an xác minh"})
    assert "Nguyễn Văn A" in shown.content.decode()
    assert AuditEntry.objects.filter(action="author.reveal").count() == 1


def test_a_lead_records_the_level_decided(seeded: list[Document], person: Callable[[str], User]) -> None:
    lead = Client()
    lead.force_login(person("lead"), backend="django.contrib.auth.backends.ModelBackend")
    assert "Chưa có quyết định cấp độ dịch" in page(lead, "/duties/")
    from review_ui.context import plan

    level = plan().levels[-1]
    decision = {"level": level.code, "number": "12/QĐ-UBND", "decided_on": "2021-09-01", "district": ""}
    assert "Ghi quyết định này?" in lead.post("/duties/", decision).content.decode()
    assert not LevelDecision.objects.exists()
    lead.post("/duties/", decision | {"confirmed": "yes"})
    html = page(lead, "/duties/")
    assert "12/QĐ-UBND" in html
    assert level.name in html


def test_search_finds_without_accents_and_says_where_a_query_is_wrong(
    seeded: list[Document], inspector: Client
) -> None:
    from django.conf import settings

    from index.search import open_search

    backend = open_search(settings.SOATIN)
    backend.reset()
    backend.index(reading.search_documents([d.id for d in seeded]))
    html = page(inspector, "/search/?q=an+toi")
    assert f"/documents/{seeded[0].id}/" in html
    assert "<mark>" in html
    assert "<script>alert" not in html
    wrong = page(inspector, '/search/?q="an+toi', 400)
    assert "<mark>" in wrong


def test_a_sign_in_link_works_once(client: Client, person: Callable[[str], User]) -> None:
    token = invitations.make("quan-tri", person("inspector"), hours=1)
    assert client.get(f"/signin/{token}/")["Location"] == "/"
    other = Client()
    assert other.get(f"/signin/{token}/")["Location"] == "/signin/"
    assert other.get("/signin/nonsense/")["Location"] == "/signin/"


def test_every_page_speaks_english_when_asked(seeded: list[Document], inspector: Client) -> None:
    inspector.post("/language/", {"language": "en", "next": "/"})
    html = page(inspector, "/")
    assert "Queue" in html
    assert "Hàng chờ" not in html


def test_the_queue_pages_quickly_with_many_claims(
    inspector: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    documents = [make_document(n, f"tin đồn số {n} về covid", "dien-dan") for n in range(300)]
    intake.take_in(documents, SOURCES)
    judgements.save_judgements([judged(d, 0.6 + n / 1000) for n, d in enumerate(documents)])
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        html = page(inspector, "/?page=2")
    assert html.count('class="gauge"') == 30


def test_pages_carry_a_policy_against_scripts_from_elsewhere(seeded: list[Document], inspector: Client) -> None:
    response = inspector.get("/")
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_a_sample_of_what_was_dropped_is_there_to_check(seeded: list[Document], inspector: Client) -> None:
    """Off the topic: counted, and one in twenty keeps its text."""
    posts = [make_document(number, f"Giá vàng hôm nay tăng {number} nghìn") for number in range(500, 560)]
    intake.take_in(posts, SOURCES)
    judgements.save_judgements([Judgement(post.id, 1, "", TextKind.OTHER) for post in posts])
    kept = [post for post in posts if kept_for_audit(post.id)]
    shown = page(inspector, "/sources/dropped/")
    assert "60 tin, bài bị loại" in shown
    assert 0 < len(kept) < len(posts)
    assert all((post.text in shown) == (post in kept) for post in posts)
    assert "/sources/dropped/" in page(inspector, "/sources/")


def test_a_headline_beyond_its_article_is_named_beside_it_with_the_reason(
    seeded: list[Document], inspector: Client
) -> None:
    """And the machine's probability stays what the text made it."""
    text = (
        "Nhóm nghiên cứu cho biết dịch chiết lá xuyên tâm liên có thể ức chế virus SARS-CoV-2 trong phòng thí nghiệm. "
        "Kết quả mới ở giai đoạn đầu, chưa thử trên người. Người dân không nên tự mua uống. Bộ Y tế sẽ xem xét hồ sơ "
        "trong quý tới."
    )
    article = replace(
        make_document(900, text, "bao-tinh", "Lá xuyên tâm liên tiêu diệt virus SARS-CoV-2"), kind=DocumentKind.ARTICLE
    )
    fair = replace(article, id="f" * 20, title="Xuyên tâm liên có thể ức chế virus trong phòng thí nghiệm")
    intake.take_in([article, fair], SOURCES)
    judgements.save_judgements([judged(article, 0.6), judged(fair, 0.6, bands=("khác",))])
    shown = page(inspector, f"/documents/{article.id}/")
    assert "Giật tít" in shown
    assert "Tít khẳng định “tiêu diệt”, còn bài viết “có thể”." in shown
    assert "60 %" in shown
    assert "Giật tít" not in page(inspector, f"/documents/{fair.id}/")
    claim = item_of(article)
    assert "Giật tít" in page(inspector, f"/claims/{claim.pk}/")


@pytest.mark.parametrize("province", ["gia-lai", "thanh-hoa"])
def test_a_plan_without_levels_has_no_empty_choice_of_them(
    province: str, person: Callable[[str], User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duties, "plan", lambda: load_plan(province))
    client = Client()
    client.force_login(person("lead"))
    page = client.get("/duties/").content.decode()
    assert 'name="level"' not in page
    for words in ("Xem cấp độ", "Chưa có quyết định cấp độ", "Cấp độ đang áp dụng", "Ghi nhận quyết định cấp độ"):
        assert words not in page


def test_the_desk_says_that_reports_are_on_request_only(
    person: Callable[[str], User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "plan", lambda: load_plan("dien-bien"))
    client = Client()
    client.force_login(person("lead"))
    page = client.get("/reports/").content.decode()
    assert "Chỉ lập báo cáo khi có yêu cầu" in page
    assert "07:00" not in page
    own = replace(settings.SOATIN, values={**settings.SOATIN.values, "slots": ["19:30", "06:15"]})
    with override_settings(SOATIN=own):
        page = client.get("/reports/").content.decode()
    assert "06:15, 19:30" in page
    assert "Chỉ lập báo cáo" not in page
