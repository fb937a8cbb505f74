"""Template filters: codes as words, times on the Vietnamese clock, paging links."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core import clock, places
from core.codes.tables import tables
from core.codes.texts import DocumentKind, Likelihood
from core.wording import overstated as titles
from index.models import Document, Match, Place
from index.views.rising import Rise
from review_ui import known_sources
from review_ui.language import say, word_of
from review_ui.sessions import person

register = template.Library()


@register.filter
def word(code: str, table: str) -> str:
    """A value of a closed set, on screen; ``table``: its name in core.codes.tables."""
    return word_of(tables()[table], code) if code else ""


@register.filter
def colour(code: str, table: str) -> str:
    """The class by which the style sheet shows a value of a closed set."""
    return str(getattr(tables()[table](code), "colour", ""))


@register.filter
def source_title(name: str) -> str:
    """A source's title; its name when the source file is gone."""
    return known_sources.title_of(name)


@register.filter
def found_wrong(match: Match) -> str:
    """Who found something like it wrong, and when."""
    return _found(match, _("Đã kết luận sai bởi %(who)s ngày %(day)s"), _("Đã kết luận sai bởi %(who)s"))


@register.filter
def found_true(match: Match) -> str:
    """Who found something like it true, and when."""
    return _found(match, _("Đã xác nhận đúng bởi %(who)s ngày %(day)s"), _("Đã xác nhận đúng bởi %(who)s"))


@register.filter
def found_unproven(match: Match) -> str:
    """Who found something like it unproven, and when."""
    return _found(match, _("Chưa đủ căn cứ theo %(who)s ngày %(day)s"), _("Chưa đủ căn cứ theo %(who)s"))


def _found(match: Match, dated: str, undated: str) -> str:
    finding = match.finding
    who = finding.publisher or _("thanh tra của tỉnh")
    if finding.reviewed is None:
        return undated % {"who": who}
    return dated % {"who": who, "day": f"{clock.local(finding.reviewed):%d/%m/%Y}"}


@register.filter
def paragraphs(text: SafeString) -> SafeString:
    """Each line of escaped text as a paragraph of its own."""
    lines = [line for line in str(text).split("\n") if line.strip()]
    return mark_safe("".join(f"<p>{line}</p>" for line in lines))  # noqa: S308 -- the text was escaped by review_ui.marks


@register.filter
def likelihood(probability: float) -> str:
    """A probability in words."""
    return say(Likelihood.of(probability))


@register.filter
def percent(probability: float) -> str:
    """A probability as a whole percentage, never 0 or 100: the machine is not certain."""
    return f"{min(99, max(1, round(probability * 100)))} %"


@register.filter
def narrowed(rise: Rise, search: str) -> str:
    """The query string of a search narrowed to texts with this term."""
    values = QueryDict(search, mutable=True)
    query = values.get("q", "")
    both = f"({query})" if " OR " in query or "HOẶC" in query else query  # OR binds last
    values["q"] = f'{both} "{rise.term}"'.strip()
    return values.urlencode()


@register.filter
def readable(search: str) -> str:
    """The values of a saved search, as they were typed."""
    return " · ".join(value for _name, value in QueryDict(search).items() if isinstance(value, str))


@register.filter
def headline_signs(document: Document) -> list[str]:
    """Why an article's headline says more than its text, a line a reason; nothing where it is fair or no article."""
    if document.kind != DocumentKind.ARTICLE:
        return []
    found = titles.overstated(document.title, document.text)
    return [say(s.code) % {"said": s.said, "against": s.against} for s in found.signs] if found.enough else []


@register.filter
def past(value: datetime) -> bool:
    """Whether a moment is over."""
    return value <= clock.now()


@register.filter
def full_name(user: User) -> str:
    """What a person is called."""
    return person.full_name(user)


@register.filter
def moment(value: datetime | None) -> str:
    """A time as people write it here: 16:00 20/11/2021."""
    return f"{clock.local(value):%H:%M %d/%m/%Y}" if value else "–"


@register.filter
def since_merger(place: Place, day: datetime) -> str:
    """What a place is called since July 2025, in a text of that time; empty where its name still holds."""
    if clock.day(day) < places.MERGER:
        return ""
    return places.since_merger(place.province, place.district, place.commune)


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago, in the largest unit that fits."""
    if not value:  # a template gives '' for a moment of a row that is not there
        return "–"
    minutes = max(0, round((clock.now() - value).total_seconds() / 60))
    if minutes < 60:
        return _("%(n)s phút trước") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)s giờ trước") % {"n": minutes // 60}
    return _("%(n)s ngày trước") % {"n": minutes // (24 * 60)}


@register.simple_tag(takes_context=True)
def narrowed_to(context: dict[str, Any], name: str, value: str = "") -> str:
    """The page's query string from its first page on, with one condition changed (empty: taken away)."""
    return with_query(context, **{name: value, "page": None})


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """The page's query string with some values changed (None: taken away)."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"
