"""When a page was published, by its meta data and by what it prints."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from crawlers.article.times import machine_time, plausible, printed_time, settle
from crawlers.page.markup import classes, inline_text
from crawlers.page.page import Page

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
_DIGITS = re.compile(r"\d\s*(?:[/.-]\s*\d|tháng|[a-z]{3})|[^\W\d]{2,}\.?\s+\d", re.IGNORECASE)
_BEFORE, _AFTER = 60, 120
"""So many elements before and after the headline a time may stand without being marked as one."""
_OF_TIMES = re.compile(r"thứ|chủ nhật|ngày|tháng|năm|cập nhật|đăng|lúc|giờ|phút|GMT|AM|PM", re.IGNORECASE)
_SHORTEST_TIME, _LONGEST_TIME = 8, 120
_COMPANY = 40
"""Letters that may stand beside a time: a name, a section, a count of readers."""


def published(page: Page, tags: dict[str, list[str]], ld: dict[str, Any], heading: Any) -> datetime | None:
    """The moment by meta data and microdata, made exact by what is printed; None when neither says."""
    values = [str(ld.get("datePublished") or ""), *(v for name in _PUBLISHED for v in tags.get(name, []))]
    marked = page.tree.iterfind(".//*[@itemprop='datePublished']")
    values += [str(e.get("datetime") or e.get("content") or inline_text(e)[:60]) for e in marked]
    moments = [m for m in map(machine_time, filter(None, values)) if m and plausible(m, page.fetched)]
    machine = next((m for m in moments if m.time().isoformat() != "00:00:00"), moments[0] if moments else None)
    if machine and not machine.second:  # another tag may know the second
        machine = next((m for m in moments if m.second and m.replace(second=0) == machine), machine)
    printed = _printed(page, heading)
    return settle(machine, printed)


def _printed(page: Page, heading: Any) -> datetime | None:
    """The time that the page prints nearest to its headline, or in what is marked as a time."""
    survey = page.survey
    start = survey.position(heading) if heading is not None else 0
    candidates: list[tuple[int, datetime]] = []
    for number, element in enumerate(survey):
        size = survey[element]
        if size.text > _LONGEST_TIME or (size.text < _SHORTEST_TIME and element.tag != "time"):
            continue
        marked = element.tag == "time" or _is_marked(classes(element))
        if not marked and (heading is None or not -_BEFORE <= number - start <= _AFTER):
            continue
        given = element.get("datetime")
        moment = (machine_time(given) if given else None) or _alone(inline_text(element), marked=marked)
        if moment and plausible(moment, page.fetched):
            distance = number - start if number >= start else 2 * (start - number)
            candidates.append((distance, moment))
    clocked = [c for c in candidates if c[1].hour or c[1].minute]
    return min(clocked or candidates, key=lambda c: c[0])[1] if candidates else None


@lru_cache(maxsize=10_000)
def _is_marked(names: str) -> bool:
    return _PRINTED.search(names) is not None


def _alone(text: str, *, marked: bool) -> datetime | None:
    """The time that a short line gives, when it is not a sentence that names a day."""
    if not _DIGITS.search(text):
        return None
    moment = printed_time(text)
    if moment is None or marked:
        return moment
    return moment if sum(map(str.isalpha, _OF_TIMES.sub("", text))) <= _COMPANY else None
