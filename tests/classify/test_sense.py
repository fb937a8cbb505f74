"""Vectors of what suspect texts say: made by one encoder and one set of directions, and by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from classify.claims.likeness import Gatherer, keys, likeness
from classify.claims.minhash import SAME
from classify.claims.sense import TURN, Senses, nearness
from classify.encoders.port import Encoder, NullEncoder, Vectors
from classify.encoders.registry import open_encoder
from core.vietnamese import fold

TOLD = [
    "Nhai trầu không mỗi sáng thì phổi sạch, đang F0 cũng âm tính sau hai hôm, cả xóm tôi khỏi nhờ lá trầu.",
    "Ai dính bệnh cứ lấy lá trầu không nhai nuốt nước, 2 ngày test lại một vạch, xóm tui khỏi hết rồi đó.",
    "f0 nhai lá trầu là hết nha mn, hai bữa âm tính luôn, chỗ tui ai cũng làm",
    "nhai la trau khong di ba con, xom toi 2 hom la am tinh ca",
]
NEIGHBOURS = [
    "Giá trầu không ngoài chợ lên gấp mười, sáng nay các sạp đã hết hàng.",
    "Trồng trầu không quanh nhà thì người trong nhà không lây, khỏi cần tiêm phòng.",
]


class Counting(Encoder):
    """Another encoder than the shipped directions are of."""

    name, size = "counting-1", 4

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), self.size), dtype=np.float32)


@pytest.fixture(scope="module")
def senses() -> Senses:
    made = Senses(open_encoder())
    if not made.of(["một câu"])[0]:
        pytest.skip("the extra 'encoder' is not installed, or is not the one of the shipped directions")
    return made


def gathered(texts: list[str], senses: Senses | None) -> list[int]:
    gatherer, vectors = Gatherer(), senses.of(texts) if senses else [b""] * len(texts)
    return [
        gatherer.add(text, keys(text, suspect=True), suspect=True, sense=vector)
        for text, vector in zip(texts, vectors, strict=True)
    ]


def test_four_tellings_come_together_and_two_neighbours_stay_apart(senses: Senses) -> None:
    found = gathered([*TOLD, *NEIGHBOURS], senses)
    assert len(set(found[:4])) == 1
    assert len({found[0], *found[4:]}) == 3


def test_the_neighbours_stay_apart_without_an_encoder_too() -> None:
    found = gathered([*TOLD, *NEIGHBOURS], None)
    assert not {*found[:4]} & {*found[4:]}


def test_accents_are_restored_for_the_encoder(senses: Senses) -> None:
    typed, bare, other = senses.of([TOLD[0], fold(TOLD[0]), NEIGHBOURS[0]])
    assert (nearness(typed, bare) or 0) > (nearness(typed, other) or 0)


def test_the_same_text_has_the_same_vector_whatever_stands_beside_it(senses: Senses) -> None:
    alone, again = senses.of([TOLD[0]])[0], senses.of([TOLD[0]])[0]
    assert alone == again
    assert (nearness(alone, senses.of(list(reversed(TOLD)))[3]) or 0) > 0.99


@pytest.mark.parametrize("encoder", [NullEncoder(), Counting()])
def test_with_no_encoder_or_another_one_words_decide(encoder: Encoder) -> None:
    assert Senses(encoder).of(TOLD) == [b""] * len(TOLD)


def test_missing_or_broken_directions_leave_it_to_words(tmp_path: Path) -> None:
    (tmp_path / "broken.npz").write_bytes(TURN.read_bytes()[:100])
    for file in (tmp_path / "none.npz", tmp_path / "broken.npz"):
        assert Senses(open_encoder(), file).of(["một câu"]) == [b""]


def test_vectors_of_another_making_are_not_compared() -> None:
    one = b"abcd" + np.ones(3, dtype="<f2").tobytes()
    assert nearness(one, one) == 3
    for other in (b"", b"abcd", b"dcba" + one[4:], one + b"\0\0", b"abcd" + np.full(3, np.nan, "<f2").tobytes()):
        assert nearness(one, other) is None


def test_a_vector_alone_makes_no_claim_of_different_words_or_stances() -> None:
    assert likeness(TOLD[0], "Giá xăng chiều nay giảm năm trăm đồng một lít ở cây xăng.", suspect=True, near=0.5) < SAME
    assert likeness(TOLD[0], f"TIN GIẢ: {TOLD[0]}", suspect=True, near=1.0) == 0
