"""What people do with claims: verdicts, cases, levels, names; each in the audit log; nothing rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from core.clock import now
from core.codes.texts import TextKind
from core.errors import UsageError
from core.model.documents import PlaceMention
from core.model.flags import Judgement
from tests.index.make import SOURCES, START, claim_judgement, document, flag, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def flagged() -> str:
    """The id of a flagged document."""
    from index.archive import intake, judgements
    from index.work import leases

    doc = document(1, author="Nguyễn Văn A")
    intake.take_in([doc], SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, ("a", "b"))])
    leases.done("index", leases.claim("index", "w", 9, 60), "w")
    return doc.id


def test_a_verdict_takes_the_claim_from_the_queue_and_its_undoing_brings_it_back(flagged: str) -> None:
    """Search hears of both."""
    from index import models
    from index.archive import reading, verdicts
    from index.proof import audit
    from index.views import queue
    from index.work import leases

    inspector = person("thanh", "inspector")
    row = models.Document.objects.get(id=flagged)
    assert [claim.headline for claim in queue.waiting()] == ["Uống nước chanh khỏi bệnh"]
    verdict = verdicts.give_verdict(inspector, row, "false", "Sở Y tế đã bác bỏ")
    assert not queue.waiting().exists()
    assert leases.claim("index", "w", 9, 60) == [flagged]
    assert reading.search_documents([flagged])[0].verdict == "false"
    verdicts.retract(inspector, verdict)
    assert queue.waiting().count() == 1
    with pytest.raises(UsageError, match="already"):
        verdicts.retract(inspector, verdict)
    assert [entry.action for entry in models.AuditEntry.objects.order_by("id")] == ["verdict.give", "verdict.retract"]
    assert audit.verify() == []


def test_the_verdict_before_stands_again_when_the_last_is_retracted(flagged: str) -> None:
    """And an unknown value is refused."""
    from index import models
    from index.archive import verdicts

    inspector = person("thanh", "inspector")
    row = models.Document.objects.get(id=flagged)
    verdicts.give_verdict(inspector, row, "unconfirmed")
    second = verdicts.give_verdict(inspector, row, "fake")
    verdicts.retract(inspector, second)
    assert models.Claim.objects.get().verdict == "unconfirmed"
    with pytest.raises(UsageError, match="one of"):
        verdicts.give_verdict(inspector, row, "nonsense")


def test_analysts_may_look_but_not_judge_and_only_leads_see_names_or_decide_levels(flagged: str) -> None:
    """Each refusal is Django's own, so the desk answers 403."""
    from index import models
    from index.archive import authors, cases, verdicts
    from index.office import levels

    analyst, inspector, lead = person("an", "analyst"), person("thanh", "inspector"), person("lan", "lead")
    row = models.Document.objects.get(id=flagged)
    with pytest.raises(PermissionDenied):
        verdicts.give_verdict(analyst, row, "false")
    claim = models.Claim.objects.get()
    case = cases.open_case(inspector, claim)
    assert cases.open_case(lead, claim) == case
    assert row.author is not None
    with pytest.raises(PermissionDenied):
        authors.reveal(inspector, case, row.author, "cần xác minh người đăng")
    with pytest.raises(UsageError, match="reason"):
        authors.reveal(lead, case, row.author, "  ")
    assert authors.reveal(lead, case, row.author, "cần xác minh người đăng") == "Nguyễn Văn A"
    cases.add_action(inspector, case, "correction_asked", "Công văn 12")
    with pytest.raises(PermissionDenied):
        levels.decide_level(inspector, "Vĩnh Phúc", "", "2", "12/QĐ-UBND", date(2021, 8, 1))
    levels.decide_level(lead, "Vĩnh Phúc", "", "2", "12/QĐ-UBND", date(2021, 8, 1))
    level = levels.level_in_force("Vĩnh Phúc", "Tam Đảo")
    assert level is not None
    assert level.level == "2"
    assert [entry.action for entry in models.AuditEntry.objects.order_by("id")] == [
        "case.open", "author.reveal", "action.add", "level.decide",
    ]  # fmt: skip


def test_a_case_is_opened_only_on_what_was_flagged_or_found_wrong() -> None:
    """Not on an opinion, on what was found true, or on what nobody flagged or judged."""
    from index import models
    from index.archive import cases, intake, judgements, verdicts

    inspector = person("thanh", "inspector")
    docs = [document(1), document(2, "Xã làm chậm quá."), document(3)]
    intake.take_in(docs, SOURCES)
    unsure = claim_judgement(docs[2].id, ("c",), probability=0.1)
    judgements.save_judgements([claim_judgement(docs[0].id, ("a", "b")), unsure])
    flagged_claim, unflagged = models.Claim.objects.order_by("id")
    with pytest.raises(UsageError, match="neither flagged nor found wrong"):
        cases.open_case(inspector, unflagged)
    for value in ("true", "opinion", "irrelevant"):
        verdicts.give_verdict(inspector, models.Document.objects.get(id=docs[0].id), value)
        flagged_claim.refresh_from_db()
        with pytest.raises(UsageError, match="no case"):
            cases.open_case(inspector, flagged_claim)
    assert not models.Case.objects.exists()
    verdicts.give_verdict(inspector, models.Document.objects.get(id=docs[2].id), "unconfirmed")
    assert cases.open_case(inspector, unflagged).claim == unflagged


@pytest.mark.parametrize("kind", ["question", "opinion", "official", "other", ""])
def test_the_author_of_a_question_or_an_opinion_is_never_named(kind: str) -> None:
    """Though the document stands in a case, as when it asks about the claim. The refused look is not in the log."""
    from index import models
    from index.archive import authors, cases, intake, judgements

    doc, asked = document(1, author="Nguyễn Văn A"), document(2, "Thật không ạ?", author="Trần Thị B")
    intake.take_in([doc, asked], SOURCES)
    judgements.save_judgements(
        [
            claim_judgement(doc.id, ("a", "b")),
            Judgement(asked.id, 1, "covid", TextKind.QUESTION, flag=flag(0.1, TextKind.QUESTION)),
        ]
    )
    lead, claim = person("lan", "lead"), models.Claim.objects.get()
    models.Document.objects.filter(id=asked.id).update(claim=claim, text_kind=kind)
    case = cases.open_case(lead, claim)
    assert authors.shown_in(case) == [models.Document.objects.get(id=doc.id).author_id]
    author = models.Document.objects.get(id=asked.id).author
    assert author is not None
    with pytest.raises(UsageError, match="only authors of claims"):
        authors.reveal(lead, case, author, "cần xác minh người đăng")
    assert not models.AuditEntry.objects.filter(action="author.reveal").exists()


def test_what_was_said_cannot_be_rewritten_in_the_database(flagged: str) -> None:
    """Neither by the ORM nor by hand; retention alone removes, and never audit entries or what people judged."""
    from index import models
    from index.archive import cases, intake, judgements, retention

    cases.open_case(person("thanh", "inspector"), models.Claim.objects.get())
    doc = document(2)
    intake.take_in([doc], SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, ("x", "y"))])
    for statement in (
        "UPDATE archive_flag SET probability = 0", "DELETE FROM archive_flag",
        "UPDATE archive_auditentry SET actor = 'x'", "DELETE FROM archive_auditentry",
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert retention.expire(datetime(2999, 1, 1, tzinfo=UTC)) == 1
    assert list(models.Document.objects.values_list("id", flat=True)) == [flagged]
    assert models.Flag.objects.count() == 1
    assert models.AuditEntry.objects.order_by("id").last().action == "retention"  # type: ignore[union-attr]
    with pytest.raises(DatabaseError), retention.permitted("x", "try"):
        models.AuditEntry.objects.all().delete()


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("UPDATE archive_auditentry SET actor = 'ai do' WHERE id = {second}", "was changed"),
        ("DELETE FROM archive_auditentry WHERE id = {second}", "missing or was moved"),
        ("DELETE FROM archive_auditentry WHERE id = {last}", "end was removed"),
        ("UPDATE archive_auditentry SET id = 100000 WHERE id = {second}", "missing or was moved"),
        ("DELETE FROM archive_audithead", "end mark is missing"),
    ],
)
def test_tampering_with_the_audit_log_is_found(harm: str, found: str) -> None:
    """By somebody who can even drop the triggers."""
    from index import models
    from index.proof import append_only, audit

    for number in range(4):
        audit.record("thanh", "verdict.give", f"verdict:{number}", {"note": "ổn"})
    ids = list(models.AuditEntry.objects.order_by("id").values_list("id", flat=True))
    assert audit.verify() == []
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(harm.format(second=ids[1], last=ids[-1]))
    append_only.install(connection)
    assert any(found in problem for problem in audit.verify())


def test_the_queue_is_by_urgency_and_can_be_narrowed() -> None:
    """And the next item is known before the present one is judged."""
    from index import models
    from index.archive import claims, intake, judgements
    from index.views import queue

    docs = [document(n, source=source) for n, source in enumerate(("bao-mau", "dien-dan", "bao-mau"))]
    intake.take_in(docs, SOURCES)
    judgements.save_judgements(
        [claim_judgement(doc.id, (f"x{n}",), probability=0.6 + n / 10) for n, doc in enumerate(docs)]
    )
    rows = list(queue.waiting())
    assert [row.probability for row in rows] == pytest.approx([0.8, 0.7, 0.6])
    assert queue.next_items(rows[0], 2) == rows[1:]
    assert queue.next_items(rows[2], 2) == rows[:2]
    assert list(queue.waiting(queue.QueueFilters(source_kind="forum"))) == [rows[1]]
    assert queue.waiting(queue.QueueFilters("Vĩnh Phúc", "Tam Đảo")).count() == 3
    models.Claim.objects.update(last_seen=START)
    models.Claim.objects.filter(pk=rows[2].pk).update(last_seen=now())
    assert list(queue.waiting(queue.QueueFilters(hours=1))) == [rows[2]]
    assert not queue.waiting(queue.QueueFilters("Vĩnh Phúc", "Lập Thạch")).exists()
    assert queue.lead_documents(rows)[rows[1].pk].id == docs[1].id
    models.Document.objects.update(moment=docs[0].fetched.replace(year=2010))
    assert claims.refresh_urgency() >= 0


def test_the_queue_begins_with_what_is_of_the_province() -> None:
    """However sure the machine is of what is said elsewhere; the next item goes on in the same order."""
    from index import models
    from index.archive import claims, intake, judgements
    from index.views import queue

    headlines = ["Hà Nội đóng cửa chợ", "Uống nước chanh khỏi bệnh", "Có người chết ngoài đường", "Tam Đảo có ca nhiễm"]
    places = [(PlaceMention("Hà Nội"),), (), (), (PlaceMention("Vĩnh Phúc", "Tam Đảo"),)]
    docs = [document(number) for number in range(4)]
    intake.take_in(docs, SOURCES)
    said = [claim_judgement(doc.id, (f"x{n}",), probability=0.95 - n / 10) for n, doc in enumerate(docs)]
    judgements.save_judgements([replace(one, places=places[n], headline=headlines[n]) for n, one in enumerate(said)])
    rows = list(queue.waiting())
    assert [row.headline for row in rows] == [headlines[n] for n in (3, 2, 1, 0)]
    assert queue.next_items(rows[0], 3) == rows[1:]
    assert queue.next_items(rows[2], 2) == [rows[3], rows[0]]
    models.Claim.objects.update(scope_rank=2)
    assert claims.refresh_urgency() == 3
    assert [row.pk for row in queue.waiting()] == [row.pk for row in rows]


def test_the_queue_of_a_place_follows_what_documents_name() -> None:
    """Judged again, moved to another claim, removed."""
    from index import models
    from index.archive import intake, judgements, retention
    from index.views import queue

    def here(district: str = "", kind: str = "") -> set[int]:
        province = "Vĩnh Phúc" if district else ""
        return {claim.pk for claim in queue.waiting(queue.QueueFilters(province, district, kind))}

    docs = [document(n, source=source) for n, source in enumerate(("bao-mau", "dien-dan"))]
    intake.take_in(docs, SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, ("x",)) for doc in docs])
    claim = models.Claim.objects.get()
    elsewhere = replace(claim_judgement(docs[0].id, ("x",)), places=(PlaceMention("Vĩnh Phúc", "Lập Thạch"),))
    judgements.save_judgements([elsewhere])
    assert here("Tam Đảo") == here("Lập Thạch") == here("Lập Thạch", "forum") == {claim.pk}
    judgements.save_judgements([replace(claim_judgement(docs[1].id, ()), topic="", headline="")])
    assert (here("Tam Đảo"), here("Lập Thạch"), here(kind="forum")) == (set(), {claim.pk}, set())
    retention.expire(now())
    assert here() == here("Lập Thạch") == set()
    assert not models.ClaimFacet.objects.exists()
