"""The indices behind our names in Elasticsearch: made by a template of their version, built beside the one that
answers, and switched by alias in one step.

``prefix`` is the alias that answers, ``prefix-next`` is being built, ``prefix-old`` was replaced.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from index.search.elasticsearch import mapping
from index.search.elasticsearch.client import reason
from index.search.elasticsearch.mapping import VERSION

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch


class Indices:
    """What there is under a prefix. Raises what the client raises."""

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self._client, self.live = client, prefix
        self.next, self.old = f"{prefix}-next", f"{prefix}-old"

    def versions(self, alias: str) -> dict[str, int | None]:
        """The indices behind an alias with their versions."""
        return {name: notes.get("version") for name, notes in self._notes(alias).items()}

    def archive(self, alias: str) -> str:
        """The name of the archive that was noted with what is behind an alias, or nothing."""
        return next((str(notes["archive"]) for notes in self._notes(alias).values() if notes.get("archive")), "")

    def set_archive(self, alias: str, name: str) -> None:
        """Note it beside the version."""
        self._client.indices.put_mapping(index=alias, meta={**mapping.MAPPINGS["_meta"], "archive": name})

    def _notes(self, alias: str) -> dict[str, dict[str, Any]]:
        """What we noted with each index behind an alias."""
        from elasticsearch import NotFoundError  # noqa: PLC0415 -- optional: SQLite needs none

        try:
            found = self._client.indices.get_mapping(index=alias)
        except NotFoundError:
            return {}
        return {name: row["mappings"].get("_meta") or {} for name, row in found.items()}

    def begin(self) -> None:
        """See that there is a next index of this version."""
        present = self.versions(self.next)
        if stale := [name for name, version in present.items() if version != VERSION]:
            self._client.indices.delete(index=stale, ignore_unavailable=True)
        if len(present) == len(stale):
            self.create(self.next)

    def create(self, alias: str) -> None:
        """Make an index of this version behind an alias. Another process that was first is no error."""
        from elasticsearch import BadRequestError  # noqa: PLC0415 -- optional: SQLite needs none

        self._template()
        try:
            self._client.indices.create(
                index=f"{self.live}-v{VERSION}-{self._number()}", settings=mapping.SETTINGS,
                mappings=mapping.MAPPINGS, aliases={alias: {"is_write_index": True}},
            )  # fmt: skip
        except BadRequestError as error:
            if reason(error.body)[0] != "resource_already_exists_exception" and not self.versions(alias):
                raise

    def switch(self) -> bool:
        """The next index takes the alias in one step; what had it is kept as the old one. False: there is no next."""
        following = list(self.versions(self.next))
        if not following:
            return False
        present, old = list(self.versions(self.live)), list(self.versions(self.old))
        actions: list[dict[str, Any]] = [{"remove_index": {"index": name}} for name in old]
        for name in present:
            actions += [{"remove": {"index": name, "alias": self.live}}, {"add": {"index": name, "alias": self.old}}]
        for name in following:
            actions += [
                {"remove": {"index": name, "alias": self.next}},
                {"add": {"index": name, "alias": self.live, "is_write_index": True}},
            ]
        self._client.indices.update_aliases(actions=actions)
        return True

    def drop(self, alias: str) -> None:
        """Remove what is behind an alias."""
        if names := list(self.versions(alias)):
            self._client.indices.delete(index=names, ignore_unavailable=True)

    def _number(self) -> int:
        """One more than that of any index of ours: two processes at once come to the same."""
        found = self._client.indices.get(index=f"{self.live}-v*", features="aliases", ignore_unavailable=True)
        ours = re.compile(rf"{re.escape(self.live)}-v\d+-(\d+)")
        return 1 + max((int(match[1]) for name in found if (match := ours.fullmatch(name))), default=0)

    def _template(self) -> None:
        """So that an index of such a name is strict whoever makes it. A key without the right to it does without."""
        from elasticsearch import ApiError  # noqa: PLC0415 -- optional: SQLite needs none

        name = f"{self.live}-v{VERSION}"
        try:
            self._client.indices.put_index_template(
                name=name, index_patterns=[f"{name}-*"], priority=500, version=VERSION,
                template={"settings": mapping.SETTINGS, "mappings": mapping.MAPPINGS},
            )  # fmt: skip
        except ApiError as error:
            if error.status_code != 403:
                raise
