"""A rumour told in other words is the same claim; its denial, ordinary news and another place's rumour are not."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest

from classify.claims.likeness import SUSPECT_SHARE, Gatherer, denies, keys, likeness, near_verified
from classify.claims.minhash import SAME
from core.codes.texts import FLAGGABLE
from core.vietnamese import fold

RUMOUR = (
    "KHẨN: Từ 23h đêm nay 5 máy bay trực thăng của quân đội phun thuốc khử trùng toàn tỉnh Vĩnh Phúc. Không ai được ra "
    "đường, thuốc dính vào da là bỏng. Cất quần áo, đậy bể nước. Chuyển tiếp cho mọi người!"
)
RETOLD = [
    "dem nay 23h truc thang phun thuoc khu trung nhe ca nha, dong kin cua lai, cat quan ao, ai ra duong la bong da day",
    "Bạn tôi trong quân đội bảo 5 chiếc trực thăng đã nạp đầy thuốc khử trùng, 23h cất cánh phun. Ai ra đường bỏng da.",
]
DENIAL = "Công an xã phát loa: không có máy bay trực thăng nào phun thuốc khử trùng đêm nay, tin nhắn 23h là tin giả."
OTHERS = [
    "Nhai tỏi sống mỗi sáng là con vi rút chết sạch trong cổ họng, không cần đi viện, chia sẻ cứu người nhé.",
    "Đêm nay quân đội đưa 5 xe phun khử khuẩn tới chợ theo kế hoạch của ban chỉ đạo, người dân đi lại bình thường.",
]


def gathered(texts: list[str], *, suspect: bool = True) -> list[int]:
    gatherer = Gatherer()
    return [gatherer.add(text, keys(text, suspect=suspect), suspect=suspect) for text in texts]


def test_retellings_join_the_claim_with_or_without_accents() -> None:
    assert gathered([RUMOUR, *RETOLD, fold(RUMOUR), *OTHERS]) == [0, 0, 0, 0, 1, 2]


def test_only_suspect_texts_are_looked_for_in_other_words() -> None:
    """Copies join all the same."""
    assert gathered([RUMOUR, *RETOLD, RUMOUR.upper()], suspect=False) == [0, 1, 2, 0]


def test_a_denial_stays_apart_even_where_it_quotes_the_rumour() -> None:
    quoting = f"TIN GIẢ: {RUMOUR}"
    assert denies(DENIAL)
    assert not denies(RUMOUR)
    assert likeness(RUMOUR, quoting, suspect=True) == 0
    assert not set(keys(RUMOUR, suspect=True)) & set(keys(quoting, suspect=True))
    assert 0 not in gathered([RUMOUR, DENIAL, quoting])[1:]


def test_the_same_rumour_of_another_place_is_another_claim() -> None:
    here = "Tin chuẩn: 0h đêm nay phong tỏa toàn huyện Vĩnh Tường 28 ngày, mua gạo mì tôm ngay đi bà con ơi"
    there = "Sắp phong tỏa toàn huyện Tam Đảo rồi, 0h đêm nay nhé, gạo với mì tôm ngoài chợ hết sạch, bà con chạy ngay"
    assert likeness(here, there.replace("Tam Đảo", "Vĩnh Tường"), suspect=True) >= SAME
    assert likeness(here, there, suspect=True) < SAME


def test_accents_tell_words_apart_where_both_have_them() -> None:
    """``tỏi`` and ``tối`` are one word only without accents."""
    one, other = "tối nay phong tỏa chợ", "tỏi này phòng tòa chợ"
    assert likeness(one, fold(other), suspect=True) >= likeness(one, other, suspect=True)


@pytest.mark.parametrize("text", ["", "…", "😷 !!!", "a", "\0", "1 2 3"])
def test_texts_without_words_are_claims_of_their_own(text: str) -> None:
    assert all(len(key) <= 24 for key in keys(text, suspect=True))
    assert likeness(text, RUMOUR, suspect=True) < SAME


def test_a_text_of_a_word_or_two_is_no_retelling_of_whatever_has_them() -> None:
    """A bare address, say."""
    for short in ("<URL>", "trực thăng", "khử trùng!!!"):
        assert likeness(short, f"{RUMOUR} <URL>", suspect=True) < SAME


def test_copies_meet_whatever_came_between() -> None:
    """And whatever the model thought of each."""
    texts = [RUMOUR, *OTHERS, RETOLD[0], RUMOUR.upper(), fold(RUMOUR), "tin", "TIN!"]
    gatherer = Gatherer()
    found = [gatherer.add(text, keys(text, suspect=n % 2 > 0), suspect=n % 2 > 0) for n, text in enumerate(texts)]
    assert found[4] == found[5] == found[0]
    assert found[-1] == found[-2]


def test_keys_fit_the_archive_and_are_the_same_in_every_run() -> None:
    found = keys(RUMOUR, suspect=True)
    assert len(found) == len(set(found)) <= 65
    assert all(len(key) <= 24 for key in (*found, *keys(f"TIN GIẢ {RUMOUR}", suspect=True)))
    script = (
        "import sys; from classify.claims.likeness import keys; "
        "sys.stdout.write('|'.join(keys(sys.argv[1], suspect=True)))"
    )
    again = subprocess.run([sys.executable, "-c", script, RUMOUR], capture_output=True, check=True).stdout.decode()
    assert tuple(again.split("|")) == found


def test_verified_claims_are_ranked_by_what_a_text_says() -> None:
    """Denials too: they are what answers it."""
    ranked = near_verified([OTHERS[0], DENIAL, "Trời hôm nay mưa to ở vùng núi."])
    for text in (RUMOUR, *RETOLD):
        assert ranked(text, 2)[0][0] == 1
    assert ranked("😷", 5) == []
    assert near_verified([])(RUMOUR, 5) == []


@pytest.mark.slow
def test_the_small_web_comes_together() -> None:
    """By the shipped model's own flags: nothing but a rumour joins a rumour, and a good part of them must."""
    from classify.claims.sense import Senses
    from classify.model.load import load_model
    from tests.site.texts import load

    web = load(datetime(2021, 11, 21, 12, tzinfo=UTC))
    texts = sorted(web.texts(), key=lambda text: text.at)
    boards = {site.name for site in web.sites if site.platform != "press"}
    said = [text.text if text.site in boards else f"{text.title}\n{text.text}" for text in texts]
    model, gatherer = load_model(None), Gatherer()
    senses = Senses(model.encoder)
    suspect = [
        flag.kind in FLAGGABLE and flag.probability >= SUSPECT_SHARE * model.threshold
        for flag in model.flag([f"{text.title}\n{text.text}" for text in texts])
    ]
    vectors = iter(senses.of([one for one, sure in zip(said, suspect, strict=True) if sure]))
    start = time.process_time()
    found = [
        gatherer.add(one, keys(one, suspect=sure), suspect=sure, sense=next(vectors) if sure else b"")
        for one, sure in zip(said, suspect, strict=True)
    ]
    assert len(said) / (time.process_time() - start) >= 300
    spread = [n for n, text in enumerate(texts) if text.label.stance == "spread"]
    truth = {(a, b) for a, b in combinations(spread, 2) if texts[a].label.rumour == texts[b].label.rumour}
    joined = {pair for pair in combinations(range(len(texts)), 2) if found[pair[0]] == found[pair[1]]}
    joined = {pair for pair in joined if {*pair} & {*spread}}
    precision, recall = len(joined & truth) / len(joined), len(joined & truth) / len(truth)
    assert precision >= 0.95, (precision, recall)
    assert recall >= (0.25 if model.encoder.size else 0.2), (precision, recall)


def test_copies_of_real_posts_come_together() -> None:
    folder = os.environ.get("SOATIN_DATA")
    if not folder:
        pytest.skip("SOATIN_DATA is not set: real posts were NOT checked")
    with (Path(folder) / "reintel.csv").open(encoding="utf-8-sig", newline="") as file:
        posts = [row["post_message"] for row in csv.DictReader(file)][:600]
    found = gathered(posts, suspect=False)
    from classify.claims.minhash import _shingles as shingles

    sets = [shingles(post) for post in posts]
    pairs = [p for p in combinations(range(len(posts)), 2) if sets[p[0]] and sets[p[1]] and sets[p[0]] & sets[p[1]]]
    truth = {(a, b) for a, b in pairs if len(sets[a] & sets[b]) >= 0.7 * len(sets[a] | sets[b])}
    assert sum(found[a] == found[b] for a, b in truth) >= 0.95 * len(truth)
