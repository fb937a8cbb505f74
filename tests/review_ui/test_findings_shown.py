"""What was found before is shown beside what is looked at, and a reply is offered to a question."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from core.codes.findings import Origin, Rating
from core.codes.texts import TextKind
from core.findings.finding import Finding
from core.model.documents import Document
from index.archive import finding_matches, findings, intake, judgements
from index.models import Claim
from index.models import Finding as Row
from tests.review_ui.conftest import SOURCES, judged, make_document

pytestmark = pytest.mark.django_db


def verified(rating: Rating, words: str, url: str = "https://kiem-chung.example/1") -> int:
    text = f"Ăn tỏi mỗi sáng khỏi covid <b>{rating}</b>"
    when = datetime(2021, 8, 5, tzinfo=UTC)
    found = Finding(Origin.CLAIMREVIEW, text, rating, words, "Tạp chí <i>Kiểm chứng</i>", url, when)
    findings.take_in([found], "import", "tệp")
    return int(Row.objects.latest("pk").pk)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def test_an_item_shows_who_found_it_wrong_and_who_found_it_true(seeded: list[Document], inspector: Client) -> None:
    wrong, true = verified(Rating.FALSE, "Tin giả"), verified(Rating.TRUE, "Đúng")
    finding_matches.save_matches({seeded[0].id: [(wrong, 0.8), (true, 0.6)]})
    html = page(inspector, f"/claims/{Claim.objects.get(documents__id=seeded[0].id).pk}/")
    assert "Đã kết luận sai bởi Tạp chí &lt;i&gt;Kiểm chứng&lt;/i&gt; ngày 05/08/2021" in html
    assert "Đã xác nhận đúng bởi" in html
    assert 'href="https://kiem-chung.example/1"' in html
    assert "<b>false</b>" not in html
    assert Claim.objects.filter(verdict="").count() == 3  # shown, not decided
    assert "Đã kết luận sai bởi" not in page(inspector, f"/claims/{Claim.objects.get(documents=seeded[1].id).pk}/")


def test_an_item_says_where_it_was_another_of_its_documents_that_matched(
    seeded: list[Document], inspector: Client
) -> None:
    from index.models import Document as Stored

    claim, other = Claim.objects.get(documents__id=seeded[0].id), make_document(9, "Tỏi chữa khỏi covid, ai cũng biết")
    intake.take_in([other], SOURCES)
    Stored.objects.filter(pk=other.id).update(claim=claim)
    said = f'<a href="/documents/{other.id}/">theo một tin khác trong nội dung này</a>'
    finding = verified(Rating.FALSE, "Tin giả")
    finding_matches.save_matches({seeded[0].id: [(finding, 0.8)]})
    assert said not in page(inspector, f"/claims/{claim.pk}/")
    finding_matches.save_matches({seeded[0].id: [], other.id: [(finding, 0.8)]})
    assert said in page(inspector, f"/claims/{claim.pk}/")


def test_a_question_is_offered_the_words_of_the_notice_with_their_source(
    seeded: list[Document], inspector: Client
) -> None:
    """In a box from which they can be copied without any script."""
    notice = make_document(9, "Tiêm vắc xin tại trạm y tế xã. Mang theo căn cước.", "bao-tinh", "Lịch tiêm")
    intake.take_in([notice], SOURCES)
    judgements.save_judgements([judged(notice, 0.0, TextKind.OFFICIAL)])
    from index.models import Document as Stored

    Stored.objects.filter(pk=notice.id).update(official=True)
    findings.follow_notices(Stored.objects.filter(pk=notice.id))
    finding_matches.save_matches({seeded[3].id: [(Row.objects.get(origin="notice").pk, 0.4)]})
    html = page(inspector, f"/documents/{seeded[3].id}/")
    assert "Trả lời đề xuất" in html
    box = html[html.index("<textarea readonly") : html.index("</textarea>")]
    assert "Tiêm vắc xin tại trạm y tế xã." in box
    assert "Nguồn: " in box
    assert notice.url in box
    assert "Trả lời đề xuất" not in page(inspector, f"/documents/{seeded[0].id}/")


def test_a_long_notice_is_offered_in_whole_sentences() -> None:
    from index.models import Match
    from review_ui.views.triage.answers import LONGEST, offered

    text = "Câu này dài vừa phải để thử. " * 80
    row = Match(finding=Row(text=text, publisher="so-y-te", url="https://a.example", document_id="d"), score=0.5)
    [answer] = offered([row])
    said = answer.reply.split("\n\n")[0]
    assert said.endswith("thử.")
    assert len(said) <= LONGEST
    assert offered([Match(finding=Row(text=text), score=0.5)]) == []
