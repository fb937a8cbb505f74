"""Pages of the wider web: what must be in the text, what must not, whatever the layout calls its boxes."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from core.codes.drops import DropReason
from crawlers.page.loose_json import loads
from crawlers.page.page import Page
from crawlers.platforms import platform
from crawlers.read import read_page

FETCHED = datetime(2021, 8, 24, 3, 0, tzinfo=UTC)
TITLE = "Trạm y tế xã Đồng Chiêm nhắc bà con phòng dịch"
P = [
    "Từ sáng nay trạm y tế xã Đồng Chiêm mở cửa sớm một giờ để bà con đến khai báo không phải chờ lâu.",
    "Bác sĩ của trạm nhắc mọi người đeo khẩu trang, giữ khoảng cách và không tự mua thuốc trôi nổi trên mạng.",
    "Ai có người nhà về từ vùng dịch thì báo trưởng thôn hoặc gọi số điện thoại trực của trạm, cả ban đêm.",
    "Chợ xã vẫn họp như thường, lời đồn rằng chợ đóng cửa một tháng là không đúng, ban quản lý chợ cho biết.",
]
END = "<div id=bottom><p>Bản quyền thuộc Trang tin điện tử xã.</p></div>"


def document(main: str, head: str = "", title: str = TITLE):
    top = f"<html><head><title>{title} | Trang tin</title>{head}</head><body><h1>{title}</h1>"
    body = f"{top}{main}{END}</body></html>"
    reading = read_page(body.encode(), "https://xa.example/tin/bai-100001.html", fetched=FETCHED, role="article")
    return reading.documents[0] if reading.documents else reading


def ps(texts=P) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize(
    "name",
    [
        "relative", "field--label-hidden", "elementor-widget", "tag-covid", "no-sidebar", "overflow-hidden",
        "widget-body",
        "comment-text", "news-source", "related-content", "Section--Ads", "share-wrap", "menu-open", "author-post",
    ],
)  # fmt: skip
def test_a_class_that_sounds_like_furniture_cuts_nothing_alone(name):
    whole = document(f"<div class='{name}'>{ps()}</div>")
    assert whole.text.split("\n") == P
    each = document("".join(f"<section class='{name}'><p>{text}</p></section>" for text in P))
    assert each.text.split("\n") == P
    lead = document(f"<div class='x'>{ps(P[:1])}</div><div class='{name}'>{ps(P[1:])}</div>")
    assert lead.text.split("\n") == P


@pytest.mark.parametrize(
    "markup",
    [
        "{0}<br>{1}<h3>Cần nhớ</h3>{2}<br>{3}",
        "{0}<br><br>{1}<p></p>{2}<br><br>{3}",
        "{0}<p>{1}</p>{2}<div>{3}</div>",
        "<b>Tin thêm:</b> {0}<ul><li>Thôn Thượng</li></ul>{1}<br>{2}<table><tr><td>Ca mới</td></tr></table>{3}",
        "<h4>Một</h4>{0}<h4>Hai</h4>{1}<h4>Ba</h4>{2}<h4>Bốn</h4>{3}",
        "<i>{0}</i><br>{1}<hr>{2}<blockquote>Lời trạm trưởng</blockquote>{3}",
        "<span>{0}</span><br/><span>{1}</span><br/><font>{2}</font><center>{3}</center>",
    ],
)
def test_bare_text_is_told_whole_and_once(markup):
    text = document(f"<div class=content>{markup.format(*P)}</div>").text
    assert [text.count(one) for one in P] == [1, 1, 1, 1]
    assert [text.index(one) for one in P] == sorted(text.index(one) for one in P)


def test_the_lead_is_told_once_where_its_box_holds_everything():
    assert document(f"<div class='body summary'>{ps()}</div>").text.split("\n") == P
    head = f"<meta name=description content='{P[0]} {P[1]}'>"
    assert (
        document(f"<div class='tom-tat'>{ps(P[:2])}</div><div class=nd>{ps(P[2:])}</div>", head).text.split("\n") == P
    )


@pytest.mark.parametrize("title", ["Thông báo", "Thông báo khẩn", "Khuyến cáo", TITLE])
@pytest.mark.parametrize("dated", [True, False])
def test_a_short_notice_among_many_links_is_a_document(title, dated):
    links = "".join(
        f"<li><h3><a href='/tin/bai-so-{n}-ve-tinh-hinh-tren-dia-ban-10000{n}.html'>Bài số {n} về tình hình trên "
        "địa bàn xã nhà</a></h3></li>"
        for n in range(1, 13)
    )
    time = "<span class=date>12/08/2021 07:30</span>" if dated else ""
    found = document(f"{time}<div class=nd>{ps(P[:2])}</div><ul>{links}</ul>", title=title)
    assert (found.title, found.text.split("\n")) == (title, P[:2])


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1,}', '{"a": 1};', '<!-- {"a": 1} -->', '/* x */ {"a": 1} // y', 'var data = {"a": 1};',
        '{"a": 1,,"b": [2,]}',
        '{"a": "http://x/y", /* c */ "b": 1}', '{"a": "nói "thật" đi", "b": 1}', '{"a": "dòng\nhai"}',
    ],
)  # fmt: skip
def test_json_that_is_nearly_right(text):
    assert "a" in loads(text)


@pytest.mark.parametrize("text", ["", "xin chào", "{", "[" * 100_000, '{"a": ' * 5000])
def test_json_that_is_none(text):
    assert loads(text) is None


def test_text_that_only_the_data_hold():
    data = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join(P)})
    found = document("<div id=app></div>", f"<script type='application/ld+json'>{data}</script>")
    assert found.text.split("\n") == P


def test_the_doubt_goes_with_the_document():
    """Two texts of the same size and no sign which of them is the page's."""
    assert document(ps()).doubt == ""


def pdf(*lines: str) -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject, NameObject, StreamObject

    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    content = StreamObject()
    content.set_data(
        b"BT /F1 12 Tf 14 TL 72 770 Td " + b" ".join(b"(%s) Tj T*" % line.encode() for line in lines) + b" ET"
    )
    page[NameObject("/Contents")] = content
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


NOTICE = (
    "Uy ban nhan dan xa Dong Chiem thong bao lich tiem vac xin cua tuan nay cho ba con",
    "trong xa. Moi nguoi den dung gio.",
)


def test_a_pdf_with_text_is_a_document():
    (found,) = read_page(pdf(*NOTICE), "https://xa.example/van-ban/12.pdf", fetched=FETCHED).documents
    assert found.text == " ".join(NOTICE)
    assert found.url == "https://xa.example/van-ban/12.pdf"


@pytest.mark.parametrize("body", [pdf(""), pdf(*NOTICE)[:300], b"%PDF-1.4\n" + b"1 0 obj << >> endobj\n" * 50])
def test_a_pdf_without_text_or_broken_says_so(body):
    reading = read_page(body, "https://xa.example/van-ban/12.pdf", fetched=FETCHED)
    assert reading.documents == ()
    assert reading.problems[0].reason in {DropReason.NO_TEXT, DropReason.UNREADABLE}


def feed(body: bytes):
    page = Page("https://xa.example/rss.xml", body, FETCHED, "", "feed")
    return platform("press").find(page)


def test_a_json_feed():
    items = [{"id": "1", "url": "/tin/1.html"}, {"id": "https://xa.example/tin/2.html"}]
    data = {"version": "https://jsonfeed.org/version/1.1", "items": items, "next_url": "/feed2.json"}
    found = feed(json.dumps(data).encode())
    assert [link.url for link in found.links] == ["https://xa.example/tin/1.html", "https://xa.example/tin/2.html"]
    assert found.next == "https://xa.example/feed2.json"


@pytest.mark.parametrize(
    "item", ["<item><title>Một</title></item>", "<item><guid>so-1</guid><title>Một</title></item>"]
)
def test_a_feed_whose_entries_lead_nowhere_is_raised(item):
    body = f"<rss version='2.0'><channel><title>Tin</title>{item * 3}</channel></rss>".encode()
    assert feed(body).problem == DropReason.BROKEN_FEED


def test_an_empty_feed_is_no_fault():
    assert feed(b"<rss version='2.0'><channel><title>Tin</title></channel></rss>").problem == ""


POST = (
    "<div class='tgme_widget_message {more}' data-post='kenh/{n}'>"
    "<a class='tgme_widget_message_owner_name'>Kênh</a>{body}"
    "<a class='tgme_widget_message_date' href='https://t.me/kenh/{n}'>"
    "<time datetime='2021-08-12T01:30:00+00:00'></time></a></div>"
)


def posts(*bodies: str, more: str = "") -> list[str]:
    page = "".join(POST.format(n=n, body=body, more=more) for n, body in enumerate(bodies, 1))
    return [one.text for one in read_page(page.encode(), "https://t.me/s/kenh", fetched=FETCHED).documents]


def test_telegram_polls_shared_pages_and_service_lines():
    said = "<div class='tgme_widget_message_text'>{}</div>"
    shared = "<a><div class='link_preview_title'>Tin lạ</div><div class='link_preview_description'>Kể lại</div></a>"
    poll = "tgme_widget_message_poll"
    asked = (
        f"<div class='{poll}'><p class='{poll}_question'>Có tin không?</p><p class='{poll}_option_text'>Có</p></div>"
    )
    assert posts(
        shared, said.format("https://bao.example/a") + shared, said.format("Bà con chú ý") + shared, asked
    ) == [
        "Tin lạ\nKể lại",
        "https://bao.example/a\nTin lạ\nKể lại",
        "Bà con chú ý",
        "Có tin không?\nCó",
    ]
    assert posts(said.format("Kênh đã ghim một ảnh"), more="service_message") == []
