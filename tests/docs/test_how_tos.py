"""Each how-to is followed, block by block, in a copy of the tree, and the contract suite that it names is run there.

A block of a page is a file when ``<!-- file: PATH -->`` stands before it, a piece to put in when
``<!-- insert: PATH before: TEXT -->`` does, and the test to run when ``<!-- run -->`` does.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("verdict", "topic", "report-section", "search-engine", "platform", "province")
_BLOCK = re.compile(r"<!-- (file|insert|run)(?:: (.+?))? -->\n+```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tracked files of the tree, without pictures."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in filter(None, listed):
        if ((ROOT / name).is_file() and not name.endswith((".png", ".npz"))) or "corpus/vectors" in name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    for name in ("classify/retellings/turn.npz",):
        shutil.copy(ROOT / name, tmp_path / name)
    if (ROOT / "classify/models").is_dir():  # so that no model is trained anew
        (tmp_path / "classify/models").symlink_to(ROOT / "classify/models")
    return tmp_path


def follow(page: str, copy: Path) -> tuple[list[str], set[str]]:
    """Do what the page says; the tests that it names, and the files that it touched."""
    commands, touched = list[str](), set[str]()
    for kind, where, body in _BLOCK.findall(page):
        if kind == "run":
            commands += body.strip().splitlines()
            continue
        name, _, before = where.partition(" before: ")
        file = copy / name
        touched.add(name)
        if kind == "file":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, "utf-8")
            continue
        text = file.read_text("utf-8")
        assert text.count(before) == 1, f"{name}: {before!r} stands there {text.count(before)} times"
        begins_a_line = text[: text.index(before)].endswith("\n")
        file.write_text(text.replace(before, (body if begins_a_line else body.rstrip("\n")) + before), "utf-8")
    return commands, touched


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_how_to_does_what_it_says(name: str, copy: Path) -> None:
    commands, touched = follow((ROOT / "docs" / f"add-a-{name}.md").read_text("utf-8"), copy)
    assert commands
    assert touched
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("SOATIN_", "PYTEST_", "DJANGO_"))}
    for command in commands:
        program, *arguments = command.split()
        assert program == "pytest"
        result = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments],
            cwd=copy, env={**environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert result.returncode == 0, f"{command}\n{result.stdout[-3000:]}"


def test_every_how_to_is_followed() -> None:
    """A page of the docs that says how to add a thing, and no test that does it."""
    written = {path.stem.removeprefix("add-a-") for path in (ROOT / "docs").glob("add-a-*.md")}
    assert written - {"source"} == set(PAGES)  # a source's pair is held by tests/crawlers/test_sources.py
