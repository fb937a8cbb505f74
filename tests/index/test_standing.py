"""Which verdict stands, and what was changed and withdrawn, whatever people did one after the other."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.clock import VIETNAM
from core.codes.findings import Rating
from index.archive.claims import refresh_claims
from index.archive.findings import follow_verdict, published
from index.models import Claim, Document, Verdict
from index.views.standing import Changes, changes, standing, standing_on

BEGIN = datetime(2021, 8, 25, 7, 0, tzinfo=VIETNAM)
STEP = timedelta(minutes=10)


def claim() -> Claim:
    """A claim with one document."""
    made = Claim.objects.create(headline="Uống nước lá khỏi bệnh", first_seen=BEGIN, last_seen=BEGIN)
    Document.objects.create(
        id=f"{made.pk:020x}", source="s", source_kind="press", kind="article", url="https://x.example/",
        canonical_url="https://x.example/", fetched=BEGIN, moment=BEGIN, first_seen=BEGIN, sha256="0" * 64, claim=made,
    )  # fmt: skip
    return made


def act(on: Claim, *steps: str | int) -> list[Verdict]:
    """Verdicts every ten minutes: a word gives one, a number takes back the so-manieth step (from 0)."""
    person, _ = User.objects.get_or_create(username="lan")
    rows: list[Verdict] = []
    for number, step in enumerate(steps):
        of = {"retracts": rows[step], "value": ""} if isinstance(step, int) else {"value": step}
        rows.append(
            Verdict.objects.create(claim=on, document=on.documents.get(), by=person, at=BEGIN + STEP * number, **of)
        )
    return rows


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("steps", "value", "counted"),
    [
        (("false",), "false", Changes(1, 0, 0)),
        (("false", "true"), "true", Changes(2, 1, 0)),
        (("false", "true", "false"), "false", Changes(3, 2, 0)),
        (("false", "false"), "false", Changes(2, 0, 0)),
        (("false", 0), "", Changes(1, 0, 1)),
        (("false", 0, "true"), "true", Changes(2, 0, 1)),
        (("false", "true", 1), "false", Changes(2, 1, 1)),
        (("false", "true", 0), "true", Changes(2, 1, 1)),
        (("false", "true", 1, 0), "", Changes(2, 1, 2)),
    ],
)
def test_what_stands_and_what_changed(steps: tuple[str | int, ...], value: str, counted: Changes) -> None:
    one = claim()
    act(one, *steps)
    stands = standing_on(one.pk)
    assert (stands.value if stands else "") == value
    assert changes(BEGIN - STEP, BEGIN + STEP * len(steps)) == counted
    refresh_claims([one.pk])
    one.refresh_from_db()
    assert one.verdict == value


@pytest.mark.django_db
def test_a_moment_is_told_as_it_was_then_and_each_change_in_its_own_period() -> None:
    one = claim()
    act(one, "false", "true", 1)
    values = [[verdict.value for verdict in standing(BEGIN + STEP * number)] for number in (-1, 0, 1, 2)]
    assert values == [[], ["false"], ["true"], ["false"]]
    assert changes(BEGIN, BEGIN + STEP) == Changes(1, 1, 0)
    assert changes(BEGIN + STEP, BEGIN + 2 * STEP) == Changes(0, 0, 1)


@pytest.mark.django_db
def test_what_is_published_carries_the_day_of_the_verdict_that_stands() -> None:
    """Not that of a later one with the same value that was taken back."""
    one = claim()
    act(one, "false", "true", "false", 2, 1)
    refresh_claims([one.pk])
    one.refresh_from_db()
    follow_verdict(one)
    assert [(finding.rating, finding.reviewed) for finding in published()] == [(Rating.FALSE, BEGIN)]


class AnyOrder(TestCase):
    """The database's answer is that of going through the rows by hand."""

    @given(st.lists(st.tuples(st.sampled_from(["false", "true", "opinion", "back"]), st.integers(0, 9)), max_size=8))
    def test_stands(self, wanted: list[tuple[str, int]]) -> None:
        """At most one stands; it is the last that was kept."""
        steps: list[str | int] = []
        kept: list[int] = []
        for word, pick in wanted:
            if word != "back":
                kept.append(len(steps))
                steps.append(word)
            elif kept:
                steps.append(kept.pop(pick % len(kept)))
        one = claim()
        rows = act(one, *steps)
        assert list(standing(claims=[one.pk])) == ([rows[kept[-1]]] if kept else [])
