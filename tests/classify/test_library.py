"""The shipped library of findings: what whoever matches posts against it, or reads a finding, may rely on."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from core.codes.findings import Origin, Rating
from core.findings.claimreview import MOST_CLAIM, MOST_NAME, MOST_URL
from core.findings.finding import Finding
from core.vietnamese import fold

FOLDER = Path(__file__).resolve().parents[2] / "classify" / "library"
COLUMNS = [
    "id", "topic", "subject", "rating", "statement", "opposite", "correct", "also", "publisher", "found_on", "url",
    "checked",
]  # fmt: skip
TOPICS = {
    "covid", "vaccine", "dengue", "measles", "mpox", "influenza", "hmpv", "hand-foot-mouth", "rabies", "general",
}  # fmt: skip
SUBJECTS = {"cause", "illness", "intervention", "treatment", "information"}
RATINGS = {Rating.FALSE, Rating.MISLEADING, Rating.TRUE}
CHECKED = {"đã đối chiếu", "chưa đối chiếu"}


@cache
def rows() -> tuple[dict[str, str], ...]:
    with (FOLDER / "findings.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        assert reader.fieldnames == COLUMNS
        return tuple(reader)


def syllables(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def forms(row: dict[str, str]) -> list[str]:
    return row["also"].split(" | ")


def unaccented(text: str) -> bool:
    return "đ" not in text.lower() and not any(map(unicodedata.combining, unicodedata.normalize("NFD", text)))


def test_every_row_uses_the_documented_values() -> None:
    for row in rows():
        assert None not in row, row
        assert row["topic"] in TOPICS, row
        assert row["subject"] in SUBJECTS, row
        assert row["rating"] in RATINGS, row
        assert row["checked"] in CHECKED, row
        assert re.fullmatch(r"20\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", row["found_on"]), row


def test_no_cell_is_empty_or_badly_spelt() -> None:
    for row in rows():
        for column, cell in row.items():
            assert cell, (row["id"], column)
            assert cell == " ".join(cell.split()), (row["id"], column)
            assert unicodedata.is_normalized("NFC", cell), (row["id"], column)


def test_ids_are_unique_slugs() -> None:
    assert max(Counter(row["id"] for row in rows()).values()) == 1
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", row["id"]) for row in rows())


def test_there_are_enough_of_each_rating_topic_and_subject() -> None:
    assert len(rows()) >= 250
    assert 0.25 <= sum(row["rating"] == "true" for row in rows()) / len(rows()) <= 0.45
    topics = Counter(row["topic"] for row in rows())
    assert set(topics) == TOPICS
    assert min(topics.values()) >= 5
    assert {row["subject"] for row in rows()} == SUBJECTS
    for topic in TOPICS:
        assert {row["rating"] for row in rows() if row["topic"] == topic} >= {"true", "false"}, topic


def test_nothing_is_stated_twice() -> None:
    said = Counter(syllables(form) for row in rows() for form in [row["statement"], *forms(row)])
    assert [text for text, count in said.items() if count > 1] == []


def test_no_two_statements_are_one_sentence_with_a_word_changed() -> None:
    def pairs(text: str) -> set[tuple[str, str]]:
        told = syllables(text).split()
        return set(pairwise(told))

    stated = [(row["id"], pairs(row["statement"])) for row in rows()]
    for at, (one, left) in enumerate(stated):
        for other, right in stated[at + 1 :]:
            assert len(left & right) / len(left | right) < 0.55, (one, other)


def test_a_statement_is_one_sentence_and_its_opposite_another() -> None:
    for row in rows():
        for column in ("statement", "opposite"):
            assert row[column].endswith("."), (row["id"], column)
            assert re.search(r"[.?!] ", row[column].replace("TP. ", "")) is None, (row["id"], column)
        assert syllables(row["statement"]) != syllables(row["opposite"]), row["id"]
        assert syllables(row["correct"]) not in {syllables(row["statement"]), syllables(row["opposite"])}, row["id"]


def test_each_has_other_wordings_one_of_them_without_accents() -> None:
    for row in rows():
        assert len(forms(row)) >= 2, row["id"]
        assert all(forms(row)), row["id"]
        assert unaccented(forms(row)[-1]), row["id"]
        assert not unaccented(row["statement"]), row["id"]


def test_every_finding_says_where_it_can_be_read() -> None:
    for row in rows():
        address = urlsplit(row["url"])
        assert address.scheme == "https", row["id"]
        assert address.hostname, row["id"]
        assert "." in address.hostname, row["id"]
        if row["checked"] == "đã đối chiếu":
            assert address.path, (row["id"], "a site's root tells nobody what was read")


def test_every_row_can_be_a_finding_of_its_own() -> None:
    keys = set()
    for row in rows():
        assert len(row["statement"]) <= MOST_CLAIM
        assert len(row["publisher"]) <= MOST_NAME
        assert len(row["url"]) <= MOST_URL
        rating = Rating(row["rating"])
        finding = Finding(Origin.CLAIMREVIEW, row["statement"], rating, row["rating"], row["publisher"], row["url"])
        keys.add(finding.key)
    assert len(keys) == len(rows())


def test_the_data_card_counts_what_is_there() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"{len(rows())} findings" in card
    assert f"{sum(row['checked'] == 'đã đối chiếu' for row in rows())} rows are `đã đối chiếu`" in card
    for column in ("topic", "subject"):
        for value, count in Counter(row[column] for row in rows()).items():
            by_rating = Counter(row["rating"] for row in rows() if row[column] == value)
            cells = [count, *(by_rating[rating] for rating in ("false", "misleading", "true"))]
            assert f"| `{value}` | {' | '.join(map(str, cells))} |" in card, value
