"""What an installation keeps is read by its own account only: folders 0700, files 0600."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from core.errors import SoatinError
from core.settings import Settings

FOLDER, FILE = 0o700, 0o600


def keep_private(settings: Settings) -> None:
    """Make what this process writes from now on private, and mend what is not: the data folder, its first two layers of
    folders and files (archive, key, logs, reports, evidence), and soatin.toml, which holds passwords. Folders and files
    of another account are left alone. Raises SoatinError where there can be no data folder.
    """
    os.umask(0o077)
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    except OSError as error:
        cure = "name another folder as data_dir, or give this account the right to write there"
        raise SoatinError(
            f"cannot be the data folder ({error.strerror})", where=str(settings.data), cure=cure
        ) from None
    for path in _ours(settings):
        _close(path)


def _ours(settings: Settings) -> Iterator[Path]:
    yield settings.home / "soatin.toml"
    yield settings.data
    for folder in ("*", "*/*"):
        yield from settings.data.glob(folder)


def _close(path: Path) -> None:
    try:
        found = path.lstat()
        mode = FOLDER if stat.S_ISDIR(found.st_mode) else FILE
        if not stat.S_ISLNK(found.st_mode) and found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(mode)
    except OSError:  # gone meanwhile, or on a file system without modes
        return
