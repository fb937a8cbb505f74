"""Pages in the charsets and fonts that Vietnamese sites have used, whatever they say that they are in."""

from __future__ import annotations

import shutil
import subprocess
import time
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core import clock
from crawlers.page import charsets
from crawlers.page.encodings import to_text
from crawlers.page.markup import parse, squash
from crawlers.read import read_page
from tests.crawlers.hostile_site import TEXT, article, encode_tcvn3, encode_vni

TITLE = "Thường trực TỈNH ỦY VĨNH PHÚC: được phép mở lại chợ, nghỉ học đến thứ Hai"
ENCODE = {"tcvn3": encode_tcvn3, "vni": encode_vni}
FONT = {"tcvn3": '<font face=".VnTime">', "vni": '<font face="VNI-Times">'}
ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxyắằẵẳặếềễểệứừữửựớờỡởợýỳỹỷỵ ,."


def page(title: str = TITLE, head: str = "", charset: str = "") -> str:
    text = article(title, head).decode()
    return text.replace('<meta charset="utf-8">', f'<meta charset="{charset}">' if charset else "")


def read(body: bytes, content_type: str = "") -> tuple[str, str]:
    (document,) = read_page(
        body, "https://bao.example/a-100000.html", content_type=content_type, fetched=clock.now()
    ).documents
    return document.title, document.text


@pytest.mark.parametrize("font", ENCODE)
@pytest.mark.parametrize(
    "declared", ["", "iso-8859-1", "windows-1252", "windows-1258", "utf-8", "x-user-defined", "gbk"]
)
def test_a_page_in_an_old_font_is_read_whatever_it_declares(font: str, declared: str) -> None:
    title, text = read(ENCODE[font](page(charset=declared)), f"text/html; charset={declared}" if declared else "")
    assert title == TITLE
    assert TEXT.strip() in text


@pytest.mark.parametrize("font", ENCODE)
def test_a_page_in_an_old_font_that_was_saved_as_utf_8_or_with_entities_is_read(font: str) -> None:
    as_shown = ENCODE[font](page(head=FONT[font])).decode("cp1252", "replace")
    assert read(as_shown.encode())[0] == TITLE
    entities = "".join(f"&#{ord(c)};" if 160 <= ord(c) < 256 else c for c in as_shown)
    assert read(entities.encode("ascii", "xmlcharrefreplace"))[0] == TITLE


@pytest.mark.parametrize(
    ("font", "shown", "said"),
    [
        ("tcvn3", "TiÕng ViÖt rÊt hay, TØNH VÜNH PHóC", "Tiếng Việt rất hay, TỈNH VĨNH PHÚC"),
        (
            "vni",
            "Tieáng Vieät raát hay, Ñöôïc höôûng nghóa vuï, UÛY BAN",
            "Tiếng Việt rất hay, Được hưởng nghĩa vụ, ỦY BAN",
        ),
    ],
)
def test_what_people_know_from_old_files(font: str, shown: str, said: str) -> None:
    assert {"tcvn3": charsets.from_tcvn3, "vni": charsets.from_vni}[font](shown) == said


@pytest.mark.skipif(not shutil.which("iconv"), reason="SKIPPED: no iconv to compare the TCVN3 table with")
def test_the_tcvn3_table_is_that_of_the_standard() -> None:
    for byte in range(0xA1, 0x100):
        answer = subprocess.run(
            ["iconv", "-f", "TCVN5712-1", "-t", "UTF-8"], input=bytes([byte]), capture_output=True, check=False
        )
        if answer.returncode == 0 and answer.stdout:
            assert charsets.from_tcvn3(chr(byte)) == unicodedata.normalize("NFC", answer.stdout.decode())


@settings(deadline=None)
@given(st.sampled_from(sorted(ENCODE)), st.text(alphabet=ALPHABET, max_size=120))
def test_every_letter_comes_back(font: str, text: str) -> None:
    text = " ".join(text.split())
    assert text in to_text(ENCODE[font](f"<p>{TEXT} {text}</p>"))


@settings(deadline=None)
@given(
    st.text(alphabet=ALPHABET, max_size=300),
    st.sampled_from(["", *FONT.values()]),
    st.sampled_from(["", "text/html; charset=windows-1258", "text/html; charset=iso-8859-1"]),
)
def test_a_correct_utf_8_page_is_never_damaged(text: str, font: str, content_type: str) -> None:
    markup = f"<html>{font}<p>Kính gửi bà con xã Đạo Trù, {text}</p></html>"
    assert to_text(markup.encode(), content_type) == markup


@pytest.mark.parametrize("font", ENCODE)
def test_a_paragraph_in_an_old_font_on_a_page_in_unicode_is_read(font: str) -> None:
    words = "Huyện Lập Thạch và huyện Sông Lô mở thêm hai điểm tiêm vắc xin mới"
    pasted = ENCODE[font](words).decode("cp1252", "replace")
    markup = page().replace("<article>", f"<article><p>{FONT[font]}<b>{pasted}</b></font></p>")
    title, text = read(markup.encode())
    assert title == TITLE
    assert words in text
    assert TEXT.strip() in text


def test_thousands_of_nested_fonts_take_a_moment() -> None:
    begin = time.process_time()
    parse("<p>" + '<font face=".VnTime">TiÕng ViÖt rÊt hay vµ ®Ñp ' * 20_000)
    assert time.process_time() - begin < 5


@settings(deadline=None)
@given(st.text(alphabet=ALPHABET, min_size=1, max_size=200), st.sampled_from(list(FONT.values())))
def test_unicode_that_only_asks_for_an_old_font_stays(text: str, font: str) -> None:
    words = f"xã Đạo Trù {text}"
    tree = parse(f"<html><body><p>{font}{words}</font></p></body></html>")
    assert squash("".join(tree.itertext())) == squash(words)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_valid_utf_8_of_any_language_is_read_as_such(text: str) -> None:
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cs", "Cn", "Co"})
    assume(not text.startswith("\ufeff") and "\ufffd" not in text)
    markup = f"<p>{text}</p>"
    assert to_text(markup.encode()) == unicodedata.normalize("NFC", markup)


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        (
            "iso-8859-1",
            "L'été dernier, où l'épidémie était à son apogée, le français a été très touché à l'hôpital général",
        ),
        ("windows-1252", "Über die Straße müssen größere Mädchen künftig höflich grüßen; schön wäre es für Jäger"),
        ("iso-8859-1", "El niño pequeño comió piña mañana en España; más difícil será también aquí, según José"),
    ],
)
def test_other_languages_do_not_become_vietnamese(charset: str, words: str) -> None:
    assert words in to_text(f"<p>{words}</p>".encode(charset), f"text/html; charset={charset}")
