"""Reports: list, preview, download."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from index.models import Report
from review_ui.report_files import TYPES

PREVIEW_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def listing(request: HttpRequest) -> HttpResponse:
    """All reports, newest first, with their deliveries."""
    reports = Report.objects.defer("data").prefetch_related("deliveries").order_by("-slot", "-id")
    page = Paginator(reports, 20).get_page(request.GET.get("page"))
    set_slots = sorted(settings.SOATIN.slots)  # where the settings give none, the plan's
    return render(request, "desk/office/reports.html", {"page": page, "set_slots": set_slots})


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One report with its preview."""
    report = get_object_or_404(Report.objects.defer("data").prefetch_related("deliveries"), pk=pk)
    return render(request, "desk/office/report.html", {"report": report})


def download(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """One of its files: ``docx``, ``pdf``, or ``html`` for the preview's frame."""
    report = get_object_or_404(Report.objects.defer("data"), pk=pk)
    if form == "html":
        path = settings.SOATIN.report_dir / report.docx.replace(".docx", ".html")
        if not report.docx or not path.is_file():
            raise Http404
        response = HttpResponse(path.read_bytes(), content_type="text/html; charset=utf-8")
        response["Content-Security-Policy"] = PREVIEW_POLICY
        return response
    name = {"docx": report.docx, "pdf": report.pdf}.get(form, "")
    path = settings.SOATIN.report_dir / name
    if not name or not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"), content_type=TYPES[form], filename=name, as_attachment="inline" not in request.GET
    )
