"""However a word is typed, everyone reads the same word, and it is still known where it stood."""

import itertools
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vietnamese import columns, fold, normalise, sentences, tokens, words
from core.vietnamese.spellings import CAPITAL_FORMS, INSTEAD, SHORT_FORMS

# typed | read as
CASES = """
hoà bình | hòa bình
thuý kiều | thúy kiều
khoẻ mạnh | khỏe mạnh
côô vy | covid
kô hoà cô vy | không hòa covid
uỷ ban | ủy ban
tuỳ tiện | tùy tiện
hoạ sĩ | họa sĩ
xoá bỏ | xóa bỏ
loè loẹt | lòe loẹt
HOÀ BÌNH | HÒA BÌNH
Thanh Hoá | Thanh Hóa
hòan toàn | hoàn toàn
tóan học | toán học
hoàng hôn | hoàng hôn
khuỷu tay | khuỷu tay
uyển chuyển | uyển chuyển
Nguyễn Huỳnh | Nguyễn Huỳnh
quý khách | quý khách
qúy khách | quý khách
qùa tặng | quà tặng
quốc gia | quốc gia
giá cả | giá cả
gía cả | giá cả
gìn giữ | gìn giữ
cái gì | cái gì
giếng nước | giếng nước
giường bệnh | giường bệnh
mía đường | mía đường
múa hát | múa hát
ngoài ra | ngoài ra
ngoằn ngoèo | ngoằn ngoèo
café | café
c0vid | covid
C0VID | Covid
c.o.v.i.d | covid
c o v i d | covid
c-o-v-i-d | covid
cov1d | covid
co.vid | covid
c*vid | covid
cô vy | covid
cô vi | covid
cô Vi | covid
cô-vít | covid
cô vít | covid
côvid | covid
covy | covid
dịch cô-vi lan | dịch covid lan
dich co vi | dich covid
ca sĩ cô Vy Oanh | ca sĩ cô Vy Oanh
cô vi phạm luật | cô vi phạm luật
covid19 | covid 19
#covid19 | #covid 19
#ChongCovid19 | #Chong covid 19
COVID-19 | COVID-19
соvіd | covid
ｃｏｖｉｄ | covid
𝐜𝐨𝐯𝐢𝐝 | covid
n-cov | ncov
n cov | ncov
sarscov2 | sars cov 2
cô rô na | corona
c0r0na | corona
vi rút | virus
vi-rút | virus
virut | virus
vaccine | vắc xin
Vaccine | Vắc xin
vacxin | vắc xin
vắcxin | vắc xin
vắc-xin | vắc xin
vac xin | vắc xin
văc xin | vắc xin
v@cxin | vắc xin
v.a.c.c.i.n.e | vắc xin
vaccin | vắc xin
vacine | vắc xin
tiêm vx | tiêm vắc xin
quáaaa | quá
quaaaá | quá
trờiiii ơi | trời ơi
koooo | không
cấp III | cấp III
PCCC | PCCC
www | www
kkkk | kkkk
10000 | 10000
ko sao | không sao
k biết | không biết
50 k | 50 k
50k | 50k
Bệnh viện K | Bệnh viện K
vitamin k | vitamin k
đc rồi | được rồi
dc rồi | được rồi
Washington DC | Washington DC
mn ơi | mọi người ơi
bv tỉnh | bệnh viện tỉnh
BV tỉnh | Bệnh viện tỉnh
BN 17 | bệnh nhân 17
5 kg gạo | 5 kg gạo
Hồng Kông | Hồng Kông
tphcm | thành phố hồ chí minh
https://bit.ly/k | https://bit.ly/k
bv.vn | bv.vn
dc@mail.vn | dc@mail.vn
co\u200bvid | covid
mũi\u00a0hai | mũi hai
ho\u0300a | hòa
to\u0301\u0302i | tối
Ð\u00e0 Nẵng | Đà Nẵng
Москва | Москва
dịch😷lan | dịch lan
cô-vi-đ | covid
COVlD | Covid
c❌vid | covid
co💉vid | covid
c̶o̶v̶i̶d̶ | covid
ᴄᴏᴠɪᴅ | covid
ɢᴀ̂́ᴘ | gấp
ᶜᵒᵛⁱᵈ | covid
🅒🅞🅥🅘🅓 | covid
🅲🅾🆅🅸🅳 | covid
Ϲovid | Covid
κhông | không
５ mũi | 5 mũi
5️⃣ mũi | 5 mũi
c h ế t | chết
t.i.ê.m | tiêm
s-ố-t | sốt
T.P.H.C | T.P.H.C
ở y a | ở y a
m ở | m ở
khôông | không
khoônggg | không
sốtt cao | sốt cao
cái xoong | cái xoong
cái goòng | cái goòng
cứu hưu | cứu hưu
book good | book good
kh0ng | khong
H5N1 | H5N1
B12 | B12
Omicron BA4 | Omicron BA4
bác sỹ | bác sĩ
tỉ lệ | tỷ lệ
kĩ lưỡng, lí do | kỹ lưỡng, lý do
quí vị | quý vị
g\u200bi\u200bả | giả
\u202ekhông\u202c | không
ki\u00adểm | kiểm
"""
TABLE = [tuple(line.split(" | ")) for line in CASES.strip().split("\n")]
ANY_TEXT = st.text(max_size=60) | st.text(
    alphabet=st.sampled_from(
        "aàáãạăắâấbcdđeêếghiíklmnoóôốơớpqrstuưứvyýx013419 .-_@*/#\u0301\u0302\u031b\u200bсоі😷AĐOÔVᴄɢ🅒🅲Ϲｃ③"
    ),
    max_size=60,
)
WORDS = "cô vy vi covid 19 c o v i d vắc xin vaccine n cov sars 2 hoà qúy quáaa ko k 50 bv tp. http://a.vn/k #covid19"
GAPS = st.sampled_from(["", " ", "-", ". "])
SENTENCE = st.builds(lambda words, gap: gap.join(words), st.lists(st.sampled_from(WORDS.split()), max_size=15), GAPS)


@pytest.mark.parametrize(("typed", "read"), TABLE, ids=[typed for typed, _ in TABLE])
def test_however_it_is_typed_it_is_read_as_one_word(typed, read):
    assert normalise(typed).text == read


@given(ANY_TEXT | SENTENCE)
def test_normalising_twice_changes_nothing(text):
    once = normalise(text).text
    assert normalise(once).text == once


@given(ANY_TEXT | SENTENCE)
def test_every_character_knows_where_it_came_from(text):
    form = normalise(text)
    assert len(form.spans) == len(form.text)
    assert all(0 <= start < end <= len(text) for start, end in form.spans)
    assert form.spans == sorted(form.spans)
    if form.text:
        assert form.original([0, len(form.text)]) == [form.spans[0][0], form.spans[-1][1]]


@given(ANY_TEXT | SENTENCE)
def test_spans_of_syllables_rise_and_are_equal_or_apart(text):
    found = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    for one, two in itertools.pairwise(found):
        assert (one.start, one.end) == (two.start, two.end) or one.end <= two.start


@given(ANY_TEXT | SENTENCE)
def test_words_and_columns_read_what_tokens_read(text):
    found, (norms, folded, bounds) = tokens(text), columns(text)
    assert words(text) == (norms, folded)
    assert found == list(zip(norms, folded, bounds[::2], bounds[1::2], strict=True))


@given(ANY_TEXT | SENTENCE)
def test_places_of_words_are_those_of_their_characters(text):
    form = normalise(text)
    places = [at for at, char in enumerate(form.text) if char.isalnum()]
    bounds = [end for at in places for end in (at, at + 1)]
    assert form.original(bounds) == [end for at in places for end in form.spans[at]]


@given(ANY_TEXT | SENTENCE)
def test_syllables_of_a_text_and_of_its_normal_form_are_the_same(text):
    assert [token.norm for token in tokens(text)] == [token.norm for token in tokens(normalise(text).text)]


@given(ANY_TEXT)
def test_folding_keeps_the_length_of_composed_text_and_is_done_once(text):
    composed = unicodedata.normalize("NFC", text)
    assert len(fold(composed)) == len(composed)
    plain = normalise(text).text
    assert fold(fold(plain)) == fold(plain)


@given(st.text(alphabet="aàáảãạăằắâầấbcdđeèéêềếghiìíklmnoòóôồốơờớpqrstuùúưừứvxyỳýAÁĐÊƠỨ ", max_size=40))
def test_accented_and_unaccented_spellings_fold_alike(text):
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    bare = bare.replace("đ", "d").replace("Đ", "D")
    assert fold(text) == fold(bare) == fold(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("typed", ["covid-19", "covid19", "covid 19", "#covid19", "COVID_19", "c0vid-19", "Cô vy 19"])
def test_a_name_with_a_number_gives_the_same_syllables(typed):
    assert [token.norm for token in tokens(typed)] == ["covid", "19"]


def test_a_highlight_falls_on_what_the_reader_sees():
    text = "Tin đồn: v@cxin c.o.v.i.d gây vô sinh, ko phải đâu ạ"
    shown = [(token.norm, text[token.start : token.end]) for token in tokens(text)]
    assert ("covid", "c.o.v.i.d") in shown
    assert ("vắc", "v@cxin") in shown
    assert ("xin", "v@cxin") in shown
    assert ("không", "ko") in shown


def test_a_highlight_covers_a_word_spelled_letter_by_letter():
    text = "Đã c h ế t 5 người, t.i.ê.m rồi vẫn khôông khỏi"
    shown = {token.norm: text[token.start : token.end] for token in tokens(text)}
    assert (shown["chết"], shown["tiêm"], shown["không"]) == ("c h ế t", "t.i.ê.m", "khôông")


def test_tables_give_nothing_that_tables_change():
    for new in {*SHORT_FORMS.values(), *CAPITAL_FORMS.values(), *INSTEAD.values()}:
        for form in (new, new[0].upper() + new[1:]):
            assert normalise(form).text == form


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("TP. Vĩnh Yên có dịch. BS. Lan nói: 1.000 ca!", ["TP. Vĩnh Yên có dịch.", "BS. Lan nói: 1.000 ca!"]),
        ("Thật à?  Không!\n\nHết", ["Thật à?", "Không!", "Hết"]),
        ("“Đúng vậy.” Ông nói…", ["“Đúng vậy.”", "Ông nói…"]),
        ("  \n ", []),
        ("Xem bv.vn nhé. Cảm ơn", ["Xem bv.vn nhé.", "Cảm ơn"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, parts):
    assert [text[start:end] for start, end in sentences(text)] == parts


@given(ANY_TEXT)
def test_sentences_are_in_order_and_not_empty(text):
    spans = sentences(text)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))


HOSTILE = {
    "letters": "a" * 200_000,
    "marks": "a\u0301" * 100_000,
    "other marks": "x\u0483" * 50_000,
    "only marks": "\u0483" * 100_000,
    "nearly spelled": "c o v i " * 30_000,
    "addresses": "ko a@b.vn " * 20_000,
    "dots": "a." * 100_000,
    "stops": "." * 200_000,
    "ats": "@" * 200_000,
    "many": "c" * 100_000 + " covid" * 20_000,
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_costs_no_more_than_its_length(hostile):
    began = time.process_time()
    tokens(hostile)
    sentences(hostile)
    assert time.process_time() - began < 4
