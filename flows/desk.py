"""The desk's web server: waitress before Django, and trial runs of sources beside it. `soatin up` and `soatin demo`
start it as a process of its own.
"""

from __future__ import annotations

import sys

from flows import bootstrap


def serve_desk() -> None:
    """Serve until stopped. Prints one line with the address once the port is open."""
    context = bootstrap.start()
    from waitress.server import create_server

    from flows.trials import keep_running
    from review_ui.wsgi import application

    server = create_server(
        application,
        host=str(context.settings.host),
        port=int(context.settings.port),
        threads=6,
        max_request_body_size=20 * 1024 * 1024,
        ident="soatin",
    )
    keep_running(context)
    sys.stdout.write(f"http://{server.effective_host}:{server.effective_port}/\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    serve_desk()
