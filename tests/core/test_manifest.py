"""The chain of evidence: whatever is done to its entries afterwards is named."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.manifest import START, breaks, entry_hash, records_hash


def chain(length: int) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for number in range(1, length + 1):
        records = [[0, 10 + number, "ab" * 32], [10 + number, 5, "cd" * 32]]
        entry = {
            "number": number, "kind": "kept", "file": f"{number}.warc.gz", "size": number, "sha256": f"{number:064x}",
            "count": 2, "records": records, "records_sha256": records_hash(records), "note": "",
            "at": f"2021-08-01T00:00:{number:02d}+00:00", "previous": entries[-1]["hash"] if entries else START,
        }  # fmt: skip
        entries.append(entry | {"hash": entry_hash(entry)})
    return entries


@given(length=st.integers(0, 12), first=st.integers(1, 5))
def test_a_chain_and_any_later_part_of_it_are_whole(length: int, first: int) -> None:
    assert breaks(chain(length)) == []
    assert breaks(chain(length)[first - 1 :], first=first) == []


@settings(deadline=None)
@given(
    which=st.integers(0, 9),
    field=st.sampled_from(["kind", "file", "size", "sha256", "count", "records_sha256", "note", "at", "previous"]),
)
def test_a_changed_entry_is_named(which: int, field: str) -> None:
    entries = chain(10)
    entries[which] = entries[which] | {field: 999 if field in {"size", "count"} else "x"}
    assert (which + 1, "changed") in {(one.number, one.state) for one in breaks(entries)}


@given(which=st.integers(0, 8))
def test_an_entry_that_was_rewritten_with_its_hash_is_named_by_the_next(which: int) -> None:
    """The very last one only by who kept its hash: the archive's sealed end mark, a package's time stamp."""
    entries = chain(10)
    forged = entries[which] | {"sha256": "0" * 64}
    entries[which] = forged | {"hash": entry_hash(forged)}
    assert [(one.number, one.state) for one in breaks(entries)] == [(which + 1, "changed")]


@given(which=st.integers(0, 9), record=st.integers(0, 1))
def test_a_changed_list_of_records_is_named(which: int, record: int) -> None:
    entries = chain(10)
    entries[which]["records"][record][2] = "0" * 64
    assert [(one.number, one.state) for one in breaks(entries)] == [(which + 1, "changed")]


@given(which=st.integers(0, 8))
def test_a_removed_entry_is_named(which: int) -> None:
    entries = chain(10)
    del entries[which]
    assert [(one.number, one.state) for one in breaks(entries)] == [(which + 1, "missing")]


@given(first=st.integers(0, 9), second=st.integers(0, 9))
def test_reordered_entries_are_named(first: int, second: int) -> None:
    entries = chain(10)
    entries[first], entries[second] = entries[second], entries[first]
    assert ("moved" in {one.state for one in breaks(entries)}) == (first != second)


def test_an_entry_that_stands_twice_is_named() -> None:
    entries = chain(3)
    assert [(one.number, one.state) for one in breaks([*entries, entries[1]])] == [(2, "unlisted")]
