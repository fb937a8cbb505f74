"""What a text is read as: its syllables and, between them, how it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.flag.features import is_word, units
from core.vietnamese import tokens

# typed, and its units between those for length, begin and end
CASES = [
    ("Ko ai chết!!", "không ^ ai chết ~! ~!"),
    ("TIN KHẨN: tp.HCM phong toả", "tin ^^ khẩn ^^ ~: thành phố ~. ~ hồ ^^ chí minh phong tỏa"),
    ("uống t.ỏ.i\nkhỏi  bệnh 😷", "uống tỏi \n khỏi bệnh 😷"),
    ("(a) b", "( ~ a ~) b"),
    ("?!", "~? ~!"),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "read"), CASES)
def test_syllables_and_marks_stand_in_the_order_of_the_text(typed, read):
    found = units(typed).accented
    assert found[1] == "\x02"
    assert found[-1] == "\x03"
    assert " ".join(found[2:-1]) == read


@given(st.text(alphabet="Aăk tp.T!?\n😷hoàoaÀ0vid-", max_size=60))
def test_words_and_their_places_are_those_of_the_text(text):
    found, plain = units(text), units(text, marks=False)
    syllables = tokens(text)
    assert [unit for unit in found.accented if is_word(unit)] == plain.accented == [one.norm for one in syllables]
    assert [unit for unit in found.folded if is_word(unit)] == found.words == [one.folded for one in syllables]
    assert found.bounds == [at for one in syllables for at in (one.start, one.end)]
    assert len(found.accented) == len(found.folded)
