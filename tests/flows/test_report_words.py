"""Words of the report: what subject a question has, what text a paper may hold, how a body is abbreviated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.papers.forms import text as as_text
from flows.papers.forms.blocks import tidy
from flows.papers.forms.official import Drawn
from flows.papers.report.collect import abbreviation
from flows.papers.report.sections import concerns


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Bao giờ tiêm vắc xin mũi 2?", "Tiêm chủng"),
        ("Qua chốt kiểm dịch cần giấy gì", "Đi lại, chốt kiểm dịch"),
        ("Gói hỗ trợ cho lao động thất nghiệp khi nào có", "Hỗ trợ, trợ cấp"),
        ("Con em khi nào đi học lại", "Trường học"),
        ("F0 o nha uong thuoc gi", "Điều trị, F0 tại nhà"),
        ("Loa phường nói to quá", "Nội dung khác"),
    ],
)
def test_a_question_is_counted_under_its_subject(text, subject):
    assert concerns.subject_of(text) == subject


@given(st.text())
def test_any_text_is_fit_for_an_official_paper(text):
    made = tidy(text, 50)
    assert len(made) <= 50
    assert made.isprintable()
    assert tidy(made, 50) == made


def test_a_body_is_abbreviated_by_its_initials():
    assert abbreviation("SỞ THÔNG TIN VÀ TRUYỀN THÔNG") == "STTTT"


def test_a_mail_names_the_district_where_a_chart_is_highest():
    drawn = Drawn("<svg/>", "Số tin theo huyện", (("Tam Đảo", 9), ("Yên Lạc", 2)))
    hours = Drawn("<svg/>", "Diễn biến", (("2021-08-25T06:00:00+00:00", 4),), "timeline")
    assert "cao nhất 9 (Tam Đảo)" in " ".join(as_text._bars(drawn))
    assert "cao nhất 4 (13 giờ ngày 25/8)" in " ".join(as_text._bars(hours))
