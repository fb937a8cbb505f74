"""The report of a slot: collected from the archive, kept as data, shown as DOCX, PDF, HTML and text."""

from flows.report.make import make_report, render_all

__all__ = ["make_report", "render_all"]
