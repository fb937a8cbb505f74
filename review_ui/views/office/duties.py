"""The duty board: what the plan asks at the level in force, and the level itself, decided by a person who may."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.errors import SoatinError
from index.archive import verdicts_and_cases as archive
from index.models import LevelDecision
from review_ui.access import every_role
from review_ui.context import plan
from review_ui.people import signed_in


@every_role
def show(request: HttpRequest) -> HttpResponse:
    """Duties at the level in force (or at the one looked at); POST records a decision."""
    if request.method == "POST":
        return _decide(request)
    province = plan()
    force = archive.level_in_force(province.name)
    codes = [level.code for level in province.levels]
    looked_at = request.GET.get("level", force.level if force else "")
    level = looked_at if looked_at in codes else ""
    return render(
        request,
        "desk/office/duties.html",
        {
            "force": force,
            "level": level,
            "levels": province.levels,
            "duties": [
                (duty, [province.units[c].name for c in duty.leads], [province.units[c].name for c in duty.support])
                for duty in province.duties_at(level)
            ],
            "decisions": LevelDecision.objects.filter(province=province.name).select_related("by").order_by("-id")[:20],
            "districts": province.districts,
            "today": clock.local(clock.now()).date().isoformat(),
        },
    )


def _decide(request: HttpRequest) -> HttpResponse:
    province, post = plan(), request.POST
    level, district = post.get("level", ""), post.get("district", "")
    try:
        decided_on = date.fromisoformat(post.get("decided_on", ""))
    except ValueError:
        messages.error(request, _("Ngày của quyết định chưa đúng."))
        return redirect("duties")
    if level not in [item.code for item in province.levels] or (district and district not in province.districts):
        messages.error(request, _("Cấp độ hoặc địa bàn không có trong kế hoạch."))
        return redirect("duties")
    try:
        archive.decide_level(signed_in(request), province.name, district, level, post.get("number", ""), decided_on)
        messages.success(request, _("Đã ghi nhận quyết định cấp độ dịch."))
    except SoatinError:
        messages.error(request, _("Cần ghi số của quyết định."))
    return redirect("duties")
