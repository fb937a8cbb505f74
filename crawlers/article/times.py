"""Times as Vietnamese pages give them. What has no offset is Vietnamese time (UTC+7)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from core import clock
from core.clock import VIETNAM

_HALF = r"(?P<ap>(?:[AP]\.?M|SA|CH|sáng|trưa|chiều|tối|đêm)\b)"
_ZONE = r"(?P<z>(?:GMT|UTC)(?:\s*[+-]\s*\d\d?(?::?\d\d)?)?|Z\b|[+-]\d\d:?\d\d(?!\d))"
_CLOCK = (
    r"(?P<h>[01]?\d|2[0-3])(?:\s*(?::|h|giờ|g)\s*(?P<mi>[0-5]\d)(?::(?P<s>[0-5]\d)(?:\.\d+)?)?\s*(?:phút|['’′])?"
    rf"|\s*(?:h|giờ)(?![^\W_]))(?:\s*\(?{_HALF})?\s*(?:\(?{_ZONE}\)?)?"
)
_DATE = (
    r"(?P<d>0?[1-9]|[12]\d|3[01])\s*(?:[/.-]|tháng)\s*(?P<mo>0?[1-9]|1[0-2])\s*(?:[/.-]|[\s,]\s*(?:năm)?)"
    r"\s*(?P<y>(?:19|20)\d\d)"
)
_GAP = r"[\s,|;–-]{0,5}(?:lúc|vào|ngày|hồi)?[\s,|;–-]{0,5}(?:Thứ\s+\S+|Chủ\s+nhật)?[\s,|;–-]{0,5}(?:ngày)?\s{0,3}"
_PRINTED = (
    re.compile(rf"(?<!\d){_DATE}{_GAP}{_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?<!\d){_CLOCK}{_GAP}{_DATE}(?!\d)", re.IGNORECASE),
)
_DATE_ONLY = re.compile(rf"(?<!\d){_DATE}(?!\d)", re.IGNORECASE)
_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T\s]+(\d\d?):(\d\d)(?::(\d\d))?(?:[.,]\d+)?)?\s*(Z|[+-]\d\d?:?\d\d|[+-]\d\d?)?"
)
_MONTHS = (
    ("một", "giêng", "jan(?:uary)?"), ("hai", "feb(?:ruary)?"), ("ba", "mar(?:ch)?"), ("tư", "bốn", "apr(?:il)?"),
    ("năm", "may"), ("sáu", "june?"), ("bảy", "july?"), ("tám", "aug(?:ust)?"), ("chín", "sept?(?:ember)?"),
    ("mười", "oct(?:ober)?"), ("mười một", "nov(?:ember)?"), ("mười hai", "chạp", "dec(?:ember)?"),
)  # fmt: skip
"""Of each month the Vietnamese names, then the English one."""
_NAMED = tuple(
    (re.compile(rf"\b(?:tháng\s+(?:{'|'.join(names[:-1])})|{names[-1]})\b(?=[\s,.]*\d)", re.IGNORECASE), number)
    for number, names in reversed(list(enumerate(_MONTHS, 1)))
)
_LETTERS = re.compile(r"tháng\s+[^\W\d]|(?<![^\W\d])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_SHORT_MONTH = re.compile(r"\bTh(1[0-2]|0?[1-9])\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"tháng\s*(1[0-2]|0?[1-9])[\s,]+([0-3]?\d)[\s,]+((?:19|20)\d\d)", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/.])([01]?\d)\2([0-3]?\d)(?!\d)")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_AFTERNOON, _MORNING = ("PM", "CH", "CHIỀU", "TỐI"), ("AM", "SA", "SÁNG")
_NIGHT_BEGINS, _NOON_ENDS = 6, 3
_AMERICAN = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])/(1[3-9]|2\d|3[01])/((?:19|20)\d\d)")
_SHORT_YEAR = re.compile(r"((?:Thứ\s+\S+|Chủ\s+nhật|ngày)[\s,]+[0-3]?\d/[01]?\d/)(\d\d)(?!\d)", re.IGNORECASE)
_EARLIEST = datetime(1995, 1, 1, tzinfo=VIETNAM)


def machine_time(value: str) -> datetime | None:
    """A time from meta data (ISO 8601 in its usual variations, or as printed), in +07:00; None when it is none."""
    text = value.strip()
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(epoch[1]), VIETNAM)
    if (iso := _ISO.match(text)) and not re.match(_HALF, text[iso.end() :].strip(), re.IGNORECASE):
        *numbers, zone = iso.groups()
        return _made([int(number or 0) for number in numbers], zone or "")
    if american := re.fullmatch(r"(\d\d?)/(\d\d?)/(\d{4})\s+(\d\d?):(\d\d)(?::(\d\d))?\s*([AP]M)", text, re.IGNORECASE):
        month, day, year, hour, minute, second, half = american.groups()
        if int(month) <= 12:
            hours = int(hour) % 12 + (12 if half.upper() == "PM" else 0)
            return _made([int(year), int(month), int(day), hours, int(minute), int(second or 0)])
    return printed_time(text)


def printed_time(text: str, *, dates_too: bool = True) -> datetime | None:
    """The first date with a clock time in a text, else (``dates_too``) the first date, at 00:00; in +07:00."""
    text = _usual(text)
    found = [match for pattern in _PRINTED if (match := pattern.search(text))]
    if found:
        match = min(found, key=lambda m: m.start())
        hour = _hour(int(match["h"]), (match["ap"] or "").upper().replace(".", ""))
        day = [int(match[part]) for part in ("y", "mo", "d")]
        return _made([*day, hour, int(match["mi"] or 0), int(match["s"] or 0)], _offset(match["z"] or ""))
    if dates_too and (match := _DATE_ONLY.search(text)):
        return _made([int(match[part]) for part in ("y", "mo", "d")])
    return None


def _hour(hour: int, half: str) -> int:
    """The hour of 24, where a text says which half or part of the day it means."""
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    if half in _MORNING and hour == 12:
        return 0
    if half == "TRƯA" and hour <= _NOON_ENDS:
        return hour + 12
    if half == "ĐÊM":
        return 0 if hour == 12 else hour + 12 if _NIGHT_BEGINS <= hour < 12 else hour
    return hour


def _offset(zone: str) -> str:
    """The zone of a printed time as ISO 8601 has it; '' for none."""
    numbers = re.sub(r"[^\d+-]", "", zone)
    return numbers or ("Z" if zone else "")


def _usual(text: str) -> str:
    """Dates with named months, the month or year first, or a year of two digits, as day, month and year in numbers."""
    if _LETTERS.search(text):
        for pattern, number in _NAMED:
            text = pattern.sub(f"tháng {number} ", text)
    text = _SHORT_MONTH.sub(r"tháng \1", text)
    text = _MONTH_FIRST.sub(r"\2/\1/\3", text)
    text = _YEAR_FIRST.sub(r"\4/\3/\1", text)
    text = _AMERICAN.sub(r"\2/\1/\3", text)
    return _SHORT_YEAR.sub(r"\g<1>20\2", text)


def _made(numbers: list[int], zone: str = "") -> datetime | None:
    """The moment of year, month, day, hour ... in a zone (Vietnam's when it is empty); None when there is no such."""
    year, month, day, hour, minute, second = [*numbers, 0, 0, 0][:6]
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)
    except ValueError:
        return None
    if zone and zone != "Z":
        digits = re.sub(r"\D", "", zone)
        hours, minutes = int(digits[:2]), int(digits[2:] or 0)
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
        return moment - offset + timedelta(hours=7)
    return moment + timedelta(hours=7) if zone else moment


def plausible(moment: datetime, fetched: datetime) -> bool:
    """Whether a page fetched then can have been published at that moment."""
    return _EARLIEST <= moment <= fetched + timedelta(days=1)


def settle(machine: datetime | None, printed: datetime | None) -> datetime | None:
    """One time from what the meta data and the page say.

    The meta data is more exact, except that some sites write Vietnamese time and call it UTC (then the page
    prints the same clock seven hours earlier), and some give only the day.
    """
    if machine is None or printed is None:
        return machine or printed
    if abs((machine - timedelta(hours=7)) - printed) < timedelta(minutes=1):
        return machine - timedelta(hours=7)
    midnight = machine.hour == machine.minute == machine.second == 0
    if midnight and clock.day(machine.replace(tzinfo=clock.VIETNAM)) == clock.day(printed):
        return printed
    return machine
