"""The form of every table: a class of :class:`Code` is a table, a member is a line of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Row:
    """What every value has: what is stored, its Vietnamese and its English word, and in ``queries`` what people type
    for it in the query language besides these two forms (Vietnamese, with accents).
    """

    code: str
    vi: str
    en: str
    queries: tuple[str, ...] = ()


class Code(StrEnum):
    """A value of a closed set. It is the stored string itself; the columns of its row are its attributes."""

    _value_: str
    vi: str
    en: str
    queries: tuple[str, ...]

    def __new__(cls, row: Any) -> Self:  # a Row; type checkers take this for the look-up by value, too
        """The stored string, with the row's columns beside it."""
        made = str.__new__(cls, row.code)
        made._value_ = row.code
        for column in fields(row):
            if column.name != "code":
                setattr(made, column.name, getattr(row, column.name))
        return made

    def word(self, language: str = "vi") -> str:
        """Its word in the language of a screen; what is not English is Vietnamese."""
        return self.en if language.startswith("en") else self.vi

    @classmethod
    def word_of(cls, code: str, language: str = "vi") -> str:
        """The word of a stored value; the value itself where no line of the table has it."""
        return cls(code).word(language) if code in cls.__members__.values() else code
