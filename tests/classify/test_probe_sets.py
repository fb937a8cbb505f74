"""The probe sets: what whoever measures with them may rely on."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "probes"
COLUMNS = {
    "rights": ["id", "family", "stance", "manner", "text", "part"],
    "denials": ["id", "family", "stance", "text", "part"],
    "sober_rumours": ["id", "family", "topic", "text", "part"],
    "surprising_true": ["id", "family", "topic", "text", "part"],
    "comments": ["id", "family", "kind", "text", "part"],
    "retellings": ["id", "family", "role", "text", "part"],
    "numbers": ["id", "family", "official", "post", "expected", "quantity", "part"],
}
COUNTS = {  # texts (pairs for numbers), families
    "rights": (402, 67), "denials": (318, 106), "sober_rumours": (300, 100), "surprising_true": (200, 100),
    "comments": (200, 200), "retellings": (357, 60), "numbers": (60, 60),
}  # fmt: skip
CLOSED = {
    ("rights", "stance"): {"criticism", "complaint", "question", "joke"},
    ("rights", "manner"): {"plain", "exclaimed", "capitals", "unaccented", "emoji", "broken"},
    ("denials", "stance"): {"denial", "rebuttal", "quoted", "doubt", "attributed"},
    ("retellings", "role"): {"retelling", "opposite", "place", "number", "actor", "time", "subject"},
    ("numbers", "expected"): {"same", "differs", "other-thing"},
}
EVERY_SET = pytest.mark.parametrize("name", sorted(COLUMNS))


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS[name]
        return list(reader)


@EVERY_SET
def test_every_cell_is_filled_and_in_normal_form(name):
    for row in rows(name):
        for value in row.values():
            assert value.strip() == value != "", row
            assert unicodedata.is_normalized("NFC", value), row


@EVERY_SET
def test_the_counts_are_those_on_the_card(name):
    found = rows(name)
    assert (len(found), len({row["family"] for row in found})) == COUNTS[name]
    card = (FOLDER / "README.md").read_text("utf-8")
    texts, families = COUNTS[name]
    assert re.search(rf"\| `{name}\.csv` \| {texts}( pairs)? \| {families} \|", card)


@EVERY_SET
def test_a_family_lies_wholly_in_the_half_its_number_says(name):
    found = rows(name)
    for row in found:
        number = int(re.sub(r"\D", "", row["family"]))
        assert row["part"] == ("look" if number % 2 else "final"), row["id"]
        assert row["id"].partition("-")[0] == row["family"]
    assert {row["part"] for row in found} == {"look", "final"}


def test_no_id_and_no_text_stands_twice_in_any_set():
    found = [row for name in COLUMNS for row in rows(name)]
    texts = [row[column] for row in found for column in ("text", "official", "post") if column in row]
    for values in ([row["id"] for row in found], texts):
        assert [value for value, times in Counter(values).items() if times > 1] == []


@pytest.mark.parametrize(("name", "column"), sorted(CLOSED))
def test_closed_columns_hold_every_value_and_no_other(name, column):
    assert {row[column] for row in rows(name)} == CLOSED[name, column]


def test_each_text_on_rights_comes_in_all_six_manners():
    manners = defaultdict(list)
    for row in rows("rights"):
        manners[row["family"], row["stance"]].append(row["manner"])
    assert len(manners) == 67
    assert all(sorted(found) == sorted(CLOSED["rights", "manner"]) for found in manners.values())


def test_each_family_of_retellings_has_three_and_its_opposite():
    roles = defaultdict(Counter)
    for row in rows("retellings"):
        roles[row["family"]][row["role"]] += 1
    for family, found in roles.items():
        assert (found["retelling"], found["opposite"]) == (3, 1), family
        assert sum(found.values()) >= 5, family
