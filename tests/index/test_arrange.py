"""What an inspector split stays apart and what was merged stays together, whatever comes later."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from core.codes.texts import TextKind
from core.errors import UsageError
from core.model.documents import Document
from core.model.flags import Judgement
from index.archive import claims, intake, judgements, split_and_merge, verdicts
from index.models import Claim
from index.models import Document as Row
from index.proof import audit
from tests.index.make import SOURCES, document, flag, person

pytestmark = pytest.mark.django_db

GARLIC = "Nhai ba tép tỏi sống mỗi sáng là vi rút chết sạch, khỏi hẳn covid"
LEMON = "Uống nước chanh nóng mỗi sáng là vi rút chết sạch, khỏi hẳn covid"


def keys(text: str) -> Sequence[str]:
    from classify.claims.joiner import keys_of_suspect

    return keys_of_suspect(text)


def arrive(number: int, text: str, *, joins: int | None = None) -> Row:
    """A post that classification took for this claim, or for a new one."""
    post = document(number, text, source="dien-dan", title="-")
    intake.take_in([post], SOURCES)
    judge(post, joins)
    return Row.objects.get(pk=post.id)


def judge(post: Document, joins: int | None, version: int = 1) -> None:
    found = tuple(keys(post.full_text))
    judgements.save_judgements(
        [Judgement(post.id, version, "covid", TextKind.CLAIM, (), found, joins, "Một câu", flag())]
    )


def claim_of(row: Row) -> Claim:
    row.refresh_from_db()
    assert row.claim is not None
    return row.claim


@pytest.fixture
def mixed() -> tuple[Row, Row, Row]:
    """Garlic twice and lemon once in one claim, as a machine may put them."""
    one = arrive(1, GARLIC)
    return one, arrive(2, f"{GARLIC}, chia sẻ nhé", joins=one.claim_id), arrive(3, LEMON, joins=one.claim_id)


def candidates(text: str) -> list[int]:
    return [found.claim_id for found in claims.claim_candidates(keys(f"-\n{text}"))]


def test_what_was_split_off_never_goes_back_by_itself(mixed: tuple[Row, Row, Row]) -> None:
    """Not even when it is judged again, in a new version, for the claim that it came from."""
    garlic, _, lemon = mixed
    first = claim_of(garlic)
    split_and_merge.split(person("thanh", "inspector"), first, [lemon.pk], "Nước chanh khỏi covid", keys)
    other = claim_of(lemon)
    assert other != first
    assert (other.headline, other.documents_count) == ("Nước chanh khỏi covid", 1)
    post = document(3, LEMON, source="dien-dan", title="-")
    judge(post, first.pk)
    assert claim_of(lemon) == other
    intake.take_in([document(3, f"{LEMON} nha", source="dien-dan", title="-", hours=1)], SOURCES)
    judge(document(3, f"{LEMON} nha", source="dien-dan", title="-"), first.pk, version=2)
    assert claim_of(lemon) == other
    judge(document(1, GARLIC, source="dien-dan", title="-"), other.pk)
    assert claim_of(garlic) == first


def test_a_later_copy_follows_what_was_split_off(mixed: tuple[Row, Row, Row]) -> None:
    garlic, _, lemon = mixed
    split_and_merge.split(person("thanh", "inspector"), claim_of(garlic), [lemon.pk], "", keys)
    assert candidates(LEMON)[0] == claim_of(lemon).pk
    assert candidates(GARLIC)[0] == claim_of(garlic).pk
    assert claims.claim_candidates(keys(f"-\n{LEMON.upper()}!"))[0].copy
    assert claim_of(arrive(9, LEMON.lower())) == claim_of(lemon)  # even when its judge saw no candidates


def test_exact_copies_go_along(mixed: tuple[Row, Row, Row]) -> None:
    garlic, *_ = mixed
    copy = arrive(4, GARLIC.upper(), joins=garlic.claim_id)
    edit = split_and_merge.split(person("thanh", "inspector"), claim_of(garlic), [garlic.pk], "", keys)
    assert sorted(edit.documents) == sorted([garlic.pk, copy.pk])


@pytest.mark.parametrize("which", [[], [0, 1, 2]])
def test_a_split_takes_some_and_leaves_some(mixed: tuple[Row, Row, Row], which: list[int]) -> None:
    with pytest.raises(UsageError, match="not none and not all"):
        split_and_merge.split(person("thanh", "inspector"), claim_of(mixed[0]), [mixed[n].pk for n in which], "", keys)
    assert Claim.objects.count() == 1


def test_what_was_merged_stays_merged_and_takes_what_comes_later() -> None:
    """Also what a judge took for the claim that is gone."""
    garlic, lemon = arrive(1, GARLIC), arrive(2, LEMON)
    gone, kept = claim_of(garlic), claim_of(lemon)
    split_and_merge.merge(person("thanh", "inspector"), gone, kept, keys)
    assert claim_of(garlic) == kept
    kept.refresh_from_db()
    assert kept.documents_count == 2
    assert claim_of(arrive(3, f"Ai bảo: {GARLIC}", joins=gone.pk)) == kept
    assert candidates(GARLIC) == [kept.pk]
    judge(document(1, GARLIC, source="dien-dan", title="-"), gone.pk)
    assert claim_of(garlic) == kept
    assert claims.root(gone.pk) == kept.pk


def test_the_claim_with_a_verdict_or_a_case_is_kept() -> None:
    inspector = person("thanh", "inspector")
    garlic, lemon, third = arrive(1, GARLIC), arrive(2, LEMON), arrive(3, "Phong tỏa toàn tỉnh từ 0h đêm nay bà con")
    verdicts.give_verdict(inspector, garlic, "false")
    edit = split_and_merge.merge(inspector, claim_of(garlic), claim_of(lemon), keys)
    assert edit.other == claim_of(lemon) == claim_of(garlic)
    assert claim_of(garlic).verdict == "false"
    verdicts.give_verdict(inspector, third, "true")
    with pytest.raises(UsageError, match="different verdicts"):
        split_and_merge.merge(inspector, claim_of(third), claim_of(garlic), keys)
    with pytest.raises(UsageError, match="one claim already"):
        split_and_merge.merge(inspector, claim_of(third), claim_of(third), keys)


def test_both_can_be_undone_once(mixed: tuple[Row, Row, Row]) -> None:
    """And then the machine may place the documents again."""
    inspector = person("thanh", "inspector")
    garlic, _, lemon = mixed
    first = claim_of(garlic)
    edit = split_and_merge.split(inspector, first, [lemon.pk], "", keys)
    split_and_merge.undo(inspector, edit, keys)
    assert claim_of(lemon) == first
    assert claims.root(edit.other_id) == first.pk
    assert not Row.objects.filter(placed=True).exists()
    with pytest.raises(UsageError, match="already undone"):
        split_and_merge.undo(inspector, edit, keys)
    third = arrive(5, "Phong tỏa toàn tỉnh từ 0h đêm nay bà con")
    lone = claim_of(third)
    merged = split_and_merge.merge(inspector, lone, first, keys)
    later = arrive(6, "Phong tỏa toàn tỉnh từ 0h đêm nay bà con ơi", joins=lone.pk)
    split_and_merge.undo(inspector, merged, keys)
    assert claim_of(third) == lone
    assert claim_of(later) == first  # it came to the whole; a person may split it off
    assert candidates("Phong tỏa toàn tỉnh từ 0h đêm nay bà con")[0] == lone.pk
    assert audit.verify() == []


def test_a_split_that_was_judged_is_not_undone_under_the_verdict(mixed: tuple[Row, Row, Row]) -> None:
    inspector = person("thanh", "inspector")
    edit = split_and_merge.split(inspector, claim_of(mixed[0]), [mixed[2].pk], "", keys)
    verdicts.give_verdict(inspector, Row.objects.get(pk=mixed[2].pk), "false")
    with pytest.raises(UsageError, match="verdict or a case"):
        split_and_merge.undo(inspector, edit, keys)


def test_analysts_may_not_and_nobody_rewrites_what_was_done(mixed: tuple[Row, Row, Row]) -> None:
    from index.archive import retention
    from index.models import ClaimEdit

    claim = claim_of(mixed[0])
    with pytest.raises(PermissionDenied):
        split_and_merge.split(person("an", "analyst"), claim, [mixed[2].pk], "", keys)
    split_and_merge.split(person("thanh", "inspector"), claim, [mixed[2].pk], "", keys)
    for statement in ("UPDATE archive_claimedit SET kind = 'x'", "DELETE FROM archive_claimedit"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    from datetime import UTC, datetime

    assert retention.expire(datetime(2999, 1, 1, tzinfo=UTC)) == 3
    assert not ClaimEdit.objects.exists()
