"""Which files of a report can be had, and as what they are served."""

from __future__ import annotations

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
