"""The headline of a claim is the sentence that states it."""

from hypothesis import given
from hypothesis import strategies as st

from core.model.flags import Reason
from core.wording.headline import LONGEST, headline

TEXT = "Mọi người ơi! Sáng nay trời đẹp quá cả nhà ạ. Uống nước tỏi là khỏi covid ngay sau một đêm. Chia sẻ giúp em."


def reason(words, weight, title=""):
    start = f"{title}\n{TEXT}".index(words)
    return Reason(words, weight, start, start + len(words))


def test_the_sentence_that_made_the_flag_is_the_headline():
    reasons = (reason("nước tỏi", 1.2), reason("khỏi covid", 0.9), reason("trời đẹp", -2.0), reason("Chia sẻ", 0.4))
    assert headline("", TEXT, reasons) == "Uống nước tỏi là khỏi covid ngay sau một đêm."


def test_offsets_count_from_the_title():
    title = "Tin nóng trong ngày hôm nay"
    assert headline(title, TEXT, (reason("nước tỏi", 1.0, title),)).startswith("Uống nước tỏi")


def test_without_reasons_the_first_sentence_that_says_something_is_taken():
    assert headline("", TEXT, ()) == "Sáng nay trời đẹp quá cả nhà ạ."
    assert headline("Nóng!", TEXT, ()) == "Sáng nay trời đẹp quá cả nhà ạ."
    assert headline("Nóng!", "", ()) == "Nóng!"
    assert headline("", "", ()) == ""


def test_a_long_sentence_is_cut_between_words():
    cut = headline("", "tin " + "đồn đoán " * 60, ())
    assert len(cut) <= LONGEST
    assert cut.endswith(("đồn…", "đoán…"))


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_headline_is_one_short_line(title, text):
    line = headline(title, text, ())
    assert len(line) <= LONGEST
    assert len(line.splitlines()) <= 1
