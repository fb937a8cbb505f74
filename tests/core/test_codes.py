"""Every line of every table of closed sets has what depends on it, and the guides say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.codes.code import Code
from core.codes.drops import DropReason
from core.codes.findings import Rating
from core.codes.platforms import PageRole, PlatformName, Start
from core.codes.sources import Sign
from core.codes.tables import tables
from core.codes.texts import DocumentKind, Likelihood, SourceKind, TextKind
from core.codes.verdicts import ActionKind, ClaimState, ReportClass, VerdictValue
from core.codes.work import AlarmKind
from core.triage import claim_state
from core.vietnamese import fold

DOCS = Path(__file__).resolve().parents[2] / "docs"
LINES = [pytest.param(value, id=f"{name}-{value}") for name, table in tables().items() for value in table]
OF_THE_DESK = set("jknuos/?")
"""Keys that the desk has for other things (review_ui/static/desk/desk.js)."""


@pytest.mark.parametrize("value", LINES)
def test_a_line_has_its_word_in_both_languages(value: Code) -> None:
    assert value.vi.strip() == value.vi
    assert value.en.strip() == value.en
    assert value.vi, f"{value!r} has no Vietnamese word"
    assert value.en, f"{value!r} has no English word"
    assert value.word("vi") == value.word("vi-vn") == value.vi
    assert value.word("en-gb") == value.en
    assert type(value).word_of(str(value)) == value.vi
    assert type(value)(str(value)) is value


@pytest.mark.parametrize("table", [pytest.param(table, id=name) for name, table in tables().items()])
def test_no_table_says_anything_twice(table: type[Code]) -> None:
    assert len(table), "a table without a line"
    assert list(table.__members__) == [value.name for value in table], "one code stands in two lines"
    for words in ([value.vi for value in table], [value.en for value in table]):
        assert len(set(words)) == len(words), "two lines have one word"


def test_a_code_that_no_line_has_is_shown_as_it_is() -> None:
    assert VerdictValue.word_of("rumour") == "rumour"
    assert DropReason.word_of("", "en") == ""


def test_a_verdict_has_a_key_of_its_own() -> None:
    keys = [value.key for value in VerdictValue]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 1 for key in keys)
    assert not set(keys) & OF_THE_DESK


@pytest.mark.parametrize("value", list(VerdictValue))
def test_what_follows_from_a_verdict_fits_together(value: VerdictValue) -> None:
    assert isinstance(value.state, ClaimState)
    assert isinstance(value.report, ReportClass)
    assert value.state in {ClaimState.WATCHED, ClaimState.TO_HANDLE, ClaimState.CLOSED}
    assert value.unreliable is (value.state is ClaimState.TO_HANDLE), "what is found wrong is to be handled"
    assert value.unreliable is bool(value.rating and value.rating.warns), "and its finding warns of the claim"
    assert not (value.report.unreliable and value.report.cleared)
    assert claim_state([str(value)], []) is value.state
    handled = claim_state([str(value)], [str(ActionKind.WARNING)])
    assert handled is (ClaimState.HANDLED if value.unreliable else value.state)
    assert handled.case is value.state.case, "handling a claim does not close its case to what follows"


def test_the_verdicts_mean_what_they_meant() -> None:
    """Of the plans' own seven, which are in the archives: no edit of a line may change what was found long ago."""
    seven = {
        VerdictValue(code) for code in ("fake", "false", "misleading", "unconfirmed", "true", "opinion", "irrelevant")
    }
    assert {value for value in seven if value.unreliable} == {"fake", "false", "misleading"}
    assert {value for value in seven if value.state.case} == {"fake", "false", "misleading", "unconfirmed"}
    assert {value for value in seven if value.report.cleared} == {"true", "opinion", "irrelevant"}
    assert {value for value in seven if value.of_fact} == {"true", "fake", "false", "misleading"}


def test_ratings_have_their_place_on_the_scale() -> None:
    assert [rating.number for rating in (Rating.FALSE, Rating.MISLEADING, Rating.TRUE)] == [1, 3, 5]


def test_probabilities_have_words() -> None:
    words = [Likelihood.of(p).vi for p in (0.0, 0.39, 0.4, 0.69, 0.7, 0.89, 0.9, 1.0)]
    assert words == ["thấp", "thấp", "vừa", "vừa", "cao", "cao", "rất cao", "rất cao"]


def test_every_sign_of_a_source_has_its_alarm() -> None:
    assert {f"source-{sign}" for sign in Sign} == {kind for kind in AlarmKind if kind.startswith("source-")} - {
        "source-broken"
    }


def test_every_platform_can_be_started_and_every_start_leads_to_something_read() -> None:
    assert {start.platform for start in Start} == set(PlatformName)
    assert all(str(start) == f"{start.platform} {start.role}" for start in Start)
    assert list(PlatformName)[-1] is PlatformName.PRESS, "the press takes what no other platform knows"
    assert all(role.linked for role in PageRole if role.read or role.conditional)


def rows(file: str, heading: str) -> list[list[str]]:
    """Cells of the first table below a heading of a page."""
    text = (DOCS / file).read_text("utf-8").split(f"\n{heading}\n", 1)[1]
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert table is not None
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines()[2:]]


def test_the_inspectors_guide_lists_every_verdict_with_its_key_and_its_meaning() -> None:
    keys = {key.strip("`"): word for key, word in rows("vi/huong-dan-thanh-tra.md", "## Phím tắt")}
    assert {key: word for key, word in keys.items() if key.isdigit()} == {one.key: one.vi for one in VerdictValue}
    meant = [word.strip("*") for word, *_ in rows("vi/huong-dan-thanh-tra.md", "## Chọn kết luận nào")]
    assert meant == [one.vi for one in VerdictValue]


def test_the_inspectors_guide_states_the_bounds_of_likelihood() -> None:
    text = (DOCS / "vi" / "huong-dan-thanh-tra.md").read_text("utf-8")
    for one in Likelihood:
        said = f"từ {one.least:.0%} là *{one.vi}*" if one.least else f"dưới đó là *{one.vi}*"
        assert said in text


def test_the_glossary_lists_verdicts_actions_and_kinds_of_text() -> None:
    for heading, table in (("## Verdicts", VerdictValue), ("## Actions", ActionKind), ("## Kinds of text", TextKind)):
        listed = {row[0].strip("`"): row[1].lower() for row in rows("glossary.md", heading)}
        assert listed == {str(value): value.vi.lower() for value in table}


@pytest.mark.parametrize("page", ["search.md", "vi/huong-dan-phan-tich.md"])
def test_the_guides_to_searching_name_a_word_for_every_value(page: str) -> None:
    text = (DOCS / page).read_text("utf-8").split("kết luận:`", 1)
    kinds, verdicts = (fold(part) for part in (text[0][text[0].index("`loại:`") :], text[1].split("\n", 1)[0]))
    for table, said in ((SourceKind, kinds), (DocumentKind, kinds), (TextKind, kinds), (VerdictValue, verdicts)):
        for value in table:
            words = [fold(word) for word in (value.vi, *value.queries)]
            assert any(word in said for word in words), f"{page} does not say how to search for {value}"
