"""docs/house.md names the house as it is."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "crawlers", "classify", "index", "flows", "review_ui")


def modules() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in listed.split("\n") if name.endswith(".py") and (ROOT / name).is_file()]


def test_every_folder_of_code_is_named_and_no_other() -> None:
    named = re.findall(r"^\| `([a-z_/]+)` \|", (ROOT / "docs/house.md").read_text("utf-8"), re.MULTILINE)
    assert named == sorted(str(folder) for folder in {path.parent for path in modules()} if "/" in str(folder))


def test_every_path_that_the_docs_name_is_there() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    told = re.compile(rf"`((?:{'|'.join(ROOMS)}|tests)/[\w./-]+\.(?:py|toml|md|html))`")
    made = re.compile(r"<!-- file: (\S+) -->")
    for page in pages:
        text = page.read_text("utf-8")
        for name in set(told.findall(text)) - set(made.findall(text)):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


def test_no_folder_and_no_module_is_too_large() -> None:
    found = modules()
    for path in found:
        assert len((ROOT / path).read_text("utf-8").splitlines()) <= 350 or "migrations" in path.parts, path
    for folder in {path.parent for path in found}:
        inside = [path for path in found if path.parent == folder and path.name != "__init__.py"]
        assert len(inside) <= 16 or folder.name in {"cli", "migrations"}, f"{folder}: {len(inside)} modules"


def test_few_imports_of_ours_are_late_outside_the_command_line() -> None:
    late = [
        f"{path}:{node.lineno}"
        for path in modules()
        if path.parts[:2] != ("flows", "cli")
        for function in ast.walk(ast.parse((ROOT / path).read_text("utf-8")))
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ROOMS
    ]
    assert len(set(late)) <= 20, late


def test_every_word_of_the_glossary_that_is_code_is_there() -> None:
    table = (ROOT / "docs/glossary.md").read_text("utf-8")
    words = re.findall(r"^\| ([A-Z][A-Za-z]+) \|", table.split("## ")[0], re.MULTILINE)
    source = "\n".join((ROOT / path).read_text("utf-8") for path in modules())
    assert words
    assert "VerifiedClaim" not in table
    of_the_office = {
        "Tip",
        "Level",
        "Slot",
        "Evidence",
        "Lease",
    }  # a kind of document, a part of a plan, a time, files, a right
    missing = [word for word in words if not re.search(rf"^class {word}\b", source, re.MULTILINE)]
    missing = [word for word in missing if word not in of_the_office]
    assert missing == []


@pytest.mark.parametrize("record", sorted((ROOT / "docs/adr").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_record_begins_with_the_decision(record: Path) -> None:
    title, _, rest = record.read_text("utf-8").partition("\n")
    assert title.startswith("# ")
    head = rest.lstrip().splitlines()
    assert head[0] == "## Decision"
    body = head[1 : next((n for n, line in enumerate(head[1:], 1) if line.startswith("## ")), len(head))]
    decision = "\n".join(body).strip().split("\n\nAccepted")[0]
    assert 0 < len([line for line in decision.splitlines() if line.strip()]) <= 14
