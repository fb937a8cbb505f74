"""Paraphrases of one statement come together as they arrive; statements that only look alike stay apart."""

from __future__ import annotations

import csv
import random
import unicodedata
from itertools import combinations
from pathlib import Path

import pytest

from classify.claims.learn_paraphrase import TEXTS, retellings
from classify.claims.likeness import Gatherer, keys
from classify.findings import nearest

CORPUS = Path(TEXTS).parent.parent / "corpus"
MARKET = [
    "Chợ Đồng Tâm đóng cửa từ mai, chị bán thịt dương tính rồi, ai mua thịt tuần này đi khai báo.",
    "mai cho Dong Tam dong nhe, chi ban thit bi r, ai mua thit thi di khai bao",
    "Bà con ơi hàng thịt chợ Đồng Tâm có ca, từ mai chợ đóng cửa, ai ghé hàng thịt nhớ khai báo.",
    "Nghe tin chợ Đồng Tâm mai đóng vì chị hàng thịt dương tính, nhà nào mua thịt ở đó đi khai báo ngay.",
]
NEIGHBOURS = [
    "Chợ Đồng Tâm mai mở lại rồi, hàng thịt bán bình thường, ai đi chợ nhớ quét mã.",
    "Chợ Hội Hợp hết thịt, mai giá thịt lên hai trăm nghìn một cân, mua trữ ngay.",
]


def gathered(texts: list[str]) -> list[int]:
    gatherer = Gatherer()
    return [gatherer.add(text, keys(text, suspect=True), suspect=True) for text in texts]


def test_four_tellings_are_one_claim_and_two_neighbours_are_not() -> None:
    found = gathered([*MARKET, *NEIGHBOURS])
    assert len(set(found[:4])) == 1
    assert len({found[0], *found[4:]}) == 3


def test_a_season_s_common_words_do_not_bring_texts_together() -> None:
    """The disease, countries and authorities are named by whoever writes at all."""
    assert len(set(gathered(["Đã có vắc xin ngừa virus corona", "Vũ Hán: virus corona do Trung Quốc"]))) == 2


def test_the_retellings_are_well_formed_and_apart_from_the_flag_model_s_corpus() -> None:
    with TEXTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["id"] for row in rows}) == len({row["text"] for row in rows}) == len(rows)
    assert all(unicodedata.is_normalized("NFC", row["text"]) for row in rows)
    assert {row["stance"] for row in rows} == {"tell", "deny"}
    parts = [{row["family"] for row in rows if row["part"] == part} for part in ("fit", "held")]
    assert all(parts)
    assert not parts[0] & parts[1]
    known = {row["text"] for path in CORPUS.glob("*.csv") for row in csv.DictReader(path.open(encoding="utf-8-sig"))}
    assert not known & {row["text"] for row in rows}


@pytest.mark.parametrize("seed", [0, 1])
def test_held_out_retellings_come_together_in_any_order(seed: int) -> None:
    told = retellings("held")
    random.Random(seed).shuffle(told)
    found = gathered([one.text for one in told])
    pairs = list(combinations(range(len(told)), 2))
    truth = {(a, b) for a, b in pairs if told[a].claim == told[b].claim and told[a].stance == told[b].stance}
    joined = {(a, b) for a, b in pairs if found[a] == found[b]}
    assert len(joined & truth) >= 0.9 * len(joined)
    assert len(joined & truth) >= 0.4 * len(truth)


def test_beside_a_rumour_stands_what_denies_it() -> None:
    """Words alone; what is shown for a person to read may be wrong more often than what is joined."""
    every = [*retellings("fit"), *retellings("held")]
    denials = [one for one in every if one.stance == "deny"]
    shown = right = possible = 0
    for told in (one for one in every if one.stance == "tell"):
        for denial in denials:
            same = told.claim == denial.claim
            possible += same
            if nearest.likeness(told.text, denial.text) >= nearest.ENOUGH:
                shown, right = shown + 1, right + same
    assert right >= 0.85 * shown
    assert right >= 0.45 * possible
