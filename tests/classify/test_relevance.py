"""What is about the epidemic stays, however it is typed; what is not is dropped."""

import csv
import os
from pathlib import Path

import pytest

from classify.relevance import Relevance
from core.topics import load_topics
from core.vietnamese import fold


@pytest.fixture(scope="module")
def covid():
    return Relevance(load_topics(["covid", "dengue"]), ("vùng xanh",))


@pytest.mark.parametrize(
    "text",
    [
        "Xã bên có ca c0vid rồi bà con ơi",
        "nghe nói tiêm v@cxin cô vy bị vô sinh",
        "nghe noi tiem vac xin co vy bi vo sinh",
        "thanh pho sap phong toa, co nguoi bi cach ly roi",
        "Uống nước tỏi chữa khỏi virus corona trong một ngày",
        "Máy bay phun thuốc khử trùng đêm nay, mọi người đừng ra đường",
        "Cả thôn bị cách ly, có ca dương tính",
        "#chongcovid19 ở nhà là yêu nước",
        "Tỉnh công bố bản đồ vùng xanh",
    ],
)
def test_texts_on_the_epidemic_are_kept(covid, text):
    assert covid.topic_of("", text) == "covid"


@pytest.mark.parametrize(
    "text",
    [
        "Trường tổ chức dịch vụ đưa đón học sinh",
        "Lợn chết vì dịch tả lợn châu Phi",
        "Máy tính nhà tôi nhiễm virus máy tính",
        "Giá đất lên cơn sốt, giao dịch tăng",
        "co vi khong ban oi, mon nay ngon",
        "",
    ],
)
def test_texts_on_other_things_are_dropped(covid, text):
    assert covid.topic_of("", text) == ""


def test_each_topic_gets_its_own_texts(covid):
    assert covid.topic_of("Sốt xuất huyết tăng", "Phát hiện ổ bọ gậy, muỗi vằn") == "dengue"
    assert covid.topic_of("Covid-19", "Khai báo y tế khi về từ vùng dịch") == "covid"


def test_the_terms_found_say_why(covid):
    found = covid.terms("", "Tin về COVID-19: cách ly 14 ngày")
    assert {"covid", "cách ly"} <= found["covid", "strong"]


@pytest.mark.parametrize(
    ("file", "columns"),
    [("reintel.csv", ("post_message",)), ("unc_dantri.csv", ("title", "body"))],
)
def test_recall_on_real_texts(file, columns):
    folder = os.environ.get("SOATIN_DATA")
    if not folder or not (Path(folder) / file).exists():
        pytest.skip(f"SOATIN_DATA holds no {file}: recall on real texts was not checked")
    alone = Relevance(load_topics(["covid"]))
    csv.field_size_limit(10_000_000)
    with (Path(folder) / file).open(encoding="utf-8", newline="") as rows:
        kept = [
            (bool(alone.topic_of("", text)), bool(alone.topic_of("", fold(text))))
            for row in csv.DictReader(rows)
            if row["covid"] == "1"
            for text in ["\n".join(row[column] for column in columns)]
        ]
    assert sum(accented for accented, _ in kept) / len(kept) >= 0.97
    assert sum(bare for _, bare in kept) / len(kept) >= 0.97
