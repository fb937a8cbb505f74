"""Whether a source is well: against its own usual, never against other sources. Pure rules; index.views.health
measures.

Each sign has a bound at which it is raised and a milder one at which it is cleared again, so that a source at the bound
does not raise an alarm every ten minutes.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from core.codes.sources import Sign
from core.model.sources import Source
from core.sources.polling import is_silent

_QUIET, _QUIET_CLEARED = 0.25, 0.5
"""Shares of the usual number of documents."""
_CHANCE = 0.001
"""How probable (Poisson) so few documents may be before it is no accident."""
_UNREAD, _UNREAD_CLEARED, _UNREAD_LEAST = 0.3, 0.15, 5
_REFUSED, _REFUSED_CLEARED, _REFUSED_LEAST = 0.5, 0.25, 5
_SHORT = 0.5
"""A text is short when it has less than half the characters of the source's median."""
_CHANGED, _CHANGED_CLEARED = 0.6, 0.3
_LEAST_TEXTS, _LEAST_BEFORE = 8, 20


@dataclass(frozen=True, slots=True)
class Measures:
    """One source at one moment. Counts are of documents by when they were taken in: of the last 24 hours, and of the
    same 24 hours one to four weeks before (the same weekday), as far as the source was watched then; the same for seven
    days. ``unread`` and ``refused`` count pages of the last 24 hours; ``texts`` are the characters of its latest
    articles, ``texts_before`` of those before.
    """

    polled: bool = True
    last_success: datetime | None = None
    error: str = ""
    daily: float | None = None
    day: int = 0
    days_before: tuple[int, ...] = ()
    week: int = 0
    weeks_before: tuple[int, ...] = ()
    unread: int = 0
    refused: int = 0
    texts: tuple[int, ...] = ()
    texts_before: tuple[int, ...] = ()

    @property
    def usual_day(self) -> float | None:
        """Documents on such a weekday: the median of up to four; None with fewer than two to go by."""
        return float(median(self.days_before)) if len(self.days_before) > 1 else None

    @property
    def usual_week(self) -> float | None:
        """Documents in seven days: the median of up to three; None with fewer than two to go by."""
        return float(median(self.weeks_before)) if len(self.weeks_before) > 1 else None

    @property
    def unread_share(self) -> float:
        """Share of the pages of the last 24 hours that could not be read; 0 without pages."""
        return _share(self.unread, self.unread + self.day)

    @property
    def refused_share(self) -> float:
        """Share of the addresses of the last 24 hours that robots.txt refused; 0 without any."""
        return _share(self.refused, self.refused + self.unread + self.day)

    @property
    def shorter_share(self) -> float | None:
        """Share of the latest texts that are short by the source's own measure, beyond the share that always is; None
        with too few texts to go by.
        """
        if len(self.texts) < _LEAST_TEXTS or len(self.texts_before) < _LEAST_BEFORE:
            return None
        bound = _SHORT * median(self.texts_before)
        return max(0.0, _short(self.texts, bound) - _short(self.texts_before, bound))


def signs(source: Source, found: Measures, now: datetime, raised: Collection[str] = ()) -> list[Sign]:
    """What is wrong with an enabled source now. ``raised``: the signs that stood until now, which take more to clear
    than they took to raise. A source that was never polled has none.
    """
    if not found.polled:
        return []
    silent = is_silent(source, found.last_success, now, daily=found.daily)
    refused = found.error.startswith("robots")
    tests = {
        Sign.SILENT: silent and not refused,
        Sign.QUIET: not silent and _is_quiet(found, raised=Sign.QUIET in raised),
        Sign.FAILING: _is_unread(found, raised=Sign.FAILING in raised),
        Sign.CHANGED: (found.shorter_share or 0.0) >= (_CHANGED_CLEARED if Sign.CHANGED in raised else _CHANGED),
        Sign.REFUSED: refused or _is_refused(found, raised=Sign.REFUSED in raised),
    }
    return [sign for sign, stands in tests.items() if stands]


def _is_quiet(found: Measures, *, raised: bool) -> bool:
    pairs = ((found.day, found.usual_day), (found.week, found.usual_week))
    return any(_too_few(count, usual, raised=raised) for count, usual in pairs if usual)


def _too_few(count: int, usual: float, *, raised: bool) -> bool:
    """Far fewer than usual, and too few for chance."""
    share = _QUIET_CLEARED if raised else _QUIET
    return count < share * usual and chance_of_at_most(count, usual) < _CHANCE


def chance_of_at_most(count: int, expected: float) -> float:
    """Probability of ``count`` or fewer events where ``expected`` are usual (Poisson distribution)."""
    if expected <= 0:
        return 1.0
    term = total = math.exp(-min(expected, 700.0))
    for number in range(1, count + 1):
        term *= expected / number
        total += term
    return min(total, 1.0)


def _is_unread(found: Measures, *, raised: bool) -> bool:
    if raised:
        return found.unread > 0 and found.unread_share >= _UNREAD_CLEARED
    return found.unread >= _UNREAD_LEAST and found.unread_share >= _UNREAD


def _is_refused(found: Measures, *, raised: bool) -> bool:
    if raised:
        return found.refused > 0 and found.refused_share >= _REFUSED_CLEARED
    return found.refused >= _REFUSED_LEAST and found.refused_share >= _REFUSED


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _short(texts: Sequence[int], bound: float) -> float:
    return sum(length < bound for length in texts) / len(texts)


def describe(sign: str, found: Measures) -> str:
    """A sign with its figures, in Vietnamese, for alarms and reports."""
    silent = f"không trả lời; {found.error}" if found.error else "không trả lời"
    unread = f"không đọc được {found.unread} trong {found.unread + found.day} trang của 24 giờ qua"
    share = round(100 * (found.shorter_share or 0.0))
    changed = f"{share}% bài mới ngắn dưới một nửa thường lệ, có thể trang đã đổi giao diện"
    refused = f"robots.txt không cho phép {found.refused} địa chỉ trong 24 giờ qua"
    if found.error.startswith("robots"):
        refused = "tệp robots.txt không còn cho phép thu thập"
    quiet = f"7 ngày qua có {found.week} tin, thường lệ {found.usual_week or 0:.0f}"
    if found.usual_day and _too_few(found.day, found.usual_day, raised=True):
        quiet = f"24 giờ qua có {found.day} tin, thường lệ cùng ngày trong tuần {found.usual_day:.0f}"
    return {"silent": silent, "quiet": quiet, "failing": unread, "changed": changed, "refused": refused}[sign]
