"""Codes of the closed sets (core.codes) in the language of the screen."""

from __future__ import annotations

from django.utils.translation import get_language

from core.codes.code import Code


def word_of(table: type[Code], code: str) -> str:
    """The word of a stored value in the language that is active; a value that no line has is shown as it is."""
    return table.word_of(code, get_language() or "vi")


def say(code: Code) -> str:
    """The word of a value in the language that is active."""
    return code.word(get_language() or "vi")
