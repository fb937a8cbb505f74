"""The step that reads received files into the archive."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from core.codes.drops import DropReason
from core.errors import DataError, SoatinError
from core.model.drops import Drop
from crawlers.evidence.other_archives import as_warcs
from crawlers.evidence.payloads import payloads
from crawlers.read import read_warc
from flows.context import Context
from flows.work import BATCH, Item, RoundResult, work
from index import away
from index.archive import intake
from index.proof import manifest


def register(context: Context, result: RoundResult) -> None:
    """Enter finished evidence files in archive and manifest, each once; each becomes a job to read. One that cannot be
    entered is set aside, counted and named, and the others go on.
    """
    for path in sorted(context.settings.warc_dir.glob("*.warc.gz")):
        try:
            result.counts["warc_files"] += intake.register_warc(path, payloads)
        except Exception as error:  # whatever a damaged file makes a library raise: it must not stop the crawl
            if away.words(error):
                raise
            _set_aside(context, result, path, error)
    manifest.catch_up(context.settings.warc_dir, payloads)


def _set_aside(context: Context, result: RoundResult, path: Path, error: Exception) -> None:
    words = str(error) if isinstance(error, SoatinError) else f"{type(error).__name__}: {error}"
    target = context.settings.set_aside_dir / path.name
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        path.rename(target if not target.exists() else target.with_name(f"{time.time_ns()}-{path.name}"))
    except OSError as refused:
        words += f"; it could not be moved to {target.parent} ({refused.strerror})"
    result.counts["set_aside"] += 1
    result.errors.append(f"evidence file {path.name} is set aside: {words}")
    intake.take_in([Drop("read", DropReason.DAMAGED_FILE, "", path.name, words[:200])], {}, f"set aside {path.name}")


def read(context: Context, result: RoundResult) -> None:
    """Read every evidence file that is due into the archive, some hundred items a transaction."""
    work(context, result, "read", 1, partial(_read_files, context))


def _read_files(context: Context, result: RoundResult, names: Sequence[str]) -> None:
    for name in names:
        passed: Counter[str] = Counter()
        items: Iterator[Item] = read_warc(context.settings.warc_dir / name, context.sources, passed)
        counts = take_in(context, items, name)
        result.counts.update(counts, passed_over=passed.total())
        intake.finish_warc(name, counts["new"] + counts["changed"] + counts["same"])


def take_in(context: Context, items: Iterable[Item], warc: str = "") -> Counter[str]:
    """Write items (of one evidence file) into the archive in batches and count what became of them."""
    counts: Counter[str] = Counter()
    stream = iter(items)
    while batch := list(islice(stream, BATCH)):
        taken = intake.take_in(batch, context.sources, warc)
        counts.update(new=taken.new, changed=taken.changed, same=taken.same, drops=taken.drops)
    return counts


def adopt_warc(context: Context, path: Path) -> list[Path]:
    """Copy the WARC files in an archive of another crawler (WARC, ARC, WACZ) into the evidence folder under names made
    from its hash, once.
    """
    if not path.is_file():
        raise DataError("no such file", where=str(path), cure="give the path of a WARC, ARC or WACZ file")
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    evidence = context.settings.warc_dir
    if known := sorted(evidence.glob(f"import-{digest[:16]}*.warc.gz")):
        return known
    evidence.mkdir(parents=True, exist_ok=True)
    adopted = []
    with tempfile.TemporaryDirectory() as folder:
        for number, warc in enumerate(as_warcs(path, Path(folder))):
            target = evidence / f"import-{digest[:16]}{f'-{number}' if number else ''}.warc.gz"
            fresh = target.with_suffix(f".{os.getpid()}.part")
            shutil.copyfile(warc, fresh)
            adopted.append((fresh, target))
    for fresh, target in adopted:
        fresh.rename(target)
    return [target for _, target in adopted]
