"""Topics as data: one TOML file a topic beside this module, checked on loading.

A file gives ``title``; ``strong`` terms, one of which is enough; ``weak`` terms, of which two different ones are
needed, or one with a ``context`` term; and ``exclusions``, longer phrases inside which a term does not count
(``dịch tả lợn``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import UsageError

FOLDER = Path(__file__).parent
_LISTS = ("strong", "weak", "context", "exclusions")


@dataclass(frozen=True, slots=True)
class Topic:
    """What to look for; terms are written with their accents, in any spelling that ``core.vietnamese`` reads."""

    name: str
    title: str
    strong: tuple[str, ...]
    weak: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()


def names() -> list[str]:
    """Names of all topic files, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_topics(names_wanted: Sequence[str]) -> list[Topic]:
    """The named topics, in the order given. Raises UsageError naming the known ones, or the field that is wrong."""
    return [_load(name) for name in names_wanted]


def _load(name: str) -> Topic:
    if name not in names():
        raise UsageError(f"no topic {name!r}", where="topics", cure=f"one of: {', '.join(names())}")
    path = FOLDER / f"{name}.toml"
    try:
        return parse_topic(name, tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not valid TOML ({error})", where=path.name, cure="correct the line it names") from None
    except ValueError as error:
        raise UsageError(str(error), where=path.name, cure="compare with covid.toml") from None


def parse_topic(name: str, data: dict[str, Any]) -> Topic:
    """Build a topic from TOML data. Raises ValueError naming the field that is missing, unknown or wrong."""
    if unknown := set(data) - {"title", *_LISTS}:
        raise ValueError(f"unknown field {min(unknown)!r}")
    title = data.get("title")
    if not isinstance(title, str) or not title.strip():
        raise ValueError("field 'title' is missing")
    lists: dict[str, tuple[str, ...]] = {}
    for key in _LISTS:
        terms = data.get(key, [])
        if not isinstance(terms, list) or not all(isinstance(term, str) and term.strip() for term in terms):
            raise ValueError(f"field {key!r} must be a list of terms")
        lists[key] = tuple(terms)
    if not lists["strong"] and not lists["weak"]:
        raise ValueError("field 'strong' is missing: a topic needs terms")
    return Topic(name, title, **lists)
