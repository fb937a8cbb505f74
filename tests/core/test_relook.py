"""When flagged documents are looked at again, and what changed in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.sources.relook import AFTER, next_look
from core.wording.changes import changes
from core.wording.copies import is_copy, shingles

FLAGGED = datetime(2021, 8, 5, 7, 30, tzinfo=UTC)
ALPHABET = "aăâđêôơưáàảãạếềểễệ hgnt.\n!?"


def test_four_looks_and_no_more() -> None:
    moments, moment = [], FLAGGED
    while (following := next_look(FLAGGED, moment, answered=True)) is not None:
        moments.append(following - FLAGGED)
        moment = following + timedelta(minutes=3)  # rounds are never on the minute
    assert moments == list(AFTER)


def test_after_three_days_without_power_one_look_makes_up_for_three() -> None:
    looked = FLAGGED + timedelta(days=3)
    assert next_look(FLAGGED, looked, answered=True) == FLAGGED + timedelta(days=7)


def test_a_site_that_does_not_answer_is_asked_ever_more_rarely_and_given_up_in_the_end() -> None:
    waits, moment = [], FLAGGED + AFTER[0]
    while (following := next_look(FLAGGED, moment, answered=False)) is not None:
        waits.append(following - moment)
        moment = following
    assert waits[0] == timedelta(minutes=30)
    assert waits == sorted(waits)
    assert timedelta(days=10) < moment - FLAGGED <= timedelta(days=14)
    assert len(waits) < 30


def test_an_edit_is_shown_by_the_syllables_that_changed() -> None:
    old = "Sở Y tế thông báo. Hoà Bình có 3 ca mắc mới. Người dân cần bình tĩnh."
    new = "Sở Y tế thông báo. Hòa Bình có 30 ca mắc mới trong ngày. Người dân cần bình tĩnh."
    said = [(piece.kind, piece.text) for piece in changes(old, new)]
    assert said == [
        ("same", "Sở Y tế thông báo. Hòa Bình có "),
        ("gone", "3"),
        ("new", "30"),
        ("same", " ca mắc mới"),
        ("new", " trong ngày"),
        ("same", ". Người dân cần bình tĩnh."),
    ]


def test_spelling_conventions_are_no_change() -> None:
    assert changes("Hoà Bình  khoẻ.\nThuý", "Hòa Bình khỏe. Thúy") == []


def test_a_phrase_that_was_replaced_reads_as_a_phrase() -> None:
    pieces = changes("Ăn tỏi chữa khỏi hẳn covid trong ba ngày.", "Ăn tỏi không phòng được covid trong ba ngày.")
    assert [(p.kind, p.text) for p in pieces][1:3] == [("gone", "chữa khỏi hẳn"), ("new", "không phòng được")]


def test_of_a_long_article_only_the_neighbourhood_of_the_change_is_shown() -> None:
    sentences = [f"Đây là câu thứ {n} của bài." for n in range(40)]
    new = [*sentences[:20], "Bài đã được đính chính.", *sentences[20:]]
    pieces = changes(" ".join(sentences), " ".join(new))
    assert [piece.kind for piece in pieces] == ["skipped", "same", "new", "same", "skipped"]
    assert sum(len(piece.text) for piece in pieces) < 120


@given(st.text(ALPHABET, max_size=120), st.text(ALPHABET, max_size=120))
def test_the_new_text_can_be_read_off_the_changes(old: str, new: str) -> None:
    pieces = changes(old, new, around=1000)
    if not pieces or any(piece.kind == "skipped" for piece in pieces):
        return
    assert "".join(p.text for p in pieces if p.kind in {"same", "new"}).split() == new.split()
    assert {p.text for p in pieces if not p.text} == set()


def test_a_hostile_text_is_compared_in_a_moment() -> None:
    changes("a" * 200_000, "b " * 100_000)
    changes("ă. " * 30_000, "â. " * 30_000)


LEAD = "Trung tâm Kiểm soát bệnh tật tỉnh cho biết trong ngày có thêm ba ca dương tính tại huyện Tam Đảo, đều là F1. "
BODY = "".join(
    f"Ca thứ {n} đi chợ Hồ Sơn ngày {n} tháng tám và tiếp xúc với {n + 3} người trong xóm {n + 7}. " for n in range(9)
)


def test_a_reprint_with_another_lead_and_ending_is_a_copy_and_another_report_is_none() -> None:
    original = shingles(LEAD + BODY)
    assert is_copy(original, shingles("Sáng nay, tin từ ngành y tế. " + BODY + "Theo Báo tỉnh."))
    assert is_copy(shingles(LEAD + BODY[:300]), original)  # shortened
    other = "Ngành y tế tỉnh vừa công bố ba trường hợp mắc mới ở Tam Đảo; những người này từng gặp bệnh nhân trước đó. "
    other += (
        "Chính quyền đã khoanh vùng, lấy mẫu hơn hai trăm người, đồng thời phun khử khuẩn các lối vào chợ, trường học."
    )
    assert not is_copy(original, shingles(other))
    assert not is_copy(shingles("Ba ca mới."), shingles("Ba ca mới."))  # too short to say
