"""Rows of another system: any id is kept beside ours, and one bad row costs one row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.model.documents import Document
from core.model.drops import Drop
from flows.steps.ingest import _lines
from tests.flows.world import json_of, make_home, one, rows, soatin

GOOD = {
    "source": "he-thong-khac", "url": "http://khac.example/tin/1", "title": "Tin", "text": "Uống nước tỏi khỏi covid",
    "kind": "post", "published": "2021-08-01T08:00:00+07:00", "fetched": "2021-08-01T09:00:00+07:00",
}  # fmt: skip


def written(tmp_path: Path, *lines: Any) -> Path:
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return file


@pytest.mark.parametrize("given_id", ["42", "", "KH-2021/007", "x" * 200, "ấn-phẩm", "A" * 20])
def test_an_id_of_another_system_is_kept_beside_ours(given_id: str, tmp_path: Path) -> None:
    (found,) = _lines(written(tmp_path, {**GOOD, "id": given_id}))
    assert isinstance(found, Document)
    assert len(found.id) == 20
    assert set(found.id) <= set("0123456789abcdef")
    assert found.foreign_id == given_id


def test_an_id_of_ours_stays_what_it_is(tmp_path: Path) -> None:
    (found,) = _lines(written(tmp_path, {**GOOD, "id": "0123456789abcdef0123"}))
    assert isinstance(found, Document)
    assert (found.id, found.foreign_id) == ("0123456789abcdef0123", "")


WRONG = [
    {"fetched": "9999-12-31T23:59:59+14:00"}, {"published": "0001-01-01"}, {"fetched": "hôm qua"}, {"url": ""},
    {"source": ""}, {"source": "x" * 81}, {"url": "http://a/" + "x" * 2001}, {"kind": "sách"}, {"id": "x" * 201},
    {"engagement": {"likes": "nhiều"}}, {"engagement": [1]},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_one_bad_row_is_one_counted_drop(wrong: dict[str, Any], tmp_path: Path) -> None:
    first, second, third = _lines(written(tmp_path, GOOD, {**GOOD, **wrong}, {**GOOD, "url": "http://khac.example/2"}))
    assert isinstance(second, Drop)
    assert second.reason == "bad-row"
    assert second.url.endswith("#2")
    assert isinstance(first, Document)
    assert isinstance(third, Document)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)


FIELDS = st.sampled_from([*GOOD, "id", "part", "engagement", "canonical_url"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.dictionaries(FIELDS, VALUES, max_size=4))
def test_whatever_a_row_holds_it_is_a_document_or_a_drop(tmp_path: Path, changes: dict[str, Any]) -> None:
    (found,) = _lines(written(tmp_path, {**GOOD, **changes}))
    assert isinstance(found, (Document, Drop))


def test_what_was_taken_in_is_judged_and_shown(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    long = {**GOOD, "url": "http://khac.example/tin/3", "text": "a " * 300_000}
    file = written(tmp_path, {**GOOD, "id": "KH-1"}, {**GOOD, "fetched": "9999-01-01"}, "{", long)
    result = json_of(soatin(home, "ingest", str(file), "--json"))
    assert (result["new"], result["drops"]) == (1, 3)
    assert rows(home, "SELECT foreign_id FROM archive_document") == [("KH-1",)]
    assert {reason for (reason,) in rows(home, "SELECT reason FROM archive_drop")} == {"bad-row", "too-long"}
    assert one(home, "SELECT count(*) FROM archive_document WHERE classified_at IS NULL") == 0
