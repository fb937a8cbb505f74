"""Short forms and spelled-around words, as tables that we wrote; :mod:`core.vietnamese.normal` applies them.

What a table gives is never itself changed by a table (a test holds that), so that normalising twice changes nothing.
"""

from __future__ import annotations

import re

# Chat and office short forms with one reading. Left out on purpose, because they have several: kg, hn, nv, ts, cv,
# tt, đk, dk, hs, gd, tl, bn in lower case, and plain words without accents, which folding already finds.
SHORT_FORMS: dict[str, str] = {
    "ko": "không",
    "kô": "không",
    "hok": "không",
    "khg": "không",
    "khôg": "không",
    "khog": "không",
    "kog": "không",
    "hk": "không",
    "k": "không",
    "kh": "không",
    "dc": "được",
    "đc": "được",
    "đx": "được",
    "đcj": "được",
    "đuợc": "được",
    "đựơc": "được",
    "mn": "mọi người",
    "mng": "mọi người",
    "ng": "người",
    "ngừi": "người",
    "ngừoi": "người",
    "nguời": "người",
    "ngta": "người ta",
    "nta": "người ta",
    "vs": "với",
    "vớj": "với",
    "zới": "với",
    "vz": "vậy",
    "zậy": "vậy",
    "vậi": "vậy",
    "j": "gì",
    "jì": "gì",
    "cj": "chị",
    "ck": "chồng",
    "vk": "vợ",
    "bik": "biết",
    "bít": "biết",
    "biếk": "biết",
    "trc": "trước",
    "trk": "trước",
    "trog": "trong",
    "nhìu": "nhiều",
    "nhiu": "nhiều",
    "r": "rồi",
    "rùi": "rồi",
    "rồj": "rồi",
    "oy": "rồi",
    "cx": "cũng",
    "cg": "cũng",
    "cũg": "cũng",
    "lm": "làm",
    "lun": "luôn",
    "nhg": "nhưng",
    "nhưg": "nhưng",
    "nhưq": "nhưng",
    "nx": "nữa",
    "ntn": "như thế nào",
    "nthe": "như thế",
    "thía": "thế",
    "thui": "thôi",
    "thoy": "thôi",
    "hnay": "hôm nay",
    "hqua": "hôm qua",
    "mih": "mình",
    "mk": "mình",
    "mik": "mình",
    "ae": "anh em",
    "ace": "anh chị em",
    "bme": "bố mẹ",
    "qá": "quá",
    "wá": "quá",
    "zô": "vô",
    "zề": "về",
    "dìa": "về",
    "zịch": "dịch",
    "zui": "vui",
    "iu": "yêu",
    "gđ": "gia đình",
    "gđình": "gia đình",
    "nhm": "nhưng mà",
    "nma": "nhưng mà",
    "nhma": "nhưng mà",
    "đag": "đang",
    "dag": "đang",
    "trg": "trong",
    "qtam": "quan tâm",
    "qtâm": "quan tâm",
    "ktra": "kiểm tra",
    "thik": "thích",
    "thjk": "thích",
    "pjt": "biết",
    "lquan": "liên quan",
    "tgian": "thời gian",
    "ttin": "thông tin",
    "cty": "công ty",
    "sđt": "số điện thoại",
    "sdt": "số điện thoại",
    "fb": "facebook",
    "tks": "cảm ơn",
    "oke": "ok",
    "okie": "ok",
    "sk": "sức khỏe",
    "skhoe": "sức khỏe",
    "bv": "bệnh viện",
    "bvien": "bệnh viện",
    "bviện": "bệnh viện",
    "bs": "bác sĩ",
    "bsi": "bác sĩ",
    "bsĩ": "bác sĩ",
    "xn": "xét nghiệm",
    "vx": "vắc xin",
    "vxin": "vắc xin",
    "sxh": "sốt xuất huyết",
    "pcd": "phòng chống dịch",
    "pcđ": "phòng chống dịch",
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "byt": "bộ y tế",
    "ttyt": "trung tâm y tế",
    "bhyt": "bảo hiểm y tế",
    "tp": "thành phố",
    "tphcm": "thành phố hồ chí minh",
    "hcm": "hồ chí minh",
    "vn": "việt nam",
    "vietnam": "việt nam",
    "tq": "trung quốc",
    "csgt": "cảnh sát giao thông",
    "thpt": "trung học phổ thông",
    "thcs": "trung học cơ sở",
    # One word in two spellings, i or y: the one that newspapers write more.
    "sỹ": "sĩ",
    "kĩ": "kỹ",
    "kì": "kỳ",
    "lí": "lý",
    "tỉ": "tỷ",
    "mĩ": "mỹ",
    "quí": "quý",
    "mỳ": "mì",
}
# Short forms that mean this in capitals only.
CAPITAL_FORMS: dict[str, str] = {"HN": "hà nội", "BN": "bệnh nhân", "TX": "thị xã", "TPHN": "thành phố hà nội"}
# Short forms that mean this in small letters only (Bệnh viện K, J&J, Washington DC, initials).
SMALL_ONLY = frozenset(
    ["k", "kh", "j", "r", "dc", "vs", "cg", "ck", "vk", "ng", "oy", "mk", "lm", "hk", "nx", "cx", "ae"],
)
# "k" after these is a name: Bệnh viện K, vitamin K.
BEFORE_LETTER_K = frozenset(["viện", "vitamin", "vit", "kali"])

_A = r"[ .\-_–*·•|,/~]{0,2}"
_J = r"[ \-–_.]?"
_START = r"(?<![^\W_].)"
# Words on the topic that people and advertisers spell around, and borrowed words with many spellings; for lower-cased
# text. Each alternative begins with its letter, so that the regex engine skips along; a group's name leads to INSTEAD.
SPELLED = re.compile(
    rf"""(?:
  c{_START}(?P<covid> {_A}[o0ôồ@*]{_A}v{_A}[i1íị!*l|]{_A}[d₫đ]
    | [ ]vid
    | ô{_J}v[iy](?!\ (?:phạm|khuẩn|tính|mạch|phẫu|vu|vút))
    | ô{_J}v(?:[íiýy][tcd]|ích|ý)
    | o[ \-]?vy | ovi[tc]?
    | o\ vi(?:(?<=dich\ co\ vi)|(?<=mac\ co\ vi)|(?<=(?:nhiem|chong)\ co\ vi))(?!\ (?:pham|khuan)))
 |c{_START}(?P<corona> {_A}[o0ô]{_A}r{_A}[o0ô]{_A}n{_A}n?[a4@à] | ô[ \-–]?rô[ \-–]?na)
 |n{_START}(?P<ncov> [ \-–.]?c[o0ô]v)
 |s{_START}(?P<sars> ars[ \-–]?cov2 | arscov[ \-–]?2)
 |v{_START}(?P<vaccine> {_A}[aăắáâ@4]{_A}c{_A}[xsc]{_A}[iíy1!]{_A}n(?:{_A}e)?s? | [aăắ@4](?:c|cc|x)[i1]ne?s?)
 |v{_START}(?P<virus> i[ \-–]?(?:rút|rus|rut) | [íỉ]r[uúù][st] | jrus | 1rus)
 )(?![^\W\d_])""",
    re.VERBOSE,
)
INSTEAD = {
    "covid": "covid",
    "corona": "corona",
    "ncov": "ncov",
    "sars": "sars cov 2",
    "vaccine": "vắc xin",
    "virus": "virus",
}
# A hashtag or handle with covid stuck to its end: #chongcovid19.
GLUED = re.compile(r"(?<=[^\W\d_])covid(?=\d|(?![^\W_]))")
# Addresses, for lower-cased text; they are left as they are.
ADDRESS_SIGNS = ("://", "www.", "@", ".vn", ".com", ".net", ".org")  # no address is without one
ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.+\-])[\w.+\-]+@[\w\-]+\.[\w.\-]+"
    r"|(?<![\w.\-])[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.(?:vn|com|net|org)(?![^\W_])(?:/\S*)?"
)
