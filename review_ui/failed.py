"""What is answered when something broke; an archive that cannot be used just now has words and a status of its own."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template import loader

from index import away
from review_ui.api.problems import archive_away

RETRY = "30"  # seconds


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler for errors that nobody caught. It asks the database nothing, so it works without one."""
    said = away.words(sys.exc_info()[1])
    if not said:
        return HttpResponse(loader.render_to_string("500.html"), status=500)
    if request.path.startswith("/api/"):
        return archive_away()
    page = loader.render_to_string("desk/away.html")
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY})
