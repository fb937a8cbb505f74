"""What was judged to be off the topic: how much, and the sample that keeps its text so that people can check."""

from __future__ import annotations

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import clock
from index.archive.judgements import KEEP_OFF_TOPIC_PERCENT
from index.models import Document

_DAYS = 30
_A_PAGE = 50


def show(request: HttpRequest) -> HttpResponse:
    """The last 30 days: documents judged, those off the topic, and the kept sample, newest first."""
    since = clock.now() - timedelta(days=_DAYS)
    judged = Document.objects.filter(classified_at__gte=since)
    off = judged.filter(topic="")
    sample = off.exclude(text="").order_by("-classified_at", "id")
    context = {
        "days": _DAYS,
        "percent": KEEP_OFF_TOPIC_PERCENT,
        "judged": judged.count(),
        "off": off.count(),
        "page": Paginator(sample, _A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "desk/sources/dropped.html", context)
