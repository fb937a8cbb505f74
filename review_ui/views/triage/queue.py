"""The queue: claims that wait for a person, the most urgent first."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.codes.texts import SourceKind
from index.views import queue
from index.views.queue import QueueFilters
from review_ui.context import plan

PAGE = 30
HOURS = (6, 12, 24, 72)


def show(request: HttpRequest) -> HttpResponse:
    """One page of the queue, by the filters of the address."""
    filters = filters_of(request)
    page = Paginator(queue.waiting(filters), PAGE).get_page(request.GET.get("page"))
    claims = list(page.object_list)
    leads = queue.lead_documents(claims)
    named = queue.districts_named(claims, plan().title)
    return render(
        request,
        "desk/triage/queue.html",
        {
            "rows": [(claim, leads.get(claim.pk), named.get(claim.pk, [])) for claim in claims],
            "page": page,
            "filters": filters,
            "filter_query": request.GET.urlencode(),
            "districts": plan().districts,
            "source_kinds": list(SourceKind),
            "hours": HOURS,
        },
    )


def filters_of(request: HttpRequest) -> QueueFilters:
    """The queue's filters as the address gives them; what is not among the choices is ignored."""
    district = request.GET.get("district", "")
    kind = request.GET.get("source_kind", "")
    hours = request.GET.get("hours", "")
    known = district in plan().districts
    return QueueFilters(
        province=plan().title if known else "",
        district=district if known else "",
        source_kind=kind if kind in set(SourceKind) else "",
        hours=float(hours) if hours in {str(h) for h in HOURS} else None,
    )
