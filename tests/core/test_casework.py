"""What may follow which verdict, over the whole of both tables."""

from __future__ import annotations

import pytest

from core import casework
from core.codes.verdicts import ActionKind, VerdictValue


@pytest.mark.parametrize("value", list(VerdictValue))
@pytest.mark.parametrize("kind", list(ActionKind))
def test_nothing_is_done_to_anybody_over_a_cleared_claim(kind: ActionKind, value: VerdictValue) -> None:
    cleared = value in {VerdictValue.TRUE, VerdictValue.OPINION, VerdictValue.IRRELEVANT}
    praise_or_nothing = kind in {ActionKind.COMMENDATION, ActionKind.NONE}
    assert casework.may_act(kind, value) is (praise_or_nothing or not cleared)
    assert casework.may_have_case(value, 0.9) is not cleared


@pytest.mark.parametrize("kind", list(ActionKind))
def test_while_nothing_was_found_the_flag_alone_decides_whether_there_is_a_case(kind: ActionKind) -> None:
    assert casework.may_act(kind, "")
    assert casework.may_have_case("", 0.1)
    assert not casework.may_have_case("", 0.0)
