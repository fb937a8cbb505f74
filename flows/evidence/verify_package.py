"""An exported package checked by itself: nothing of an archive is needed."""

from __future__ import annotations

from pathlib import Path

from crawlers.evidence.wacz_check import Stamp, check_wacz, stamp_of
from flows.evidence.timestamp import StampError, prove, stamped_at


def verify_file(path: Path, ca: Path | None = None) -> list[dict[str, str]]:
    """Check an exported WACZ file by itself: a row for each part, ``state`` whole, changed, missing, moved or unlisted;
    of its time stamp also unproven, when no certificate to prove it with was given.
    """
    parts = [{"file": part.file, "state": part.state, "detail": part.detail} for part in check_wacz(path)]
    stamp = stamp_of(path)
    return [*parts, {"file": "time stamp", **_proved(stamp, ca)}] if stamp else parts


def _proved(stamp: Stamp, ca: Path | None) -> dict[str, str]:
    if stamp.problem:
        return {"state": "unproven", "detail": f"none was had: {stamp.problem}"}
    try:
        if ca is None:
            cure = "give --ca with the certificate of the authority's CA"
            return {"state": "unproven", "detail": f"says {stamped_at(stamp.response).isoformat()}; {cure}"}
        moment = prove(stamp.data, stamp.response, ca)
        return {"state": "whole", "detail": f"the package existed at {moment.isoformat()}"}
    except StampError as error:
        return {"state": "changed", "detail": str(error)}
