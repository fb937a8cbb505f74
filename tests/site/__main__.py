"""``python -m tests.site``: serve the demo web on loopback until SIGTERM or the end of standard input."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from datetime import datetime
from pathlib import Path

from core.clock import VIETNAM, now
from tests.site.server import serve_folder, serve_web


def main() -> int:
    """Print one JSON line ``{"sites": {name: base_url}, "sources_dir": path}`` and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.site", description=__doc__)
    parser.add_argument("--dir", type=Path, help="serve this folder's *.html instead of the demo web")
    parser.add_argument("--sources", type=Path, help="folder for the source files (default: a temporary one)")
    parser.add_argument("--now", help="ISO time at which the two days end (default: the present)")
    options = parser.parse_args()
    if options.dir is not None and not options.dir.is_dir():
        parser.error(f"--dir {options.dir}: no such folder")
    moment = _moment(parser, options.now)
    sources = options.sources or Path(tempfile.mkdtemp(prefix="soatin-site-"))
    sources.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    servers = serve_folder(options.dir, sources) if options.dir else serve_web(moment, sources)
    line = json.dumps({"sites": {n: s.base for n, s in servers.items()}, "sources_dir": str(sources)})
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    threading.Thread(target=_until_stdin_closes, args=(stop,), daemon=True).start()
    stop.wait()
    for server in servers.values():
        server.shutdown()
        server.server_close()
    if options.sources is None:
        shutil.rmtree(sources, ignore_errors=True)
    return 0


def _moment(parser: argparse.ArgumentParser, text: str | None) -> datetime:
    if text is None:
        return now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        parser.error(f"--now {text}: not an ISO time, such as 2026-11-21T09:00:00+07:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _until_stdin_closes(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
