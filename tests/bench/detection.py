"""How fast posts are judged and how well: beside a plain TF-IDF classifier in the same run."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from classify.model.corpus import corpus_rows
from tests.bench.measure import rate
from tests.bench.row import Row
from tests.bench.texts import Texts

_FEW = 64  # posts that an encoder reads at a time
_LONG = 300  # characters


def speed(texts: Texts) -> list[Row]:
    """From normal form to reasons, with and without the encoder; for posts, and for a stream that is mostly press."""
    from classify.flag.flagger import FlagModel
    from classify.model.load import load_model
    from classify.relevance import Relevance
    from core.topics import load_topics
    from core.vietnamese import tokens

    words, both = load_model(encoder="none"), load_model()
    relevance = Relevance(load_topics(["covid"]))
    posts, stream = texts.posts, _stream(texts)
    vectorizer, peer = _peer()

    def path(model: FlagModel, part: Sequence[str]) -> int:
        model.flag([text for text in part if relevance.topic_of("", text)])
        return len(part)

    on = f"{texts.origin['posts']}, every post"
    mixed = f"95 % {texts.origin['news']}, 5 % {texts.origin['posts']}; what is on the topic is judged"
    rows = [
        _row("posts judged, without encoder", _each(posts, 256, lambda part: len(words.flag(part))), on),
        _row("reading their syllables alone (the limit)", _each(posts, 256, lambda p: len([tokens(t) for t in p])), on),
        _row(
            "the same by TF-IDF and logistic regression, no reasons",
            _each(posts, 256, lambda part: len(peer.decision_function(vectorizer.transform(part)))),
            on,
        ),
        _row("stream judged, without encoder", _each(stream, 256, lambda part: path(words, part)), mixed),
    ]
    if both.encoder.size:
        long = [text[:_LONG] for text in posts if len(text) >= _LONG]
        alone = _each(long, _FEW, lambda part: len(both.encoder.encode(part)))
        rows += [
            _row(f"the encoder alone, {_LONG} characters of each post: its yardstick", alone, on),
            _encoded("posts judged, with encoder", both, posts, lambda part: len(both.flag(part)), on),
            _encoded("stream judged, with encoder", both, stream, lambda part: path(both, part), mixed),
        ]
    return rows


def _encoded(what: str, model: Any, items: Sequence[str], work: Callable[[list[str]], int], on: str) -> Row:
    """With the share of the texts that the encoder had a part in."""
    before, read = model.asked, 0

    def counted(part: list[str]) -> int:
        nonlocal read
        read += len(part)
        return work(part)

    figure = _each(items, _FEW, counted)
    return _row(what, figure, f"{on}; the encoder saw {(model.asked - before) / max(read, 1):.0%}")


def quality() -> list[Row]:
    """ROC-AUC of the shipped model on the shipped evaluation set, and of TF-IDF with regression on the same texts."""
    from classify.model.evaluate import measure
    from classify.model.load import load_model
    from classify.model.metrics import Scorer
    from classify.model.train import Sample

    rows = corpus_rows("eval")
    sample = Sample([row["text"] for row in rows], [int(row["label"]) for row in rows], [row["group"] for row in rows])
    vectorizer, peer = _peer()
    model = load_model(encoder="none")
    ours = measure(model, sample)["auc"]
    said = peer.predict_proba(vectorizer.transform(sample.texts))[:, 1]
    theirs = Scorer(sample.labels, said, [False] * len(rows)).scores()["auc"]
    on = f"{len(rows)} texts of the shipped evaluation set"
    figure = f"{ours['value']:.3f} ({ours['low']:.3f}-{ours['high']:.3f})"
    return [
        Row("shipped model, ROC-AUC, without encoder", figure, on),
        Row("TF-IDF and logistic regression on the same corpus", f"{theirs:.3f}", on),
    ]


def _peer() -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    rows = corpus_rows("train")
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    known = vectorizer.fit_transform([row["text"] for row in rows])
    return vectorizer, LogisticRegression(C=10.0).fit(known, [int(row["label"]) for row in rows])


def _stream(texts: Texts) -> list[str]:
    dice = random.Random(5)
    news = [f"{title}\n{body}" for title, body in texts.news[:1900]]
    mixed = news + dice.sample(texts.posts, min(len(texts.posts), len(news) // 19))
    dice.shuffle(mixed)
    return mixed


def _each(items: Sequence[str], size: int, work: Callable[[list[str]], int]) -> float:
    """Items a second, a part of them at a time."""
    place = 0

    def once() -> int:
        nonlocal place
        part = [items[(place + n) % len(items)] for n in range(size)]
        place += size
        return work(part)

    work([items[n] for n in range(min(8, len(items)))])
    return rate(once)


def _row(what: str, figure: float, on: str) -> Row:
    return Row(what, f"{figure:,.0f} posts/s", on)
