"""Sources are data: shipped ones are whole, broken ones give one line with the cure, the rest goes on."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from core.codes.platforms import PlatformName
from core.codes.texts import SourceKind
from core.errors import DataError
from core.sources.addresses import may_ask
from core.sources.files import load_sources, parse_source, to_toml
from crawlers import platforms
from crawlers.platforms.port import Platform

GOLDEN = Path(__file__).parent / "golden"
SHIPPED, ERRORS = load_sources(None)
GOOD = {
    "title": "Báo Thử",
    "kind": "press",
    "platform": "press",
    "hosts": ["thu.example"],
    "starts": [{"url": "https://thu.example/rss", "as": "feed"}],
}


def test_all_shipped_sources_load():
    assert ERRORS == []
    assert len(SHIPPED) >= 45
    assert sum(s.enabled for s in SHIPPED) >= 45


@pytest.mark.parametrize("source", SHIPPED, ids=lambda s: s.name)
def test_a_shipped_source_is_polite_and_its_platform_has_a_golden_pair(source):
    assert source.delay >= 5
    assert source.interval >= 10
    assert source.platform in platforms.names()
    assert list(GOLDEN.glob(f"{source.platform}_*.json"))
    assert all(start["url"].startswith("https://") and may_ask(start["url"], source.hosts) for start in source.starts)


def test_forums_and_channels_are_examples_that_are_off():
    assert {s.name for s in SHIPPED if not s.enabled} == {s.name for s in SHIPPED if s.platform != "press"}


@pytest.mark.parametrize("province", ["vinh-phuc", "quang-ninh", "dien-bien", "thanh-hoa", "gia-lai"])
def test_each_province_has_its_newspaper_broadcaster_portal_and_health_department(province):
    names = {s.name for s in SHIPPED if s.province == province and s.enabled}
    assert {f"{what}-{province}" for what in ("bao", "dai", "cong", "so-y-te")} <= names
    official = {s.name for s in SHIPPED if s.province == province and s.official}
    assert {f"{what}-{province}" for what in ("cong", "so-y-te")} <= official


def test_official_ones_of_the_country_are_there():
    assert {"bo-y-te", "tin-gia", "bao-chinh-phu"} <= {s.name for s in SHIPPED if s.official}


def test_the_platforms_are_those_that_sources_may_name():
    assert set(platforms.names()) == set(PlatformName)
    assert all(isinstance(platforms.platform(name), Platform) for name in platforms.names())


@pytest.mark.parametrize("source", SHIPPED, ids=lambda s: s.name)
def test_a_source_written_as_toml_is_the_same_source(source):
    assert parse_source(source.name, tomllib.loads(to_toml(source))) == source


def test_strange_titles_and_hints_survive_toml():
    source = replace(
        SHIPPED[0], title='Báo "Thử" \\ \n Một', hints={"pages": 2, "a b": ["x", True]}, kind=SourceKind.PAGE
    )
    assert parse_source(source.name, tomllib.loads(to_toml(source))) == source


@pytest.mark.parametrize(
    ("change", "field", "cure"),
    [
        ({"kind": "báo"}, "kind", "press, official"),
        ({"platform": "zalo"}, "platform", "press"),
        ({"starts": []}, "starts", "add-a-source"),
        ({"starts": [{"url": "https://other.example/rss", "as": "feed"}]}, "starts", "add its host"),
        ({"starts": [{"url": "file:///etc/passwd", "as": "feed"}]}, "starts", "add its host"),
        ({"starts": [{"url": "https://thu.example/rss", "as": "channel"}]}, "starts", "feed, listing"),
        ({"starts": [{"url": "https://user:pw@thu.example/rss", "as": "feed"}]}, "starts", "hosts"),
        ({"hosts": ["https://thu.example"]}, "hosts", "no scheme"),
        ({"starts": [{"url": "https://thu.example/rss?key=x", "as": "feed"}]}, "starts", "SOATIN_YOUTUBE_KEY"),
        ({"interval": 0}, "interval", "minutes"),
        ({"interval": "often"}, "interval", "int"),
        ({"interval": True}, "interval", "int"),
        ({"delay": -1}, "delay", "seconds"),
        ({"titel": "x"}, "titel", "title"),
        ({"name": "khac"}, "name", "leave it out"),
    ],
)
def test_a_wrong_field_is_named_with_its_cure(change, field, cure):
    with pytest.raises(DataError) as caught:
        parse_source("bao-thu", GOOD | change)
    assert field in caught.value.where
    assert cure in caught.value.cure
    assert "\n" not in str(caught.value)


def test_a_broken_file_is_one_error_and_the_rest_goes_on(tmp_path):
    (tmp_path / "hong.toml").write_text("title = ")
    (tmp_path / "khac.toml").write_text(to_toml(parse_source("khac", GOOD)))
    sources, errors = load_sources(tmp_path)
    assert len(errors) == 1
    assert str(tmp_path / "hong.toml") in str(errors[0])
    assert {"khac", "vnexpress"} <= {s.name for s in sources}


def test_a_province_replaces_a_shipped_source_and_a_broken_replacement_does_not_bring_the_old_one_back(tmp_path):
    (tmp_path / "vnexpress.toml").write_text(to_toml(replace(SHIPPED[0], name="vnexpress", title="Khác")))
    sources, _ = load_sources(tmp_path)
    assert [s.title for s in sources if s.name == "vnexpress"] == ["Khác"]
    (tmp_path / "vnexpress.toml").write_text("kind = 3")
    sources, errors = load_sources(tmp_path)
    assert [s for s in sources if s.name == "vnexpress"] == []
    assert len(errors) == 1


def test_loading_sources_and_starting_rounds_does_not_load_scrapy_here():
    code = (
        "import sys, core.sources.files, crawlers.fetch.round, crawlers.read;"
        "print([m for m in ('scrapy', 'trafilatura', 'lxml', 'warcio') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "[]"
