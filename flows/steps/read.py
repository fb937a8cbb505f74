"""The step that reads received files into the archive."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from core.errors import DataError
from crawlers.evidence.other_archives import as_warcs
from crawlers.evidence.payloads import payloads
from crawlers.read import read_warc
from flows.context import Context
from flows.work import BATCH, Item, RoundResult, work
from index.archive import intake
from index.proof import manifest


def register(context: Context, result: RoundResult) -> None:
    """Enter finished evidence files in archive and manifest, each once; each becomes a job to read."""
    for path in sorted(context.settings.warc_dir.glob("*.warc.gz")):
        result.counts["warc_files"] += intake.register_warc(path, payloads)
    manifest.catch_up(context.settings.warc_dir, payloads)


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
