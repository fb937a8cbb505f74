"""Places are found as people type them, and peace is not a province."""

import itertools
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.places.gazetteer import Gazetteer
from core.places import (
    MERGER,
    commune_of,
    communes,
    communes_since,
    communes_today,
    districts,
    merged_into,
    province_on,
    provinces,
    provinces_today,
    since_merger,
)
from core.plans import load_plan, names

HERE = Gazetteer("Vĩnh Phúc", districts("Vĩnh Phúc"))
CITY = "Thành phố Hồ Chí Minh"


BEFORE, SINCE = date(2021, 8, 3), date(2025, 9, 5)


def found(text, gazetteer=HERE, on=None):
    return ["/".join(filter(None, (p.province, p.district, p.commune))) for p in gazetteer.find(text, on)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Ca mới ở Tam Đảo, tỉnh Vĩnh Phúc", ["Vĩnh Phúc/Tam Đảo", "Vĩnh Phúc"]),
        ("xã Sơn Lôi, huyện Bình Xuyên", ["Vĩnh Phúc/Bình Xuyên/Sơn Lôi", "Vĩnh Phúc/Bình Xuyên"]),
        ("Sơn Lôi có ca mới", ["Vĩnh Phúc/Bình Xuyên/Sơn Lôi"]),
        ("tam dao co ca moi, vinh yen phong toa roi ba con", ["Vĩnh Phúc/Tam Đảo", "Vĩnh Phúc/Vĩnh Yên"]),
        ("huyen lap thach co nam ca moi nhe", ["Vĩnh Phúc/Lập Thạch"]),
        ("vĩnh tường ơi cố lên", ["Vĩnh Phúc/Vĩnh Tường"]),
        ("TP. Vĩnh Yên, TX Phúc Yên và H. Yên Lạc", ["Vĩnh Phúc/Vĩnh Yên", "Vĩnh Phúc/Phúc Yên", "Vĩnh Phúc/Yên Lạc"]),
        ("XÃ SƠN LÔI HUYỆN BÌNH XUYÊN CÁCH LY", ["Vĩnh Phúc/Bình Xuyên/Sơn Lôi", "Vĩnh Phúc/Bình Xuyên"]),
        ("phường Đồng Tâm, Vĩnh Yên", ["Vĩnh Phúc/Vĩnh Yên/Đồng Tâm", "Vĩnh Phúc/Vĩnh Yên"]),
        ("xã Tân Lập, huyện Đầm Hà", ["Quảng Ninh/Đầm Hà"]),
        ("xã Tân Lập, huyện Đầm Hà, không phải huyện Sông Lô", ["Quảng Ninh/Đầm Hà", "Vĩnh Phúc/Sông Lô"]),
        ("xã Đồng Tâm xôn xao", []),
        ("phường Vĩnh Phúc, Hà Nội", ["Hà Nội"]),
        ("nhà tôi ở đường Điện Biên Phủ", []),
        ("chiến thắng Điện Biên Phủ", []),
        ("dịch diễn biến phức tạp", []),
        ("dich dien bien phuc tap tai ha noi", ["Hà Nội"]),
        ("mọi người yêu hòa bình", []),
        ("tỉnh hòa bình có ca mới", ["Hòa Bình"]),
        ("Hòa Bình có ca mới", ["Hòa Bình"]),
        ("vượt Thái Bình Dương", []),
        ("ông Nguyễn Hòa Bình nói", []),
        ("cơ quan ở Đức, cơ sở ở Hà Nội", ["Hà Nội"]),
        ("TP.HCM và Sài Gòn", [CITY, CITY]),
        ("Chủ tịch Hồ Chí Minh", []),
        ("tphcm dong cua", [CITY]),
        ("TP Thanh Hóa", ["Thanh Hóa/Thành phố Thanh Hóa"]),
        ("Thanh Hoá bùng dịch", ["Thanh Hóa"]),
        ("huyện Vĩnh Lộc, Thanh Hóa", ["Thanh Hóa/Vĩnh Lộc", "Thanh Hóa"]),
        ("Đắc Lắc, Bà Rịa - Vũng Tàu, Huế", ["Đắk Lắk", "Bà Rịa - Vũng Tàu", "Thừa Thiên Huế"]),
        ("CLB Hoàng Anh Gia Lai", []),
        ("huyện Đông Anh, Hà Nội", ["Hà Nội/Đông Anh", "Hà Nội"]),
        ("Ba Đình, Hà Nội", ["Hà Nội/Ba Đình", "Hà Nội"]),
        ("Quận 1, TP.HCM", [f"{CITY}/Quận 1", CITY]),
        ("quận Cầu Giấy", ["Hà Nội/Cầu Giấy"]),
        ("huyện Châu Thành", []),  # there are nine
        ("huyện Châu Thành, Long An", ["Long An/Châu Thành", "Long An"]),
        ("chị Hải Yến ở Nghi Sơn", ["Thanh Hóa/Nghi Sơn"]),
        ("thành phố Hòa Bình, tỉnh Hòa Bình", ["Hòa Bình/Thành phố Hòa Bình", "Hòa Bình"]),
    ],
)
def test_a_place_is_found_as_a_reader_finds_it(text, places):
    assert found(text) == places


def test_a_mention_lies_on_the_name_in_the_title_and_the_text():
    text = "Tin Vĩnh  Yên\nỞ Tam Đảo có ca mới"
    assert [text[p.start : p.end] for p in HERE.find(text)] == ["Vĩnh  Yên", "Tam Đảo"]


@pytest.mark.parametrize(
    ("text", "since", "before"),
    [
        ("Phường Vĩnh Phúc, tỉnh Phú Thọ", ["Vĩnh Phúc/Vĩnh Yên/Phường Vĩnh Phúc", "Phú Thọ"], ["Phú Thọ"]),
        ("Phú Thọ: xã Tam Đảo phun thuốc", ["Phú Thọ", "Vĩnh Phúc/Tam Đảo/Xã Tam Đảo"], ["Phú Thọ"]),
        ("XÃ YÊN LẠC TỈNH PHÚ THỌ CÓ DỊCH", ["Vĩnh Phúc/Yên Lạc/Xã Yên Lạc", "Phú Thọ"], ["Phú Thọ"]),
        ("xa tam dao tinh phu tho co dich", ["Vĩnh Phúc/Tam Đảo/Xã Tam Đảo", "Phú Thọ"], ["Phú Thọ"]),
        ("Tam Đảo, Phú Thọ", ["Vĩnh Phúc/Tam Đảo", "Phú Thọ"], ["Phú Thọ"]),
        ("phường Việt Trì, Phú Thọ", ["Phú Thọ/Việt Trì/Phường Việt Trì", "Phú Thọ"], ["Phú Thọ"]),
        ("phường Quy Nhơn, Gia Lai", ["Bình Định/Quy Nhơn/Phường Quy Nhơn", "Gia Lai"], ["Gia Lai"]),
        ("đặc khu Vân Đồn, Quảng Ninh", ["Quảng Ninh/Vân Đồn/Đặc khu Vân Đồn", "Quảng Ninh"], ["Quảng Ninh"]),
        ("xã Tam Đảo, huyện Tam Đảo", ["Vĩnh Phúc/Tam Đảo/Xã Tam Đảo", "Vĩnh Phúc/Tam Đảo"], None),
        ("phường Vĩnh Phúc", [], []),
        ("phường Vĩnh Phúc, Hà Nội", ["Hà Nội"], ["Hà Nội"]),
        ("Hòa Bình có ca mới", ["Hòa Bình"], ["Hòa Bình"]),
    ],
)
def test_a_name_means_what_it_meant_on_the_day_it_was_written(text, since, before):
    assert found(text, on=SINCE) == since
    assert before is None or found(text, on=BEFORE) == before


def test_old_and_new_names_lead_to_each_other():
    assert (len(provinces()), len(provinces_today())) == (63, 34)
    assert province_on("Vĩnh Phúc", BEFORE) == "Vĩnh Phúc"
    assert province_on("Vĩnh Phúc", MERGER) == province_on("Hòa Bình", SINCE) == "Phú Thọ"
    assert province_on("Huế", BEFORE) == "Thừa Thiên Huế"
    assert communes_since("Vĩnh Phúc", "Bình Xuyên", "Sơn Lôi") == ("Xã Bình Nguyên",)
    ward = commune_of("Vĩnh Phúc", "Phường Vĩnh Phúc")
    assert ward is not None
    assert (ward.province, ward.before) == ("Phú Thọ", ("Vĩnh Phúc", "Vĩnh Yên"))
    assert since_merger("Vĩnh Phúc", "Bình Xuyên", "Sơn Lôi") == "Xã Bình Nguyên, Phú Thọ"
    assert since_merger("Vĩnh Phúc", "Tam Đảo") == "Phú Thọ"
    assert since_merger("Hà Nội", "Ba Đình") == since_merger("Atlantis") == ""


def test_the_communes_of_today_are_those_of_the_law_and_made_of_known_districts():
    counts = {name: len(communes_today(name)) for name in provinces_today() if communes_today(name)}
    assert counts == {"Phú Thọ": 148, "Gia Lai": 135, "Quảng Ninh": 54, "Thanh Hóa": 166, "Điện Biên": 45}
    for name in counts:
        for commune in communes_today(name):
            assert commune.title.startswith(("Phường ", "Xã ", "Đặc khu "))
            for province, district, _ in commune.parts:
                assert merged_into(province) == name
                assert district in districts(province)


@pytest.mark.parametrize("name", names())
def test_every_plan_finds_its_own_province_and_districts(name):
    plan = load_plan(name)
    gazetteer = Gazetteer(plan.title, plan.districts)
    assert found(f"Dịch ở tỉnh {plan.title}", gazetteer) == [plan.title]
    for title in plan.districts:
        typed = title if " " in title else f"huyện {title}"
        assert found(f"Dịch ở {typed}, có ca mới", gazetteer) == [f"{plan.title}/{title}"]


def test_the_tables_agree_with_the_plans_and_with_the_law():
    assert len(provinces()) == len(set(provinces())) == 63
    assert len(provinces_today()) == 34
    assert merged_into("Vĩnh Phúc") == "Phú Thọ"
    assert merged_into("Bình Định") == "Gia Lai"
    for name in names():
        plan = load_plan(name)
        assert set(plan.districts) == set(districts(plan.title))
    assert all(communes("Vĩnh Phúc", district) for district in districts("Vĩnh Phúc"))
    with pytest.raises(KeyError):
        merged_into("Atlantis")


PARTS = ["Tỉnh", "huyện", "TP.", "xã", "Vĩnh", "Phúc", "Yên", "Hòa", "Bình", ",", "Tam", "Đảo", "hà", "nội", "\n", "("]


@given(st.lists(st.sampled_from(PARTS), max_size=14))
def test_mentions_lie_in_the_text_and_apart(words):
    text = " ".join(words)
    mentions = HERE.find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in mentions)
    assert all(one.end <= two.start for one, two in itertools.pairwise(mentions))


@pytest.mark.parametrize("part", ["Vĩnh Phúc, ", "xã Sơn Lôi, huyện ", "nguyễn "])
def test_a_hostile_text_costs_no_more_than_its_length(part):
    began = time.process_time()
    HERE.find(part * 20_000)
    assert time.process_time() - began < 5
