"""The texts of the demo web: read from ``content/*.toml`` and stamped over the 48 hours before ``now``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from core.clock import VIETNAM

CONTENT = Path(__file__).parent / "content"
DAY = re.compile(r"\{ngay([+-]\d+)?\}")


@dataclass(frozen=True, slots=True)
class Label:
    """What its writer meant: ``rumour`` names the story, ``stance`` is ``spread``, ``rebut``, ``ask`` or empty."""

    rumour: str = ""
    stance: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One page of a press or official site; ``first_title``: the headline before it was edited, as feeds keep it."""

    id: int
    site: str
    path: str
    at: datetime
    section: str
    title: str
    first_title: str
    lead: str
    paragraphs: tuple[str, ...]
    author: str
    tags: tuple[str, ...]
    comments: tuple[str, ...]
    label: Label

    @property
    def text(self) -> str:
        """Lead and paragraphs, one a line."""
        return "\n".join((self.lead, *self.paragraphs))


@dataclass(frozen=True, slots=True)
class Post:
    """One message of the channel or one post of a thread; ``quotes`` is the id of the post it answers, or 0."""

    id: int
    at: datetime
    author: str
    text: str
    views: int
    quotes: int
    label: Label


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread of the forum."""

    id: int
    title: str
    slug: str
    posts: tuple[Post, ...]

    @property
    def path(self) -> str:
        """Where the thread's first page lies."""
        return f"/threads/{self.slug}.{self.id}/"


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """One site of ``content/sites.toml``."""

    name: str
    title: str
    kind: str
    platform: str
    layout: str
    feed: str
    starts: tuple[str, ...]
    path: str
    province: str
    district: str
    official: bool
    traits: frozenset[str]


@dataclass(frozen=True, slots=True)
class Text:
    """One text as a reader should find it: page path, id of its part (empty for articles), title, text, label."""

    site: str
    path: str
    part: str
    title: str
    text: str
    at: datetime
    label: Label


@dataclass(frozen=True, slots=True)
class Web:
    """Everything that the demo web says."""

    sites: tuple[SiteConfig, ...]
    articles: tuple[Article, ...]
    channel: tuple[Post, ...]
    threads: tuple[Thread, ...]

    def of(self, site: str) -> list[Article]:
        """The articles of one site, newest first."""
        return sorted((a for a in self.articles if a.site == site), key=lambda a: (a.at, a.id), reverse=True)

    def texts(self) -> Iterator[Text]:
        """Every text once per place where it stands (a syndicated article thus several times)."""
        for a in self.articles:
            yield Text(a.site, a.path, "", a.title, a.text, a.at, a.label)
        for p in self.channel:
            yield Text("kenh-tin-nong", f"/s/{CHANNEL}", str(p.id), "", p.text, p.at, p.label)
        for thread in self.threads:
            for p in thread.posts:
                yield Text("dien-dan-que-minh", thread.path, f"post-{p.id}", thread.title, p.text, p.at, p.label)


CHANNEL = "tinnongvinhphuc_thunghiem"


def slug(text: str) -> str:
    """``Vĩnh Tường: 2 ca`` -> ``vinh-tuong-2-ca``, 70 characters at most."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70].strip("-")


def load(now: datetime) -> Web:
    """The whole web as of ``now`` (aware). Ids and order depend on the files only, times on ``now`` only."""
    sites = tuple(_site(name, data) for name, data in _toml("sites.toml").items())
    return Web(sites, tuple(_articles(sites, now)), _channel(now), tuple(_threads(now)))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


def _site(name: str, data: dict[str, Any]) -> SiteConfig:
    return SiteConfig(
        name=name,
        title=data["title"],
        kind=data.get("kind", "press"),
        platform=data.get("platform", "press"),
        layout=data.get("layout", ""),
        feed=data.get("feed", ""),
        starts=tuple(data.get("starts", ())),
        path=data.get("path", ""),
        province=data.get("province", ""),
        district=data.get("district", ""),
        official=data.get("official", False),
        traits=frozenset(data.get("traits", ())),
    )


def _articles(sites: tuple[SiteConfig, ...], now: datetime) -> Iterator[Article]:
    by_name = {site.name: site for site in sites}
    number = 100_000
    for file in sorted(CONTENT.glob("press-*.toml")):
        for data in _toml(file.name)["article"]:
            number += 7
            for copy, name in enumerate(data["sites"]):
                yield _article(data, by_name[name], number, copy, now)


def _article(data: dict[str, Any], site: SiteConfig, number: int, copy: int, now: datetime) -> Article:
    """A copy comes 40 minutes after the one before it, under that paper's own headline if it has one."""
    at = _ago(now, max(0.05, data["hours"] - copy * 0.67))
    title = _days(data.get("headlines", {}).get(site.name, data["title"]), at)
    section = data.get("section", "thoi-su")
    return Article(
        id=number,
        site=site.name,
        path=site.path.format(section=section, slug=slug(data["title"]), id=number),
        at=at,
        section=section,
        title=title,
        first_title=_days(data.get("first_title", title), at),
        lead=_days(data["lead"], at),
        paragraphs=tuple(_days(line.strip(), at) for line in data["body"].strip().splitlines() if line.strip()),
        author=data.get("author", "Ban biên tập"),
        tags=tuple(data.get("tags", ())),
        comments=tuple(data.get("comments", ())),
        label=Label(data.get("rumour", ""), data.get("stance", "")),
    )


def _channel(now: datetime) -> tuple[Post, ...]:
    posts = _toml("channel.toml")["post"]
    return tuple(_posts(posts, 101, 47.6, 0.15, now))


def _threads(now: datetime) -> Iterator[Thread]:
    first = 5001
    for number, data in enumerate(_toml("forum.toml")["thread"], 1):
        posts = tuple(_posts(data["post"], first, data["first"], data["last"], now))
        first += len(posts) + 3
        yield Thread(40 + number, data["title"], slug(data["title"]), posts)


def _posts(posts: list[dict[str, Any]], first: int, start: float, end: float, now: datetime) -> Iterator[Post]:
    """Posts evenly between ``start`` and ``end`` hours before now, in the order of the file."""
    step = (start - end) / max(1, len(posts) - 1)
    for index, data in enumerate(posts):
        at = _ago(now, start - index * step)
        yield Post(
            id=first + index,
            at=at,
            author=data.get("by", ""),
            text=_days(data["text"].strip(), at),
            views=data.get("views", 180 + (index * 373) % 2900),
            quotes=first + data["quotes"] - 1 if "quotes" in data else 0,
            label=Label(data.get("rumour", ""), data.get("stance", "")),
        )


def _ago(now: datetime, hours: float) -> datetime:
    return (now.astimezone(VIETNAM) - timedelta(hours=hours)).replace(second=0, microsecond=0)


def _days(text: str, at: datetime) -> str:
    """``{ngay}``, ``{ngay-1}``, ``{ngay+2}`` become day/month, counted from the day of publication."""
    return DAY.sub(lambda m: f"{at + timedelta(days=int(m[1] or 0)):%d/%m}", text)
