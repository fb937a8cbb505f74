"""The report of a slot: collected from the archive, kept as data, shown as DOCX, PDF, HTML and text."""
