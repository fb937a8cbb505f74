"""The house stands as it is drawn: floors, imports, settings, lock file."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import SETTINGS, Setting

ROOT = Path(__file__).resolve().parents[1]
HEAVY = (
    "django", "prefect", "scrapy", "twisted", "trafilatura", "sklearn", "numpy", "scipy", "underthesea", "docx",
    "typst", "altair", "vl_convert", "warcio", "lxml", "openpyxl", "cryptography",
)  # fmt: skip


def python(code: str) -> str:
    """Run some lines in a fresh interpreter."""
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return result.stdout


def test_the_floors_hold() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([str(tool), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:]


def test_core_knows_only_the_standard_library() -> None:
    allowed = sys.stdlib_module_names | {"core"}
    for path in (ROOT / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: relative import"
                names = [node.module or ""]
            for name in names:
                assert name.partition(".")[0] in allowed, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize(
    "module", ["flows.cli", "flows.cli.output", "core.settings", "core.model", "crawlers.fetch.round"]
)
def test_nothing_heavy_is_imported_at_start(module: str) -> None:
    loaded = json.loads(python(f"import {module}, sys, json; print(json.dumps(sorted(sys.modules)))"))
    assert [name for name in loaded if name.partition(".")[0] in HEAVY] == []


def test_every_command_can_show_its_help_without_heavy_libraries() -> None:
    code = (
        "import argparse, importlib, json, sys\nfrom flows.cli import COMMANDS\n"
        "for name in COMMANDS:\n"
        "    importlib.import_module(f'flows.cli.{name}').add_arguments(argparse.ArgumentParser())\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    assert [name for name in json.loads(python(code)) if name.partition(".")[0] in HEAVY] == []


def settings_page() -> dict[str, tuple[str, str, str]]:
    """name -> default, variable, help, as docs/settings.md says."""
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    row = re.compile(r"^\| `(\w+)` \| (.+?) \| `(SOATIN_\w+)` \| (.+) \|$", re.MULTILINE)
    found = row.findall(text)
    assert len(found) == len({name for name, *_ in found}), "a setting is listed twice"
    return {name: (default, variable, about) for name, default, variable, about in found}


def as_listed(setting: Setting) -> tuple[str, str, str]:
    default = f"`{json.dumps(setting.default, ensure_ascii=False)}`"
    about = setting.help + (" Secret: never shown or logged." if setting.secret else "")
    return default, f"SOATIN_{setting.name.upper()}", about.replace("|", "\\|")


def test_the_settings_page_lists_every_setting_with_its_default() -> None:
    assert settings_page() == {setting.name: as_listed(setting) for setting in SETTINGS}


def test_the_lock_file_names_no_index_and_has_a_hash_for_everything() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in re.sub(r"^\s*#.*$", "", lock, flags=re.MULTILINE)
    assert "index-url" not in re.sub(r"^#.*$", "", lock, flags=re.MULTILINE)
    for pin in re.split(r"\n(?=[a-z0-9])", lock):
        if re.match(r"[a-z0-9._-]+==", pin):
            assert "--hash=sha256:" in pin, pin.splitlines()[0]


def test_what_is_shipped_names_no_machine_of_ours() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".py", ".toml", ".md", ".html", ".js", ".css", ".sh", ".cfg", ".yml"} and path.is_file():
            found = re.search(r"(?<![\w.])/(wor[k]|roo[t])/", path.read_text("utf-8"))  # index/work is a room of ours
            assert found is None, f"{name} names {found}"


ROOMS = ("core", "crawlers", "classify", "index", "flows", "review_ui")
NOUN_AND_ROW = {"Document", "Drop", "Finding"}
"""A noun of ``core`` and the row in which ``index.models`` stores it may share its name; nothing else may."""


def modules() -> dict[str, ast.Module]:
    """The product's modules by dotted name."""
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.parent.name != "migrations"]
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths}
    return {name: ast.parse(path.read_text("utf-8")) for path, name in names.items()}


def test_a_class_name_stands_for_one_class() -> None:
    homes: dict[str, list[str]] = {}
    for module, tree in modules().items():
        inner = {  # Django's class Meta in a model
            node for outer in ast.walk(tree) if isinstance(outer, ast.ClassDef)
            for node in outer.body if isinstance(node, ast.ClassDef) and node.name == "Meta"
        }  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node not in inner:
                homes.setdefault(node.name, []).append(module)
    twice = {name: sorted(where) for name, where in homes.items() if len(where) > 1}
    for name in NOUN_AND_ROW:
        noun, row = twice.pop(name)
        assert (noun.partition(".")[0], row.rpartition(".")[0]) == ("core", "index.models"), name
    assert twice == {}


def test_a_modules_short_name_stands_for_one_module() -> None:
    known = modules()
    aliases: dict[str, set[str]] = {}
    for tree in known.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                for name in node.names:
                    if (module := f"{node.module}.{name.name}") in known:
                        aliases.setdefault(name.asname or name.name, set()).add(module)
            elif isinstance(node, ast.Import):
                for name in node.names:
                    if name.asname:
                        aliases.setdefault(name.asname, set()).add(name.name)
    assert {alias: sorted(found) for alias, found in aliases.items() if len(found) > 1} == {}


def test_a_moment_becomes_a_day_in_one_place_only() -> None:
    """By UTC, or by the machine's own zone, the day is another one than here for a part of each day."""
    wrong = re.compile(r"\.date\(\)|\bdate\.today\(|\btoday\(\)|\butcnow\(|\blocaldate\(|datetime\.now\(\)")
    rooms = ("core", "crawlers", "classify", "index", "flows", "review_ui", "tests")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if path.relative_to(ROOT).as_posix() not in {"core/clock.py", "tests/test_house.py"}
        for line in path.read_text("utf-8").splitlines()
        if wrong.search(line)
    ]
    assert found == [], "core.clock.day gives the Vietnamese day"
