"""Questions and opinions by subject: counted so that officials can answer, never quoted, never with authors."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django.db.models import QuerySet

from core.codes.texts import TextKind
from core.vietnamese import fold
from flows.papers.forms.blocks import Block, Note, paragraph, table
from flows.papers.report import counts, words
from flows.papers.report.period import Period
from index.models import Document

ORDER = 50
TITLE = "Câu hỏi, ý kiến của người dân"
OTHER = "Nội dung khác"
SUBJECTS: dict[str, tuple[str, ...]] = {
    "Tiêm chủng": (
        "tiem chung",
        "vac xin",
        "vaccine",
        "vacxin",
        "mui 1",
        "mui 2",
        "mui 3",
        "tiem mui",
        "di tiem",
        "duoc tiem",
        "tiem phong",
    ),
    "Xét nghiệm": ("xet nghiem", "test nhanh", "pcr", "kit test", "que test", "lay mau"),
    "Đi lại, chốt kiểm dịch": (
        "di lai",
        "chot kiem",
        "qua chot",
        "giay di duong",
        "ra vao tinh",
        "phong toa",
        "cach ly",
        "gian cach",
        "khai bao y te",
        "ve que",
        "luong xanh",
        "giay thong hanh",
    ),
    "Hỗ trợ, trợ cấp": (
        "ho tro",
        "tro cap",
        "goi 26",
        "bao hiem that nghiep",
        "that nghiep",
        "cuu tro",
        "nghi quyet 68",
    ),
    "Giá cả, hàng thiết yếu": (
        "gia ca",
        "tang gia",
        "khan hang",
        "thuc pham",
        "nhu yeu pham",
        "hang thiet yeu",
        "luong thuc",
        "cho dau moi",
        "sieu thi",
        "di cho",
        "khau trang",
    ),
    "Trường học": (
        "truong hoc",
        "hoc sinh",
        "di hoc",
        "hoc truc tuyen",
        "hoc online",
        "nam hoc",
        "mam non",
        "nghi hoc",
        "tuu truong",
    ),
    "Điều trị, F0 tại nhà": (
        "f0",
        "dieu tri",
        "benh vien",
        "tram y te",
        "thuoc",
        "molnupiravir",
        "oxy",
        "trieu chung",
        "sot cao",
        "hau covid",
    ),
}
"""Subjects, and words that tell them, without accents. The one named most wins."""
_PATTERNS = {subject: re.compile(rf"\b(?:{'|'.join(map(re.escape, terms))})\b") for subject, terms in SUBJECTS.items()}


def subject_of(text: str) -> str:
    """The subject a question or opinion is about: the one with most mentions, the earlier one on a tie."""
    folded = fold(text)
    mentions = {subject: len(pattern.findall(folded)) for subject, pattern in _PATTERNS.items()}
    best = max(mentions, key=lambda subject: mentions[subject])
    return best if mentions[best] else OTHER


def collect(period: Period) -> dict[str, Any]:
    """Counts by subject of questions, of opinions, and of both in the period before."""
    now, old = counts.documents(period), counts.documents_before(period)
    questions, opinions = _count(now, TextKind.QUESTION), _count(now, TextKind.OPINION)
    before = _count(old, TextKind.QUESTION) + _count(old, TextKind.OPINION)
    rows = [[name, questions[name], opinions[name], before[name]] for name in (*SUBJECTS, OTHER)]
    return {"rows": sorted(rows, key=lambda row: (row[0] == OTHER, -(row[1] + row[2])))}


def blocks(data: dict[str, Any]) -> list[Block]:
    """The table by subject; nothing of what anybody wrote."""
    rows = [row for row in data["rows"] if row[1] or row[2] or row[3]]
    questions, opinions = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if not questions and not opinions:
        return [paragraph("Trong kỳ không ghi nhận câu hỏi, ý kiến nào của người dân về dịch bệnh.")]
    leading = [row[0].lower().replace("f0", "F0") for row in rows[:2] if row[0] != OTHER and row[1] + row[2]]
    about = f", tập trung vào: {'; '.join(leading)}" if leading else ""
    body = [
        [name, words.number(asked), words.number(said), words.change(asked + said, before)]
        for name, asked, said, before in rows
    ]
    return [
        paragraph(
            f"Ghi nhận {words.number(questions)} câu hỏi và {words.number(opinions)} ý kiến của người dân{about}. "
            "Đề nghị các đơn vị có liên quan xem xét, thông tin, giải đáp."
        ),
        table(
            "Số câu hỏi, ý kiến theo vấn đề",
            ("Vấn đề", "Câu hỏi", "Ý kiến", "So với kỳ trước"),
            body,
            (3.4, 1.3, 1.3, 2.4),
        ),
        Note("Câu hỏi, ý kiến, phê bình không phải đối tượng xử lý; chỉ thống kê theo vấn đề, không nêu người viết."),
    ]


def _count(rows: QuerySet[Document], kind: TextKind) -> Counter[str]:
    texts = rows.filter(text_kind=kind.value).values_list("title", "text")
    return Counter(subject_of(f"{title}\n{text}") for title, text in texts.iterator())
