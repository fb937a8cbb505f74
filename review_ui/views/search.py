"""The search page: query, filters, facets, timeline, highlighted hits."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.clock import VIETNAM
from index import charts
from index.query import QueryError, parse
from index.search import Filters, SearchError, open_search
from review_ui.query_words import say

PAGE = 20
LAST = 10_000  # hits that can be paged to


@permission_required("archive.search", raise_exception=True)
def show(request: HttpRequest) -> HttpResponse:
    """Hits for the address's query and filters; a wrong query is answered with the place where it is wrong."""
    text = request.GET.get("q", "").strip()
    page = min(max(_number(request.GET.get("page")), 1), LAST // PAGE)
    context: dict[str, Any] = {"q": text, "page_number": page}
    try:
        query = parse(text)
        results = open_search(settings.SOATIN).search(query, _filters(request), limit=PAGE, offset=(page - 1) * PAGE)
    except QueryError as error:
        context |= {"error": say(error), "before": text[: error.position], "after": text[error.position :]}
        return render(request, "desk/search.html", context, status=400)
    except SearchError:
        context["error"] = _("Chỉ mục tìm kiếm đang tạm ngừng; dữ liệu vẫn được tiếp nhận và lưu trữ.")
        return render(request, "desk/search.html", context, status=503)
    context |= {
        "results": results,
        "facets": [
            (name, [row for row in results.facets.get(name, []) if row[0]])
            for name in ("source_kind", "text_kind", "verdict", "place", "source")
        ],
        "chosen": {
            name: request.GET.get(name, "") for name in ("source_kind", "text_kind", "verdict", "place", "source")
        },
        "chart": _chart(results.timeline),
        "last_page": min(-(-results.total // PAGE), LAST // PAGE),
    }
    return render(request, "desk/search.html", context)


def _filters(request: HttpRequest) -> Filters:
    get = request.GET.get
    return Filters(
        since=_day(get("from")),
        until=_day(get("to")),
        source=get("source", ""),
        source_kind=get("source_kind", ""),
        place=get("place", ""),
        text_kind=get("text_kind", ""),
        verdict=get("verdict", ""),
    )


def _chart(rows: Any) -> str:
    days = [(datetime.combine(date.fromisoformat(str(day)), time(), VIETNAM), count) for day, count in rows]
    return charts.timeline(days[-60:], unit=_("tin"), width=560) if len(days) > 1 else ""


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _number(text: str | None) -> int:
    try:
        return int(text or 1)
    except ValueError:
        return 1
