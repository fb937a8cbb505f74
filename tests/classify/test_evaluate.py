"""Scores and their intervals."""

import csv
import json
from datetime import date, datetime
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from classify.model.corpus import corpus_rows
from classify.model.evaluate import Budget, TableColumns, cross_validate, evaluate, measure, over_time
from classify.model.load import load_model
from classify.model.metrics import Scorer, choose_threshold, reliability, within_budget
from classify.model.reliability_curve import reliability_svg
from classify.model.train import Sample, read_sample, train_model
from core import clock
from core.clock import VIETNAM
from core.errors import DataError, UsageError
from core.vietnamese import fold

TRANSFER_AUC = 0.87  # to real posts on the topic, where they are at hand; the other floors: classify/model/floors.toml


def sample_of(rows):
    return Sample(
        [row["text"] for row in rows],
        [int(row["label"]) for row in rows],
        [row["group"] for row in rows],
        [row["kind"] for row in rows],
    )


@settings(deadline=None)  # the first call imports scikit-learn's own
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5)), min_size=2, max_size=60))
def test_auc_and_ap_are_those_of_scikit_learn(rows):
    labels, ranks = [row[0] for row in rows], [row[1] / 5 for row in rows]
    scores = Scorer(labels, np.array(ranks), [False] * len(rows)).scores()
    if 0 < sum(labels) < len(labels):
        assert scores["auc"] == pytest.approx(roc_auc_score(labels, ranks))
    else:
        assert scores["auc"] is None
    if sum(labels):
        assert scores["ap"] == pytest.approx(average_precision_score(labels, ranks))


@given(
    st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1, max_size=60).filter(
        lambda r: any(x[0] for x in r)
    )
)
def test_the_threshold_keeps_its_promise(rows):
    labels, probabilities = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    threshold = choose_threshold(labels.tolist(), probabilities, recall=0.8, precision=0.0)
    assert labels[probabilities >= threshold - 1e-6].sum() >= 0.8 * labels.sum()


def test_the_document_has_the_agreed_shape(tmp_path):
    data = tmp_path / "eval.csv"
    rows = corpus_rows("eval")
    with data.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    document = json.loads(
        json.dumps(evaluate(data, TableColumns("text", "label", "group"), model=None, encoder="none"))
    )
    assert document["n"] == len(rows)
    assert 0 < document["threshold"] < 1
    for name in ("auc", "ap", "ece", "recall", "precision"):
        score = document[name]
        assert score["low"] <= score["value"] <= score["high"] or name == "ece"
    with pytest.raises(DataError, match="no column"):
        evaluate(data, TableColumns("nothing", "label"), model=None)


def test_folds_train_anew():
    rows = corpus_rows("train")[:200]
    document = cross_validate(sample_of(rows), folds=2)
    assert len(document["probabilities"]) == 200
    assert document["auc"]["value"] > 0.7
    with pytest.raises(DataError, match="folds"):
        cross_validate(sample_of(rows), folds=10_000)


def test_slices_and_reliability_are_in_the_document(tmp_path):
    rows = corpus_rows("eval")
    data = tmp_path / "eval.csv"
    with data.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "covid"])
        writer.writerows([row["text"], row["label"], int(row["topic"] != "dengue")] for row in rows)
    document = evaluate(data, TableColumns("text", "label"), model=None, encoder="none")
    slices = document["slices"]
    assert slices["with diacritics"]["n"] + slices["without diacritics"]["n"] == document["n"]
    assert slices["covid=1"]["n"] < document["n"]
    assert slices["diacritics stripped"]["n"] == document["n"]
    for one in slices.values():
        assert one["auc"]["low"] <= one["auc"]["value"] <= one["auc"]["high"]
    curve = document["reliability"]
    assert len(curve) == 10
    assert sum(one["n"] for one in curve) == document["n"]
    assert all(one["low"] <= one["said"] <= one["high"] for one in curve if one["n"])


def test_a_table_with_times_and_sources_is_sliced_by_them_and_says_what_a_days_reading_finds(tmp_path):
    rows = corpus_rows("eval")
    data = tmp_path / "eval.csv"
    with data.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "where", "when"])
        for number, row in enumerate(rows):
            day = ["2021-05-06T08:00:00+07:00", "20210507", "1620442800", "không rõ"][number % 4]
            writer.writerow([row["text"], row["label"], "page" if number % 2 else "channel", day])
    columns = TableColumns("text", "label", source="where", time="when")
    document = evaluate(data, columns, model=None, encoder="none", budget=Budget(10))
    slices = document["slices"]
    assert slices["source page"]["n"] + slices["source channel"]["n"] == len(rows)
    assert {"before 2021-05-07", "from 2021-05-07"} <= set(slices)
    budget = document["budget"]
    assert budget["read_a_day"] == 10
    assert abs(budget["come_a_day"] - len(rows) / 4) <= 1
    assert budget["found"]["low"] <= budget["found"]["value"] <= budget["found"]["high"]
    found = [one["found"]["value"] for one in document["inspection"]]
    assert found == sorted(found)
    assert document["inspection"][0]["right"]["value"] > 0.6
    stated = evaluate(data, columns, model=None, encoder="none", budget=Budget(20, 400.0))["budget"]
    assert (stated["share"], stated["come_a_day"]) == (0.05, 400.0)
    assert "budget" not in evaluate(data, TableColumns("text", "label"), model=None, encoder="none")


def test_a_model_trained_on_earlier_texts_is_tested_on_later_ones():
    rows = corpus_rows("train")[:240]
    sample = sample_of(rows)
    day = 86_400
    sample.times = [1_600_000_000 + day * (number % 2) for number in range(len(rows))]
    border = clock.day(datetime.fromtimestamp(1_600_000_000 + day, VIETNAM))
    document = over_time(sample, border)
    assert document["n"] == 120
    assert len(document["probabilities"]) == 120
    with pytest.raises(UsageError, match="--time"):
        over_time(sample_of(rows), border)
    with pytest.raises(DataError, match="both labels"):
        over_time(sample, date(2030, 1, 1))


def test_the_picture_of_reliability_shows_every_bin_that_has_texts():
    curve = reliability([0, 0, 1, 1], np.array([0.1, 0.15, 0.5, 0.95]))
    picture = reliability_svg(curve, title="thử <1>", ece={"value": 0.1, "low": 0.0, "high": 0.2})
    root = ET.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}circle")) == 3
    assert "thử <1>" in "".join(root.itertext())
    empty = reliability_svg(reliability([], np.empty(0)), title="", ece={"value": None, "low": None, "high": None})
    assert ET.fromstring(empty) is not None


def test_reading_more_finds_more_and_reading_all_finds_all():
    labels, ranks = [1, 0, 1, 0, 0, 0, 0, 0, 0, 0], np.linspace(1, 0.1, 10)
    first, half, everything = within_budget(labels, ranks, [str(n) for n in range(10)], [0.1, 0.5, 1.0])
    assert (first["found"]["value"], first["right"]["value"], first["threshold"]) == (0.5, 1.0, 1.0)
    assert (half["found"]["value"], half["right"]["value"]) == (1.0, 0.4)
    assert everything["right"]["value"] == 0.2


def test_no_question_of_the_evaluation_set_is_flagged_and_hardly_an_opinion():
    model = load_model(encoder="none")
    for kind, most in (("question", 0.0), ("opinion", 0.1)):
        texts = [row["text"] for row in corpus_rows("eval") if row["kind"] == kind]
        for written in (texts, [fold(text) for text in texts]):
            assert np.mean([one.flagged for one in model.flag(written)]) <= most, kind


def test_real_posts_press_and_questions(shared_data):
    model = load_model(encoder="none")
    posts = read_sample(shared_data / "reintel.csv", text="post_message", label="label", group="group")
    with (shared_data / "reintel.csv").open(encoding="utf-8-sig", newline="") as file:
        covid = [row["covid"] == "1" for row in csv.DictReader(file) if row["post_message"].strip()]
    part = Sample(
        *(
            [value for value, keep in zip(column, covid, strict=True) if keep]
            for column in (posts.texts, posts.labels, posts.groups)
        )
    )
    assert measure(model, part)["auc"]["value"] >= TRANSFER_AUC
    with (shared_data / "vicov19qa" / "1_ans_val.csv").open(encoding="utf-8-sig", newline="") as file:
        questions = [row["Question"] for row in csv.DictReader(file, delimiter="|")]
    assert np.mean([one.flagged for one in model.flag(questions)]) <= 0.01
    with (shared_data / "unc_dantri.csv").open(encoding="utf-8-sig", newline="") as file:
        press = [row["title"] + "\n" + row["body"] for row in csv.DictReader(file) if row["covid"] == "1"]
    assert np.mean([one.flagged for one in model.flag(press, explain=False)]) <= 0.002


def test_a_tiny_table_still_trains():
    texts = [f"tin sai số {n} chia sẻ gấp" for n in range(5)] + [f"thông báo số {n} của xã" for n in range(5)]
    model = train_model(Sample(texts, [1] * 5 + [0] * 5, [str(n) for n in range(10)]), name="tiny")
    assert model.probabilities(["chia sẻ gấp"])[0] > model.probabilities(["thông báo của xã"])[0]
