"""The query language: what it understands, and how it says where it does not."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.query.parse import And, Field, Near, Not, Or, QueryError, Term, parse


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
        ('"đóng cửa" ~5', Near((DONG, CUA), 5)),
        ('"đóng cửa"~5 -"cửa đóng" ~0', And((Near((DONG, CUA), 5), Not(Near((CUA, DONG), 0))))),
        ('"đóng đóng" ~5', _term(DONG)),
        ('"đóng cửa" ~x', And((_term(DONG, CUA), _term(("x", "x"))))),
        ("lun", Or((_term(("luôn", "luon")), _term(("lun", "lun"))))),
        ("cô vy", _term(("covid", "covid"))),
        ("cô OR vy", Or((_term(("cô", "co")), _term(("vy", "vy"))))),
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
        ('"đóng cửa" ~101', 12),
        ('"đóng cửa" ~99999999999', 12),
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


_WORD = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềểễệ", min_size=2, max_size=6)
_SIMPLE = st.one_of(
    _WORD,
    _WORD.map(lambda word: f"{word}*"),
    st.lists(_WORD, min_size=1, max_size=4).map(lambda words: f'"{" ".join(words)}"'),
    st.tuples(st.lists(_WORD, min_size=2, max_size=3), st.integers(0, 100)).map(
        lambda pair: f'"{" ".join(pair[0])}" ~{pair[1]}'
    ),
    st.sampled_from(["nguồn:bao", 'nơi:"Tam Đảo"', "loại:câu hỏi", "kết luận:tin giả"]),
)
_QUERY = st.recursive(
    _SIMPLE,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' OR '.join(parts)})"),
        inner.map(lambda part: f"-({part})"),
    ),
    max_leaves=8,
)


@given(_QUERY)
def test_whatever_the_grammar_makes_is_understood(text: str) -> None:
    """Also between spaces, in brackets and excluded; and what was typed without accents is itself when they go."""
    query = parse(text)
    assert query.root is not None
    assert parse(f"  {text} ").root == query.root
    assert parse(f"({text})").root == query.root
    loose = query.loosely()
    assert loose is None or (loose.loosely() is None and len(loose.terms()) == len(query.terms()))
