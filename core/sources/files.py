"""Files of the watched sources, one each: shipped ones in ``crawlers/sources``, a province's own in its data folder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.codes.platforms import PlatformName, start_roles
from core.codes.texts import SourceKind
from core.errors import DataError
from core.model.sources import Source
from core.sources.addresses import may_ask

SHIPPED = Path(__file__).parents[2] / "crawlers" / "sources"
"""The files that come with the program: data beside the room that asks for them, named here by its path."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?")
_REQUIRED = ("title", "kind", "platform", "starts", "hosts")
_TYPES: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "title": (str,),
    "kind": (str,),
    "platform": (str,),
    "starts": (list,),
    "hosts": (list,),
    "official": (bool,),
    "province": (str,),
    "district": (str,),
    "interval": (int,),
    "delay": (int, float),
    "enabled": (bool,),
    "hints": (dict,),
}


def load_sources(extra: Path | None = None) -> tuple[list[Source], list[DataError]]:
    """All sources by name, and one error for each file that cannot be used; the rest goes on.

    A file in ``extra`` replaces the shipped one of the same name, also when it is broken: a source that
    somebody meant to change must not be crawled in its old form.
    """
    files = {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}
    if extra is not None and extra.is_dir():
        files |= {path.stem: path for path in sorted(extra.glob("*.toml"))}
    sources: list[Source] = []
    errors: list[DataError] = []
    for name in sorted(files):
        try:
            sources.append(_read(files[name]))
        except DataError as error:
            errors.append(error)
    return sources, errors


def _read(path: Path) -> Source:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DataError(f"not valid TOML ({error})", where=str(path), cure="correct the line it names") from None
    try:
        return parse_source(path.stem, data)
    except DataError as error:
        field = error.where.split(": ", 1)[-1] if ": " in error.where else error.where
        raise DataError(error.what, where=f"{path}: {field}", cure=error.cure) from None


def parse_source(name: str, data: Mapping[str, Any]) -> Source:
    """A source from its table. Raises DataError naming the field and the cure."""
    if not _NAME.fullmatch(name):
        raise _wrong(name, "name", "is not a source name", "use lower-case letters, digits and hyphens")
    for field, value in data.items():
        if field not in _TYPES:
            raise _wrong(name, field, "no such field", f"use {', '.join(_TYPES)}")
        if not isinstance(value, _TYPES[field]) or (isinstance(value, bool) and bool not in _TYPES[field]):
            raise _wrong(name, field, f"{value!r} has the wrong type", f"give a {_TYPES[field][-1].__name__}")
    if data.get("name", name) != name:
        raise _wrong(name, "name", f"{data['name']!r} is not the file's name", f"leave it out or write {name}")
    for field in _REQUIRED:
        if not data.get(field):
            raise _wrong(name, field, "is missing", "add it; docs/add-a-source.md shows a whole file")
    if data["kind"] not in set(SourceKind):
        raise _wrong(name, "kind", f"{data['kind']!r} is no kind", f"use one of {', '.join(SourceKind)}")
    if data["platform"] not in set(PlatformName):
        raise _wrong(name, "platform", f"{data['platform']!r} is no platform", f"use one of {', '.join(PlatformName)}")
    interval, delay = int(data.get("interval", 30)), float(data.get("delay", 5.0))
    if interval < 1:
        raise _wrong(name, "interval", "is below 1 minute", "give whole minutes, 10 or more for a real site")
    if not 0 <= delay <= 3600:
        raise _wrong(name, "delay", "is not between 0 and 3600", "give seconds, 5 for a real site")
    hosts = tuple(_host(name, host) for host in data["hosts"])
    starts = tuple(_start(name, start, str(data["platform"]), hosts) for start in data["starts"])
    return Source(
        name=name,
        title=data["title"],
        kind=SourceKind(data["kind"]),
        platform=data["platform"],
        starts=starts,
        hosts=hosts,
        official=data.get("official", False),
        province=data.get("province", ""),
        district=data.get("district", ""),
        interval=interval,
        delay=delay,
        enabled=data.get("enabled", True),
        hints=dict(data.get("hints", {})),
    )


def _wrong(name: str, field: str, what: str, cure: str) -> DataError:
    return DataError(what, where=f"{name}.toml: {field}", cure=cure)


def _host(name: str, host: Any) -> str:
    if not isinstance(host, str) or not _HOST.fullmatch(host):
        raise _wrong(name, "hosts", f"{host!r} is no host", "give host or host:port in lower case, no scheme, no path")
    return host


def _start(name: str, start: Any, platform: str, hosts: tuple[str, ...]) -> dict[str, str]:
    if (
        not isinstance(start, dict)
        or set(start) != {"url", "as"}
        or not all(isinstance(v, str) for v in start.values())
    ):
        raise _wrong(name, "starts", f"{start!r} is no start", '{ url = "https://...", as = "feed" }')
    if start["as"] not in start_roles(platform):
        roles = ", ".join(sorted(start_roles(platform)))
        raise _wrong(name, "starts", f"{start['as']!r} is not read on {platform}", f"use one of {roles}")
    if not may_ask(start["url"], hosts):
        raise _wrong(name, "starts", f"{start['url']} is not on the source's own hosts", "add its host to hosts")
    if re.search(r"[?&](?:key|access_token|api_key|token)=", start["url"]):
        cure = "take it out of the address and set SOATIN_YOUTUBE_KEY or SOATIN_FACEBOOK_TOKEN"
        raise _wrong(name, "starts", "a key stands in an address", cure)
    return dict(start)


def to_toml(source: Source) -> str:
    """The file of a source, so that ``parse_source`` gives the same source back."""
    lines = [
        f"title = {_value(source.title)}",
        f"kind = {_value(str(source.kind))}",
        f"platform = {_value(source.platform)}",
        f"hosts = {_value(list(source.hosts))}",
        "starts = [",
        *(f"    {{ url = {_value(s['url'])}, as = {_value(s['as'])} }}," for s in source.starts),
        "]",
        f"official = {_value(source.official)}",
    ]
    lines += [f"{field} = {_value(text)}" for field in ("province", "district") if (text := getattr(source, field))]
    lines += [f"interval = {source.interval}", f"delay = {source.delay}", f"enabled = {_value(source.enabled)}"]
    if source.hints:
        lines += ["", "[hints]", *(f"{_value(key)} = {_value(value)}" for key, value in source.hints.items())]
    return "\n".join(lines) + "\n"


def save(folder: Path, source: Source) -> None:
    """Write a source's file into a folder, whole or not at all; it replaces the one of the same name."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{source.name}.toml"
    fresh = folder / f".{source.name}.new"
    fresh.write_text(to_toml(source), "utf-8")
    fresh.replace(target)


def _value(value: Any) -> str:
    """One TOML value on one line (strings, booleans, numbers, lists, tables)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_value(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m.group()):04x}", escaped) + '"'
    return str(value)
