"""The JSON API as a program sees it, and as a fuzzer does."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from core.model.documents import Document
from index.archive import reading, verdicts
from index.models import Claim, Report
from index.office import tokens
from index.search import open_search
from review_ui.api import access
from review_ui.rates import RateLimit
from review_ui.wsgi import application
from tests.flows.world import make_home, run, running_desk, script
from tests.review_ui.conftest import RUMOUR

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs/api.md"


@pytest.fixture(autouse=True)
def search(seeded: list[Document], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(access, "PER_MINUTE", RateLimit(100_000, 60))
    backend = open_search(settings.SOATIN)
    backend.reset()
    backend.index(reading.search_documents([document.id for document in seeded]))
    yield
    backend.reset()


@pytest.fixture
def owner(person: Callable[[str], User]) -> User:
    return person("analyst")


@pytest.fixture
def ask(owner: User) -> Callable[..., Any]:
    """Ask with a token of all scopes; the status is checked."""
    _, text = tokens.make(owner, "thử", tokens.SCOPES, 30)

    def go(path: str, status: int = 200, token: str = text, **values: object) -> Any:
        response = Client().get(f"/api/{path}", values, headers={"authorization": f"Bearer {token}"} if token else {})
        assert response.status_code == status, response.content
        if status >= 400:
            assert response["Content-Type"] == "application/problem+json"
            assert response.json()["status"] == status
        return response

    return go


def test_a_search_says_what_the_search_page_says(ask: Callable[..., Any], seeded: list[Document]) -> None:
    found = ask("search", q="an toi").json()
    assert found["total"] == 1
    [hit] = found["hits"]
    assert hit["id"] == seeded[0].id
    assert "<script>alert(1)</script>" in hit["snippet"]  # plain text: nothing here is HTML
    start, end = hit["highlights"][0]
    assert f"\n{RUMOUR}"[start:end] == "Ăn"
    assert found["facets"]["source_kind"] == [{"value": "forum", "count": 1}]
    assert found["next"] is None
    assert ask("search", text_kind="question").json()["total"] == 1
    assert ask("search", verdict="none", place="Vĩnh Phúc/Tam Đảo").json()["total"] == 4
    assert ask("search", to="1999-01-01").json()["total"] == 0


def test_pages_lead_to_the_next(ask: Callable[..., Any], seeded: list[Document]) -> None:
    first = ask("search", limit=3, order="newest").json()
    rest = ask(first["next"].partition("/api/")[2]).json()
    assert {hit["id"] for hit in first["hits"] + rest["hits"]} == {document.id for document in seeded}
    assert rest["next"] is None


def test_documents_and_claims_are_read_without_anybodys_name(
    ask: Callable[..., Any], seeded: list[Document], person: Callable[[str], User]
) -> None:
    lead = person("lead")
    verdicts.give_verdict(lead, reading.detail(seeded[0].id).document, "fake", "ghi chú nội bộ")  # type: ignore[union-attr]
    document = ask(f"documents/{seeded[0].id}")
    assert document.json()["text"] == RUMOUR
    assert document.json()["flag"]["probability"] == 0.95
    assert document.json()["verdict"] == "fake"
    claim = ask(f"claims/{document.json()['claim']}")
    assert claim.json()["verdicts"][0]["value"] == "fake"
    assert claim.json()["newest"][0]["id"] == seeded[0].id
    listed = ask("claims")
    said = document.content.decode() + claim.content.decode() + listed.content.decode()
    assert all(name not in said for name in ("Nguyễn Văn A", "author", "lead-1", "ghi chú"))
    assert ask("claims", state="judged").json()["total"] == 1
    waiting = ask("claims", state="waiting", limit=1).json()
    assert waiting["claims"][0]["id"] == Claim.objects.get(documents__id=seeded[1].id).pk
    assert "offset=1" in waiting["next"]


def test_reports_are_listed_and_downloaded(ask: Callable[..., Any]) -> None:
    from core import clock

    now = clock.now()
    folder: Path = settings.SOATIN.report_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "thu-api.docx").write_bytes(b"PK thu")
    report = Report.objects.create(
        province="vinh-phuc", slot=now, since=now, until=now, number=1, created=now, data={"secret": "x"},
        docx="thu-api.docx",
    )  # fmt: skip
    [row] = ask("reports").json()["reports"]
    assert row["pdf"] is None
    assert row["docx"].endswith(f"/api/reports/{report.pk}/docx")
    response = ask(f"reports/{report.pk}/docx")
    assert b"".join(response.streaming_content) == b"PK thu"
    ask(f"reports/{report.pk}/pdf", 404)
    ask(f"reports/{report.pk}/exe", 422)


def test_only_a_token_in_force_with_the_scope_opens_it(
    ask: Callable[..., Any], owner: User, inspector: Client, seeded: list[Document]
) -> None:
    assert "Bearer" in ask("search", 401, token="")["WWW-Authenticate"]
    ask("search", 401, token="soatin_wrong")
    assert inspector.get("/api/search").status_code == 401  # being signed in is not enough
    token, text = tokens.make(owner, "chỉ đọc", ["read"], 7)
    ask("claims", token=text)
    assert "scope 'search'" in ask("search", 403, token=text).json()["detail"]
    ask("reports", 403, token=text)
    tokens.revoke(owner, token)
    ask("claims", 401, token=text)
    owner.groups.clear()
    ask("claims", 403)


def test_errors_are_problem_documents_with_the_place(ask: Callable[..., Any]) -> None:
    wrong = ask("search", 400, q='covid "tỏi').json()
    assert wrong["position"] == 6
    assert wrong["detail"] == "this quotation mark is not closed"
    assert ask("search", 422, limit=1000).json()["errors"][0]["where"].endswith("limit")
    assert ask("search", 422, form="2021-09-01").json()["errors"][0]["where"] == "query.form"
    assert "10000" in ask("search", 400, offset=9_990).json()["detail"]
    ask("documents/nope", 404)
    ask("claims/99999999999999999999", 422)
    ask("nothing/here", 404, token="")
    assert Client().post("/api/search").status_code == 405
    assert Client().post("/api/search")["Content-Type"] == "application/problem+json"


def test_search_away_says_so_and_the_archive_answers_on(ask: Callable[..., Any], seeded: list[Document]) -> None:
    from types import SimpleNamespace

    from django.test import override_settings

    away = SimpleNamespace(**{**settings.SOATIN.values, "search_url": "", "data": Path("/proc/nowhere")})
    with override_settings(SOATIN=away):
        assert ask("search", 503)["Retry-After"] == "60"
        ask(f"documents/{seeded[0].id}")


def test_too_many_requests_wait(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "PER_MINUTE", RateLimit(2, 60))
    ask("claims")
    ask("claims")
    assert 1 <= int(ask("claims", 429)["Retry-After"]) <= 60
    limit = RateLimit(2, 60)
    assert [limit.wait(1, now) for now in (0.0, 10.0, 20.0, 59.5, 60.0, 60.0)] == [0, 0, 40, 1, 0, 10]
    assert limit.wait(2, 20.0) == 0


def test_the_description_names_everything(ask: Callable[..., Any]) -> None:
    description = Client().get("/api/openapi.json").json()
    paths = set(description["paths"])
    assert paths == {
        "/api/search", "/api/documents/{document_id}", "/api/claims", "/api/claims/{claim_id}", "/api/reports",
        "/api/reports/{report_id}/{form}",
    }  # fmt: skip
    assert all(
        "application/problem+json" in op["get"]["responses"]["401"]["content"] for op in description["paths"].values()
    )
    guide = DOCS.read_text("utf-8")
    assert all(path.split("{")[0].rstrip("/") in guide for path in paths)
    assert "/api/openapi.json" in ask("").json()["openapi.json"]


@pytest.fixture
def _kept_connection() -> Iterator[None]:
    """Each request's end would close the test's own connection, and on a server with it all that the test wrote."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_kept_connection")
@pytest.mark.filterwarnings("ignore")
def test_no_request_that_a_fuzzer_finds_breaks_it(ask: Callable[..., Any], owner: User, seeded: list[Document]) -> None:
    _, text = tokens.make(owner, "thử lung tung", tokens.SCOPES, 7)
    headers = {"Authorization": f"Bearer {text}"}
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    statuses: Counter[int] = Counter()
    operations = [result.ok() for result in schema.get_all_operations()]
    for operation in operations:
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):

            @hypothesis_settings(
                max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def fuzz(case: Any) -> None:
                # A wrong name of the host is refused before the API is asked.
                case.headers = {name: value for name, value in (case.headers or {}).items() if name.lower() != "host"}
                # What is valid by its characters may still be a wrong query: 400 is a right answer to it.
                response = case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])
                statuses[response.status_code] += 1

            fuzz()
    assert len(operations) == 6
    assert {200, 404, 422} <= set(statuses)
    claim = str(Claim.objects.latest("id").pk)
    for path, known in (("documents/{document_id}", seeded[0].id), ("claims/{claim_id}", claim)):
        operation = schema[f"/api/{path}"]["GET"]
        case = operation.Case(path_parameters={path.partition("{")[2].rstrip("}"): known})
        assert case.call_and_validate(headers=headers).status_code == 200


def test_the_example_of_the_guide_runs(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    token = script(
        home,
        "from flows.run.accounts import ensure_account\n"
        "from index.archive import intake, judgements, reading\n"
        "from index.office import tokens\n"
        "from index.search import open_search\n"
        "from tests.review_ui.conftest import RUMOUR, SOURCES, judged, make_document\n"
        "document = make_document(1, RUMOUR)\n"
        "intake.take_in([document], SOURCES)\n"
        "judgements.save_judgements([judged(document, 0.95)])\n"
        "open_search(context.settings).index(reading.search_documents([document.id]))\n"
        "print(tokens.make(ensure_account('pt', 'analyst'), 'ví dụ', ['search', 'read'], 7)[1])\n",
    ).strip()
    example = re.search(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert example
    with running_desk(home) as address:
        env = {**os.environ, "SOATIN_URL": address, "SOATIN_TOKEN": token, "PYTHONIOENCODING": "utf-8"}
        result = run(["-c", example[1]], env, tmp_path, 60)
    assert isinstance(result, subprocess.CompletedProcess)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("1 found\n")
    assert "0.95 http://127.0.0.1/dien-dan/1" in result.stdout
    assert json.dumps(token)[1:-1] not in result.stdout
