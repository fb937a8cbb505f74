"""The desk's web server: waitress before Django, and beside it what people there ask for and wait for: trial runs of
sources, evidence packages. ``python -m flows.run desk``.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections
from waitress.server import create_server

from flows.context import Context
from flows.evidence.packages import run_due as make_packages
from flows.steps.trials import run_due as try_sources
from index.search import SearchError, open_search
from review_ui.wsgi import application

_EVERY = 1.0
_log = logging.getLogger(__name__)


def serve(context: Context) -> None:
    """Serve until stopped. Prints one line with the address once the port is open."""
    server = create_server(
        application,
        host=str(context.settings.host),
        port=int(context.settings.port),
        threads=6,
        max_request_body_size=20 * 1024 * 1024,
        ident="soatin",
        clear_untrusted_proxy_headers=False,  # review_ui.sessions.addresses does, by the setting trusted_proxies
    )
    for name, run_due in (("trials", try_sources), ("packages", make_packages)):
        threading.Thread(target=_keep_running, args=(context, run_due), name=name, daemon=True).start()
    threading.Thread(target=_warm, args=(context,), name="warm", daemon=True).start()
    sys.stdout.write(f"http://{server.effective_host}:{server.effective_port}/\n")
    sys.stdout.flush()
    server.run()


def _warm(context: Context) -> None:
    """So that the first person to search after a start does not wait for what the others have at hand."""
    try:
        open_search(context.settings).warm()
    except SearchError as error:
        _log.warning("search could not be read ahead: %s", error)


def _keep_running(context: Context, run_due: Callable[[Context], int]) -> None:
    while True:
        try:
            close_old_connections()
            run_due(context)
        except Exception:  # noqa: BLE001 -- whatever it was, the desk goes on, and so does what is asked for later
            _log.exception("what the desk asked for failed")
            time.sleep(30)
        time.sleep(_EVERY)
