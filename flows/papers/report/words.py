"""How reports say things: numbers and times as official papers write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from core.clock import local
from core.codes.drops import DropReason
from core.codes.scopes import ClaimScope
from core.codes.texts import Likelihood


def drop_reason(code: str) -> str:
    """The reason in words; a code that has none yet is shown as it is."""
    return DropReason(code).vi if code in set(DropReason) else f"Lý do khác ({code})"


def number(value: int) -> str:
    """1234567 -> ``1.234.567``."""
    return f"{value:,}".replace(",", ".")


def by_scope(counts: Iterable[Sequence[Any]]) -> str:
    """``2 trong tỉnh, 1 chưa rõ địa bàn, …`` of (scope, number), all of them, so that none is told as another."""
    return ", ".join(f"{number(count)} {ClaimScope(scope).vi}" for scope, count in counts)


def percent(part: int, whole: int) -> str:
    """A share as ``12,5%``; ``–`` of nothing."""
    if not whole:
        return "–"
    return f"{100 * part / whole:.1f}".removesuffix(".0").replace(".", ",") + "%"


def change(value: int, before: int, *, share: bool = True) -> str:
    """The difference from the period before, in words; with its share of that period's number in brackets."""
    if value == before:
        return "không đổi"
    word = "tăng" if value > before else "giảm"
    part = f" ({percent(abs(value - before), before)})" if before and share else ""
    return f"{word} {number(abs(value - before))}{part}"


def likelihood(probability: float) -> str:
    """The machine's probability in words with the figure behind them."""
    return f"{Likelihood.of(probability).vi} ({percent(round(probability * 1000), 1000)})"


def clock(moment: datetime) -> str:
    """``07 giờ 00 ngày 25/8/2021`` on the Vietnamese clock."""
    there = local(moment)
    return f"{there:%H} giờ {there:%M} ngày {day(moment)}"


def day(moment: datetime) -> str:
    """``25/8/2021``; days below ten and the first two months carry a zero (Decree 30/2020/NĐ-CP, Appendix I, II.4)."""
    there = local(moment)
    return f"{there.day:02d}/{_month(there.month)}/{there.year}"


def long_date(moment: datetime) -> str:
    """``ngày 25 tháng 8 năm 2021`` (Decree 30/2020/NĐ-CP, Appendix I, II.4)."""
    there = local(moment)
    return f"ngày {there.day:02d} tháng {_month(there.month)} năm {there.year}"


def _month(month: int) -> str:
    return f"{month:02d}" if month < 3 else str(month)


def span(since: datetime, until: datetime) -> str:
    """``từ … đến …``."""
    return f"từ {clock(since)} đến {clock(until)}"
