"""`soatin up`: Prefect's server, the flow runner and the desk as processes of one tree, restarted when they die,
stopped together.
"""

from __future__ import annotations

import os
import signal
import sys
import time

from flows.context import Context
from flows.run.processes import Child, _log, prefect_environ, refuse_taken_port, scheduler, shut_down, wait_for
from flows.tell.outage import migrate_when_there


def children(context: Context) -> list[Child]:
    """The processes to run. With PREFECT_API_URL set, that server is used and none is started."""
    settings, found = context.settings, []
    api = os.environ.get("PREFECT_API_URL", "")
    if not api:
        server, api = scheduler(settings)
        found.append(server)
    environ = prefect_environ(settings, api)
    found.append(Child("flows", [sys.executable, "-m", "flows.run", "flows"], environ, _log(settings, "flows")))
    found.append(Child("desk", [sys.executable, "-m", "flows.run", "desk"], environ, _log(settings, "desk")))
    return found


def run(context: Context) -> int:
    """Run until SIGINT or SIGTERM. The archive is migrated first; the report flow makes up slots missed while down."""
    refuse_taken_port(context.settings)
    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    migrate_when_there(lambda: stopping)
    family = [] if stopping else children(context)
    say = sys.stderr.write
    try:
        for child in family:
            child.start()
            if child.name == "scheduler":
                wait_for(child_api(family) + "/health", 60)
        say(f"desk: {context.settings.desk_url or context.settings.listens_at}/   stop with Ctrl-C\n")
        while not stopping:
            for child in family:
                if words := child.tend():
                    say(words + "\n")
            time.sleep(0.5)
    finally:
        shut_down(family)
    say("stopped\n")
    return 0


def child_api(family: list[Child]) -> str:
    """The Prefect address that the flow runner uses."""
    return next(child.environ["PREFECT_API_URL"] for child in family if child.name == "flows")
