"""Every text of the demo web is read as its writer wrote it, whatever the layout of the page."""

from __future__ import annotations

from datetime import UTC, datetime

from core.sources.files import parse_source
from crawlers.read import read_page
from tests.site.pages import BUILDERS
from tests.site.texts import CHANNEL, load

NOW = datetime(2026, 3, 14, 2, 30, tzinfo=UTC)
BASE = "http://127.0.0.1:9000"


def test_all_texts_of_the_demo_web_are_read_exactly():
    web, wrong = load(NOW), []
    read: dict[tuple[str, str], tuple[str, datetime]] = {}
    for config in web.sites:
        site = BUILDERS[config.platform](web, config, BASE)
        role = {"press": "article", "telegram": "channel", "xenforo": "thread"}[config.platform]
        start = {"press": "listing"}.get(config.platform, role)
        table = {"title": "x", "kind": config.kind, "platform": config.platform, "hosts": ["127.0.0.1:9000"]}
        source = parse_source(config.name, table | {"starts": [{"url": f"{BASE}/", "as": start}]})
        paths = {
            "press": [a.path for a in web.of(config.name)],
            "telegram": [f"/s/{CHANNEL}?before={p.id + 1}" for p in web.channel[::-5]],
            "xenforo": [path for path in site.pages if path.startswith("/threads/")],
        }[config.platform]
        for path in paths:
            answer = site.answer(path)
            page = read_page(answer.body, BASE + path, source, answer.type, NOW, role)
            wrong += page.problems
            read |= {(config.name, d.text): (d.title, d.published) for d in page.documents}
    for text in web.texts():
        title, published = read.get((text.site, text.text), ("", NOW))
        if published != text.at or (not text.part and title != text.title):
            wrong.append((text.site, text.path, text.part))
    assert wrong == []
