"""The words of the query language: field names and the values of fields that have a fixed list.

Keys are as people type them, folded (lower case, no accents) for values, so accents are optional.
"""

from __future__ import annotations

from core.model import DocumentKind, SourceKind, TextKind, VerdictValue

FIELD_NAMES = {
    "nguồn": "source",
    "nguon": "source",
    "source": "source",
    "nơi": "place",
    "noi": "place",
    "place": "place",
    "loại": "kind",
    "loai": "kind",
    "kind": "kind",
    "kết luận": "verdict",
    "ket luan": "verdict",
    "verdict": "verdict",
}

KINDS: dict[str, tuple[str, str]] = {
    **{str(kind): ("source_kind", str(kind)) for kind in SourceKind},
    **{str(kind): ("kind", str(kind)) for kind in DocumentKind},
    **{str(kind): ("text_kind", str(kind)) for kind in TextKind},  # last: "official" means the text, not its source
    "bao chi": ("source_kind", "press"),
    "kenh": ("source_kind", "channel"),
    "dien dan": ("source_kind", "forum"),
    "trang": ("source_kind", "page"),
    "duong day nong": ("source_kind", "hotline"),
    "bai bao": ("kind", "article"),
    "bai dang": ("kind", "post"),
    "binh luan": ("kind", "comment"),
    "phan anh": ("kind", "tip"),
    "noi dung": ("text_kind", "claim"),
    "luan diem": ("text_kind", "claim"),
    "cau hoi": ("text_kind", "question"),
    "y kien": ("text_kind", "opinion"),
    "chinh thong": ("text_kind", "official"),
    "quang cao": ("text_kind", "advertisement"),
    "khac": ("text_kind", "other"),
}

VERDICTS: dict[str, tuple[str, str]] = {
    **{str(value): ("verdict", str(value)) for value in VerdictValue},
    "none": ("verdict", ""),
    "chua co": ("verdict", ""),
    "tin gia": ("verdict", "fake"),
    "tin sai su that": ("verdict", "false"),
    "sai su that": ("verdict", "false"),
    "gay hieu nham": ("verdict", "misleading"),
    "chua co thong bao chinh thuc": ("verdict", "unconfirmed"),
    "tin xac thuc": ("verdict", "true"),
    "xac thuc": ("verdict", "true"),
    "y kien": ("verdict", "opinion"),
    "khong lien quan": ("verdict", "irrelevant"),
}
