"""What is of the province, of nowhere known, of the whole country, of elsewhere: told apart by one function."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codes.scopes import ClaimScope
from core.scope import scope_of
from core.triage import urgency

HERE = "Quảng Ninh"


@pytest.mark.parametrize(
    ("named", "text", "tip", "scope"),
    [
        ({HERE}, "Chợ Hạ Long đóng cửa", False, ClaimScope.PROVINCE),
        ({"Hà Nội", HERE}, "Xe từ Hà Nội về", False, ClaimScope.PROVINCE),
        (set(), "Xã mình có ca nhiễm", True, ClaimScope.PROVINCE),
        ({"Hà Nội"}, "Chợ đầu mối đóng cửa", True, ClaimScope.PROVINCE),
        ({"Hà Nội"}, "Hà Nội phát vắc xin giả", False, ClaimScope.ELSEWHERE),
        (set(), "Uống nước lá khỏi bệnh sau ba ngày", False, ClaimScope.NATIONAL),
        (set(), "VẮC-XIN gắn chip theo dõi người tiêm", False, ClaimScope.NATIONAL),
        (set(), "vacxin nay chet nguoi", False, ClaimScope.NATIONAL),
        (set(), "Sắp phong tỏa toàn tỉnh, mua gạo ngay", False, ClaimScope.UNKNOWN),
        (set(), "Có người chết ngoài đường", False, ClaimScope.UNKNOWN),
        (set(), "", False, ClaimScope.UNKNOWN),
    ],
)
def test_scopes(named: set[str], text: str, tip: bool, scope: ClaimScope) -> None:
    assert scope_of(HERE, named, text, tip=tip) is scope


def test_the_order_is_the_province_first_and_elsewhere_last() -> None:
    ordered = sorted(ClaimScope, key=lambda scope: -scope.rank)
    assert ordered == [ClaimScope.PROVINCE, ClaimScope.UNKNOWN, ClaimScope.NATIONAL, ClaimScope.ELSEWHERE]
    assert [ClaimScope.of_rank(scope.rank) for scope in ClaimScope] == list(ClaimScope)


@given(st.floats(0.01, 1), st.integers(1, 1000), st.integers(1, 100), st.floats(0, 1000), st.booleans())
def test_the_same_claim_is_more_urgent_here_than_elsewhere(
    p: float, documents: int, sources: int, old: float, official: bool
) -> None:
    def of(scope: ClaimScope) -> float:
        return urgency(p, documents, sources, old, official, scope)

    assert of(ClaimScope.PROVINCE) > of(ClaimScope.UNKNOWN) > of(ClaimScope.ELSEWHERE)
