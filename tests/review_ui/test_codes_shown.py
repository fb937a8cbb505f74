"""Every line of the tables of closed sets is shown, can be typed, searched for, given, exported and reported."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client

from core.codes.code import Code
from core.codes.drops import DropReason
from core.codes.findings import Origin, Rating
from core.codes.platforms import PlatformName, Unwatchable
from core.codes.scopes import ClaimScope
from core.codes.sources import RobotsState, Sign
from core.codes.tables import tables
from core.codes.texts import DocumentKind, SourceKind, TextKind
from core.codes.verdicts import ActionKind, ClaimState, EditKind, VerdictValue
from core.codes.work import AlarmKind, AlertRhythm, DeliveryState, Queue
from core.model.documents import Document
from flows.papers.report.sections import claims as claims_section
from flows.papers.report.sections import coverage, findings, summary
from index.archive.cases import may_open_case
from index.archive.finding_matches import Nearest
from index.models import Case, Claim, Verdict
from index.query.parse import parse
from index.query.tree import Field
from index.query.vocabulary import plain
from review_ui.templatetags import desk
from tests.review_ui.test_desk import item_of, page

CSS = (Path(desk.__file__).parents[1] / "static" / "desk" / "desk.css").read_text("utf-8")
SEARCHED = {"source_kind": SourceKind, "kind": DocumentKind, "text_kind": TextKind, "verdict": VerdictValue}
SHADOWED = {("source_kind", "official")}
"""Codes that stand for another table's value where they are typed: official means the text, not its source."""
COLUMNS: list[tuple[type[Code], str, str]] = [
    (VerdictValue, "Verdict", "value"), (VerdictValue, "Claim", "verdict"), (ActionKind, "Action", "kind"),
    (TextKind, "Document", "text_kind"), (TextKind, "Flag", "kind"), (DocumentKind, "Document", "kind"),
    (SourceKind, "Document", "source_kind"), (DropReason, "Drop", "reason"), (Queue, "Job", "queue"),
    (Queue, "DeadLetter", "queue"), (DeliveryState, "Delivery", "state"), (DeliveryState, "Alert", "state"),
    (AlertRhythm, "SavedSearch", "alert"), (AlarmKind, "Alarm", "code"), (Rating, "Finding", "rating"),
    (Origin, "Finding", "origin"), (EditKind, "ClaimEdit", "kind"),
]  # fmt: skip


@pytest.mark.parametrize("value", [pytest.param(v, id=f"{n}-{v}") for n, t in tables().items() for v in t])
def test_a_template_shows_the_word_of_a_code(value: Code) -> None:
    name = next(name for name, table in tables().items() if table is type(value))
    assert desk.word(str(value), name) in {value.vi, value.en}


@pytest.mark.parametrize(("table", "model", "column"), COLUMNS)
def test_a_code_fits_into_the_column_that_holds_it(table: type[Code], model: str, column: str) -> None:
    length = apps.get_model("archive", model)._meta.get_field(column).max_length
    assert [value for value in table if length is not None and len(value) > length] == []


@pytest.mark.parametrize("value", list(VerdictValue))
def test_the_style_sheet_has_the_colour_of_a_verdict(value: VerdictValue) -> None:
    assert f".choices .v-{value.colour} " in CSS


@pytest.mark.parametrize(
    "colour",
    [*(s.severity.colour for s in Sign), *(r.colour for r in RobotsState), *(r.colour for r in Rating)],
)
def test_the_style_sheet_has_the_colour_of_a_mark(colour: Code) -> None:
    assert f".chip.{colour} " in CSS


@pytest.mark.parametrize("value", [pytest.param(v, id=f"{c}-{v}") for c, t in SEARCHED.items() for v in t])
def test_every_word_of_a_value_can_be_typed_with_or_without_accents(value: Code) -> None:
    column = next(column for column, table in SEARCHED.items() if table is type(value))
    field = "kết luận" if column == "verdict" else "loại"
    typed = [value.vi, *value.queries] + ([] if (column, str(value)) in SHADOWED else [str(value)])
    for word in (form for one in typed for form in (one, plain(one), f'"{one}"')):
        assert parse(f"{field}:{word}").root == Field(column, str(value)), word


@pytest.mark.parametrize("value", list(VerdictValue))
@pytest.mark.django_db
def test_a_verdict_can_be_given_by_its_button_and_is_shown_wherever_verdicts_are(
    value: VerdictValue, seeded: list[Document], inspector: Client
) -> None:
    claim = item_of(seeded[0])
    html = page(inspector, f"/claims/{claim.pk}/")
    button = re.search(rf'<button name="value" value="{value}"[^>]*>.*?</button>', html)
    assert button is not None
    for part in (f'data-key="{value.key}"', f'class="v-{value.colour}"', f"<kbd>{value.key}</kbd> {value.vi}"):
        assert part in button[0]
    assert f"<kbd>{value.key}</kbd></td><td>Kết luận: {value.vi}" in page(inspector, "/help/")

    inspector.post(f"/claims/{claim.pk}/verdict/", {"value": str(value), "document": seeded[0].id})
    assert Verdict.objects.get().value == value
    claim.refresh_from_db()
    assert f"<b>{value.vi}</b>" in page(inspector, f"/claims/{claim.pk}/")
    inspector.cookies["django_language"] = "en"
    assert f"<b>{value.en}</b>" in page(inspector, f"/claims/{claim.pk}/")
    del inspector.cookies["django_language"]

    assert may_open_case(claim) is value.state.case
    inspector.post(f"/claims/{claim.pk}/case/")
    assert Case.objects.filter(claim=claim).exists() is value.state.case


@pytest.mark.django_db
def test_a_verdict_is_found_and_exported_by_its_word(seeded: list[Document], inspector: Client) -> None:
    for value in VerdictValue:
        Claim.objects.update(verdict=str(value))
        assert page(inspector, f"/search/?verdict={value}")
        answer = inspector.get(f"/search/export/csv/?q=kết luận:{plain(value.vi)}")
        assert answer.status_code == 200
        list(csv.reader("".join(part.decode() for part in answer.streaming_content).splitlines()))


@pytest.mark.parametrize("value", list(ActionKind))
@pytest.mark.django_db
def test_an_action_is_offered_and_shown(value: ActionKind, seeded: list[Document], inspector: Client) -> None:
    claim = item_of(seeded[0])
    inspector.post(f"/claims/{claim.pk}/case/")
    address = f"/cases/{Case.objects.get().pk}/"
    assert f'<option value="{value}">{value.vi}</option>' in page(inspector, address)
    inspector.post(f"{address}action/", {"kind": str(value), "note": "Công văn 1"})
    assert f"<b>{value.vi}</b> Công văn 1" in page(inspector, address)


def test_reports_say_every_verdict_action_state_kind_of_source_and_reason() -> None:
    counts = {
        "verdicts": [[str(v), 1] for v in VerdictValue], "actions": [[str(a), 1] for a in ActionKind],
        "given": 0, "changed": 0, "withdrawn": 0, "judged_flags": 0, "false_alarms": 0,
    }  # fmt: skip
    said = str(findings.blocks(counts))
    assert [value for value in VerdictValue if repr(value.vi)[1:-1] not in said] == []
    assert [kind for kind in ActionKind if repr(kind.told)[2:-1] not in said] == []
    kinds = {
        "kinds": [[str(k), 1, 0] for k in SourceKind], "total": [6, 0], "flagged": [0, 0], "new_claims": 0,
        "scopes": [[str(s), 1] for s in ClaimScope], "flagged_scopes": [],
        "questions": 0, "opinions": 0, "hours": [], "by_published": False, "compared": "",
    }  # fmt: skip
    assert [kind for kind in SourceKind if kind.vi not in str(summary.blocks(kinds))] == []
    drops = {
        "watched": 1, "silent": [], "problems": [], "received": 1, "backlog": [[str(q), 1] for q in Queue if q.report],
        "stuck": 0, "unseen": 0, "flagged": 0, "oldest": "",
        "networks": [[str(p), 0] for p in PlatformName if p.social],
        "drops": [[str(reason), 1] for reason in DropReason],
    }  # fmt: skip
    said = str(coverage.blocks(drops))
    assert [one for one in [*DropReason, *Unwatchable] if one.vi not in said] == []
    assert [name for name in PlatformName if name.social and name.vi not in said] == []
    for state in ClaimState:
        claim = {
            "headline": "Một câu", "places": [], "fresh": 1, "documents": 1, "sources": 1, "probability": 0.5,
            "state": str(state), "verdict": "", "desk": "", "links": [],
        }  # fmt: skip
        for scope in ClaimScope:
            shown = {"total": 1, "scopes": [[str(scope), 1]], "claims": [claim | {"scope": str(scope), "id": 1}]}
            said = str(claims_section.blocks(shown))
            assert state.vi in said
            assert f"1 {scope.vi}" in said
            assert scope.part in said


def test_every_rating_has_its_heading_on_the_item_page() -> None:
    assert {rating.group for rating in Rating} | {"notices"} == set(Nearest.__annotations__)
