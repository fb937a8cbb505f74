"""Model folders: ``model.skops`` (no pickle), ``card.json`` and ``CARD.md``. A folder appears whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from classify.model.card import markdown
from core.errors import DataError

FORMAT = 1
_CURE = "train it again with: soatin classify train"


def save(folder: Path, state: dict[str, Any], card: dict[str, Any]) -> None:
    """Write the folder beside its place, then move it there; an older model in that place is replaced.

    Raises DataError when the place is a folder that holds something other than a model.
    """
    import skops.io  # noqa: PLC0415 -- heavy

    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / "card.json").exists())):
        raise DataError("is there already and is no model folder", where=str(folder), cure="name another folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        skops.io.dump(
            {"format": FORMAT, **state}, fresh / "model.skops", compression=zipfile.ZIP_DEFLATED, compresslevel=6
        )
        (fresh / "card.json").write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", "utf-8")
        (fresh / "CARD.md").write_text(markdown(card), "utf-8")
        fresh.chmod(0o755)
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent)) / "old"
            folder.replace(old)
            fresh.replace(folder)
            shutil.rmtree(old.parent)
        else:
            fresh.replace(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def load(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The state and card of a model folder. Only types that skops trusts by itself are read.

    Raises DataError when the folder is missing, broken, of another format, or holds a foreign type.
    """
    import skops.io  # noqa: PLC0415 -- heavy

    file, notes = folder / "model.skops", folder / "card.json"
    if not file.is_file() or not notes.is_file():
        raise DataError("no model here (model.skops and card.json are needed)", where=str(folder), cure=_CURE)
    try:
        foreign = skops.io.get_untrusted_types(file=file)
        state = {} if foreign else skops.io.load(file, trusted=[])
        card = json.loads(notes.read_text("utf-8"))
    except Exception as error:  # noqa: BLE001  a damaged file fails in many ways, all with one cure
        raise DataError(f"the model cannot be read ({type(error).__name__})", where=str(folder), cure=_CURE) from None
    if foreign:
        raise DataError(f"holds types that are not trusted: {', '.join(foreign)}", where=str(file), cure=_CURE)
    if not isinstance(state, dict) or not isinstance(card, dict) or state.get("format") != FORMAT:
        raise DataError("the model is of another version of soatin", where=str(folder), cure=_CURE)
    return state, card
