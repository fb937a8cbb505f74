"""What stands in soatin.toml is right, or answered with one sentence that says how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UsageError
from core.settings import load

WRONG = {
    "port = -5": "0 to 65535",
    "port = 99999": "0 to 65535",
    "port = 1e20": "0 to 65535",
    "port = 80.5": "a whole number",
    'port = "tám"': "a whole number",
    'database_url = "postgresql://"': "postgresql://host",
    'database_url = "mysql://host/archive"': "postgresql",
    'search_url = "http//host"': "elasticsearch",
    'smtp_url = "mail.example.vn"': "smtp",
    "threshold = 5.0": "0 to 1",
    "threshold = nan": "0 to 1",
    "prevalence = 1.0": "0.9999",
    "retention_days = -1": "1 to",
    "watch_minutes = 0": "1 to 1440",
    "lease_seconds = -3": "1 to",
    "max_pages = 0": "1 to",
    'topics = ["sot"]': "covid",
    "topics = [{a = 1}]": "list of texts",
    "topics = 7": "list of texts",
    'province = "Hà Lội"': "vinh-phuc",
    'slots = ["25:00"]': "07:00",
    'mail_to = ["thanh tra"]': "mail address",
    'mail_from = ""': "mail address",
    'allowed_hosts = ["https://soatin.vn"]': "host",
    'language = "fr"': "vi, en",
    'user_agent = "x {name}"': "{contact}",
    'data_dir = ""': "words",
    "https = 3": "true or false",
    'model = ["a"]': "text",
    "unknown = 1": "docs/settings.md",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_value_is_refused_with_the_cure(line: str, tmp_path: Path) -> None:
    (tmp_path / "soatin.toml").write_text(line + "\n", "utf-8")
    with pytest.raises(UsageError) as caught:
        load(tmp_path, {})
    assert WRONG[line] in str(caught.value)
    assert line.split(maxsplit=1)[0] in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_secret_is_not_repeated_in_the_error() -> None:
    with pytest.raises(UsageError) as caught:
        load(Path("/nowhere"), {"SOATIN_DATABASE_URL": "mysql://admin:mat-khau@host/x"})
    assert "mat-khau" not in str(caught.value)


@pytest.mark.parametrize("written", ["Vĩnh Phúc", "tinh vinh phuc", "TỈNH VĨNH PHÚC", "vinh-phuc", " Vĩnh  Phúc "])
def test_a_province_may_be_given_as_people_write_it(written: str) -> None:
    assert load(Path("/nowhere"), {"SOATIN_PROVINCE": written}).province == "vinh-phuc"
