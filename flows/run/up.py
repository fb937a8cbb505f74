"""`soatin up`: Prefect's server, the flow runner and the desk as processes of one tree, restarted when they die,
stopped together.
"""

from __future__ import annotations

import os
import signal
import sys
import time

from flows.context import Context
from flows.run.one_up import the_only_one
from flows.run.processes import (
    Api,
    Child,
    own_environ,
    own_log,
    prefect_environ,
    refuse_taken_port,
    scheduler,
    shut_down,
    wait_for,
)
from flows.tell.outage import migrate_when_there


def children(context: Context) -> list[Child]:
    """The processes to run. With PREFECT_API_URL set, that server is used and none is started."""
    settings, found = context.settings, []
    if url := os.environ.get("PREFECT_API_URL", ""):
        api = Api(url)  # its password, if it asks for one, is in PREFECT_API_AUTH_STRING
    else:
        server, api = scheduler(settings)
        found.append(server)
    part = [sys.executable, "-m", "flows.run"]
    found.append(Child("flows", [*part, "flows"], prefect_environ(settings, api), own_log(settings, "flows")))
    found.append(Child("desk", [*part, "desk"], own_environ(settings), own_log(settings, "desk")))
    return found


def run(context: Context) -> int:
    """Run until SIGINT or SIGTERM. The archive is migrated first; the report flow makes up slots missed while down.

    Raises SoatinError when another one runs on this data folder, or the port is taken.
    """
    with the_only_one(context.settings.data):
        refuse_taken_port(context.settings)
        return _run(context)


def _run(context: Context) -> int:
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
