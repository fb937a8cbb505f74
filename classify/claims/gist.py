"""What a text says, by weight: the syllables and pairs of them that tell it from other texts, its numbers and places.

Names of places are taken out of the words, and so is whatever names the epidemic, its authorities and the countries it
is in: texts of one season share those whatever they state.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from classify.claims.claim_table import table
from classify.text.phrases import Phrases
from core.places import bare_name, districts, provinces, spellings
from core.vietnamese import Token, fold, tokens

_READ = 1_500  # characters: an article states its claim at its start
_SYLLABLES = 150
_STANCE = 700  # characters in which a denial must stand; further down it is about something else
_ACCENTED = 0.15
_NUMBER = re.compile(r"\d+(?:[.,]\d{3})*(?!\d)")
_LONGEST_PLACE = 4

_DENIALS = (
    "sai sự thật", "không đúng sự thật", "bác bỏ", "bác tin", "đính chính", "tin giả", "tin đồn", "tin bịa", "tin vịt",
    "bịa đặt", "là bịa", "bịa tin", "tự bịa", "thông tin sai", "tin này sai", "tin sai", "là sai", "gây hiểu nhầm",
    "không có cơ sở", "không có bằng chứng", "không có căn cứ", "không có chuyện", "không có việc", "không có vụ",
    "không có kế hoạch", "không có chủ trương", "không có quyết định", "chưa có bằng chứng", "chưa có cơ sở",
    "không phải thuốc", "không phải là thuốc", "xử phạt người", "xin lỗi vì", "là fake", "fake news", "không chính xác",
    "không hề có", "giải oan", "thu giữ", "giả mạo", "kiểm chứng", "cắt ghép", "không gây", "mới biết bị lừa",
    "không có tài liệu", "không có văn bản", "không có số đăng ký", "chưa được cấp phép", "yên tâm đi tiêm",
    "là lừa đảo", "phủ nhận", "chưa từng nói", "chưa hề", "cảnh báo thủ đoạn",
)  # fmt: skip
_OPENINGS = (
    "mở lại", "mở cửa lại", "mở cửa trở lại", "thông xe", "mở cầu", "hết phong tỏa", "dỡ phong tỏa", "gỡ phong tỏa",
    "bỏ phong tỏa", "dỡ chốt", "đi học lại", "đi học trở lại", "quay lại lớp", "trở lại trường", "tới trường",
    "đến trường", "họp lại", "hoạt động trở lại", "bán lại", "chạy lại", "qua lại tự do", "đi lại tự do",
    "đi lại bình thường", "được đi chợ", "mở rồi", "mở cửa rồi", "thông rồi", "cho qua rồi", "tháo chốt", "bỏ chốt",
    "hết cách ly", "hết giãn cách", "nới lỏng", "được ra đường", "vẫn mở cửa", "chạy rồi", "đi làm lại",
)  # fmt: skip
_SUBJECT = (
    "covid", "covid 19", "cô vi", "cô vít", "cô vy", "cov", "sars cov 2", "corona", "virus corona", "vi rút corona",
    "coronavirus", "corona virus", "ncov", "ncovi", "n cô vi", "virus vũ hán", "viêm phổi vũ hán", "viêm phổi cấp",
    "viêm phổi lạ", "viêm phổi", "virus", "vi rút", "dịch bệnh", "đại dịch", "dịch", "chủng mới", "sốt xuất huyết",
    "nhiễm bệnh", "bệnh nhân", "dương tính", "xét nghiệm", "f0", "cách ly", "khẩu trang", "đeo khẩu trang",
    "vũ hán", "hồ bắc", "bắc kinh", "hồng kông", "hong kong", "new york", "luân đôn", "trung quốc", "trung cộng",
    "tàu cộng", "trung hoa", "tq", "tàu khựa", "khựa", "đài loan", "hàn quốc", "nhật bản", "thái lan", "campuchia",
    "ấn độ", "hoa kỳ", "mỹ", "nước mỹ", "nga", "nước nga", "liên bang nga", "pháp", "nước pháp", "nước anh",
    "nước đức", "nước ý", "italia", "châu âu", "châu á", "châu phi", "úc", "singapore", "israel", "iran", "cuba",
    "việt nam", "vn", "thế giới", "trump", "donald trump", "tổng thống", "tổng thống mỹ", "pompeo", "tập cận bình",
    "who", "tổ chức y tế thế giới", "bộ y tế", "thủ tướng", "chính phủ", "chính quyền", "nhà nước", "bộ ngoại giao",
    "quan chức", "báo chí", "thông tin", "mọi người", "bà con", "cả nhà", "chia sẻ",
    "url", "http", "https", "www", "com", "facebook", "youtube",
)  # fmt: skip


class Gist(NamedTuple):
    """What a text says, by weight: syllables and pairs of them, as typed and without accents; numbers, places; whether
    it says that something opens or begins again.
    """

    accented: bool
    typed: tuple[Mapping[str, float], Mapping[str, float]]
    folded: tuple[Mapping[str, float], Mapping[str, float]]
    numbers: frozenset[str]
    places: tuple[frozenset[str], frozenset[str]]  # provinces, districts
    reopens: bool


@lru_cache(maxsize=4096)
def denies(text: str) -> bool:
    """Whether the beginning of a text says that something is untrue, or tells what became of who spread it."""
    return any(_phrases(_DENIALS).find([token for token in _head(text) if token.start < _STANCE]))


@lru_cache(maxsize=2048)
def gist(text: str) -> Gist:
    """The gist of a text's first 1,500 characters. Names of places and of the subject are taken out of its words."""
    syllables = _head(text)
    marked = sum(token.norm != token.folded for token in syllables if not token.norm.isdigit())
    where, left = _places(syllables)
    rest = _without_subject(left)
    numbers = (re.sub(r"[.,]", "", number) for number in _NUMBER.findall(text[:_READ]))
    return Gist(
        marked >= _ACCENTED * max(1, len(syllables)),
        _weighed(rest, typed=True),
        _weighed(rest, typed=False),
        frozenset(number for number in numbers if len(number) > 1),
        where,
        any(_phrases(_OPENINGS).find(syllables)),
    )


@cache
def _phrases(phrases: tuple[str, ...]) -> Phrases[bool]:
    found: Phrases[bool] = Phrases()
    for phrase in phrases:
        found.add(phrase, True)
    return found


def _without_subject(syllables: Sequence[Token | None]) -> list[Token | None]:
    rest = list(syllables)
    norms = ["" if token is None else token.norm for token in syllables]
    folded = ["" if token is None else token.folded for token in syllables]
    for found in _phrases(_SUBJECT).among(norms, folded):
        rest[found.first : found.last] = [None] * (found.last - found.first)
    return rest


@lru_cache(maxsize=256)
def _head(text: str) -> tuple[Token, ...]:
    return tuple(tokens(text[:_READ])[:_SYLLABLES])


def _weighed(syllables: Sequence[Token | None], *, typed: bool) -> tuple[dict[str, float], dict[str, float]]:
    counts = table()
    single: dict[str, float] = {}
    pairs: dict[str, float] = {}
    before: tuple[str, str, float] | None = None
    for token in syllables:
        form = "" if token is None else (token.norm if typed else token.folded)
        weight = counts.syllable(form, typed=typed) if form else 0.0
        if token is None or weight <= 0:
            before = None
            continue
        single[form] = weight
        if before is not None:
            pairs[f"{before[0]} {form}"] = counts.pair(f"{before[1]} {token.folded}", before[2] + weight)
        before = (form, token.folded, weight)
    return single, pairs


def _places(syllables: Sequence[Token]) -> tuple[tuple[frozenset[str], frozenset[str]], list[Token | None]]:
    """Provinces and districts named, and the syllables with None where a name stood."""
    names, rest, where = _place_names(), list[Token | None](), (set[str](), set[str]())
    at = 0
    while at < len(syllables):
        for length in range(_LONGEST_PLACE, 1, -1):
            name = " ".join(token.folded for token in syllables[at : at + length])
            if name in names:
                level, stands = names[name]
                where[level].add(stands)
                rest.append(None)
                at += length
                break
        else:
            rest.append(syllables[at])
            at += 1
    return (frozenset(where[0]), frozenset(where[1])), rest


@cache
def _place_names() -> dict[str, tuple[int, str]]:
    """Folded names of two syllables or more: level (0 province, 1 district), and the one name of the place."""
    names: dict[str, tuple[int, str]] = {}
    for province in provinces():
        for spelling in spellings(province):
            names[_plain(spelling)] = 0, _plain(province)
    for province in provinces():
        for district in map(bare_name, districts(province)):
            names.setdefault(_plain(district), (1, _plain(district)))
    return {name: place for name, place in names.items() if " " in name}


def _plain(name: str) -> str:
    return " ".join(fold(name).replace("-", " ").split())
