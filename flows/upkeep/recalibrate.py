"""What the verdicts at the desk say about the model's probabilities: `soatin classify recalibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from classify.model.load import load_model
from classify.model.recalibrate import ENOUGH, audited_shift
from flows.context import migrate, open_context
from index.archive.reading import judged_texts


def recalibrated() -> dict[str, Any]:
    """``judged``, ``unreliable`` and ``expected`` texts, the share of unreliable texts that the model assumes and, with
    its 95 % interval, the one that fits the verdicts (``prevalence``; None where too few are there), the model's name,
    and ``advice`` for a person. Nothing is changed: a person puts the setting into soatin.toml.
    """
    settings = open_context().settings
    migrate()

    model = load_model(Path(settings.model) if settings.model else None)
    judged = judged_texts()
    shift = audited_shift(model.probabilities([text for text, _ in judged]), [unreliable for _, unreliable in judged])
    share, low, high = (round(value, 4) for value in shift.prevalence(model.own_prevalence))
    if shift.judged < ENOUGH:
        advice = f"{shift.judged} texts were judged; from {ENOUGH} on they say something: leave the setting as it is"
    else:
        advice = f"put into soatin.toml: prevalence = {share}   (now {settings.prevalence:g}; -1 is the model's own)"
    return {
        "judged": shift.judged,
        "unreliable": shift.unreliable,
        "expected": round(shift.expected, 1),
        "assumed": round(model.own_prevalence, 4),
        "prevalence": {"value": share, "low": low, "high": high} if shift.judged >= ENOUGH else None,
        "model": model.name,
        "advice": advice,
    }
