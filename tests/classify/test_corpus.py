"""The shipped corpus: what a person who trains on it, or reads it, may rely on."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "classify" / "corpus"
COLUMNS = ["id", "text", "kind", "label", "topic", "claim", "voice", "split", "group"]
KINDS = {"claim", "question", "opinion", "official", "advertisement", "other"}
TOPICS = {"cause", "illness", "intervention", "treatment", "information", "dengue", "other"}
VOICES = {
    "official", "press", "neighbour", "forum", "forwarded", "advert", "satire", "citizen", "doctor", "rebuttal",
}  # fmt: skip


@cache
def rows() -> tuple[dict[str, str], ...]:
    found: list[dict[str, str]] = []
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            assert reader.fieldnames == COLUMNS, path.name
            found.extend(reader)
    return tuple(found)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).lower())


def unaccented(text: str) -> bool:
    return "đ" not in text.lower() and not any(map(unicodedata.combining, unicodedata.normalize("NFD", text)))


def test_every_row_uses_the_documented_values() -> None:
    for row in rows():
        assert row["kind"] in KINDS, row
        assert row["topic"] in TOPICS, row
        assert row["voice"] in VOICES, row
        assert row["label"] in {"0", "1"}, row
        assert row["split"] in {"train", "eval"}, row
        assert row["group"], row
        assert row["text"] == row["text"].strip(), row
        assert unicodedata.is_normalized("NFC", row["text"]), row


def test_ids_are_unique_and_name_their_file() -> None:
    assert max(Counter(row["id"] for row in rows()).values()) == 1
    for path in FOLDER.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert all(row["id"].startswith(f"{path.stem}-") for row in csv.DictReader(file))


def test_no_text_is_there_twice() -> None:
    seen = Counter(" ".join(words(row["text"])) for row in rows())
    assert [text for text, count in seen.items() if count > 1] == []


def test_texts_of_one_group_are_not_one_sentence_with_a_word_changed() -> None:
    """Hand-written paraphrases share few runs of four words; a filled-in template would share most."""
    groups: dict[str, list[tuple[str, set[tuple[str, ...]]]]] = defaultdict(list)
    for row in rows():
        syllables = words(row["text"])
        runs = {tuple(syllables[at : at + 4]) for at in range(len(syllables) - 3)}
        groups[row["topic"]].append((row["id"], runs))
    for members in groups.values():
        for at, (one, left) in enumerate(members):
            for other, right in members[at + 1 :]:
                shared = len(left & right) / max(1, min(len(left), len(right)))
                assert shared < 0.5, (one, other, shared)


def test_only_claims_and_advertisements_are_unreliable() -> None:
    assert {row["kind"] for row in rows() if row["label"] == "1"} == {"claim", "advertisement"}


def test_no_claim_and_no_group_is_on_both_sides_of_the_split() -> None:
    for column in ("claim", "group"):
        sides: dict[str, set[str]] = defaultdict(set)
        for row in rows():
            if row[column]:
                sides[row[column]].add(row["split"])
        assert [name for name, split in sides.items() if len(split) > 1] == []


def test_a_group_holds_one_label_and_one_claim() -> None:
    for column in ("label", "claim"):
        held: dict[str, set[str]] = defaultdict(set)
        for row in rows():
            held[row["group"]].add(row[column])
        assert [name for name, values in held.items() if len(values) > 1] == []


def test_size_and_balance() -> None:
    assert len(rows()) >= 1500
    unreliable = sum(row["label"] == "1" for row in rows()) / len(rows())
    held_out = sum(row["split"] == "eval" for row in rows()) / len(rows())
    assert 0.25 <= unreliable <= 0.4
    assert 0.15 <= held_out <= 0.25
    for split in ("train", "eval"):
        kinds = {row["kind"] for row in rows() if row["split"] == split}
        assert kinds == KINDS, split


def test_voices_lengths_and_spellings_vary() -> None:
    voices = Counter(row["voice"] for row in rows())
    assert set(voices) == VOICES
    assert max(voices.values()) < len(rows()) / 3
    lengths = [len(row["text"].split()) for row in rows()]
    assert min(lengths) <= 12
    assert max(lengths) >= 120
    assert sum(length >= 80 for length in lengths) >= 30
    assert sum(unaccented(row["text"]) for row in rows()) >= 75


def test_informal_is_not_the_same_as_false() -> None:
    """Each informal voice speaks true as well as false; a label must not follow from tone alone."""
    for voice in ("neighbour", "forum", "forwarded"):
        labels = Counter(row["label"] for row in rows() if row["voice"] == voice)
        assert min(labels["0"], labels["1"]) >= 10, (voice, labels)
    plain = Counter(row["label"] for row in rows() if unaccented(row["text"]))
    assert min(plain["0"], plain["1"]) >= 25, plain


def test_the_data_card_counts_what_is_there() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.glob("*.csv"):
        own = [row for row in rows() if row["id"].rsplit("-", 1)[0] == path.stem]
        unreliable = sum(row["label"] == "1" for row in own)
        assert re.search(rf"\| `{path.name}` \|.*\| {len(own)} \| {unreliable} \|", card), path.name
    assert f"{len(rows())} texts" in card


def test_no_text_is_copied_from_the_data_for_measuring() -> None:
    """Runs where SOATIN_DATA names the folder of real posts; no run of ten words may be shared with them."""
    folder = os.environ.get("SOATIN_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("SOATIN_DATA is not set: the check that nothing was copied from real posts did not run")
    length = 10
    ours: dict[tuple[str, ...], str] = {}
    for row in rows():
        syllables = words(row["text"])
        for at in range(len(syllables) - length + 1):
            ours[tuple(syllables[at : at + length])] = row["id"]
    csv.field_size_limit(10**8)
    copied: set[str] = set()
    for name in ("reintel.csv", "unc_dantri.csv", "vicov19qa/1_ans_train.csv", "vicov19qa/1_ans_val.csv"):
        path = Path(folder) / name
        if not path.exists():
            continue
        syllables = words(path.read_text(encoding="utf-8", errors="replace"))
        for at in range(len(syllables) - length + 1):
            if (hit := ours.get(tuple(syllables[at : at + length]))) is not None:
                copied.add(hit)
    assert copied == set()
