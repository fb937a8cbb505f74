"""Adding sources and switching them on and off, for those who may. A source is tried before it can be saved."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import DataError, UsageError
from core.model.sources import Source
from core.outgoing import refusal
from core.sources.files import parse_source, save, to_toml
from index.models import SourceTrial
from index.proof import audit
from index.work import trials
from review_ui import known_sources
from review_ui.sessions.person import signed_in
from review_ui.views.sources.source_form import INTERVALS, KINDS, STARTS, SourceForm, provinces

may_manage = permission_required("archive.manage_sources", raise_exception=True)


@may_manage
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, it asks for a trial run."""
    form = SourceForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            return redirect("source-trial", pk=trials.ask(signed_in(request), form.source, to_toml(form.source)).pk)
        except UsageError:
            form.add_error(None, _("Đã chạy thử quá nhiều lần trong một giờ. Hãy thử lại sau."))
    values = form.data if form is not None else _before(request)
    context = {
        "form": form, "values": values, "starts": STARTS, "kinds": KINDS, "intervals": INTERVALS,
        "provinces": provinces(),
    }  # fmt: skip
    return render(request, "desk/sources/source_new.html", context, status=400 if form is not None else 200)


def _before(request: HttpRequest) -> dict[str, Any]:
    """The values of an earlier trial that are to be corrected; else the usual ones."""
    asked = request.GET.get("trial", "")
    row = SourceTrial.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 10 else None
    if row is None:
        return {"interval": "30", "kind": "press", "start": "press listing"}
    source = _source(row)
    start = source.starts[0]
    return {
        "url": start["url"], "start": f"{source.platform} {start['as']}", "title": source.title,
        "kind": str(source.kind), "province": source.province, "official": source.official,
        "interval": str(source.interval),
    }  # fmt: skip


def _source(row: SourceTrial) -> Source:
    return parse_source(row.name, tomllib.loads(row.toml))


@may_manage
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """What a trial run brought; until it is over the page asks for itself again."""
    row = get_object_or_404(SourceTrial, pk=pk)
    documents = [
        one | {"published": datetime.fromisoformat(one["published"]) if one["published"] else None}
        for one in row.result.get("documents", [])
    ]
    response = render(
        request,
        "desk/sources/source_trial.html",
        {"row": row, "source": _source(row), "result": row.result, "documents": documents, "taken": _taken(row.name)},
    )
    if row.state != "done":
        response["Refresh"] = "3"
    return response


def _taken(name: str) -> bool:
    return any(source.name == name for source in known_sources.load()[0])


@require_POST
@may_manage
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the source of a trial that is over; it is watched from the next round on."""
    with transaction.atomic():
        row = get_object_or_404(SourceTrial.objects.select_for_update(), pk=pk)
        source = _source(row)
        local = bool(settings.SOATIN.local_sources)
        refused = row.result.get("refused") or refusal(source.starts[0]["url"], local=local)
        if row.state != "done" or refused or _taken(source.name):
            words_ = _("Không lưu được: chưa chạy thử xong, địa chỉ không dùng được, hoặc đã có nguồn này.")
            messages.error(request, words_)
            return redirect("source-trial", pk=pk)
        save(settings.SOATIN.sources_dir, source)
        SourceTrial.objects.filter(pk=pk).update(saved=True)
        audit.record(signed_in(request).username, "source-add", source.name, {"file": row.toml, "trial": pk})
    messages.success(request, _("Đã lưu nguồn tin; nguồn được theo dõi từ lượt thu thập tới."))
    return redirect("sources")


@require_POST
@may_manage
def switch(request: HttpRequest, name: str) -> HttpResponse:
    """Watch a source again, or no longer. What was received stays."""
    source = next((one for one in known_sources.load()[0] if one.name == name), None)
    if source is None:
        raise Http404
    enabled = request.POST.get("to") == "on"
    try:
        with transaction.atomic():
            audit.record(signed_in(request).username, "source-switch", name, {"enabled": enabled})
            save(settings.SOATIN.sources_dir, replace(source, enabled=enabled))
    except (OSError, DataError):
        messages.error(request, _("Không ghi được tệp nguồn tin."))
        return redirect("sources")
    words_ = _("Đã bật nguồn %(name)s.") if enabled else _("Đã tắt nguồn %(name)s; dữ liệu đã nhận vẫn được giữ.")
    messages.success(request, words_ % {"name": source.title})
    return redirect("sources")
