"""The duty board: what the plan asks at the level in force, and the level itself, decided by a person who may."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.errors import SoatinError
from index.models import LevelDecision
from index.office import levels
from review_ui.context import plan
from review_ui.sessions.access import every_role
from review_ui.sessions.person import signed_in

LISTED = 20


@every_role
def show(request: HttpRequest) -> HttpResponse:
    """Duties at the level in force (or at the one looked at)."""
    if request.method == "POST":  # the form's own address; kept addresses of it lead here, too
        return decide(request)
    return render(request, "desk/office/duties.html", _page(request))


def _page(request: HttpRequest, **more: Any) -> dict[str, Any]:
    province = plan()
    force = levels.level_in_force(province.name)
    codes = [level.code for level in province.levels]
    looked_at = request.GET.get("level", force.level if force else "")
    level = looked_at if looked_at in codes else ""
    decisions = LevelDecision.objects.filter(province=province.name)
    return {
        "force": force,
        "level": level,
        "levels": province.levels,
        "duties": [
            (duty, [province.units[c].name for c in duty.leads], [province.units[c].name for c in duty.support])
            for duty in province.duties_at(level)
        ],
        "decisions": decisions.select_related("by", "corrects", "corrected_by").order_by("-id")[:LISTED],
        "districts": province.districts,
        "today": clock.day().isoformat(),
        **more,
    }


@require_POST
@permission_required("archive.decide_level", raise_exception=True)
def decide(request: HttpRequest) -> HttpResponse:
    """Record a decision, or correct one: what was typed is shown once more first."""
    province, post = plan(), request.POST
    entry = {name: post.get(name, "").strip() for name in ("level", "district", "number", "decided_on", "reason")}
    wrong = LevelDecision.objects.filter(province=province.name, pk=_whole(post.get("corrects", ""))).first()
    names = {level.code: level.name for level in province.levels}
    words = _wrong_in(entry, names, correcting=wrong is not None)
    if not words and post.get("confirmed") != "yes":
        asked = {"asked": entry | {"corrects": wrong}, "asked_level": names.get(entry["level"], "")}
        return render(request, "desk/office/level.html", asked)
    try:
        if not words:
            levels.decide_level(
                signed_in(request), province.name, entry["district"], entry["level"], entry["number"],
                date.fromisoformat(entry["decided_on"]), corrects=wrong, reason=entry["reason"],
            )  # fmt: skip
            messages.success(request, _("Đã ghi nhận quyết định cấp độ dịch."))
            return redirect("duties")
    except SoatinError as error:
        words = _said(error.where)
    messages.error(request, words)
    return render(request, "desk/office/duties.html", _page(request, entry=entry, correcting=wrong), status=400)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _wrong_in(entry: dict[str, str], names: dict[str, str], *, correcting: bool) -> str:
    """What is wrong before anything is asked of the archive; empty: nothing."""
    try:
        day = date.fromisoformat(entry["decided_on"])
    except ValueError:
        return _("Ngày của quyết định chưa đúng: chọn ngày ký quyết định.")
    district, level = entry["district"], entry["level"]
    if not level and not correcting:
        return _said("level")
    if (level and level not in names) or (district and district not in plan().districts):
        return _("Cấp độ hoặc địa bàn không có trong kế hoạch: chọn trong danh sách.")
    try:
        levels.check(entry["number"], day, entry["reason"] if correcting else None)
    except SoatinError as error:
        return _said(error.where)
    return ""


def _said(where: str) -> str:
    return {
        "number": _("Số quyết định chưa đúng: ghi như trên văn bản, ví dụ 12/QĐ-UBND."),
        "again": _("Quyết định này đã được ghi: nếu ghi sai, hãy sửa mục đã ghi."),
        "decided_on": _("Ngày của quyết định ở tương lai: ghi ngày ký, từ hôm nay trở về trước."),
        "level": _("Chưa chọn cấp độ: chọn một cấp độ trong danh sách."),
        "corrects": _("Mục này đã được sửa: hãy sửa mục mới nhất."),
        "reason": _("Sửa một quyết định phải nêu lý do (ít nhất 10 ký tự)."),
    }[where]
