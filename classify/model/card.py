"""The model card: what a model was made of, how good it measured, what it cannot do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

LIMITS = (
    "It reads how a text is worded and typed, not whether the world is so; a probability is no finding.",
    "Calibrated to a share of unreliable texts; where rumours are rarer, fewer flags are right (classify recalibrate).",
    "Topics, diseases and turns of speech that the table lacks are judged by style alone.",
    "Pictures, video, links and who wrote a text are not read.",
    "A true statement in the voice of a rumour is rated high, a lie in the voice of a notice low.",
    "Quoted rumours in a rebuttal can be taken for the rumour.",
)
METHOD = (
    "Runs of 1-3 syllables and writing marks (punctuation, breaks, capitals, length), presence times rarity; logistic "
    "regression and a fifth of complement naive Bayes, once with diacritics, once without; mixed by the share of "
    "accented syllables; Platt calibration on out-of-fold margins, groups kept together."
)


def make_card(
    *,
    name: str,
    digest: str,
    labels: Sequence[int],
    groups: int,
    skipped: Mapping[str, int],
    own_kinds: bool,
    folds: int,
    seed: int,
    threshold: float,
    precision: float,
    scores: Mapping[str, Any],
) -> dict[str, Any]:
    """The card as plain data. It holds no time of day: the same table gives the same card."""
    return {
        "name": name,
        "method": METHOD,
        "data": {
            "sha256": digest,
            "texts": len(labels),
            "unreliable": sum(labels),
            "groups": groups,
            "skipped": dict(skipped),
        },
        "kinds": "learnt from this table" if own_kinds else "the shipped classifier of kinds",
        "seed": seed,
        "folds": folds,
        "threshold": threshold,
        "threshold_rule": f"finds 80 % of the unreliable out of fold; raised while precision there < {precision:.0%}",
        "scores": dict(scores),
        "versions": {package: version(package) for package in ("scikit-learn", "skops", "numpy", "underthesea")},
        "limits": list(LIMITS),
    }


def markdown(card: Mapping[str, Any]) -> str:
    """The card for people."""
    data = card["data"]
    lines = [
        f"# Model card: {card['name']}",
        "",
        str(card["method"]),
        "",
        f"- Texts: {data['texts']}, of them unreliable: {data['unreliable']}; groups: {data['groups']}",
        f"- SHA-256 of the data: `{data['sha256']}`",
        *(f"- Rows, {reason}: {count}" for reason, count in data["skipped"].items()),
        f"- Kinds: {card['kinds']}",
        f"- Seed {card['seed']}, {card['folds']} folds, {card['features']} features",
        f"- Threshold {card['threshold']}: {card['threshold_rule']}",
        *_prior(card.get("prior", {})),
        *(f"- {note}" for note in card.get("notes", [])),
        "",
        f"## Scores, {card['folds']} folds by group, 95 % bootstrap interval",
        "",
        "| score | value | low | high |",
        "|---|---|---|---|",
        *_rows(card["scores"]),
        *_encoded(card),
        "",
        "## What it cannot do",
        "",
        *(f"- {limit}" for limit in card["limits"]),
        "",
        "Versions: " + ", ".join(f"{package} {number}" for package, number in card["versions"].items()),
        "",
    ]
    return "\n".join(lines)


def _rows(scores: Mapping[str, Any]) -> list[str]:
    return [f"| {name} | {one['value']} | {one['low']} | {one['high']} |" for name, one in scores.items()]


def _encoded(card: Mapping[str, Any]) -> list[str]:
    """What the encoder adds; nothing where the model was trained without one."""
    if "threshold_encoded" not in card:
        return []
    asked = f"It is asked about accented texts that the above leaves in doubt: {card['encoder_asked']:.0%} of these."
    return [
        "",
        f"## The same with encoder {card['encoder']}",
        "",
        f"{asked} Threshold {card['threshold_encoded']}.",
        "",
        "| score | value | low | high |",
        "|---|---|---|---|",
        *_rows(card["scores_encoded"]),
    ]


def _prior(prior: Mapping[str, Any]) -> list[str]:
    """For which share of unreliable texts the probabilities hold."""
    if not prior.get("assumed"):
        return []
    line = (
        f"- Probabilities hold where {prior['assumed']:.0%} of the texts are unreliable; in the data it is "
        f"{prior['in_data']:.0%}. Log-odds are moved by ln(p/(1-p)) of the first less that of the second, "
        f"{prior['shift']:.3f} (Saerens, Latinne and Decaestecker 2002). Scores below are before that."
    )
    return [line]
