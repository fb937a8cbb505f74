"""The key of an installation is its own, or nothing is done with what it protects."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from core.errors import DataError, SoatinError
from core.private_files import keep_private
from core.secret import load_secret
from core.settings import load


@pytest.mark.parametrize("content", [b"", b"\n", bytes(range(128, 192)), b"abcd", b"zz" * 32, "khóa".encode()])
def test_a_file_that_is_no_key_of_ours_is_refused_with_how_to_restore_it(content: bytes, tmp_path: Path) -> None:
    settings = load(tmp_path, {})
    load_secret(settings)
    (settings.data / "secret.key").write_bytes(content)
    with pytest.raises(DataError, match=r"secret\.key.*put back"):
        load_secret(settings)
    assert (settings.data / "secret.key").read_bytes() == content


def test_beside_an_archive_a_missing_key_is_not_made_anew(tmp_path: Path) -> None:
    settings = load(tmp_path, {})
    first = load_secret(settings)
    assert load_secret(settings) == first
    (settings.data / "archive.sqlite3").touch()
    (settings.data / "secret.key").unlink()
    with pytest.raises(DataError, match="missing"):
        load_secret(settings)
    assert not (settings.data / "secret.key").exists()


def test_what_is_kept_is_read_by_its_own_account_only(tmp_path: Path) -> None:
    settings = load(tmp_path, {})
    (tmp_path / "soatin.toml").write_text('smtp_url = "smtp://a:b@host"\n')
    settings.data.mkdir(mode=0o755)
    (settings.data / "logs").mkdir()
    for name in ("archive.sqlite3", "logs/flows.log"):
        (settings.data / name).touch()
        (settings.data / name).chmod(0o644)
    before = os.umask(0)
    try:
        keep_private(settings)
        (settings.data / "new").touch()
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (settings.data, *settings.data.rglob("*"))}
    assert modes == {
        "soatin-data": 0o700, "logs": 0o700, "archive.sqlite3": 0o600, "flows.log": 0o600, "new": 0o600,
    }  # fmt: skip
    assert stat.S_IMODE((tmp_path / "soatin.toml").stat().st_mode) == 0o600


def test_a_data_folder_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SoatinError, match="data_dir"):
        keep_private(load(tmp_path, {"SOATIN_DATA_DIR": "file/data"}))
