"""What classification found, in the archive."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.codes.texts import TextKind
from core.model.flags import Judgement
from tests.index.make import SOURCES, claim_judgement, document, flag

pytestmark = pytest.mark.django_db

BANDS = ("a", "b", "c", "d")


def test_documents_that_repeat_one_another_are_one_claim_with_its_figures() -> None:
    """Judged in one batch, in another batch, and again: one claim, one flag each, no doubling."""
    from index import models
    from index.archive import claims, intake, judgements
    from index.work import leases

    docs = [document(1), document(2, source="dien-dan"), document(3)]
    intake.take_in(docs, SOURCES)
    pair = [
        claim_judgement(docs[0].id, BANDS, probability=0.7),
        replace(claim_judgement(docs[1].id, BANDS), same_as=docs[0].id),
    ]
    assert judgements.save_judgements(pair).flags == 2
    claim = models.Claim.objects.get()
    third = claim_judgement(docs[2].id, BANDS, claim_id=claim.pk)
    judgements.save_judgements([third])
    assert judgements.save_judgements([*pair, third]).flags == 0
    claim.refresh_from_db()
    assert models.Claim.objects.count() == 1
    assert (claim.documents_count, claim.sources_count, claim.probability) == (3, 2, 0.9)
    assert claim.urgency > 0
    assert models.Flag.objects.count() == 3
    assert [candidate.claim_id for candidate in claims.claim_candidates(BANDS)] == [claim.pk]
    assert sorted(leases.claim("index", "w", 9, 60)) == sorted(doc.id for doc in docs)


def test_two_workers_that_found_the_same_new_claim_make_one() -> None:
    """The second was judged before the first was saved: it joins by its bands. Other bands found another claim."""
    from index import models
    from index.archive import intake, judgements

    docs = [document(n) for n in (1, 2, 3)]
    intake.take_in(docs, SOURCES)
    judgements.save_judgements([claim_judgement(docs[0].id, BANDS)])
    judgements.save_judgements([claim_judgement(docs[1].id, ("a", "b", "x", "y"))])
    judgements.save_judgements([claim_judgement(docs[2].id, ("a", "v", "q", "w"))])
    assert sorted(models.Claim.objects.values_list("documents_count", flat=True)) == [1, 2]


def test_what_is_off_the_topic_is_counted_and_loses_its_text_but_is_not_read_again() -> None:
    """But for the sample that people can check, picked by id."""
    from index import models
    from index.archive import intake, judgements, reading
    from index.archive.judgements import kept_for_audit

    docs = [document(n) for n in range(60)]
    intake.take_in(docs, SOURCES)
    judgements.save_judgements([Judgement(doc.id, 1, "", TextKind.OTHER) for doc in docs])
    judgements.save_judgements([Judgement(doc.id, 1, "", TextKind.OTHER) for doc in docs])
    kept = {row.id for row in models.Document.objects.exclude(text="")}
    assert kept == {doc.id for doc in docs if kept_for_audit(doc.id)}
    assert models.Drop.objects.filter(reason="off-topic").count() == 60
    assert not models.DocumentVersion.objects.exclude(document_id__in=kept).exclude(text="").exists()
    assert intake.take_in(docs, SOURCES).same == 60
    assert reading.search_documents([doc.id for doc in docs]) == []


def test_a_document_that_changed_while_it_was_judged_is_judged_again() -> None:
    """The stale judgement leaves no trace."""
    from index import models
    from index.archive import intake, judgements
    from index.work import leases

    doc = document(1)
    intake.take_in([doc], SOURCES)
    leases.claim("classify", "slow", 9, 60)
    intake.take_in([document(1, "Khác hẳn.", hours=1)], SOURCES)
    saved = judgements.save_judgements([claim_judgement(doc.id, BANDS)])
    leases.done("classify", [doc.id], "slow")
    assert saved.stale == 1
    assert not models.Flag.objects.exists()
    assert leases.claim("classify", "next", 9, 60) == [doc.id]


def test_a_flagged_text_that_was_rewritten_to_something_else_remains_as_evidence() -> None:
    """The claim loses the document, the flagged version stays."""
    from index import models
    from index.archive import intake, judgements, reading

    doc = document(1, "Uống rượu mạnh diệt được vi rút.")
    intake.take_in([doc], SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, BANDS)])
    intake.take_in([document(1, "Bán nhà.", hours=1)], SOURCES)
    judgements.save_judgements([Judgement(doc.id, 2, "", TextKind.OTHER)])
    assert models.DocumentVersion.objects.get(number=1).text == doc.text
    assert (models.Claim.objects.get().documents_count, models.Claim.objects.get().probability) == (0, 0.0)
    assert reading.search_documents([doc.id]) == []


def test_a_newer_model_adds_its_opinion_and_the_older_one_stays() -> None:
    """The claim goes by the newer."""
    from index import models
    from index.archive import intake, judgements

    doc = document(1)
    intake.take_in([doc], SOURCES)
    judgement = claim_judgement(doc.id, BANDS)
    judgements.save_judgements([judgement])
    judgements.save_judgements([replace(judgement, flag=flag(0.2, model="m2"))])
    assert models.Flag.objects.count() == 2
    assert models.Claim.objects.get().probability == 0.0


def test_questions_belong_to_no_claim_but_are_found_by_search() -> None:
    """They are counted by subject, never queued."""
    from index import models
    from index.archive import intake, judgements, reading
    from index.views import queue

    doc = document(1, "Khi nào tiêm mũi hai?")
    intake.take_in([doc], SOURCES)
    judgements.save_judgements([Judgement(doc.id, 1, "covid", TextKind.QUESTION, flag=flag(0.1, TextKind.QUESTION))])
    assert not models.Claim.objects.exists()
    assert not queue.waiting().exists()
    assert reading.search_documents([doc.id])[0].text_kind == "question"


def test_since_the_provinces_merged_a_place_is_found_by_either_name() -> None:
    """A text of September 2025 about Tam Đảo answers to Vĩnh Phúc and to Phú Thọ."""
    from index.archive import intake, judgements, reading

    doc = document(1, hours=24 * 365 * 4.1)
    intake.take_in([doc], SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, BANDS)])
    assert set(reading.search_documents([doc.id])[0].places) == {"Vĩnh Phúc", "Vĩnh Phúc/Tam Đảo", "Phú Thọ"}


def test_search_is_told_places_verdict_and_probability() -> None:
    """And the desk everything of one document."""
    from index.archive import intake, judgements, reading

    docs = [document(1), document(2)]
    intake.take_in(docs, SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, BANDS) for doc in docs])
    told = reading.search_documents([docs[0].id])[0]
    assert told.places == ("Vĩnh Phúc", "Vĩnh Phúc/Tam Đảo")
    assert (told.verdict, told.probability) == ("", 0.9)
    shown = reading.detail(docs[0].id)
    assert shown is not None
    assert [row.id for row in shown.similar] == [docs[1].id]
    assert shown.flag is not None
    assert shown.places[0].district == "Tam Đảo"
    assert reading.detail("0" * 20) is None


def test_a_flag_far_from_everything_learnt_is_kept_as_such_and_changes_no_probability() -> None:
    """The doubt is beside the probability, never in it."""
    from index import models
    from index.archive import intake, judgements

    docs = [document(1), document(2)]
    intake.take_in(docs, SOURCES)
    known = claim_judgement(docs[0].id, ("a",), probability=0.8)
    strange = claim_judgement(docs[1].id, ("b",), probability=0.8)
    assert strange.flag is not None
    judgements.save_judgements([known, replace(strange, flag=replace(strange.flag, unsure=True))])
    rows = models.Flag.objects.order_by("document_id").values_list("document_id", "unsure", "probability")
    assert set(rows) == {(docs[0].id, False, 0.8), (docs[1].id, True, 0.8)}
    assert set(models.Claim.objects.values_list("probability", flat=True)) == {0.8}
