"""One round: the crawl of all due sources in one subprocess, watched over from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from core.model.sources import Source
from core.sources.files import to_toml
from crawlers.evidence.warc import salvage
from crawlers.fetch.relook import Relook

_GRACE = 10.0
SECRETS = ("SOATIN_YOUTUBE_KEY", "SOATIN_FACEBOOK_TOKEN")
"""Variables of keys to interfaces. They reach the crawl by its environment only, and no file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a round: bytes after decompression, seconds a request, seconds in all, redirects, pages a source."""

    max_body: int = 10 * 1024 * 1024
    timeout: float = 30.0
    round_timeout: float = 900.0
    max_redirects: int = 5
    max_pages: int = 200


@dataclass(frozen=True, slots=True)
class RoundOutcome:
    """How a round ended: 0, the files it finished (also when it was killed), and one line when it went wrong."""

    returncode: int
    files: tuple[Path, ...]
    error: str = ""


def run_round(
    sources: Iterable[Source],
    *,
    warc_dir: Path,
    limits: Limits,
    user_agent: str,
    seen: Mapping[str, set[str]],
    validators: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None,
    since: date | None = None,
    secrets: Mapping[str, str] | None = None,
    looks: Sequence[tuple[Source, Relook]] = (),
) -> RoundOutcome:
    """Crawl the sources side by side into WARC files in ``warc_dir`` and wait until that is done.

    ``seen``: for each source the ``document_id`` of addresses that need not be asked for again. ``validators``: for
    each source the ``Polled.validators`` of its last poll; feeds and listings are then asked for conditionally.
    ``since``: a backfill through sitemaps and further pages down to that day, as far as one round allows; the next
    one goes on there. ``looks``: flagged documents to look at again, each with its source. ``secrets``: values of
    ``SECRETS``, over those of the environment. Runs ``python -m crawlers.fetch.run`` (named by a string:
    tests/crawlers/test_round.py runs it); the subprocess ends by itself at ``round_timeout`` or when its standard input
    closes (we died), and is killed a little later.
    """
    warc_dir.mkdir(parents=True, exist_ok=True)
    sources = list(sources)
    if not sources and not looks:
        return RoundOutcome(0, ())
    before = set(warc_dir.glob("*.warc.gz"))
    with tempfile.TemporaryDirectory(prefix="soatin-round-") as folder:
        job = Path(folder) / "job.json"
        job.write_text(
            json.dumps(
                {
                    "sources": {source.name: to_toml(source) for source in sources},
                    "seen": {source.name: sorted(seen.get(source.name, ())) for source in sources},
                    "validators": {source.name: (validators or {}).get(source.name, {}) for source in sources},
                    "looks": [asdict(look) for _, look in looks],
                    "look_sources": {source.name: to_toml(source) for source, _ in looks},
                    "since": since.isoformat() if since else "",
                    "limits": asdict(limits),
                    "user_agent": user_agent,
                    "warc_dir": str(warc_dir),
                }
            ),
            "utf-8",
        )
        timeout = limits.round_timeout + limits.timeout + _GRACE
        returncode, error = _run(job, Path(folder) / "log", timeout, {k: v for k, v in (secrets or {}).items() if v})
    salvaged = salvage(warc_dir)
    files = sorted((set(warc_dir.glob("*.warc.gz")) - before) | set(salvaged))
    return RoundOutcome(returncode, tuple(files), error)


def _run(job: Path, log: Path, timeout: float, secrets: Mapping[str, str]) -> tuple[int, str]:
    """Exit status and, when it is not 0, one line about why."""
    root = Path(__file__).resolve().parents[2]
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH", "")]))
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "crawlers.fetch.run", str(job)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env={**os.environ, **secrets, "PYTHONPATH": path},
        )
        try:
            returncode = process.wait(timeout)
        except subprocess.TimeoutExpired:
            returncode = -signal.SIGKILL
        finally:
            process.kill()
            process.wait()
            if process.stdin:
                process.stdin.close()
    if returncode == 0:
        return 0, ""
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return returncode, f"the crawl ended with status {returncode}: {lines[-1][:300] if lines else 'no message'}"
