"""From hits to rows: what of the lists of words is asked, and in which order."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import reduce

import numpy as np

from index.query.tree import And, Field, Near, Node, Not, Or, Term
from index.search.sqlite.columns import Mask, Rows, View
from index.search.sqlite.compiler import SqlitePlan, asked, field_sql
from index.search.sqlite.postings import Asked, Postings


@dataclass(frozen=True, slots=True)
class Asker:
    """Sets of rows for parts of a query, in one transaction."""

    db: sqlite3.Connection
    view: View
    postings: Postings

    def hits(self, plan: SqlitePlan) -> Rows:
        """All hits, by rowid."""
        mask = self.holds(plan.root) if plan.root else self.view.alive
        for one in plan.fields:
            mask = mask & self.holds(one)
        if plan.since is not None:
            mask = mask & (self.view.days >= plan.since)
        if plan.until is not None:
            mask = mask & (self.view.days <= plan.until)
        rows: Rows = np.flatnonzero(mask)
        return rows

    def holds(self, node: Node, *, exact: bool = False, title: bool = False) -> Mask:
        """Rows for which it holds; ``exact``: with the accents as typed; ``title``: in their titles."""
        match node:
            case Term() | Near():
                return self.any_of(asked(node, exact=exact, title=title))
            case Field():
                sql, values = field_sql(node)
                return self.view.among([number for (number,) in self.db.execute(sql, values)]) & self.view.alive
            case Not(child):
                return self.view.alive & ~self.holds(child, exact=exact, title=title)
            case And(nodes):
                return _all([self.holds(child, exact=exact, title=title) for child in nodes])
            case Or(nodes):
                return _any([self.holds(child, exact=exact, title=title) for child in nodes])

    def any_of(self, wanted: tuple[Asked, ...]) -> Mask:
        """Rows that hold any of these."""
        return _any([self.postings.mask(self.db, self.view, one) for one in wanted])


def _all(masks: list[Mask]) -> Mask:
    return reduce(np.bitwise_and, masks)


def _any(masks: list[Mask]) -> Mask:
    return reduce(np.bitwise_or, masks)
