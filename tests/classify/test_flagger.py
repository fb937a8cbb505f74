"""The flag, as the desk and the command line meet it."""

import json
import shutil
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.model import artefact, shipped
from classify.model.corpus import corpus_rows
from classify.model.load import load_model, shipped_model_dir
from classify.model.recalibrate import audited_shift
from core.codes.texts import FLAGGABLE, TextKind
from core.errors import DataError, UsageError
from core.vietnamese import fold

RUMOUR = (
    "TIN KHẨN!!! Mọi người chia sẻ gấp: uống nước tỏi ngâm với chanh mỗi sáng là diệt sạch virus corona, "
    "bác sĩ Vũ Hán nói thế mà báo không dám đăng."
)
NEWS = (
    "Sở Y tế Vĩnh Phúc cho biết, tính đến 18 giờ ngày 5/5, tỉnh ghi nhận thêm 4 ca dương tính với SARS-CoV-2, "
    "đều đã được cách ly."
)


@pytest.fixture(scope="module")
def model():
    return load_model()


def test_a_rumour_is_flagged_and_a_press_report_is_not(model):
    rumour, news = model.flag([RUMOUR, NEWS])
    assert rumour.flagged
    assert rumour.kind in FLAGGABLE
    assert rumour.probability > 0.8
    assert not news.flagged
    assert news.probability < 0.4
    assert rumour.model == model.name


def test_a_rumour_without_diacritics_is_flagged_too(model):
    assert model.flag([fold(RUMOUR)])[0].flagged


def test_the_same_words_asked_are_not_flagged(model):
    asked = "Cho em hỏi uống nước tỏi ngâm chanh mỗi sáng có diệt được virus corona không ạ?"
    result = model.flag([asked])[0]
    assert result.kind is TextKind.QUESTION
    assert not result.flagged


def test_an_official_source_is_never_flagged(model):
    result = model.flag([RUMOUR], official=[True])[0]
    assert not result.flagged
    assert result.reasons == ()


def test_a_rumour_in_the_dress_of_a_notice_is_a_claim(model):
    result = model.flag(["Số: 99/TB-UBND\n" + RUMOUR + " " + RUMOUR])[0]
    assert result.kind is TextKind.CLAIM
    assert result.flagged


def test_reasons_are_stretches_of_the_original_text(model):
    text = "  Uo\u0302\u0301ng nước TỎI là khỏi c0vid!!! chia sẻ gấp cho cả nhà, cô vy sợ tỏi lắm 😱"
    result = model.explain(text)
    assert 0 < len(result.reasons) <= 8
    for reason in result.reasons:
        assert text[reason.start : reason.end] == reason.text
        assert reason.text == reason.text.strip() != ""
    spans = sorted((reason.start, reason.end) for reason in result.reasons)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_weights_add_up_to_no_more_than_the_log_odds_can_hold(model):
    result = model.flag([RUMOUR])[0]
    assert result.reasons[0].weight > 0
    assert abs(sum(reason.weight for reason in result.reasons)) < 30
    assert [abs(r.weight) for r in result.reasons] == sorted((abs(r.weight) for r in result.reasons), reverse=True)


@pytest.mark.parametrize(
    "text", ["", " \n", "???", "😱" * 50, "a" * 100_000, "\u0301\u200b\x00", "<script>alert(1)</script>"]
)
def test_any_text_gets_a_probability(model, text):
    result = model.flag([text])[0]
    assert 0 <= result.probability <= 1
    json.dumps(result.to_json(), ensure_ascii=False)


def test_a_text_far_from_everything_learnt_says_so(model):
    known, foreign, nothing = model.flag(
        [RUMOUR, "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich", ""]
    )
    assert not known.unsure
    assert foreign.unsure
    assert nothing.unsure


def test_probabilities_are_for_real_prevalence_and_the_card_says_so():
    card = json.loads((shipped_model_dir() / "card.json").read_text("utf-8"))
    assert 0.05 <= card["prior"]["assumed"] <= 0.17
    assert card["prior"]["in_data"] > card["prior"]["assumed"]
    assert card["prior"]["shift"] < 0
    assert "Saerens" in (shipped_model_dir() / "CARD.md").read_text("utf-8")


def test_another_prevalence_moves_probabilities_and_flags_the_same_texts(model):
    texts = [RUMOUR, NEWS, *(row["text"] for row in corpus_rows("eval")[:60])]
    rarer = load_model(prevalence=0.03)
    before, after = model.flag(texts, explain=False), rarer.flag(texts, explain=False)
    assert all(new.probability < old.probability for old, new in zip(before, after, strict=True))
    assert [one.flagged for one in after] == [one.flagged for one in before]
    assert rarer.name == f"{model.name}@0.03"
    with pytest.raises(UsageError, match="share"):
        load_model(prevalence=1.5)


@given(st.floats(-2.5, 2.5), st.integers(0, 5))
def test_verdicts_show_how_far_probabilities_are_off(off, seed):
    chance = np.random.default_rng(seed)
    odds = chance.normal(-1, 2, 2000)
    truth = chance.random(2000) < 1 / (1 + np.exp(-odds - off))
    shift = audited_shift(1 / (1 + np.exp(-odds)), truth.tolist())
    assert shift.value == pytest.approx(off, abs=0.35)
    assert shift.low < shift.value < shift.high
    share, low, high = shift.prevalence(0.15)
    assert 0 < low < share < high < 1


def test_a_handful_of_verdicts_moves_little_and_none_moves_nothing():
    assert audited_shift([], []).value == 0
    assert abs(audited_shift([0.5, 0.5], [True, True]).value) < 1.5


def test_no_texts_no_results(model):
    assert model.flag([]) == []


def test_a_batch_gives_what_single_texts_give():
    model = load_model(encoder="none")
    retold = RUMOUR.replace("tỏi", "t.ỏ.i").replace("virus", "vi rút") + " 😱 Hoà Bình"
    texts = [RUMOUR, NEWS, "", fold(NEWS), fold(RUMOUR), retold, f"{NEWS}\n{RUMOUR}"] * 60
    together = model.flag(texts)
    assert len(together) == 420
    single = [model.flag([text])[0] for text in texts[:7]]
    assert sum(bool(one.reasons) for one in single) >= 2
    for one, other in zip(together, single * 60, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=1e-12)
        assert (one.kind, one.flagged, one.unsure, one.reasons) == (
            other.kind,
            other.flagged,
            other.unsure,
            other.reasons,
        )


def test_the_threshold_can_be_set(model):
    assert load_model(threshold=0.0).flag([NEWS])[0].flagged
    assert not load_model(threshold=1.0).flag([RUMOUR])[0].flagged
    with pytest.raises(UsageError, match="threshold"):
        load_model(threshold=3.0)


def test_the_shipped_model_is_small_quick_and_has_a_card():
    folder = shipped_model_dir()
    assert (folder / "model.skops").stat().st_size < 20_000_000
    start = time.process_time()
    load_model(folder)
    assert time.process_time() - start < 1
    card = (folder / "CARD.md").read_text("utf-8")
    for word in ("SHA-256", "Threshold", "What it cannot do"):
        assert word in card


def test_the_same_corpus_gives_the_same_scores(tmp_path, model):
    vectors = shipped_model_dir().parent / "vectors.npz"
    if vectors.exists():  # of texts that came after the shipped vectors were written
        shutil.copy(vectors, tmp_path)
    shipped._train(tmp_path / "again")
    again = load_model(tmp_path / "again")
    assert np.allclose(again.probabilities([RUMOUR, NEWS]), model.probabilities([RUMOUR, NEWS]), atol=1e-6)
    assert again.threshold == pytest.approx(model.threshold, abs=1e-6)


def test_a_broken_folder_is_one_line_with_the_cure(tmp_path):
    with pytest.raises(DataError, match="no model here"):
        load_model(tmp_path / "nothing")
    broken = tmp_path / "broken"
    shutil.copytree(shipped_model_dir(), broken)
    (broken / "model.skops").write_bytes((broken / "model.skops").read_bytes()[:5000])
    with pytest.raises(DataError, match="cannot be read") as caught:
        load_model(broken)
    assert "\n" not in str(caught.value)
    assert "classify train" in str(caught.value)


def test_a_model_with_foreign_types_is_refused(tmp_path):
    import pathlib

    import skops.io

    folder = tmp_path / "foreign"
    folder.mkdir()
    skops.io.dump({"format": 1, "path": pathlib.PurePosixPath("/")}, folder / "model.skops")
    (folder / "card.json").write_text("{}", "utf-8")
    with pytest.raises(DataError, match="not trusted"):
        load_model(folder)


def test_a_model_that_lacks_a_part_is_refused(tmp_path):
    state, card = artefact.load(shipped_model_dir())
    del state["folded"], state["format"]
    artefact.save(tmp_path / "part", state, card)
    with pytest.raises(DataError, match="incomplete"):
        load_model(tmp_path / "part")
