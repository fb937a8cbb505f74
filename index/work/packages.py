"""Evidence packages of cases: asked for at the desk, made by flows.evidence.packages, kept for a week."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction

from core import clock
from core.errors import UsageError
from index.models import Case, EvidencePackage
from index.office.rights import require
from index.proof import audit
from index.work import leases

QUEUE = "package"
MOST_AN_HOUR = 20
KEPT = timedelta(days=7)


def ask(user: User, case: Case) -> EvidencePackage:
    """Make a package of a case due; while one is waiting, that one. Raises UsageError for who may not open cases (it
    names authors), and after twenty in an hour: each draws pictures of many pages.
    """
    require(user, "open_case")
    moment = clock.now()
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        if waiting := EvidencePackage.objects.filter(case=case, state="").first():
            return waiting
        if EvidencePackage.objects.filter(by=user, at__gt=moment - timedelta(hours=1)).count() >= MOST_AN_HOUR:
            raise UsageError("too many packages in an hour", where="package", cure="wait a while")
        row = EvidencePackage.objects.create(case=case, by=user, at=moment)
        leases.put(QUEUE, [str(row.pk)])
    return row


def finish(pk: int, file: str, lacks: list[str]) -> None:
    """Note the file that was made and what it lacks (``pictures`` of some pages, a time ``stamp``); no file: why."""
    state = "done" if file else "failed"
    EvidencePackage.objects.filter(pk=pk).update(state=state, file=file, lacks=lacks, finished=clock.now())


def note_download(user: User, package: EvidencePackage) -> None:
    """Write down who took a package away. Raises UsageError for who may not."""
    require(user, "open_case")
    audit.record(user.username, "evidence-download", f"case {package.case_id}", {"file": package.file})


def expire() -> list[str]:
    """Forget packages that are older than a week; the names of their files, which the caller removes."""
    old = EvidencePackage.objects.filter(at__lt=clock.now() - KEPT)
    names = [name for name in old.values_list("file", flat=True) if name]
    old.delete()
    return names
