"""Times as pages write them, and which of a page's times is the text's own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.article.times import machine_time, printed_time
from crawlers.read import read_page

FETCHED = datetime(2021, 8, 24, 15, 50, tzinfo=UTC)
MORNING, AFTERNOON = "2021-08-12T07:30:00+07:00", "2021-08-12T15:30:00+07:00"
TEXTS = "".join(
    f"<p>Trạm y tế xã nhắc bà con đeo khẩu trang khi ra chợ và rửa tay thường xuyên, lần {n}.</p>" for n in "1234"
)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("3:30 chiều, ngày 12/8/2021", AFTERNOON),
        ("15h30' ngày 12/8/2021", AFTERNOON),
        ("15h30 12.8.2021", AFTERNOON),
        ("12/08/2021 3:30 CH", AFTERNOON),
        ("12/08/2021 03:30 p.m.", AFTERNOON),
        ("7 giờ 30 phút sáng ngày 12 tháng 8 năm 2021", MORNING),
        ("Tháng Tám 12, 2021 7:30 sáng", MORNING),
        ("8h sáng 12/8/2021", "2021-08-12T08:00:00+07:00"),
        ("15h ngày 12/8/2021", "2021-08-12T15:00:00+07:00"),
        ("1 giờ trưa ngày 12/8/2021", "2021-08-12T13:00:00+07:00"),
        ("11 giờ đêm ngày 12/8/2021", "2021-08-12T23:00:00+07:00"),
        ("12h đêm 12/8/2021", "2021-08-12T00:00:00+07:00"),
        ("7:30 tối 12/8/2021", "2021-08-12T19:30:00+07:00"),
        ("12 Th8 2021", "2021-08-12T00:00:00+07:00"),
        ("Th8 12, 2021", "2021-08-12T00:00:00+07:00"),
        ("Th 5, 12/08/2021", "2021-08-12T00:00:00+07:00"),
        ("2021/08/12 07:30", MORNING),
        ("12/08/2021 00:30 GMT", MORNING),
        ("12/08/2021 00:30 UTC", MORNING),
        ("12/08/2021 00:30 +0000", MORNING),
        ("12/08/2021 07:30 (GMT+7)", MORNING),
        ("07:30 - 12/08/2021", MORNING),
    ],
)
def test_printed(text, want):
    assert printed_time(text).isoformat() == want


@pytest.mark.parametrize(
    ("value", "want"),
    [
        ("1628728200", MORNING),
        ("1628728200000", MORNING),
        ("Thu Aug 12 2021 07:30:00 GMT+0700 (Indochina Time)", MORNING),
        ("Thu, 12 Aug 2021 00:30:00 GMT", MORNING),
        ("2021-08-12 03:30 PM", AFTERNOON),
        ("2021-08-12 07:30:00.000000", MORNING),
        ("2021-08-12T00:30:00.123Z", MORNING),
        ("8/12/2021 3:30:00 PM", AFTERNOON),
    ],
)
def test_in_meta_data(value, want):
    assert machine_time(value).isoformat() == want


@pytest.mark.parametrize("text", ["07:30 12/8", "khoảng 300 ca", "", "99/99/2021"])
def test_what_names_no_day_of_a_year(text):
    assert printed_time(text) is None


def published(around: str) -> str | None:
    body = f"<html><head><title>Trạm y tế xã nhắc bà con</title></head><body>{around}</body></html>"
    (document,) = read_page(body.encode(), "https://bao.example/bai-1.html", fetched=FETCHED, role="article").documents
    return document.published and document.published.isoformat()


H1 = "<h1>Trạm y tế xã nhắc bà con đeo khẩu trang khi ra chợ</h1>"
VISIT = "24/08/2021 22:50"
OTHER = "<ul><li><a href=/bai-2.html>Bài khác của xã nhà trong tuần</a> <time>10/08/2021 09:00</time></li></ul>"


@pytest.mark.parametrize(
    ("page", "want"),
    [
        (
            f"<div><span>Thứ Ba, {VISIT}</span></div>{H1}<span class=date>12/08/2021</span>{TEXTS}",
            "2021-08-12T00:00:00+07:00",
        ),
        (f"<div class=clock>20/08/2021 10:00</div>{H1}{TEXTS}<p class=date>Ngày đăng: 12/08/2021 07:30</p>", MORNING),
        (
            f"{H1}<div>Hôm nay, 20/08/2021 10:00</div><span class=info>12/08/2021</span>{TEXTS}",
            "2021-08-12T00:00:00+07:00",
        ),
        (f"{H1}<p class=d>Cập nhật: 15:30 15/08/2021 | Đăng: 07:30 12/08/2021</p>{TEXTS}", MORNING),
        (f"<div><span class=date>12/08/2021 07:30</span>{H1}</div>{TEXTS}", MORNING),
        (f"{H1}<span class=date>{VISIT}</span>{TEXTS}", None),
        (
            f"{H1}<i>12/08/2021</i>{TEXTS}{OTHER}",
            "2021-08-12T00:00:00+07:00",
        ),
    ],
    ids=["visit", "clock", "today", "two times", "above", "only the visit", "of another text"],
)
def test_the_texts_own_time(page, want):
    assert published(page) == want
