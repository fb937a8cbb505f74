"""Diacritics are put back from what a body of texts says, and nothing else of a text is touched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classify.text.accents import Accents
from core.vietnamese import fold

NOTICES = [
    "Người bị dị ứng thuốc kháng sinh vẫn có thể tiêm vắc xin tại bệnh viện.",
    "Phụ nữ đang cho con bú hoãn tiêm vắc xin. Sau tiêm nếu bị sốt thì uống nhiều nước.",
    "Ông bà trên 65 tuổi được tiêm tại trạm y tế xã.",
]
ACCENTS = Accents(NOTICES)


def test_a_question_typed_without_accents_gets_them_back():
    asked = "Toi bi di ung thuoc khang sinh thi tiem duoc khong?"
    assert ACCENTS.restored(asked) == "Toi bị dị ứng thuốc kháng sinh thì tiêm được khong?"


def test_the_word_before_decides_between_two_spellings():
    accents = Accents(["uống nước ấm", "cả nước chống dịch", "bán nhà đất", "bạn bè", "bạn bè hỏi", "bạn bè đông"])
    assert accents.restored("ban be") == "bạn bè"
    assert accents.restored("ban nha dat") == "bán nhà đất"


def test_a_vaccine_spelled_the_short_way_is_one_replacement():
    assert ACCENTS.restored("tiem vac xin o dau") == "tiêm vắc xin o dau"


def test_a_text_with_accents_stays_as_it_was_typed():
    asked = "Tôi bị di ung thuốc, Tiêm được KHÔNG ạ?"
    assert ACCENTS.restored(asked) == asked


def test_a_library_that_says_nothing_changes_nothing():
    assert Accents([]).restored("toi bi di ung") == "toi bi di ung"
    assert ACCENTS.restored("") == ""


@given(st.text(max_size=60))
def test_whatever_comes_nothing_but_diacritics_changes(text: str):
    """Of plain text; short forms are written out, as everywhere."""
    restored = ACCENTS.restored(text)
    assert restored == text or fold(restored) != restored


@given(st.lists(st.sampled_from([word for notice in NOTICES for word in notice.split()]), max_size=15))
def test_restored_words_are_the_same_without_accents(words: list[str]):
    asked = fold(" ".join(words))
    assert fold(ACCENTS.restored(asked)) == asked
