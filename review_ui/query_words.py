"""What is wrong with a query, in Vietnamese; the query language itself (index.query.parse) speaks English."""

from __future__ import annotations

from django.utils.translation import get_language

from index.query.parse import QueryError

VIETNAMESE = {
    "there is no opening bracket for this one": "Thiếu dấu mở ngoặc cho dấu đóng ngoặc này",
    "there is no word to search for": "Chưa có từ nào để tìm",
    "OR needs a word on both sides": "OR cần có từ ở cả hai bên",
    "there is nothing after the minus sign": "Sau dấu trừ chưa có gì",
    "this bracket is not closed": "Dấu ngoặc này chưa đóng",
    "this quotation mark is not closed": "Dấu ngoặc kép này chưa đóng",
    "at least two letters must stand before a star": "Trước dấu sao phải có ít nhất hai chữ cái",
}
OTHERWISE = "Câu tìm kiếm chưa đúng ở chỗ được tô màu"
"""For messages that name values of their own."""


def say(error: QueryError) -> str:
    """The error in the language of the screen."""
    if (get_language() or "").startswith("vi"):
        return VIETNAMESE.get(error.message, OTHERWISE)
    return error.message
