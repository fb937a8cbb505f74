"""A headline that says more than its article is named, with the words; a fair one is left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wording.overstated import overstated

TRIAL = (
    "Nhóm nghiên cứu tại Hà Nội cho biết dịch chiết lá xuyên tâm liên có thể ức chế virus SARS-CoV-2 trong phòng "
    "thí nghiệm. Các nhà khoa học nhấn mạnh kết quả mới ở giai đoạn đầu, chưa thử trên người. Người dân không nên"
    " tự mua uống. Bộ Y tế sẽ xem xét hồ sơ thử nghiệm trong quý tới, sau khi hội đồng đạo đức họp."
)
DEATH = (
    "Một phụ nữ 45 tuổi ở huyện Bình Xuyên tử vong hai ngày sau khi tiêm vắc xin. Sở Y tế Vĩnh Phúc cho biết hội "
    "đồng chuyên môn kết luận người này tử vong do nhồi máu cơ tim trên bệnh nền, không liên quan vắc xin đã "
    "tiêm. Gia đình đồng ý với kết luận. Trong ngày hôm đó, điểm tiêm có 412 người được tiêm và không ai phản ứng"
    " nặng."
)
RUMOUR = (
    "Tối qua nhiều tài khoản chia sẻ bài viết nói Hà Nội phong tỏa toàn thành phố từ 0 giờ. Lãnh đạo thành phố "
    "khẳng định thông tin Hà Nội phong tỏa toàn thành phố từ 0 giờ là không đúng sự thật. Công an đang xác minh "
    "người đăng đầu tiên để xử lý theo quy định, người dân bình tĩnh và theo dõi nguồn chính thức."
)
CASES = (
    "Chiều nay Bộ Y tế ghi nhận thêm 296 ca mắc mới, trong đó 214 ca phát hiện tại khu cách ly. Số người khỏi "
    "bệnh trong ngày là 180. Các tỉnh tiếp tục rà soát người đi về từ vùng dịch, tổ chức tiêm vắc xin cho người "
    "trên 65 tuổi và người có bệnh nền."
)


@pytest.mark.parametrize(
    ("title", "text", "codes"),
    [
        ("Lá xuyên tâm liên tiêu diệt virus SARS-CoV-2", TRIAL, ["certain"]),
        ("Chết vì vắc xin: người phụ nữ 45 tuổi tử vong ở Bình Xuyên", DEATH, ["certain"]),
        ("Hà Nội phong tỏa toàn thành phố từ 0 giờ đêm nay", RUMOUR, ["unverified"]),
        ("Kinh hoàng: 2960 ca mắc mới, lý do khiến ai cũng rùng mình", CASES, ["number", "alarm", "withheld"]),
        ("KINH HOÀNG 2.960 ca mới, điều này khiến dân mạng hoang mang", CASES, ["number", "alarm", "withheld"]),
    ],
)
def test_a_headline_that_goes_beyond_its_article_is_named_with_the_reason(title, text, codes):
    found = overstated(title, text)
    assert found.enough
    assert [sign.code for sign in found.signs if sign.code != "uncovered"] == codes


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Xuyên tâm liên có thể ức chế virus trong phòng thí nghiệm", TRIAL),
        ("Vụ phụ nữ tử vong sau tiêm ở Bình Xuyên: không liên quan vắc xin", DEATH),
        ("Bác tin Hà Nội phong tỏa toàn thành phố từ 0 giờ", RUMOUR),
        ("Hà Nội phong tỏa toàn thành phố từ 0 giờ?", RUMOUR),
        ("Thêm 296 ca mắc mới, 180 người khỏi bệnh", CASES),
        ("", CASES),
        ("Lá xuyên tâm liên tiêu diệt virus", "Xem video."),
        (CASES, CASES),
    ],
)
def test_a_fair_headline_is_left_alone(title, text):
    assert not overstated(title, text).enough


def test_the_reason_quotes_both_sides():
    (sign,) = overstated("Lá xuyên tâm liên tiêu diệt virus SARS-CoV-2", TRIAL).signs
    assert (sign.said, sign.against) == ("tiêu diệt", "có thể")


def test_it_reads_headlines_typed_in_capitals_and_odd_spellings():
    assert overstated("LÁ XUYÊN TÂM LIÊN T.I.Ê.U  D.I.Ệ.T VI-RÚT SARS-CoV-2", TRIAL).enough


@given(st.text(max_size=200), st.text(max_size=600))
def test_any_text_gets_a_score_from_nought_to_one(title, text):
    found = overstated(title, text)
    assert 0 <= found.score <= 1
    assert bool(found.signs) == (found.score > 0)


def test_a_hostile_article_costs_no_more_than_its_length():
    began = time.process_time()
    overstated("có thể " * 200, "không đúng sự thật. " * 50_000)
    overstated("tiêu diệt virus", "a. " * 100_000)
    assert time.process_time() - began < 2
