"""Urgency orders what the model flagged; the state of a claim follows from what people did."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codes.verdicts import ClaimState
from core.triage import claim_state, urgency

counts = st.integers(0, 10_000)
hours = st.floats(0, 10_000)
probabilities = st.floats(0, 1)


@given(probabilities, counts, counts, hours, st.booleans())
def test_urgency_never_exceeds_the_probability(
    p: float, documents: int, sources: int, old: float, official: bool
) -> None:
    """However far a text spread: context never makes a flag."""
    assert 0.0 <= urgency(p, documents, sources, old, official) <= p + 1e-9


@given(st.floats(0.01, 1), st.integers(1, 1000), st.integers(1, 100), st.floats(0, 1000))
def test_more_spread_fresher_and_unanswered_is_never_less_urgent(
    p: float, documents: int, sources: int, old: float
) -> None:
    """Monotone in each."""
    here = urgency(p, documents, sources, old, False)
    assert urgency(p, documents + 1, sources, old, False) >= here
    assert urgency(p, documents, sources + 1, old, False) >= here
    assert urgency(p, documents, sources, old + 1, False) <= here
    assert urgency(p, documents, sources, old, True) < here


def test_nothing_flagged_is_not_urgent() -> None:
    """Whatever its spread."""
    assert urgency(0.0, 500, 50, 0.0, False) == 0.0


@pytest.mark.parametrize(
    ("verdicts", "actions", "state"),
    [
        ([], [], ClaimState.WAITING),
        (["unconfirmed"], [], ClaimState.WATCHED),
        (["unconfirmed", "false"], [], ClaimState.TO_HANDLE),
        (["misleading"], ["rebuttal_published"], ClaimState.HANDLED),
        (["misleading"], ["correction_asked"], ClaimState.IN_HAND),
        (["misleading"], ["correction_asked", "sanction", "commendation"], ClaimState.HANDLED),
        (["misleading"], ["rebuttal_published", "block_asked"], ClaimState.IN_HAND),
        (["misleading"], ["commendation"], ClaimState.TO_HANDLE),
        (["misleading"], ["correction_asked", "none"], ClaimState.CLOSED),
        (["false", "true"], ["sanction"], ClaimState.CLOSED),
        (["false", "true"], [], ClaimState.CLOSED),
        (["opinion"], [], ClaimState.CLOSED),
    ],
)
def test_states(verdicts: list[str], actions: list[str], state: ClaimState) -> None:
    """The last verdict counts."""
    assert claim_state(verdicts, actions) is state
