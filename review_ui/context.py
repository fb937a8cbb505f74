"""What every page shows: where we are, how many wait, whether something is wrong."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.plans import ProvincePlan, load_plan
from index.views import queue


@lru_cache(maxsize=4)
def plan() -> ProvincePlan:
    """The province's plan of this installation."""
    return load_plan(str(settings.SOATIN.province))


def desk(request: HttpRequest) -> dict[str, Any]:
    """Template variables of the frame around every page."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"plan": plan()}

    return {"plan": plan(), "waiting_count": queue.waiting().count()}
