"""Errors that a person can act on."""

from __future__ import annotations


class SoatinError(Exception):
    """Something the user can mend: what is wrong, where, and the cure, on one line.

    ``where`` names a file, field or URL. The command line prints ``str(error)`` and exits with
    ``exit_code``: 1 when the work failed, 2 when the command was used wrongly.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", cure: str = "") -> None:
        self.what, self.where, self.cure = what, where, cure
        super().__init__(what)

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.cure:
            parts.append(self.cure)
        return " — ".join(parts).replace("\n", " ")


class UsageError(SoatinError):
    """The command or a setting is wrong; nothing was tried."""

    exit_code = 2


class DataError(SoatinError):
    """A file or page that was given cannot be used."""
