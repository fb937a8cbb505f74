"""What platforms ask for is read, what is dropped has a word: the code is compared with the tables of core.codes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.codes.drops import DropReason
from core.codes.platforms import PageRole, PlatformName, Start, start_roles
from core.codes.texts import SourceKind
from core.model.drops import Drop
from core.model.sources import Source
from crawlers import platforms
from crawlers.evidence.warc import WarcWriter
from crawlers.fetch.ask import Ask
from crawlers.fetch.poll import Poll
from crawlers.fetch.polling import Polling
from crawlers.fetch.queues import Queues
from crawlers.fetch.round import Limits
from crawlers.read import read_warc

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "crawlers", "classify", "index", "flows", "review_ui")
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]
STAGES = {"crawl", "read", "classify"}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


def texts(node: ast.AST | None) -> set[str]:
    """The strings that an expression may be: itself, or either side of an ``if``."""
    match node:
        case ast.Constant(value=str() as text):
            return {text}
        case ast.IfExp(body=body, orelse=other):
            return texts(body) | texts(other)
        case _:
            return set()


def reasons_in(path: Path) -> set[str]:
    """Reasons of drops as literals: Drop(stage, reason), page.drop(reason), RequestRefusedError(reason) …"""
    at = {"Drop": 1, "drop": 0, "RequestRefusedError": 0, "_drop": 1, "_refuse": 1, "refused": 1, "_failed": 2}
    found: set[str] = set()
    for name, call in calls(path):
        if name in at and len(call.args) > at[name]:
            found |= texts(call.args[at[name]])
        if name in at or name == "FoundOnPage":
            found |= {text for word in call.keywords if word.arg in ("problem", "reason") for text in texts(word.value)}
        if name == "FoundOnPage":
            found |= texts(call.args[2]) if len(call.args) > 2 else set()
    return {text for text in found - {""} if " " not in text and "{" not in text}


def roles_in(path: Path) -> set[str]:
    """Roles of the links that a platform finds, as literals."""
    return {
        role for name, call in calls(path) if name == "Link" and len(call.args) > 1 for role in texts(call.args[1])
    } | {
        side
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Compare) and getattr(node.left, "attr", "") == "role"
        for other in node.comparators
        for side in texts(other)
    }  # fmt: skip


@pytest.mark.parametrize("path", [p for p in FILES if reasons_in(p)], ids=lambda p: str(p.relative_to(ROOT)))
def test_every_reason_in_the_code_has_a_line_with_its_words(path: Path) -> None:
    assert reasons_in(path) - set(DropReason) - STAGES == set()


def test_reasons_are_found_in_the_code_at_all() -> None:
    found = {reason for path in FILES for reason in reasons_in(path)}
    assert {"broken-sitemap", "too-large", "off-topic", "no-text", "rate-limit"} <= found


@pytest.mark.parametrize("name", [str(name) for name in PlatformName])
def test_every_role_that_a_platform_asks_for_has_a_line(name: str) -> None:
    asked = roles_in(ROOT / "crawlers" / "platforms" / f"{name}.py") | set(start_roles(name))
    assert asked
    assert asked <= {role for role in PageRole if role.linked}


def test_every_role_is_asked_for_by_some_platform() -> None:
    modules = [ROOT / "crawlers" / "platforms" / f"{name}.py" for name in platforms.names()]
    follow = sorted((ROOT / "crawlers" / "follow").glob("*.py"))
    asked = {role for path in (*modules, *follow) for role in roles_in(path)} | {str(start.role) for start in Start}
    named = {node.attr for path in modules for node in ast.walk(ast.parse(path.read_text("utf-8")))
             if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "PageRole"}  # fmt: skip
    assert {role for role in PageRole if role.linked and role not in asked and role.name not in named} == set()


def test_every_module_of_the_folder_is_registered() -> None:
    assert set(platforms.names()) == set(PlatformName)


def test_a_page_in_a_role_that_nobody_reads_is_a_counted_drop(tmp_path: Path) -> None:
    """It was fetched and stored; silently never reading it would hide that a platform's table line is missing."""
    source = Source("bao", "Báo", SourceKind.PRESS, "press", (), ("bao.example",))
    file = WarcWriter(tmp_path, {})
    for role in ("listing", "gallery", "robots"):
        file.response(
            url=f"https://bao.example/{role}", status=200, reason="OK", headers=[("Content-Type", "text/html")],
            body=b"<html><body>trang</body></html>", soatin={"Source": "bao", "Role": role},
        )  # fmt: skip
    file.close()
    found = drops_of(tmp_path, source)
    assert [(drop.reason, drop.detail, drop.url) for drop in found] == [
        ("unread-role", "gallery", "https://bao.example/gallery")
    ]


def test_an_address_in_a_role_that_nobody_reads_is_not_asked_but_counted(tmp_path: Path) -> None:
    source = Source("bao", "Báo", SourceKind.PRESS, "press", (), ("bao.example",))
    file = WarcWriter(tmp_path, {})
    poll, queues = Poll(source, frozenset()), Queues()
    polling = Polling(file, Limits(), queues, give_up=lambda *_: None)
    assert not polling.add(Ask(poll, "https://bao.example/anh", "gallery", 1))
    assert polling.add(Ask(poll, "https://bao.example/bai", "article", 1))
    assert [ask.url for ask in queues.ready()] == ["https://bao.example/bai"]
    file.close()
    found = drops_of(tmp_path, source)
    assert [(drop.stage, drop.reason, drop.detail) for drop in found] == [("crawl", "unread-role", "gallery")]


def drops_of(folder: Path, source: Source) -> list[Drop]:
    """What the evidence files of a folder say was dropped, and what is dropped when they are read."""
    items = [item for path in folder.glob("*.warc.gz") for item in read_warc(path, {source.name: source})]
    return [item for item in items if isinstance(item, Drop)]
