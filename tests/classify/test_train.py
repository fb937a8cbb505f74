"""Training and scoring by tables, as `soatin classify train` and `classify score` do it."""

import csv
import json

import pytest

from classify.model.corpus import corpus_rows
from classify.model.load import load_model
from classify.model.score import score
from classify.model.train import read_sample, train
from classify.text.csv_table import CsvTable, read_time
from core.errors import DataError


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table without kinds, as others have them, with the blemishes of spreadsheets."""
    path = tmp_path_factory.mktemp("data") / "posts.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["post", "unreliable", "thread"])
        for row in corpus_rows("train")[:240]:
            writer.writerow([row["text"] + '\ndòng hai, "trích"', row["label"], row["group"]])
        writer.writerow(["", "1", "a"])
        writer.writerow(["nan", "0", "b"])
        writer.writerow(["không rõ nhãn", "có", "c"])
        writer.writerow(["thiếu ô"])
    return path


@pytest.fixture(scope="module")
def trained(table, tmp_path_factory):
    out = tmp_path_factory.mktemp("model") / "mine"
    card = train(table, text="post", label="unreliable", group="thread", out=out, encoder="none")
    return out, card


def test_a_model_is_trained_from_a_table_and_says_what_it_left_out(trained):
    out, card = trained
    assert card["data"]["texts"] == 240
    assert card["data"]["skipped"] == {
        "empty text": 2,
        "label is not 0 or 1": 2,
        "wrong number of cells (kept, filled up)": 1,
    }
    assert json.loads((out / "card.json").read_text("utf-8")) == card
    assert 0 < card["threshold"] < 1
    assert card["kinds"] == "the shipped classifier of kinds"


def test_training_again_gives_the_same_model(trained, table, tmp_path):
    out, card = trained
    assert train(table, text="post", label="unreliable", group="thread", out=tmp_path / "again", encoder="none") == card
    texts = ["Uống nước tỏi là khỏi", "Sở Y tế cho biết"]
    first, second = (load_model(folder).probabilities(texts) for folder in (out, tmp_path / "again"))
    assert first == pytest.approx(second, abs=1e-9)


def test_a_model_is_replaced_but_a_foreign_folder_is_not(trained, table, tmp_path):
    train(table, text="post", label="unreliable", group=None, out=tmp_path / "m", encoder="none")
    train(table, text="post", label="unreliable", group="thread", out=tmp_path / "m", encoder="none")
    assert load_model(tmp_path / "m").card["data"]["groups"] == trained[1]["data"]["groups"]
    assert [one.name for one in tmp_path.iterdir()] == ["m"]
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"")
    with pytest.raises(DataError, match="no model folder"):
        train(table, text="post", label="unreliable", group=None, out=tmp_path / "photos", encoder="none")


def test_score_adds_its_columns_and_keeps_the_rest(trained, tmp_path):
    data = tmp_path / "in.csv"
    text = 'Chia sẻ gấp!!! Uống nước tỏi là "khỏi" covid,\nai cũng làm được'
    with data.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [["mã", "nội dung", "kind"], ["1", text, "x"], ["2", "", ""], ["3", "a" * 200_000, ""]]
        )
    counts = score(data, text="nội dung", model=trained[0], out=tmp_path / "out.csv", threshold=0.0)
    assert counts["rows"] == 3
    assert counts["empty"] == 1
    table = CsvTable(tmp_path / "out.csv")
    assert table.columns == ["mã", "nội dung", "probability", "flagged", "kind", "reasons"]
    first, second, third = table.rows()
    assert first["mã"] == "1"
    assert first["nội dung"] == text
    assert 0 <= float(first["probability"]) <= 1
    assert first["flagged"] == "1"
    for reason in json.loads(first["reasons"]):
        assert text[reason["start"] : reason["end"]] == reason["text"]
    assert (second["probability"], second["flagged"], second["reasons"]) == ("0.000000", "0", "[]")
    assert len(third["nội dung"]) == 200_000


def test_a_missing_column_is_named_with_those_there_are(table, tmp_path):
    with pytest.raises(DataError) as caught:
        train(table, text="văn bản", label="unreliable", group=None, out=tmp_path / "m", encoder="none")
    assert str(table) in str(caught.value)
    assert "văn bản" in str(caught.value)
    assert "post, unreliable, thread" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"text,label\n", "no usable row"),
        ("text,label\nmột,1\nhai,1\n".encode(), "label 0"),
        (b"text,label\n\xff\xfe,1\n", "not UTF-8"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_line(tmp_path, content, says):
    data = tmp_path / "bad.csv"
    data.write_bytes(content)
    with pytest.raises(DataError, match=says) as caught:
        train(data, text="text", label="label", group=None, out=tmp_path / "m", encoder="none")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "m").exists()


def test_a_table_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        score(tmp_path / "none.csv", text="t", model=None, out=tmp_path / "o.csv")


def test_equal_texts_are_one_group_where_no_column_names_it(tmp_path):
    data = tmp_path / "d.csv"
    data.write_text("t,l\nTin này,1\ntin này ,1.0\nTin kia,0\n", "utf-8")
    sample = read_sample(data, text="t", label="l")
    assert sample.labels == [1, 1, 0]
    assert len(set(sample.groups)) == 2


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("1588939166.0", 1588939166),
        ("1588939166000", 1588939166),
        ("20200520", 1589907600),
        (" 2020-05-20 ", 1589907600),
        ("2020-05-20T10:00:00Z", 1589968800),
        ("99999999999999999", None),
        ("-5", None),
        ("2020-13-01", None),
        ("hôm qua", None),
        ("", None),
    ],
)
def test_a_time_is_read_however_a_spreadsheet_wrote_it(cell, seconds):
    found = read_time(cell)
    assert (None if found != found else found) == seconds  # noqa: PLR0124  NaN is what differs from itself
