"""Given a page, a person sees these documents: golden pairs for each platform, strange charsets, broken pages."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.codes.platforms import start_roles
from core.codes.texts import DocumentKind
from core.model.documents import Document
from core.sources.files import parse_source
from crawlers.page.encodings import TooLargeError, UndecodableError, decompress, to_text
from crawlers.page.page import Page
from crawlers.platforms import names, platform
from crawlers.read import read_page
from tests.crawlers.hostile_site import article, encode_1258, feed

GOLDEN = Path(__file__).parent / "golden"
PAIRS = sorted(GOLDEN.glob("*.json"))
FETCHED = datetime(2021, 8, 6, 3, 0, tzinfo=UTC)


def _read(name: str, *, known: bool):
    want = json.loads((GOLDEN / name).with_suffix(".json").read_text("utf-8"))
    kind = name.split("_", maxsplit=1)[0]
    file = next(f for f in (GOLDEN / f"{name}.html", GOLDEN / f"{name}.txt") if f.exists())
    source = None
    if known:
        host = want["url"].split("/")[2]
        role = want["role"] if want["role"] in start_roles(kind) else min(start_roles(kind))
        source = parse_source(
            "thu",
            {
                "title": "Thử",
                "kind": "press",
                "platform": kind,
                "hosts": [host],
                "starts": [{"url": want["url"], "as": role}],
            },
        )
    body = file.read_bytes()
    page = Page(want["url"], body, FETCHED, "text/html; charset=utf-8", want["role"], source)
    return want, read_page(body, want["url"], source, fetched=FETCHED, role=want["role"] if known else ""), page


@pytest.mark.parametrize("known", [True, False], ids=["source known", "source unknown"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p.stem)
def test_a_golden_page_gives_its_documents(pair, known):
    want, reading, _ = _read(pair.stem, known=known)
    assert reading.kind == want["kind"]
    assert reading.problems == ()
    assert len(reading.documents) == len(want["documents"])
    for document, expected in zip(reading.documents, want["documents"], strict=True):
        got = document.to_json() | {
            "author": document.author,
            "tags": list(document.tags),
            "text": document.text.split("\n"),
            "published": document.published.isoformat(),
        }
        assert {key: got[key] for key in expected} == expected
    assert list(reading.links) == want.get("links", [])


@pytest.mark.parametrize("name", names())
def test_each_platform_has_a_golden_pair(name):
    assert [p for p in PAIRS if p.stem.startswith(f"{name}_")]


@pytest.mark.parametrize("name", [p.stem for p in PAIRS if "follow" in p.read_text("utf-8")])
def test_the_pages_that_follow(name):
    want, _, page = _read(name, known=True)
    found = platform(name.split("_")[0]).find(page)
    assert [*(link.url for link in found.links), *filter(None, [found.next])] == want["follow"]


def test_posts_have_ids_of_their_own_that_do_not_depend_on_the_threads_title():
    _, reading, page = _read("xenforo_thread", known=True)
    renamed = read_page(
        page.body, "https://dongchiem.example/threads/ten-moi.77/", page.source, fetched=FETCHED, role="thread"
    )
    assert [d.id for d in renamed.documents] == [d.id for d in reading.documents]
    assert len({d.id for d in reading.documents}) == 2


def test_a_full_thread_page_is_settled_and_the_first_and_last_are_not():
    _, _, page = _read("xenforo_thread", known=True)
    found = platform("xenforo")
    at = {
        n: Page(
            f"https://dongchiem.example/threads/uong-nuoc-la.77/page-{n}", page.body, FETCHED, "", "thread", page.source
        )
        for n in (2, 3)
    }
    assert (found.settled(page), found.settled(at[2]), found.settled(at[3])) == (False, True, False)


def test_a_listing_never_gives_a_document_with_an_invented_date():
    _, reading, _ = _read("press_listing", known=False)
    assert reading.documents == ()


def test_a_canonical_address_elsewhere_is_not_believed():
    head = '<link rel="canonical" href="https://khac.example/bai-viet-100001.html"><meta property="og:url" content="https://bao.example/">'
    page = article("Bài có địa chỉ gốc giả", head)
    (document,) = read_page(page, "https://bao.example/bai-viet-100001.html", fetched=FETCHED).documents
    assert document.canonical_url == "https://bao.example/bai-viet-100001.html"


@pytest.mark.parametrize(
    ("printed", "want"),
    [
        ("Thứ bảy, 7/8/2021, 00:05 (GMT+7)", "2021-08-07T00:05:00+07:00"),
        ("07/08/2021 08:01 GMT+7", "2021-08-07T08:01:00+07:00"),
        ("08:01 | 07/08/2021", "2021-08-07T08:01:00+07:00"),
        ("Cập nhật lúc 15h30 ngày 5-8-2021", "2021-08-05T15:30:00+07:00"),
        ("Thứ Năm, ngày 5 tháng 8 năm 2021 - 9:15 PM", "2021-08-05T21:15:00+07:00"),
        ("05.08.2021", "2021-08-05T00:00:00+07:00"),
        ("T5, 05/08/2021 - 10:30", "2021-08-05T10:30:00+07:00"),
        ("Thứ năm, 05/08/21 10:30", "2021-08-05T10:30:00+07:00"),
        ("5 Tháng Tám 2021 | 10:30", "2021-08-05T10:30:00+07:00"),
        ("Tháng Tám 5, 2021", "2021-08-05T00:00:00+07:00"),
        ("Đăng ngày 05/08/2021 lúc 10 giờ 30 phút", "2021-08-05T10:30:00+07:00"),
        ("Ngày đăng: 05/08/2021 10:30 - Lượt xem: 120", "2021-08-05T10:30:00+07:00"),
        ("05/08/2021 lúc 02:05 (CH)", "2021-08-05T14:05:00+07:00"),
        ("2021-08-05 10:30:00", "2021-08-05T10:30:00+07:00"),
        ("August 5, 2021 10:30", "2021-08-05T10:30:00+07:00"),
        ("5 Aug 2021, 10:30", "2021-08-05T10:30:00+07:00"),
        ("08/15/2021 10:30:00 AM", "2021-08-15T10:30:00+07:00"),
    ],
)
def test_printed_times_are_read(printed, want):
    body = "".join(f"<p>{'Người dân thực hiện thông điệp năm ca khi ra đường. ' * 4}{n}</p>" for n in range(4))
    heading = f'<h1>Người dân chấp hành tốt quy định phòng dịch</h1><div class="date">{printed}</div>'
    page = f"<html><body>{heading}<div>{body}</div></body></html>"
    (document,) = read_page(page.encode(), "https://bao.example/a", fetched=datetime(2021, 9, 1, tzinfo=UTC)).documents
    assert document.published.isoformat() == want


SENTENCE = "Trạm y tế xã nhắc bà con đeo khẩu trang khi ra khỏi nhà và khai báo khi về từ vùng dịch. "
HEADLINE = "Trạm y tế xã Minh Quang nhắc bà con phòng dịch"


def _story(above: str = "", inside: str = "", below: str = "", head: str = "") -> Document:
    """A page of four paragraphs with something above, inside or below them."""
    texts = [f"<p>{SENTENCE * 2}Lần {n}.</p>" for n in range(4)]
    body = f"<h1>{HEADLINE}</h1>{above}<div class='b'>{''.join(texts[:2])}{inside}{''.join(texts[2:])}{below}</div>"
    page = f"<html><head><title>{HEADLINE}</title>{head}</head><body>{body}</body></html>"
    (document,) = read_page(page.encode(), "https://bao.example/a", fetched=FETCHED).documents
    return document


@pytest.mark.parametrize("frame", ["<p style='text-align:right'>{}</p>", "<p>{}</p>", "<div align=right>{}</div>"])
@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Lê Thị Hoài", "Lê Thị Hoài"),
        ("LÊ HOÀI - HÀ LINH", "LÊ HOÀI, HÀ LINH"),
        ("Lê Thị Hoài (TTXVN/Vietnam+)", "Lê Thị Hoài"),
        ("Bài, ảnh: Lê Thị Hoài", "Lê Thị Hoài"),
        ("Tác giả: Lê Thị Hoài", "Lê Thị Hoài"),
        ("Thực hiện: Lê Thị Hoài", "Lê Thị Hoài"),
        ("Lê Hoài (tổng hợp)", "Lê Hoài"),
        ("Lê Hoài tổng hợp", "Lê Hoài"),
        ("(Theo TTXVN)", ""),
        ("Theo Sở Y tế", ""),
        ("Nguồn: Sở Y tế", ""),
    ],
)
def test_who_signed_under_the_text(frame, line, author):
    document = _story(below=frame.format(line))
    assert (document.author, document.text) == (author, _story().text)


@pytest.mark.parametrize(
    "line",
    [
        "<div class='author'>Lê Thị Hoài</div>",
        "<p class='pAuthor'>Lê Thị Hoài</p>",
        "<div class='box-author'><a href='/x'>Lê Thị Hoài</a> <a href='mailto:h@bao.example'>h@bao.example</a></div>",
        "<div class='byline'>Bởi Lê Thị Hoài</div>",
        "<div><a href='/tac-gia/le-thi-hoai-12.htm'>Lê Thị Hoài</a></div>",
        "<div class='author'><img><b>Lê Thị Hoài</b><p>Phóng viên</p></div>",
        "<div class='news-author'>Lê Thị Hoài - Báo Thử</div>",
    ],
)
def test_who_signed_by_the_headline(line):
    assert _story(line, head="<meta property='og:site_name' content='Báo Thử'>").author == "Lê Thị Hoài"


@pytest.mark.parametrize(
    "line",
    [
        "<p><strong>&gt;&gt; Xem thêm:</strong> <a href='/bai-12.htm'>Huyện bên ra quân xét nghiệm diện rộng</a></p>",
        "<ul><li><a href='/bai-12.htm'>Huyện bên ra quân xét nghiệm diện rộng</a></li></ul>",
        "<p>TIN LIÊN QUAN</p><p><a href='/bai-12.htm'>Huyện bên ra quân xét nghiệm diện rộng</a></p>",
        "<div><a href='/bai-12.htm'>Huyện bên xét nghiệm diện rộng</a><p>Hàng nghìn người được gọi đêm qua.</p></div>",
        "<p style='text-align:center'><img src='a.jpg'></p><p style='text-align:center'>Bà con chờ trước trạm</p>",
        "<p><img src='a.jpg'><br><em>Bà con chờ trước trạm y tế, giữ khoảng cách hai mét</em></p>",
        "<div class='k'><div><img src='a.jpg'></div><div>Bà con chờ trước trạm, giữ khoảng cách</div></div>",
        "<p>Từ khóa: phòng dịch, Minh Quang</p>",
        "<div>Chia sẻ bài viết: <a href='#'>Facebook</a> <a href='#'>Zalo</a></div>",
        "<p>Mọi thông tin góp ý xin gửi về hòm thư toasoan@bao.example hoặc Hotline 0911000000</p>",
        "<p>Ý kiến bạn đọc (0)</p>",
        "<p>[Quay lại]</p>",
    ],
)
def test_what_papers_put_between_and_under_paragraphs_is_not_the_text(line):
    assert _story(below=line).text == _story(inside=line).text == _story().text


@pytest.mark.parametrize(
    "line",
    [
        "Chia sẻ với phóng viên, bác sĩ Hoài nói rằng bà con đã quen với việc khai báo mỗi ngày.",
        "Trở lại trạm y tế vào buổi chiều, chúng tôi gặp thêm mười người đến tiêm mũi thứ hai.",
        "Theo bác sĩ Hoài, người già cần được ưu tiên.",
        "Quay lại sau ba tuần để tiêm mũi hai.",
    ],
)
def test_sentences_that_only_begin_like_labels_stay(line):
    assert line in _story(inside=f"<p>{line}</p>").text


def test_the_clock_of_the_page_is_not_the_time_of_the_article():
    clock = "<div class='date-now'>Thứ Sáu, 06/08/2021, 08:15</div>"
    above = f"{clock}<ul>{'<li>Mục</li>' * 30}</ul><h1>{HEADLINE}</h1><i>05/08/2021 07:30</i>"
    body = "".join(f"<p>{SENTENCE * 2}{n}</p>" for n in range(4))
    page = f"<html><head><title>{HEADLINE}</title></head><body>{above}<div>{body}</div></body></html>"
    (document,) = read_page(page.encode(), "https://bao.example/a", fetched=FETCHED).documents
    assert document.published.isoformat() == "2021-08-05T07:30:00+07:00"


@pytest.mark.parametrize("title", ["Cổng thông tin điện tử xã", f"{HEADLINE} - Báo Thử", f"Báo Thử | {HEADLINE}"])
def test_a_headline_that_is_no_h1_and_a_logo_that_is(title):
    body = "".join(f"<p>{SENTENCE * 2}{n}</p>" for n in range(4))
    page = (
        f"<html><head><title>{title}</title></head><body><h1><a href='/'>Báo Thử</a></h1>"
        f"<div class='tieude'>{HEADLINE}</div><div>{body}</div></body></html>"
    )
    (document,) = read_page(page.encode(), "https://bao.example/a", fetched=FETCHED).documents
    assert document.title == HEADLINE


def test_class_names_of_a_layout_do_not_hide_the_article():
    body = "".join(f"<p>{SENTENCE * 2}{n}</p>" for n in range(4))
    named = f"<div class='content-sidebar-wrap post tag-vac-xin'>{body}</div>"
    page = f"<html><body><h2>{HEADLINE}</h2>{named}</body></html>"
    (document,) = read_page(page.encode(), "https://bao.example/a", fetched=FETCHED).documents
    assert document.text.count("Trạm y tế") == 8


def test_a_time_in_the_future_is_not_believed():
    page = article("Bài đăng từ tương lai").replace(b"2021-08-05T07:30", b"2031-08-05T07:30")
    (document,) = read_page(page, "https://bao.example/a", fetched=FETCHED).documents
    assert document.published is None


def test_lines_between_br_are_paragraphs():
    lines = "<br><br>".join(
        f"{'Trạm y tế xã nhắc bà con đeo khẩu trang khi ra khỏi nhà. ' * 3}Lần {n}." for n in range(5)
    )
    page = f'<html><body><h1>Thông báo của trạm y tế xã Minh Quang</h1><div id="c">{lines}</div></body></html>'
    (document,) = read_page(page.encode(), "https://xa.example/tb", fetched=FETCHED).documents
    assert len(document.text.split("\n")) == 5


WORDS = "Tỉnh Vĩnh Phúc siết chặt phòng dịch ở Tam Đảo"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (article(WORDS), ""),
        (article(WORDS), "text/html; charset=iso-8859-1"),
        (b"\xef\xbb\xbf" + article(WORDS), "text/html; charset=windows-1258"),
        (article(WORDS, charset="windows-1258"), ""),
        (article(WORDS, charset="windows-1258"), "text/html; charset=utf-8"),
        (article(WORDS).decode().encode("utf-16"), "text/html"),
        (article(WORDS).decode().encode("utf-16-le"), "text/html; charset=utf-8"),
        (article(WORDS).decode().encode("utf-16-be"), ""),
        (article(WORDS).replace(b"</body>", b"\xff\xfe broken</body>"), ""),
    ],
)
def test_charsets(body, content_type):
    (document,) = read_page(
        body, "https://bao.example/a-100000.html", content_type=content_type, fetched=FETCHED
    ).documents
    assert document.title == WORDS
    assert "Trung tâm Y tế huyện Tam Đảo cho biết" in document.text


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyắằẵẳặếềễểệứừữửựớờỡởợýỳỹỷỵ ", min_size=30, max_size=200))
def test_windows_1258_comes_back_composed(text):
    page = f'<html><head><meta charset="windows-1258"></head><body><p>Kính gửi bà con: {text}</p></body></html>'
    assert text.strip() in to_text(encode_1258(page), "text/html")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "article", "listing", "feed", "channel", "thread"]))
def test_no_bytes_make_reading_fail(body, role):
    read_page(b"<html><body>" + body, "https://bao.example/a", role=role, fetched=FETCHED)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0" * 5000,
        b"<",
        b"<html>" * 5000,
        b"<!DOCTYPE html [<!ENTITY a '" + b"x" * 1000 + b"'>]>&a;&a;",
        (
            b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
            b"<rss><channel><item><link>&b;</link></item></channel></rss>"
        ),
        b'<script type="application/ld+json">' + b"[" * 50_000 + b"</script>",
        b"<a href='http://[::1'>x</a>" * 20,
    ],
)
def test_broken_pages_give_no_document_and_say_so_or_nothing(body):
    reading = read_page(body, "https://bao.example/a", fetched=FETCHED)
    assert reading.documents == ()
    assert reading.problems or reading.kind == "listing"


def test_a_feed_gives_links_and_a_feed_is_never_opened_as_a_file():
    links = ["https://bao.example/a-100001.html", "https://bao.example/b-100002.html"]
    reading = read_page(feed(links), "https://bao.example/rss", fetched=FETCHED)
    assert (reading.kind, list(reading.links)) == ("listing", links)
    assert read_page(b"/etc/passwd", "https://bao.example/rss", role="feed").links == ()


def test_hostile_text_stays_text():
    page = article("Tin <b>nóng</b> &lt;script&gt;alert(1)&lt;/script&gt; về dịch")
    (document,) = read_page(page, "https://bao.example/a", fetched=FETCHED).documents
    assert document.title == "Tin nóng <script>alert(1)</script> về dịch"
    assert document.kind is DocumentKind.ARTICLE


def test_bombs_stop_at_the_limit():
    import gzip

    import brotli

    zeros = b"0" * 5_000_000
    for encoding, body in (
        ("gzip", gzip.compress(zeros)),
        ("br", brotli.compress(zeros)),
        ("gzip, gzip", gzip.compress(gzip.compress(zeros))),
    ):
        with pytest.raises(TooLargeError):
            decompress(body, encoding, 1_000_000)
        assert len(decompress(body, encoding, 6_000_000)) == 5_000_000
    with pytest.raises(UndecodableError):
        decompress(b"x", "gzip, gzip, gzip, gzip", 10)
    with pytest.raises(UndecodableError):
        decompress(b"no gzip at all", "gzip", 1000)


@given(st.text(max_size=200))
def test_text_comes_out_composed_whatever_it_holds(text):
    page = to_text(f"<p>Kính gửi bà con: {text}</p>".encode("utf-8", "ignore"))
    assert page == unicodedata.normalize("NFC", page)
