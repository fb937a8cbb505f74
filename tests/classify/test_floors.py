"""The shipped model keeps its floors, and a floor is lowered only with a reason on record."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from classify.model.floors import FILE, lower, measured, missed, read_floors
from core.errors import DataError, UsageError

REASON = "the evaluation set got harder texts of another kind"


def test_the_shipped_model_keeps_its_floors() -> None:
    assert missed(measured(), read_floors()) == {}


def test_a_score_below_its_floor_is_named_and_one_not_measured_is_not() -> None:
    assert missed({"words auc": 0.5}, {"words auc": 0.9, "encoder auc": 0.9}) == {"words auc": (0.5, 0.9)}


def test_a_floor_is_lowered_with_a_reason_that_stays(tmp_path: Path) -> None:
    file = tmp_path / "floors.toml"
    shutil.copy(FILE, file)
    before = read_floors(file)
    lower("words auc", 0.5, f'{REASON}, "trích"', file)
    assert read_floors(file) == {**before, "words auc": 0.5}
    assert REASON in file.read_text("utf-8")
    assert file.read_text("utf-8").startswith("# What")
    for name, floor, reason in (("words auc", 0.4, "vì thế"), ("words auc", 0.6, REASON), ("nothing", 0.1, REASON)):
        with pytest.raises(UsageError):
            lower(name, floor, reason, file)
    assert read_floors(file)["words auc"] == 0.5


def test_a_floor_lowered_by_hand_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "floors.toml"
    file.write_text('["words auc"]\nsteps = [{ floor = 0.9 }, { floor = 0.95 }, { floor = 0.8 }]\n', "utf-8")
    with pytest.raises(DataError, match="without a reason"):
        read_floors(file)
    file.write_text("floor = 1", "utf-8")
    with pytest.raises(DataError, match="cannot be read"):
        read_floors(file)
