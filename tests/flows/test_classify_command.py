"""`soatin classify`: what other programs read, and what a person is told."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from classify.model.corpus import corpus_rows
from tests.flows.world import done, json_of, make_home, script, soatin


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["post", "false", "where", "day"])
        for number, row in enumerate(corpus_rows("eval")):
            writer.writerow([row["text"], row["label"], number % 2, f"2021-05-0{1 + number % 3}"])
    return path


def test_evaluate_prints_one_document_and_draws_the_curve(tmp_path: Path, table: Path) -> None:
    picture = tmp_path / "curve.svg"
    command = ["classify", "evaluate", "--data", str(table), "--text", "post", "--label", "false", "--encoder", "none"]
    more = ["--time", "day", "--source", "where", "--budget", "5", "--picture", str(picture)]
    result = soatin(tmp_path, *command, *more)
    document = json_of(result)
    assert {"n", "auc", "ap", "ece", "threshold", "recall", "precision"} <= set(document)
    assert set(document["auc"]) == {"value", "low", "high"}
    assert document["budget"]["read_a_day"] == 5
    assert "reading 5 of" in result.stderr
    assert picture.read_text("utf-8").startswith("<svg")
    wrong = soatin(tmp_path, *command, "--until", "hôm qua")
    assert wrong.returncode == 2
    assert "2020-05-20" in wrong.stderr
    lost = soatin(tmp_path, *command, "--picture", str(tmp_path / "nowhere" / "curve.svg"))
    assert lost.returncode == 1
    assert "cannot be written" in lost.stderr


def test_verdicts_at_the_desk_say_which_prevalence_fits(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    command = ("classify", "recalibrate", "--json")
    nothing = json_of(soatin(home, *command))
    assert (nothing["judged"], nothing["prevalence"]) == (0, None)
    script(
        home,
        "from classify.model.shipped import corpus_rows\n"
        "from django.contrib.auth.models import User\n"
        "from index.models import Claim, Document, Verdict\n"
        "from core.clock import now\n"
        "user, moment = User.objects.create_user('thanh'), now()\n"
        "rows = [row for row in corpus_rows('eval') if row['kind'] == 'claim'][:60]\n"
        "for number, row in enumerate(rows):\n"
        "    claim = Claim.objects.create(headline='x', first_seen=moment, last_seen=moment)\n"
        "    document = Document.objects.create(id=f'{number:020d}', title='', text=row['text'], claim=claim,\n"
        "        fetched=moment, moment=moment, first_seen=moment)\n"
        "    value = 'false' if row['label'] == '1' else ('true', 'opinion')[number % 2]\n"
        "    Verdict.objects.create(claim=claim, document=document, value=value, by=user, at=moment)\n",
    )
    found = json_of(soatin(home, *command))
    assert 30 <= found["judged"] < 60
    assert found["unreliable"] < found["judged"]
    assert found["prevalence"]["low"] < found["prevalence"]["value"] < found["prevalence"]["high"]
    assert found["prevalence"]["value"] > found["assumed"]  # of these texts more are unreliable than of a stream's
    share = str(found["prevalence"]["value"])
    assert json.loads(done(soatin(home, *command, SOATIN_PREVALENCE=share))) == found
