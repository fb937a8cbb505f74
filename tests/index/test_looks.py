"""Second looks in the archive: planned with the flag, counted once, never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core import clock
from core.model.documents import Document
from core.model.drops import Looked
from tests.index.make import SOURCES, START, claim_judgement, document, flag

pytestmark = pytest.mark.django_db
HOLD = timedelta(minutes=20)
HOUR = timedelta(hours=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def move(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return move


@pytest.fixture
def flagged(at: Callable[[datetime], None]) -> Document:
    """An article that was flagged at START."""
    from index.archive import intake, judgements

    at(START)
    item = document(1, "Uống nước chanh khỏi bệnh.")
    intake.take_in([item], SOURCES)
    judgements.save_judgements([claim_judgement(item.id, ("b1",))])
    return item


def due(moment: datetime, at: Callable[[datetime], None]) -> list[str]:
    from index.archive import second_looks

    at(moment)
    return [look.document_id for look in second_looks.claim(SOURCES, 100, 10, HOLD)]


def found(item: Document, moment: datetime, outcome: str) -> Looked:
    return Looked(item.source, item.id, moment, outcome, "200")


def test_a_flagged_document_is_due_after_an_hour_six_a_day_and_a_week(
    flagged: Document, at: Callable[[datetime], None]
) -> None:
    from index.archive import intake

    seen = []
    for hour in range(24 * 9):
        moment = START + hour * HOUR
        if due(moment, at):
            seen.append(hour)
            intake.take_in([found(flagged, moment, "same")], SOURCES)
    assert seen == [1, 6, 24, 168]


def test_a_killed_rounds_looks_come_back_and_nobody_else_has_them_meanwhile(
    flagged: Document, at: Callable[[datetime], None]
) -> None:
    assert due(START + HOUR, at) == [flagged.id]
    assert due(START + HOUR + HOLD / 2, at) == []
    assert due(START + HOUR + HOLD, at) == [flagged.id]


def test_a_look_counts_once_however_often_its_file_is_read(flagged: Document, at: Callable[[datetime], None]) -> None:
    from index.archive import intake
    from index.models import Look

    at(START + HOUR)
    items = [found(flagged, START + HOUR, "gone"), found(flagged, START + 2 * HOUR, "failed")]
    for _ in range(3):
        intake.take_in(items, SOURCES, "a.warc.gz")
    look = Look.objects.get()
    assert [entry["outcome"] for entry in look.history] == ["gone", "failed"]
    assert look.gone == START + HOUR
    intake.take_in([found(flagged, START + 7 * HOUR, "there")], SOURCES)
    look.refresh_from_db()
    assert (look.gone, look.due) == (None, START + timedelta(days=1))  # it is back
    intake.take_in([Looked("bao-mau", "khong-co", START, "gone")], SOURCES)  # removed meanwhile


def test_only_what_was_edited_after_its_flag_is_marked_as_changed(
    flagged: Document, at: Callable[[datetime], None]
) -> None:
    from index.archive import intake, judgements
    from index.models import Look

    intake.take_in([document(1, "Lời cũ hơn.", hours=-1)], SOURCES)
    assert Look.objects.get().changed is None
    intake.take_in([document(1, "Bài đã được đính chính.", hours=3)], SOURCES)
    assert Look.objects.get().changed == START + 3 * HOUR
    judgements.save_judgements([replace(claim_judgement(flagged.id, ("b1",), version=3), flag=flag(0.95))])
    assert Look.objects.get().flagged == START  # flagged again: the moments stay


def test_questions_tips_and_what_is_not_flagged_are_not_looked_at(at: Callable[[datetime], None]) -> None:
    from index.archive import intake, judgements
    from index.models import Look

    at(START)
    calm = document(2)
    tip = replace(document(3), id="tip", url="zalo:1", canonical_url="zalo:1")
    intake.take_in([calm, tip], SOURCES)
    judgements.save_judgements(
        [claim_judgement(calm.id, ("b2",), probability=0.1), claim_judgement(tip.id, ("b3",), probability=0.9)]
    )
    assert Look.objects.count() == 0


def test_one_source_does_not_take_all_looks_of_a_round(at: Callable[[datetime], None]) -> None:
    from index.archive import intake, judgements, second_looks

    at(START)
    many = [document(n, f"Tin đồn số {n}.") for n in range(30)]
    other = document(99, "Tin đồn khác.", source="dien-dan")
    intake.take_in([*many, other], SOURCES)
    judgements.save_judgements([claim_judgement(item.id, (item.id,)) for item in [*many, other]])
    at(START + HOUR)
    taken = second_looks.claim(SOURCES, 20, 5, HOLD)
    assert sorted(look.source for look in taken) == ["bao-mau"] * 5 + ["dien-dan"]
    second_looks.give_up([taken[0].document_id])
    at(START + 2 * HOUR)
    assert taken[0].document_id not in {look.document_id for look in second_looks.claim(SOURCES, 100, 100, HOLD)}


STORY = "".join(
    f"Ca thứ {n} đi chợ Hồ Sơn ngày {n} tháng tám, sau đó gặp {n + 3} người trong xóm {n + 7} của xã. "
    for n in range(9)
)


def reprints() -> list[Document]:
    """An article, its reprints in two other papers, and a post that repeats it."""
    first = document(1, STORY, hours=1)
    second = document(2, f"Theo báo bạn. {STORY}", source="so-y-te", hours=3)
    third = replace(document(3, f"{STORY} (Theo Báo Mẫu)", hours=5), source="bao-khac")
    post = replace(document(4, STORY, source="dien-dan", hours=6), kind=type(first.kind).POST)
    return [first, second, third, post]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 0, 3, 2)])
def test_reprints_are_linked_to_the_first_paper_and_are_no_sources_of_their_own(order: tuple[int, ...]) -> None:
    from index.archive import intake, judgements
    from index.archive import reprints as copies
    from index.models import Claim
    from index.models import Document as Row

    items = reprints()
    intake.take_in(items, SOURCES)
    for number in order:
        claims = list(Claim.objects.values_list("id", flat=True))
        judgements.save_judgements(
            [claim_judgement(items[number].id, ("b1", "b2"), claim_id=claims[0] if claims else None)]
        )
    links = dict(Row.objects.values_list("id", "copy_of_id"))
    assert links == {items[0].id: None, items[1].id: items[0].id, items[2].id: items[0].id, items[3].id: None}
    claim = Claim.objects.get()
    assert (claim.documents_count, claim.sources_count) == (4, 2)  # the paper and the forum
    assert [row.id for row in copies.others(Row.objects.get(pk=items[2].id))] == [items[0].id, items[1].id]


def test_a_reprint_that_is_rewritten_stands_for_itself() -> None:
    from index.archive import intake, judgements
    from index.models import Claim
    from index.models import Document as Row

    items = reprints()[:2]
    intake.take_in(items, SOURCES)
    judgements.save_judgements([claim_judgement(item.id, ("b1", "b2")) for item in items])
    assert Claim.objects.get().sources_count == 1
    own = " ".join(
        f"Phóng viên hỏi người thứ {n} tại trạm y tế về lịch tiêm và nghe trả lời khác hẳn." for n in range(9)
    )
    intake.take_in([replace(items[1], text=own, fetched=items[1].fetched + HOUR)], SOURCES)
    judgements.save_judgements([claim_judgement(items[1].id, ("b1", "b2"), version=2)])
    assert Row.objects.get(pk=items[1].id).copy_of is None
    assert Claim.objects.get().sources_count == 2


def test_a_reprint_whose_original_an_inspector_moved_away_is_a_source_again() -> None:
    from index.archive import intake, judgements
    from index.archive.claims import refresh_claims
    from index.models import Claim
    from index.models import Document as Row

    items = reprints()[:2]
    intake.take_in(items, SOURCES)
    judgements.save_judgements([claim_judgement(item.id, ("b1", "b2")) for item in items])
    claim = Claim.objects.get()
    elsewhere = Claim.objects.create(headline="Khác", first_seen=START, last_seen=START)
    Row.objects.filter(pk=items[0].id).update(claim=elsewhere)
    refresh_claims([claim.pk, elsewhere.pk])
    assert set(Claim.objects.values_list("documents_count", "sources_count")) == {(1, 1)}
