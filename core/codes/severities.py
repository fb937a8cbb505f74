"""How bad something is, and the class by which style sheets show it."""

from __future__ import annotations

from dataclasses import dataclass

from core.codes.code import Code, Row


class Colour(Code):
    """What a value looks like: its code is the class in the style sheet (``.chip.bad``, ``.choices .v-bad``)."""

    BAD = Row("bad", "đỏ", "red")
    WARN = Row("warn", "vàng", "amber")
    GOOD = Row("good", "xanh", "green")
    PLAIN = Row("plain", "thường", "plain")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityRow(Row):
    """``rank``: what is told first has the lowest."""

    rank: int
    colour: Colour


class Severity(Code):
    """How soon somebody must look after it."""

    rank: int
    colour: Colour

    CRITICAL = SeverityRow("critical", "nghiêm trọng", "critical", rank=0, colour=Colour.BAD)
    WARNING = SeverityRow("warning", "cảnh báo", "warning", rank=1, colour=Colour.WARN)
