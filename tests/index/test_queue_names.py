"""Every queue that the code puts work into has a line with its words in core.codes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from core.codes.work import Queue

ROOT = Path(__file__).resolve().parents[2]
FILES = [path for room in ("index", "flows") for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
ASKS = {"put", "claim", "done", "failed", "bury", "release", "wait", "backlog"}
"""Functions of index.work.leases whose first argument is a queue."""


def named(path: Path) -> set[str]:
    """Queues as literals: ``leases.put("index", …)`` and constants ``QUEUE = "…"``."""
    found: set[ast.expr] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="leases"), attr=attr), args=[first, *_]) if attr in ASKS:
                found.add(first)
            case ast.Assign(targets=[ast.Name(id="QUEUE" | "LOOK" | "queue")], value=value):
                found.add(value)
            case _:
                pass
    return {node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_queue_has_its_words():
    used = {name for path in FILES for name in named(path)}
    used |= {str(Queue[name]) for path in FILES for name in re.findall(r"\bQueue\.([A-Z_]+)", path.read_text("utf-8"))}
    assert {"index", "classify", "match", "deliver", "package", "poll"} <= used
    assert used - {queue for queue in Queue if queue.stands} == set()
