"""Whether a statement told in other words comes to its claim: on retellings that nothing was learnt from."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from tests.bench.row import Row

_ORDERS = 4  # in which the texts arrive


def retold() -> list[Row]:
    """Recall and precision pair by pair as the texts stream in, by words alone and with the encoder."""
    from classify.claims.sense import Senses
    from classify.encoders.registry import open_encoder

    rows = [_row("words", lambda texts: [b""] * len(texts))]
    senses = Senses(open_encoder())
    if not senses.of(["một câu"])[0]:
        return [*rows, Row("retellings, with the encoder", "not measured", "the extra 'encoder' is not installed")]
    return [*rows, _row("words and encoder", senses.of)]


def _row(by: str, vectors: Callable[[Sequence[str]], list[bytes]]) -> Row:
    from classify.claims.learn_paraphrase import retellings
    from classify.claims.likeness import Gatherer, keys

    told, figures = retellings("held"), list[tuple[float, float]]()
    began = time.perf_counter()
    made = dict(zip(told, vectors([one.text for one in told]), strict=True))
    each = 1_000 * (time.perf_counter() - began) / len(told)
    for order in range(_ORDERS):
        random.Random(order).shuffle(told)
        gatherer = Gatherer()
        found = [gatherer.add(one.text, keys(one.text, suspect=True), suspect=True, sense=made[one]) for one in told]
        pairs = list(combinations(range(len(told)), 2))
        same = {(a, b) for a, b in pairs if (told[a].claim, told[a].stance) == (told[b].claim, told[b].stance)}
        joined = {(a, b) for a, b in pairs if found[a] == found[b]}
        figures.append((len(joined & same) / len(same), len(joined & same) / max(1, len(joined))))
    recall, precision = np.mean(figures, axis=0)
    on = f"classify/retellings, held out, {len(told)} texts in {_ORDERS} orders; {each:.0f} ms a text for its vector"
    return Row(f"retellings come together, {by}", f"recall {recall:.3f}, precision {precision:.3f}", on)
