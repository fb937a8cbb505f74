"""Every address of desk and API, asked by every role and by nobody, with every method: nothing breaks, nobody sees a
page that the role may not see, and what only takes forms does nothing when it is merely looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core import clock
from core.codes.people import Role
from core.model.documents import Document
from index.models import Case, Claim
from index.office import tokens
from review_ui import rates
from tests.review_ui.conftest import seeded  # noqa: F401 -- the archive of the desk's tests, a fixture

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
WHO = ("nobody", "no-role", *Role)
DESK, LEAD, ALL = {"inspector", "lead", "analyst", "admin"}, {"lead", "admin"}, set(Role)
CASES = DESK - {"analyst"}
ADMIN, OPEN, SELF = {"admin"}, {*WHO}, {*WHO} - {"nobody"}
MAY: dict[str, set[str]] = {
    "queue": DESK, "item": DESK, "give-verdict": CASES, "let-stand": CASES, "undo": CASES, "arrange": CASES,
    "split-claim": CASES, "merge-claim": CASES, "undo-edit": CASES, "open-case": CASES, "cases": DESK, "case": DESK,
    "add-action": CASES, "review-case": LEAD, "reveal-author": LEAD, "ask-package": CASES, "take-package": CASES,
    "document": DESK, "received": CASES, "search": DESK, "rising": DESK, "similar": DESK, "search-export": DESK,
    "saved": DESK, "saved-new": DESK, "saved-edit": DESK, "saved-remove": DESK, "tokens": DESK, "token-revoke": DESK,
    "reports": DESK, "report": DESK, "report-file": DESK, "duties": ALL, "sources": DESK, "source-new": LEAD,
    "source-trial": LEAD, "source-keep": LEAD, "source-switch": LEAD, "dropped": DESK, "help": ALL, "signin": OPEN,
    "signin-once": OPEN, "signout": SELF, "password": SELF, "language": OPEN, "zalo": OPEN, "accounts": ADMIN,
    "account": ADMIN, "account-role": ADMIN, "account-disable": ADMIN, "account-enable": ADMIN, "account-link": ADMIN,
}  # fmt: skip
"""Who may open what. A new address fails this test until it is said here who may see it."""
QUIET = {"archive_auditentry", "archive_audithead", "django_session", "archive_apitoken"}
"""Tables in which looking leaves a trace by design: the record itself, sessions, when a key was last used."""


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Name and pattern of every address below."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, before + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield entry.name or "", before + str(entry.pattern)


TABLE = list(patterns(get_resolver()))
DESK_TABLE = [(name, pattern) for name, pattern in TABLE if not pattern.startswith("api/")]
API_TABLE = [pattern for _name, pattern in TABLE if pattern.startswith("api/")]


@pytest.fixture
def there(
    seeded: list[Document],  # noqa: F811 -- the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, Any]:
    """Something at every address: what the converters of patterns are filled with, and people to ask."""
    monkeypatch.setattr(rates.SIGN_INS, "requests", 10_000)
    people = {}
    for who in WHO[1:]:
        people[who] = User.objects.create_user(who)
        if who != "no-role":
            people[who].groups.add(Group.objects.get(name=who))
    claim = Claim.objects.get(documents__id=seeded[0].id)
    pk = claim.pk
    if not Case.objects.filter(pk=pk).exists():
        Case.objects.create(pk=pk, claim=claim, opened_by=people["lead"], opened_at=clock.now())
    return {
        "int:pk": str(pk), "str:token": "x" * 43, "slug:name": "dien-dan", "slug:form": "csv", "slug:pk": seeded[0].id,
        "people": people, "victim": people["inspector"],
    }  # fmt: skip


def filled(pattern: str, there: dict[str, Any], name: str = "") -> str:
    """An address of the pattern. Accounts are asked for one that is somebody else's for everybody but the inspector."""
    if name.startswith("account-") or name == "account":
        return "/" + pattern.replace("<int:pk>", str(there["victim"].pk))
    return "/" + re.sub(r"<([^>]+)>", lambda match: there.get(match[1], "x"), pattern).replace("^.*$", "khong-co")


def browser(there: dict[str, Any], who: str) -> Client:
    client = Client(raise_request_exception=False)
    if who != "nobody":
        client.force_login(there["people"][who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def state() -> dict[str, Any]:
    """How many rows each table has, and who is what: what a mere look must not change."""
    tables = [table for table in connection.introspection.table_names() if table not in QUIET]
    with connection.cursor() as cursor:
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    people = User.objects.order_by("pk").values_list("pk", "is_active", "password", "groups")
    return {**counts, "people": list(people), "claims": list(Claim.objects.order_by("pk").values_list("pk", "verdict"))}


def test_every_address_of_the_desk_says_here_who_may_see_it() -> None:
    assert {name for name, _ in DESK_TABLE} == set(MAY)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
def test_nothing_breaks_and_nobody_sees_more_than_the_role(there: dict[str, Any], who: str) -> None:
    wrong = []
    for name, pattern in DESK_TABLE:
        address = filled(pattern, there, name)
        for method in METHODS:
            client = browser(there, who)
            before = state() if method in {"GET", "HEAD", "OPTIONS", "TRACE"} else None
            status = client.generic(method, address).status_code
            asked = f"{who} {method} {address}: {status}"
            if status >= 500:
                wrong.append(f"{asked} broke")
            if who not in MAY[name] and 200 <= status < 300 and not _asks_to_sign_in(who, method):
                wrong.append(f"{asked} was shown")
            if before is not None and name != "signin-once" and state() != before:
                wrong.append(f"{asked} changed something")
            if who in MAY[name] and method == "GET" and status in {401, 403}:
                wrong.append(f"{asked} was refused")
    assert wrong == []
    assert User.objects.filter(groups__name="admin").count() == 1, "nobody became an admin"


def _asks_to_sign_in(who: str, method: str) -> bool:
    """A form of somebody whose session ended is answered with the sign-in page, which keeps what was typed."""
    return who == "nobody" and method == "POST"


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
def test_the_api_asks_for_a_key_and_answers_in_json(there: dict[str, Any], who: str) -> None:
    key = ""
    if who != "nobody":
        _token, key = tokens.make(there["people"][who], "ma trận", list(tokens.SCOPES), 7)
    wrong = []
    for pattern in API_TABLE:
        address = re.sub(r"<[^>]+>", "1", filled(pattern, there)).replace("{", "").replace("}", "")
        for method in METHODS:
            headers = {"authorization": f"Bearer {key}"} if key else {}
            client, before = browser(there, who), state()
            answer = client.generic(method, address, headers=headers)
            asked = f"{who} {method} {address}: {answer.status_code}"
            if answer.status_code >= 500:
                wrong.append(f"{asked} broke")
            if "json" not in answer.headers.get("Content-Type", "json"):
                wrong.append(f"{asked} is no JSON")
            public = address in {"/api/", "/api/openapi.json"}
            if who not in DESK and not public and answer.status_code < 300:
                wrong.append(f"{asked} was answered")
            if state() != before:
                wrong.append(f"{asked} changed something")
    assert wrong == []
