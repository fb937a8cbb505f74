"""The search page: query, filters, facets, timeline, hits; what rises, what is alike, all hits as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from core import clock
from core.codes.texts import SourceKind, TextKind
from core.codes.verdicts import VerdictValue
from index.archive import reading
from index.models import Document
from index.proof import audit
from index.query.parse import QueryError
from index.search import SearchError, open_search
from index.search.address import Asked, asked, tidy
from index.search.all_hits import DEEPEST, TooManyError, all_hits
from index.views import charts
from review_ui import known_sources
from review_ui.language import word_of
from review_ui.query_words import say
from review_ui.sessions.person import signed_in
from review_ui.views.search import export
from review_ui.views.search.folding import PAGE, Folded, ResultRow, folded
from review_ui.views.search.trends import trends

_TABLES = {"source_kind": SourceKind, "text_kind": TextKind, "verdict": VerdictValue}
MOST_VALUES = 12
SIMILAR = 100

may_search = permission_required("archive.search", raise_exception=True)


@may_search
def show(request: HttpRequest) -> HttpResponse:
    """Hits for the address's query and filters; a wrong query is answered with the place where it is wrong."""
    values = request.GET.dict()
    number = max(_number(values.get("page")), 1)
    text = values.get("q", "").strip()
    context: dict[str, Any] = {"q": text, "page_number": number, "fold": values.get("fold") != "0"}
    if number > DEEPEST // PAGE:
        context["error"] = _(
            "Chỉ lật được tới tin thứ 10.000. Hãy thu hẹp bằng từ khóa, ngày hoặc bộ lọc, hoặc tải toàn bộ kết quả về."
        )
        return render(request, "desk/search/search.html", context, status=400)
    try:
        page = _page(asked(values), number, fold=context["fold"])
    except QueryError as error:
        context |= {"error": say(error), "before": text[: error.position], "after": text[error.position :]}
        return render(request, "desk/search/search.html", context, status=400)
    except SearchError:
        return _away(request, context)
    results = page.results
    context |= {
        "page": page,
        "results": results,
        "facets": _facets(results.facets),
        "chosen": [(name, value, _label(name, value)) for name in _headings() if (value := values.get(name, ""))],
        "chart": _chart(results.timeline),
        "permalink": tidy(request.GET.urlencode()),
        "export_most": export.MOST,
    }
    return render(request, "desk/search/search.html", context)


@may_search
def rising(request: HttpRequest) -> HttpResponse:
    """Terms of the search's period against the period before; a part of the search page and a page of its own."""
    context: dict[str, Any] = {"back": tidy(request.GET.urlencode())}
    try:
        context["trends"] = trends(open_search(settings.SOATIN), asked(request.GET.dict()), clock.day())
    except QueryError as error:
        context["error"] = say(error)
        return render(request, "desk/search/rising.html", context, status=400)
    except SearchError:
        return _away(request, context, "desk/search/rising.html")
    return render(request, "desk/search/rising.html", context)


@may_search
def similar(request: HttpRequest, pk: str) -> HttpResponse:
    """The documents that say nearly the same as one; a part of the search page and a page of its own."""
    document = get_object_or_404(Document, pk=pk)
    others = reading.similar_documents(document)
    context = {"document": document, "others": others[:SIMILAR], "total": others.count(), "most": SIMILAR}
    return render(request, "desk/search/similar.html", context)


@may_search
def download(request: HttpRequest, form: str) -> HttpResponseBase:
    """All hits as ``csv``, ``xlsx`` or ``jsonl``, the newest first, up to the number that the page states."""
    if form not in export.TYPES:
        raise Http404
    values = request.GET.dict()
    try:
        portions = all_hits(open_search(settings.SOATIN), asked(values), export.MOST[form])
    except (QueryError, TooManyError) as error:
        crowded = _("Một ngày có quá 10.000 tin: hãy lọc theo nguồn tin.")
        words = say(error) if isinstance(error, QueryError) else crowded
        return render(request, "desk/search/search.html", {"q": values.get("q", ""), "error": words}, status=400)
    except SearchError:
        return _away(request, {"q": values.get("q", "")})
    audit.record(
        signed_in(request).get_username(), "search.export", form, {"query": tidy(request.GET.urlencode())[:1000]}
    )
    found = export.rows(portions)
    response: HttpResponseBase
    if form == "xlsx":
        response = FileResponse(export.ExportTable().xlsx(found), content_type=export.TYPES[form])
    else:
        stream = export.jsonl(found) if form == "jsonl" else export.ExportTable().csv(found)
        response = StreamingHttpResponse(stream, content_type=export.TYPES[form])
    name = f"soatin-{clock.local(clock.now()):%Y%m%d-%H%M}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _headings() -> dict[str, str]:
    """The conditions by which hits can be narrowed, and what they are called."""
    return {
        "source_kind": _("Loại nguồn"), "text_kind": _("Loại nội dung"), "verdict": _("Kết luận"),
        "place": _("Địa bàn"), "source": _("Nguồn tin"),
    }  # fmt: skip


def _facets(found: Mapping[str, Sequence[tuple[str, int]]]) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """Name, heading, and the values with their words and counts, the most frequent first."""
    kept = {name: [row for row in found.get(name, ()) if row[0]][:MOST_VALUES] for name in _headings()}
    return [
        (name, heading, [(value, _label(name, value), count) for value, count in kept[name]])
        for name, heading in _headings().items()
        if kept[name]
    ]


def _label(name: str, value: str) -> str:
    if name in _TABLES:
        return word_of(_TABLES[name], value)
    return known_sources.title_of(value) if name == "source" else value


def _page(wanted: Asked, number: int, *, fold: bool) -> Folded:
    backend = open_search(settings.SOATIN)
    if fold:
        return folded(backend, wanted, number)
    offset = (number - 1) * PAGE
    results = backend.search(wanted.query, wanted.filters, limit=PAGE, offset=offset)
    more = offset + PAGE < min(results.total, DEEPEST)
    return Folded([ResultRow(hit, 0) for hit in results.hits], results, more)


def _away(request: HttpRequest, context: dict[str, Any], template: str = "desk/search/search.html") -> HttpResponse:
    words = _("Chỉ mục tìm kiếm đang tạm ngừng; dữ liệu vẫn được tiếp nhận và lưu trữ.")
    return render(request, template, context | {"error": words}, status=503)


def _chart(days: Sequence[tuple[date, int]]) -> str:
    return charts.columns(days[-60:], unit=_("tin")) if len(days) > 1 else ""


def _number(text: str | None) -> int:
    try:
        return int(text or 1)
    except ValueError:
        return 1
