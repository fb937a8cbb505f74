"""Evidence packages that the desk asked for: made one after the other, beside the desk's web server."""

from __future__ import annotations

from core.errors import SoatinError
from flows.context import Context
from flows.evidence.export import export
from index.models import EvidencePackage
from index.work import leases, packages

_HELD = 30 * 60
"""Seconds: a case of a hundred pages takes some minutes to draw."""


def run_due(context: Context) -> int:
    """Make the packages that are due; how many. A killed one is made anew from the start."""
    count = 0
    while keys := leases.claim(packages.QUEUE, context.owner, 1, _HELD):
        row = EvidencePackage.objects.select_related("by").filter(pk=keys[0], state="").first()
        if row is not None:
            _make(context, row.pk, row.case_id, row.by.username)
            count += 1
        leases.done(packages.QUEUE, keys, context.owner)
    return count


def _make(context: Context, pk: int, case: int, actor: str) -> None:
    folder = context.settings.packages_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"ho-so-{case}-{pk}.wacz"
    try:
        made = export(context, str(case), path, actor)
        lacks = {"pictures": bool(made.written.missing), "stamp": "response" not in made.written.stamp}
        packages.finish(pk, path.name, [name for name, lacking in lacks.items() if lacking])
    except (SoatinError, OSError) as error:
        packages.finish(pk, "", [str(error)[:300]])


def expire(context: Context) -> None:
    """Remove packages that are older than a week: they hold names, and can be made again."""
    for name in packages.expire():
        (context.settings.packages_dir / name).unlink(missing_ok=True)
