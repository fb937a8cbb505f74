"""The query language: what it understands, and how it says where it does not."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.query import And, Field, Not, Or, QueryError, Term, parse


def _term(*words: tuple[str, str], prefix: bool = False) -> Term:
    return Term(words, prefix)


DONG, CUA = ("đóng", "dong"), ("cửa", "cua")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("đóng cửa", And((_term(DONG), _term(CUA)))),
        ('"đóng cửa"', _term(DONG, CUA)),
        ("“đóng cửa”", _term(DONG, CUA)),
        ("đóng OR cửa", Or((_term(DONG), _term(CUA)))),
        ("đóng HOẶC cửa", Or((_term(DONG), _term(CUA)))),
        ("đóng -cửa", And((_term(DONG), Not(_term(CUA))))),
        ("đóng - cửa", And((_term(DONG), _term(CUA)))),
        ("truong*", _term(("truong", "truong"), prefix=True)),
        ("nơi:tam", Field("place", "tam")),
        ('NOI: "Tam Đảo"', Field("place", "tam dao")),
        ("kết luận:gây hiểu nhầm", Field("verdict", "misleading")),
        ("ket luan:gay hieu nham", Field("verdict", "misleading")),
        ("verdict:none", Field("verdict", "")),
        ("loại:ý kiến đóng", And((Field("text_kind", "opinion"), _term(DONG)))),
        ("kind:press", Field("source_kind", "press")),
        ("", None),
        ("  ", None),
    ],
)
def test_what_people_type(text: str, tree: object) -> None:
    """The tree that engines compile."""
    assert parse(text).root == tree


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ('đóng "cửa', 5),
        ("(đóng", 0),
        ("đóng)", 4),
        ("OR đóng", 0),
        ("đóng OR", 7),
        ("nơi:", 4),
        ("kết luận:linh tinh", 9),
        ("a*", 0),
        ("!!!", 0),
        ("(" * 20, 8),
        ("từ " * 400, 1000),
        ("từ " * 100, 194),
    ],
)
def test_where_it_is_wrong(text: str, position: int) -> None:
    """The position is that of the character to look at."""
    with pytest.raises(QueryError) as error:
        parse(text)
    assert error.value.position == position


@example("0\x1b0*")
@given(st.text(max_size=1200))
def test_any_string_parses_or_is_refused(text: str) -> None:
    """Nothing else happens."""
    with contextlib.suppress(QueryError):
        parse(text)
