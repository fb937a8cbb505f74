"""All hits as files, near-duplicates folded, terms that rise: what an analyst gets from the search page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core import clock
from core.codes.texts import TextKind
from core.model.documents import Document
from index.archive import intake, judgements, reading
from index.models import AuditEntry
from index.search import all_hits, open_search
from index.views.rising import rising
from review_ui.views.search import export
from tests.review_ui.conftest import SOURCES, judged, make_document

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://x.example/";"covid")'


@pytest.fixture(autouse=True)
def empty_search(db: None) -> Iterator[None]:
    from django.conf import settings

    open_search(settings.SOATIN).reset()
    cache.clear()
    yield
    open_search(settings.SOATIN).reset()


@pytest.fixture
def analyst(person: Callable[[str], User]) -> Client:
    client = Client()
    client.force_login(person("analyst"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def found(documents: list[Document], one_claim: int = 0) -> None:
    """Bring documents into archive and search; the first ``one_claim`` of them belong to one claim."""
    from django.conf import settings

    intake.take_in(documents, SOURCES)
    judgements.save_judgements([judged(document, 0.8) for document in documents[:1]])
    from index.models import Document as Row

    claim = Row.objects.get(id=documents[0].id).claim_id
    rest = [
        judged(document, 0.8) if number >= one_claim else _same(document, claim)
        for number, document in enumerate(documents)
        if number
    ]
    judgements.save_judgements(rest)
    open_search(settings.SOATIN).index(reading.search_documents([document.id for document in documents]))


def _same(document: Document, claim: int | None):
    from dataclasses import replace

    return replace(judged(document, 0.8), claim_id=claim)


def body(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_csv_holds_every_hit_with_formulas_made_harmless_and_no_author(analyst: Client) -> None:
    documents = [make_document(n, f"tin covid số {n}") for n in range(60)]
    documents.append(make_document(90, " @SUM(1) covid", title=FORMULA))
    found(documents)
    raw = body(analyst, "/search/export/csv/?q=covid")
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert len(rows) == 61
    odd = next(row for row in rows if row["Mã tin"] == documents[-1].id)
    assert odd["Tiêu đề"] == f"'{FORMULA}"
    assert odd["Nội dung"] == "' @SUM(1) covid"
    assert odd["Loại nguồn"] == "Diễn đàn"
    assert odd["Khả năng sai lệch"] == "0.8"
    assert "Nguyễn Văn A".encode() not in raw
    assert AuditEntry.objects.get(action="search.export").detail == {"query": "q=covid"}


def test_xlsx_opens_with_texts_as_texts(analyst: Client) -> None:
    found([make_document(1, "covid \x0b" + "a" * 40_000, title=FORMULA)])
    sheet = load_workbook(io.BytesIO(body(analyst, "/search/export/xlsx/?q=covid"))).active
    headings, row = list(sheet.iter_rows())
    assert headings[6].value == "Tiêu đề"
    assert row[6].value == f"'{FORMULA}"
    assert row[6].data_type == "s"
    assert row[7].value.endswith("xem đủ ở địa chỉ gốc]")
    assert row[10].value == 0.8


def test_json_lines_keep_codes_and_texts_as_they_are(analyst: Client) -> None:
    found([make_document(1, "covid ở Tam Đảo", title=FORMULA)])
    [row] = [json.loads(line) for line in body(analyst, "/search/export/jsonl/?q=covid").splitlines()]
    assert row["title"] == FORMULA
    assert row["source_kind"] == "forum"
    assert row["places"] == ["Vĩnh Phúc/Tam Đảo"]
    assert "author" not in json.dumps(row)


def test_an_export_walks_by_days_and_doubles_nothing(analyst: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_hits, "WINDOW", 7)
    monkeypatch.setattr(all_hits, "CHUNK", 3)
    documents = [make_document(n, f"covid {n}") for n in range(50)]
    found(documents)
    rows = [json.loads(line) for line in body(analyst, "/search/export/jsonl/?q=covid").splitlines()]
    assert sorted(row["id"] for row in rows) == sorted(document.id for document in documents)
    moments = [row["moment"][:10] for row in rows]
    assert moments == sorted(moments, reverse=True)


def test_windows_hold_no_more_than_may_be_paged_and_a_day_too_full_is_refused() -> None:
    days = [(date(2021, 9, 1) + timedelta(days=n), 2_000) for n in range(7)]
    stretches = all_hits.windows(days)
    assert [(until - since).days + 1 for since, until in stretches] == [2, 2, 2, 1]
    with pytest.raises(all_hits.TooManyError, match="10001 hits on one day"):
        all_hits.windows([(date(2021, 9, 1), 10_001)])


def test_who_may_not_search_gets_no_file_and_a_wrong_query_gets_words(analyst: Client, db: None) -> None:
    nobody = Client()
    nobody.force_login(User.objects.create_user("khach"), backend="django.contrib.auth.backends.ModelBackend")
    assert nobody.get("/search/export/csv/?q=covid").status_code == 403
    assert Client().get("/search/export/csv/?q=covid").status_code == 302
    wrong = analyst.get('/search/export/csv/?q="covid')
    assert wrong.status_code == 400
    assert "Dấu ngoặc kép này chưa đóng" in wrong.content.decode()
    assert analyst.get("/search/export/exe/?q=covid").status_code == 404


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    cell = export.safe(text)
    assert not cell.lstrip(" \u00a0\u200b\ufeff").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert "\x00" not in cell


@pytest.mark.parametrize(
    "unseen", ["\u200e", "\u202e", "\u2066", "\u00ad", "\ufeff\u200f", " \u00ad ", "\u3164", "\u061c"]
)
@pytest.mark.parametrize("sign", ["=1+1", "@SUM(1)", "+84", "-2"])
def test_what_shows_nothing_hides_no_formula(unseen: str, sign: str) -> None:
    assert export.safe(unseen + sign).startswith("'")


def test_what_says_nearly_the_same_is_one_row_that_unfolds(analyst: Client) -> None:
    documents = [make_document(n, f"ăn tỏi khỏi covid {n}") for n in range(5)]
    found(documents, one_claim=4)
    html = analyst.get("/search/?q=covid").content.decode()
    assert html.count('<li><a href="/documents/') == 2
    assert "+3 tin gần giống" in html
    assert "<b>5</b>" in html  # all are counted
    shown = next(document for document in documents[:4] if f'href="/search/similar/{document.id}/"' in html)
    unfolded = analyst.get(f"/search/similar/{shown.id}/").content.decode()
    others = {document.id for document in documents[:4]} - {shown.id}
    assert all(f"/documents/{other}/" in unfolded for other in others)
    assert analyst.get("/search/?q=covid&fold=0").content.decode().count('<li><a href="/documents/') == 5


def test_pages_of_folded_hits_show_every_claim_once_with_and_without_memory(analyst: Client) -> None:
    documents = [make_document(n, f"covid {n}") for n in range(60)]
    found(documents, one_claim=15)

    def shown(page: int) -> list[str]:
        html = analyst.get(f"/search/?q=covid&page={page}").content.decode()
        return [part.split("/", 1)[0] for part in html.split('<li><a href="/documents/')[1:]]

    pages = [shown(1), shown(2), shown(3)]
    assert [len(page) for page in pages] == [20, 20, 6]
    assert len({identity for page in pages for identity in page}) == 46
    cache.clear()
    assert shown(3) == pages[2]


def test_paging_deeper_than_ten_thousand_is_refused_in_words(analyst: Client) -> None:
    response = analyst.get("/search/?q=covid&page=501")
    assert response.status_code == 400
    assert "tin thứ 10.000" in response.content.decode()


def test_terms_that_rise_are_named_joined_and_lead_to_their_texts(analyst: Client) -> None:
    today = clock.day()
    documents = []
    for n in range(12):
        text = "covid lan rộng ở chợ đầu mối" if n < 6 else "covid và thời tiết hôm nay"
        documents.append(make_document(n, f"{text} {n}"))
    found(documents)
    assert "Một trong hai kỳ không có tin" in analyst.get("/search/rising/?q=covid").content.decode()
    day = (today + timedelta(days=9)).isoformat()
    assert analyst.get(f"/search/rising/?q=covid&to={day}").status_code == 200
    risen = rising([d.text for d in documents], ["covid và thời tiết hôm nay"] * 12)
    assert risen[0].term == "covid lan rộng" or "chợ đầu mối" in risen[0].term
    assert all("thời tiết" not in rise.term for rise in risen)
    assert risen[0].now == 6
    assert risen[0].before == 0
    assert 3 < risen[0].score < 4  # log2((6.5 / 13) / (0.5 / 13))


def test_rising_page_compares_with_the_period_before(analyst: Client) -> None:
    today = clock.day()
    documents = [make_document(n * 40, f"covid phong tỏa chợ Vĩnh Yên {n}") for n in range(6)]
    from dataclasses import replace

    old = clock.now() - timedelta(days=9)
    documents += [
        replace(make_document(1000 + n, f"covid tiêm chủng mở rộng {n}"), published=old, fetched=old) for n in range(6)
    ]
    found(documents)
    html = analyst.get("/search/rising/?q=covid").content.decode()
    assert f"{today:%d/%m/%Y}" in html
    assert "phong tỏa chợ vĩnh yên" in html
    assert "tiêm chủng" not in html
    assert 'href="/search/?q=covid+%22covid+phong' in html


def test_questions_are_exported_without_anybodys_name(analyst: Client) -> None:
    from django.conf import settings

    question = make_document(7, "Cho em hỏi covid lây thế nào ạ?")
    intake.take_in([question], SOURCES)
    judgements.save_judgements([judged(question, 0.1, TextKind.QUESTION)])
    open_search(settings.SOATIN).index(reading.search_documents([question.id]))
    [row] = [json.loads(line) for line in body(analyst, "/search/export/jsonl/?q=covid").splitlines()]
    assert row["text_kind"] == "question"
    assert "Nguyễn" not in json.dumps(row, ensure_ascii=False)
