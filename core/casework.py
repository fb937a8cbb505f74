"""What may follow an inspector's verdict. Pure: read from the tables of :mod:`core.codes.verdicts`, no database."""

from __future__ import annotations

from core.codes.verdicts import ActionKind, VerdictValue

CLEARING = tuple(value for value in VerdictValue if not value.state.case)
"""Verdicts that leave nothing to handle: what was done before must be looked at again."""
HANDLING = tuple(kind for kind in ActionKind if kind.handling)
"""What is asked of or done to somebody."""


def may_have_case(verdict: str, probability: float) -> bool:
    """Whether cases are about such a claim: found wrong or unconfirmed, or flagged and not yet judged. ``verdict``: the
    code of the one that stands, empty where none does.
    """
    return VerdictValue(verdict).state.case if verdict else probability > 0


def may_act(kind: str, verdict: str) -> bool:
    """Whether this may be recorded while such a verdict stands. Nothing is done to anybody over a claim that was found
    true, an opinion or beside the topic; that nothing is to be done, and praise, may always be recorded.
    """
    return kind not in HANDLING or verdict not in CLEARING
