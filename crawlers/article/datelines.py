"""When a page was published, by its meta data and by what it prints."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from core.clock import day
from crawlers.article.times import machine_time, plausible, printed_time, settle
from crawlers.page.markup import classes, inline_text
from crawlers.page.page import Page
from crawlers.page.survey import Survey

_PUBLISHED = (
    "article:published_time",
    "pubdate",
    "publishdate",
    "datepublished",
    "article:published",
    "dc.date.issued",
    "dc.date",
    "dcterms.created",
    "og:published_time",
    "date",
    "article.published",
)
_PRINTED = re.compile(r"date|time|ngay|publish|post(?:ed)?-?on|meta-?info", re.IGNORECASE)
_DIGITS = re.compile(r"\d\s*(?:[/.-]\s*\d|tháng|th\d|[a-z]{3})|[^\W\d]{2,}\.?\s+\d", re.IGNORECASE)
_BEFORE, _AFTER = 60, 120
"""So many elements before and after the headline a time may stand without being marked as one."""
_OF_TIMES = re.compile(r"thứ|chủ nhật|ngày|tháng|năm|cập nhật|đăng|lúc|giờ|phút|GMT|AM|PM", re.IGNORECASE)
_SHORTEST_TIME, _LONGEST_TIME = 8, 120
_LABELLED_AT_LEAST = 12
_POSTED = re.compile(
    r"\W*(?:(?:ngày|giờ|thời gian)\s+(?:đăng|xuất bản|phát hành|tạo)|đăng\s+(?:lúc|ngày|vào|tải)|đăng\s*:"
    r"|xuất bản\b|published\b|posted\b)",
    re.IGNORECASE,
)
"""What a page calls the time of publication."""
_POSTED_LATER = re.compile(r"(?:đăng|xuất bản|published|posted)\s*(?:lúc|ngày|vào|tải|on|at)?\s*:?", re.IGNORECASE)
"""The same after another time: a page that names both when it was changed and when it was published."""
_TODAY = re.compile(r"\W*(?:hôm nay|bây giờ|today|now)\b", re.IGNORECASE)
_CLOCK_NAME = re.compile(
    r"(?:^|[\s_-])(?:clock|dong-?ho|hom-?nay|today|current-?(?:date|time)|datetime-?now|header-?(?:date|time))(?:$|[\s_-])"
)
_NOW = timedelta(minutes=2)
"""A time that equals the fetch by so much is the clock's and no text's."""
_LEVELS = 3
_HEADER = 400
_COMPANY = 40
"""Letters that may stand beside a time: a name, a section, a count of readers."""


def published(page: Page, tags: dict[str, list[str]], ld: dict[str, Any], heading: Any) -> datetime | None:
    """The moment by meta data and microdata, made exact by what is printed; None when neither says."""
    values = [str(ld.get("datePublished") or ""), *(v for name in _PUBLISHED for v in tags.get(name, []))]
    marked = page.tree.iterfind(".//*[@itemprop='datePublished']")
    values += [str(e.get("datetime") or e.get("content") or inline_text(e)[:60]) for e in marked]
    moments = [m for m in map(machine_time, filter(None, values)) if m and plausible(m, page.fetched)]
    moments = [m for m in moments if abs(m - page.fetched) > _NOW]
    machine = next((m for m in moments if m.time().isoformat() != "00:00:00"), moments[0] if moments else None)
    if machine and not machine.second:  # another tag may know the second
        machine = next((m for m in moments if m.second and m.replace(second=0) == machine), machine)
    printed = _printed(page, heading)
    return settle(machine, printed)


def _printed(page: Page, heading: Any) -> datetime | None:
    """The time that the page prints for its text: what it calls so, else the one nearest to the headline, made exact by
    another of the same day. Clocks of the page and times of other texts count last, or not at all.
    """
    survey = page.survey
    start = survey.position(heading) if heading is not None else 0
    near = _header_of(survey, heading)
    found: list[tuple[int, int, datetime]] = []
    for number, element in enumerate(survey):
        size = survey[element]
        if size.text > _LONGEST_TIME or (size.text < _SHORTEST_TIME and element.tag != "time"):
            continue
        marked = element.tag == "time" or _is_marked(classes(element))
        near_by = marked or (heading is not None and -_BEFORE <= number - start <= _AFTER)
        if not near_by and (size.text < _LABELLED_AT_LEAST or not _POSTED.match(element.text or "")):
            continue
        text = inline_text(element)
        given = element.get("datetime")
        moment = (machine_time(given) if given else None) or _alone(text, marked=marked)
        if moment is None or not plausible(moment, page.fetched) or _is_clock(element, text, moment, page.fetched):
            continue
        rank = _rank(survey, element, text, before=number < start, near=element in near)
        found.append((rank, number - start if number >= start else 2 * (start - number), moment))
    if not found:
        return None
    best = min(found, key=lambda c: c[:2])[2]
    exact = [c for c in found if day(c[2]) == day(best) and (c[2].hour or c[2].minute)]
    return min(exact, key=lambda c: c[:2])[2] if exact and not (best.hour or best.minute) else best


def _header_of(survey: Survey, heading: Any) -> set[Any]:
    """The elements of the box that the headline stands in, when that holds little else."""
    box = None
    for parent in islice(heading.iterancestors(), _LEVELS) if heading is not None else ():
        size = survey[parent]
        if parent.tag in ("body", "html") or size.text > _HEADER or size.linked > 0.5 * size.text:
            break
        box = parent
    return set(box.iter()) if box is not None else set()


def _rank(survey: Survey, element: Any, text: str, *, before: bool, near: bool) -> int:
    """0 for what is called the time of publication, 1 for times by the headline or after it, 2 for those above it,
    3 for those of other texts.
    """
    if near:
        return 0 if _POSTED.search(text) else 1
    for box in islice(element.iterancestors(), _LEVELS):
        size = survey[box]
        if box.tag in ("body", "html") or size.text > _HEADER:
            break
        if size.heads and box.tag not in ("header", "main"):
            return 3
    if _POSTED.search(text):
        return 0
    return 2 if before else 1


def _is_clock(element: Any, text: str, moment: datetime, fetched: datetime) -> bool:
    """Whether a time is the page's own clock: it is called so, or it is the time of the visit."""
    if _TODAY.match(text) or _CLOCK_NAME.search(classes(element)):
        return True
    return bool(moment.hour or moment.minute) and abs(moment - fetched) <= _NOW


@lru_cache(maxsize=10_000)
def _is_marked(names: str) -> bool:
    return _PRINTED.search(names) is not None


def _alone(text: str, *, marked: bool) -> datetime | None:
    """The time that a short line gives, when it is not a sentence that names a day."""
    if not _DIGITS.search(text):
        return None
    posted = _POSTED_LATER.search(text)
    moment = printed_time(text[posted.end() :]) if posted else None
    moment = moment or printed_time(text)
    if moment is None or marked:
        return moment
    return moment if sum(map(str.isalpha, _OF_TIMES.sub("", text))) <= _COMPANY else None
