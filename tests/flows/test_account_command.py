"""`soatin account`, and the one-time link that it prints, opened at the desk's own server."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.flows.world import SOATIN, done, environ, json_of, make_home, one, rows, running_desk, soatin

PASSWORD = "mua-thu-ha-noi-1010"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """An installation with its first account, an admin."""
    home = make_home(tmp_path / "home")
    done(soatin(home, "init", "--province", "vinh-phuc", "--dir", str(home)))
    return home


def last_act(home: Path) -> tuple[str, str]:
    return rows(home, "SELECT actor, action FROM archive_auditentry ORDER BY id DESC LIMIT 1")[0]  # type: ignore[return-value]


def test_accounts_are_made_listed_changed_and_disabled_on_record(office: Path) -> None:
    made = json_of(
        soatin(
            office,
            "account",
            "add",
            "lan",
            "--role",
            "inspector",
            "--full-name",
            "Nguyễn Thị Lan",
            "--by",
            "admin",
            "--json",
        )
    )
    assert made["role"] == "inspector"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/signin/[\w-]{43}/", str(made["link"]))
    assert done(soatin(office, "account", "role", "lan", "lead", "--by", "admin")) == ""
    assert last_act(office) == ("admin", "account.role")
    assert "/signin/" in done(soatin(office, "account", "link", "lan", "--by", "admin"))
    done(soatin(office, "account", "disable", "lan", "--by", "admin"))
    listed = [json.loads(line) for line in done(soatin(office, "account", "list", "--json")).splitlines()]
    assert [(row["name"], row["role"], row["active"]) for row in listed] == [
        ("admin", "admin", True), ("lan", "lead", False),
    ]  # fmt: skip
    assert "Nguyễn Thị Lan" in done(soatin(office, "account", "list"))
    assert done(soatin(office, "audit", "verify")).strip() == "audit log: whole"
    assert one(office, "SELECT count(*) FROM auth_user WHERE is_superuser OR is_staff") == 0


def test_what_is_refused_says_so_in_one_line_and_is_on_record(office: Path) -> None:
    done(soatin(office, "account", "add", "lan", "--role", "lead", "--by", "admin"))
    for arguments, code, said in (
        (("add", "moi", "--role", "analyst"), 2, "--by is missing"),
        (("add", "moi", "--role", "analyst", "--by", "ai-do"), 2, "no account of this name"),
        (("add", "moi", "--role", "vua", "--by", "admin"), 2, "one of: inspector, lead, analyst, unit, admin"),
        (("add", "moi", "--role", "analyst", "--by", "lan"), 1, "role admin"),
        (("role", "admin", "lead", "--by", "admin"), 1, "nobody changes their own role"),
        (("role", "lan", "admin", "--by", "lan"), 1, "role admin"),
        (("disable", "admin", "--by", "lan"), 1, "role admin"),
    ):
        result = soatin(office, "account", *arguments)
        assert (result.returncode, result.stdout) == (code, ""), arguments
        assert said in result.stderr
        assert result.stderr.count("\n") == 1
        assert (last_act(office)[1] == "account.refused") is (code == 1)
    assert one(office, "SELECT count(*) FROM auth_user") == 2


def test_a_password_comes_by_standard_input_and_follows_the_rules(office: Path) -> None:
    def add(password: str) -> tuple[int, str, str]:
        words = [str(SOATIN), "account", "add", "lan", "--role", "inspector", "--by", "admin", "--password-stdin"]
        result = subprocess.run(
            words, input=f"{password}\n", env=environ(office), capture_output=True, text=True, check=False, timeout=60
        )
        return result.returncode, result.stdout, result.stderr

    for weak in ("", "ngan", "123456789012"):
        code, _out, said = add(weak)
        assert code == 2
        assert "not strong enough" in said
        assert not weak or weak not in said
    assert add(PASSWORD)[:2] == (0, "")


def test_a_link_opened_twelve_times_at_once_signs_in_once(office: Path) -> None:
    link = str(
        json_of(soatin(office, "account", "add", "lan", "--role", "inspector", "--by", "admin", "--json"))["link"]
    )
    with running_desk(office) as desk:
        address = desk + link[link.index("/signin/") :]
        with ThreadPoolExecutor(12) as pool:
            found = sorted(pool.map(_leads_to, [address] * 12))
    assert found == ["/password/"] + ["/signin/"] * 11
    assert one(office, "SELECT count(*) FROM archive_auditentry WHERE action = 'signin.link'") == 1


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_given: object) -> None:
        return None


def _leads_to(address: str) -> str:
    try:
        with urllib.request.build_opener(_Stay).open(address, timeout=60) as answer:
            return f"status {answer.status}"
    except urllib.error.HTTPError as error:
        return str(error.headers["Location"])
