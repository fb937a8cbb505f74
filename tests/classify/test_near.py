"""A rumour is recognised when it is forwarded, retyped or cut, and not when it only sounds alike."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.claims.minhash import SAME, bands, similarity
from core.vietnamese import fold

RUMOUR = (
    "Đêm nay từ 23 giờ sẽ có máy bay trực thăng phun thuốc khử trùng toàn thành phố, mọi người đóng kín cửa sổ, "
    "không ra đường, cất hết quần áo đang phơi vào nhà nhé, tin từ người nhà làm trong quân đội gửi."
)
COPIES = {
    "as it is": RUMOUR,
    "without accents": fold(RUMOUR),
    "shouted": RUMOUR.upper(),
    "with a preface": "Em vừa nhận được tin này trong nhóm của cơ quan, chia sẻ gấp cho cả nhà biết: " + RUMOUR,
    "with a comment after": RUMOUR + " Không biết có đúng không nhưng cứ cẩn thận cho chắc các bác ạ.",
    "cut": RUMOUR[:150],
    "with words changed": RUMOUR.replace("Đêm nay", "Tối mai").replace("nhé", "nha").replace("23", "22"),
    "in short forms": RUMOUR.replace("không", "ko").replace("mọi người", "mn"),
}
OTHERS = [
    "Sở Y tế bác tin máy bay phun thuốc khử trùng, đề nghị người dân không chia sẻ tin chưa kiểm chứng.",
    "Uống nước tỏi mỗi sáng là khỏi hẳn bệnh, không cần đi viện.",
    "Đêm nay trời mưa to, mọi người đóng kín cửa sổ.",
]


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copy_is_found_and_taken_for_the_same(copy):
    assert set(bands(RUMOUR)) & set(bands(copy))
    assert similarity(RUMOUR, copy) >= SAME


@pytest.mark.parametrize("other", OTHERS)
def test_another_text_is_another_claim(other):
    assert similarity(RUMOUR, other) < SAME


def test_bulletins_of_two_days_are_two_claims():
    frame = "Bản tin sáng {}: tỉnh ghi nhận {} ca mắc mới tại {}. {} Người dân thực hiện nghiêm 5K."
    one = frame.format("3/5", "hai", "Bình Xuyên", "Các ca đều là F1 đã cách ly từ trước, không có nguy cơ lây lan.")
    two = frame.format("9/5", "bảy", "Vĩnh Yên", "Chùm ca bệnh liên quan đến một quán ăn, đang truy vết khẩn trương.")
    assert similarity(one, two) < SAME


def test_bands_are_the_same_in_every_run():
    script = "import sys; from classify.claims.minhash import bands; sys.stdout.write('|'.join(bands(sys.argv[1])))"
    other_run = subprocess.run([sys.executable, "-c", script, RUMOUR], capture_output=True, check=True).stdout.decode()
    assert tuple(other_run.split("|")) == bands(RUMOUR)
    assert bands("máy bay phun thuốc đêm nay")[0] == "00044811073edcabda"


@given(st.text(max_size=80), st.text(max_size=80))
def test_similarity_is_a_measure(a, b):
    assert 0 <= similarity(a, b) == similarity(b, a) <= 1
    assert similarity(a, a) == (1 if bands(a) else 0)
    assert len(bands(a)) in (0, 32)


def test_a_text_without_words_is_like_nothing():
    assert bands("… 😷 !!!") == ()
    assert similarity("… 😷", RUMOUR) == 0
