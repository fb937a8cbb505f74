"""Sites that nobody looked at before: what stands around a text, and how their addresses are formed, is no matter."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from core.vietnamese import fold
from crawlers.page.urls import canonical_url
from crawlers.read import read_page

FETCHED = datetime(2021, 8, 6, 3, 0, tzinfo=UTC)
BASE = "https://bao.example"
TITLE = "Trạm y tế xã Minh Quang nhắc bà con phòng dịch"
LEAD = "Từ sáng nay trạm y tế xã Minh Quang mở cửa sớm một giờ để bà con đến khai báo không phải chờ lâu."
TEXTS = tuple(f"Bác sĩ của trạm nhắc bà con đeo khẩu trang và giữ khoảng cách khi chờ, lần {n}." for n in range(6))
OTHERS = (
    "Tam Dương lập thêm hai chốt kiểm soát",
    "Phúc Yên trao nhu yếu phẩm cho khu phong tỏa",
    "Bình Xuyên xét nghiệm định kỳ cho công nhân",
    "Sông Lô khuyến cáo người dân khai báo y tế",
    "Vĩnh Tường dừng họp chợ phiên để phòng dịch",
    "Yên Lạc tập huấn tổ Covid cộng đồng",
    "Hội nghị trực tuyến về công tác phòng dịch",
    "Thông báo số 12 về tình hình dịch bệnh",
    "Tin ngắn trong ngày 5/8",
    "Bệnh viện đa khoa mở lại phòng khám",
    "Trao tặng máy thở cho tuyến huyện",
    "Ngày hội hiến máu của thanh niên",
)
ABOUT = "Ngành chức năng đang rà soát các trường hợp liên quan và sẽ thông tin sớm nhất tới bạn đọc, số {}."


def paragraphs(texts: tuple[str, ...] = TEXTS) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(main: str, *, lead: str = f"<h2>{LEAD}</h2>", title: str = TITLE) -> bytes:
    imprint = "<div><p>Giấy phép hoạt động báo chí số 123/GP-BTTTT. Tổng biên tập: Nguyễn Văn Thử.</p></div>"
    top = f"<ul><li><a href='/a.htm'>Thời sự</a></li></ul><h1>{title}</h1><div>05/08/2021 07:30</div>"
    return f"<html><head><title>{title} | Báo Thử</title></head><body>{top}{lead}{main}{imprint}</body></html>".encode()


def text_of(body: bytes) -> list[str]:
    reading = read_page(body, f"{BASE}/bai-100001.htm", fetched=FETCHED, role="article")
    return reading.documents[0].text.split("\n") if reading.documents else []


ITEMS = {
    "headings": "<div><a href='{u}'><img src=a></a><h3><a href='{u}'>{t}</a></h3><p>{s}</p></div>",
    "line breaks": "<div class=q><a href='{u}'>{t}</a><br>{s}</div>",
    "rows": "<tr><td><img src=a></td><td><a href='{u}'>{t}</a><p>{s}</p></td></tr>",
    "list": "<li><a href='{u}'>{t}</a><div>{s}</div></li>",
    "readers": "<div class=k><div>Nguyễn Văn {n}</div><div>{s}</div><div>2 giờ trước · Thích · Trả lời</div></div>",
}


@pytest.mark.parametrize(
    ("item", "where"), [(i, w) for i in ITEMS for w in ("after", "around", "inside") if (i, w) != ("readers", "inside")]
)
def test_twenty_teasers_or_comments_are_none_of_the_text(item, where):
    box = "".join(
        ITEMS[item].format(u=f"/x-{n}-1692.htm", t=f"{OTHERS[n % 12]} {n}", s=ABOUT.format(n), n=n) for n in range(20)
    )
    box = f"<table>{box}</table>" if item == "rows" else f"<ul>{box}</ul>" if item == "list" else box
    main = {
        "after": f"<div class=b>{paragraphs()}</div>{box}",
        "around": f"<div class=w><div class=b>{paragraphs()}</div><div>{box}</div></div>",
        "inside": f"<div class=b>{paragraphs()}<div>{box}</div></div>",
    }[where]
    assert text_of(page(main)) == [LEAD, *TEXTS]


def test_a_short_item_among_long_boxes():
    box = "".join(ITEMS["headings"].format(u=f"/x-{n}-1692.htm", t=OTHERS[n], s=ABOUT.format(n)) for n in range(12))
    assert text_of(page(f"<div class=b>{paragraphs(TEXTS[:1])}</div>{box}")) == [LEAD, TEXTS[0]]
    assert text_of(page(f"<div class=b>{paragraphs(TEXTS[:2])}</div>{box}", lead="")) == [*TEXTS[:2]]


@pytest.mark.parametrize(
    "box",
    [
        f"<div class=about><p>{'Báo Thử là cơ quan của một tổ chức thử nghiệm. ' * 6}</p></div>",
        "<div id=login><p>Đăng nhập để bình luận và lưu các bài viết mà bạn quan tâm.</p></div>",
    ],
)
def test_what_the_paper_says_of_itself_is_none_of_the_text(box):
    assert text_of(page(f"<div class=w><div class=b>{paragraphs()}</div>{box}</div>")) == [LEAD, *TEXTS]


def test_boxes_that_belong_to_the_text_stay():
    steps = "".join(f"<div class=step><h3>Bước {n}: chờ đến lượt</h3><p>{t}</p></div>" for n, t in enumerate(TEXTS))
    want = [line for n, text in enumerate(TEXTS) for line in (f"Bước {n}: chờ đến lượt", text)]
    assert text_of(page(f"<div class=b>{steps}</div>")) == [LEAD, *want]
    halves = f"<div class=p1>{paragraphs(TEXTS[:4])}</div><i></i><div class=p2>{paragraphs(TEXTS[4:])}</div>"
    assert text_of(page(f"<div class=b>{halves}</div>")) == [LEAD, *TEXTS]
    spans = "".join(f"<div><font><span><span>{text}</span></span></font></div>" for text in TEXTS)
    assert text_of(page(f"<div class=b>{spans}</div>")) == [LEAD, *TEXTS]


def slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")


FORMS = {
    "number": "/{s}-1692108050{n:04}.htm",
    "short number": "/{s}-76{n:04}.html",
    "own ending": "/xa-hoi/{s}-88{n:04}.vov",
    "post": "/{s}-post12{n:05}.html",
    "words": "/{s}/",
    "dated": "/2021/08/05/{s}/",
    "small number": "/vi/news/tin-tuc/{s}-{n}.html",
    "item": "/Pages/chi-tiet.aspx?ItemID=42{n:02}",
    "path": "/tin-tuc/tabid/101/id/{n}/Default.aspx",
    "query": "/default.aspx?newsid={n}",
    "portlet": "/web/tin/-/asset_publisher/k206/content/{s}",
    "leading": "/index.php/tin-tuc/{n}-{s}",
    "ending": "/tin/{s}.{n:02}a4e1b2",
    "folder": "/Xa-hoi/37{n}/{s}.html",
    "two numbers": "/chi-tiet/{s}-53{n:02}-411.html",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_listing_gives_its_articles_whatever_form_their_addresses_have(form):
    def url(number: int, title: str) -> str:
        return FORMS[form].format(s=slug(title), n=number + 10)

    items = "".join(
        ITEMS["headings"].format(u=url(n, title), t=title, s=ABOUT.format(n)) for n, title in enumerate(OTHERS)
    )
    sections = "".join(
        f"<li><a href='/{slug(name)}.htm'>{name}</a></li>"
        for name in ("Thời sự", "Xã hội", "Phòng chống dịch Covid-19", "Văn bản chỉ đạo điều hành của tỉnh")
    )
    rest = (
        "<a href='/lien-he.htm'>Liên hệ</a><a href='/tag/covid-19-123456.htm'>covid-19</a><a href='/trang-2.htm'>2</a>"
        "<a href='?page=2'>2</a><a href='/chinh-sach-bao-mat'>Chính sách bảo mật thông tin của trang</a>"
        "<a href='/tac-gia/le-hoai-12.htm'>Lê Hoài</a><a href='/login?u=1'>Đăng nhập vào hệ thống quản trị nội dung</a>"
    )
    body = f"<title>Y tế - Báo Thử</title><body><ul>{sections}</ul><div>{items}</div>{rest}</body>"
    reading = read_page(body.encode(), f"{BASE}/y-te.htm", fetched=FETCHED)
    want = {canonical_url(BASE + url(n, title)) for n, title in enumerate(OTHERS)}
    assert reading.kind == "listing"
    assert {canonical_url(link) for link in reading.links} == want
