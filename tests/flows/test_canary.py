"""Words that are nobody's business, put into every secret setting, a channel and recipients, are looked for in all that
the commands say and log, with logging at its most talkative.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from core.settings import SETTINGS
from tests.flows.processes import run
from tests.flows.world import ROOT, environ, one, soatin

BIRD = "chim-hoang-yen-trong-mo"
URLS = {
    "smtp_url": f"smtp://nguoi:{BIRD}@127.0.0.1:9",
    "tsa_url": f"http://nguoi:{BIRD}@127.0.0.1:9/tsr?khoa={BIRD}",
}
ADDRESSES = {"database_url", "search_url"}
"""Empty: another archive, another engine."""
SECRETS = {
    f"SOATIN_{setting.name.upper()}": URLS.get(setting.name, BIRD)
    for setting in SETTINGS
    if setting.secret and setting.name not in ADDRESSES | {"secret_key"}
}
COMMANDS = [
    ["status"], ["status", "--json"], ["sources", "list"], ["crawl"], ["crawl", "--json"], ["classify"], ["report"],
    ["report", "--send"], ["guard"], ["guard", "--json"], ["retry"], ["reindex"], ["search", "covid"],
    ["audit", "verify"],
    ["claims", "cluster"], ["backup", "to"], ["sources", "check"],
]  # fmt: skip
SEND = """
import logging
logging.basicConfig(level=logging.DEBUG)
logging.getLogger().setLevel(logging.DEBUG)
from flows.context import open_context
context = open_context()
from django.contrib.auth.models import Group
from django.utils import timezone
from datetime import timedelta
from flows.run.accounts import ensure_account
from flows.tell.alerts import send_alerts
from flows.work import RoundResult
from index.archive import saved_searches
from index.models import Alert, SavedHit, SavedSearch
from index.search import open_search
user = ensure_account("nguoi-thu", "analyst", "")
search = open_search(context.settings)
row = SavedSearch(name="BIRD", query="q=covid", alert="now", mail_to="BIRD@example.vn")
saved = saved_searches.save(user, row, search, channels=["json://127.0.0.1:PORT/BIRD"])
SavedHit.objects.all().delete()
SavedSearch.objects.update(checked=timezone.now() - timedelta(days=2))
result = RoundResult()
send_alerts(context, result)
print(result.to_json(), list(Alert.objects.values_list("state", "error")))
"""


@pytest.fixture
def channel() -> Iterator[HTTPServer]:
    """Takes every message and answers with an error, of which apprise says most."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_no_secret_and_no_recipient_is_in_what_commands_say_or_log(crawled: Path, channel: HTTPServer) -> None:
    more = SECRETS | {
        "SOATIN_MAIL_TO": f"{BIRD}@example.vn",
        "SOATIN_OWN_HOSTS": "127.0.0.1",
        "SOATIN_ALERT_CHANNELS": "json",
        "PREFECT_LOGGING_LEVEL": "DEBUG",
    }
    script = SEND.replace("BIRD", BIRD).replace("PORT", str(channel.server_port))
    ended = run(["-c", script], environ(crawled, **more), ROOT, 120)
    assert "the channel did not take the message" in ended.stdout, ended.stderr
    said = {"alerts": ended.stdout + ended.stderr}
    document = one(crawled, "SELECT id FROM archive_document WHERE warc_file <> '' ORDER BY id")
    for command in [*COMMANDS, ["evidence", "export", str(document), "--out", "x.wacz"]]:
        ended = soatin(crawled, *command, **more)
        assert "Traceback" not in ended.stderr, ended.stderr
        said[" ".join(command)] = ended.stdout + ended.stderr
    for log in (crawled / "soatin-data" / "logs").glob("*"):
        said[log.name] = log.read_text("utf-8", "replace")
    assert [name for name, text in said.items() if BIRD in text] == []
