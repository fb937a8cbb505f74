"""The report's sections, one file each: ``ORDER``, ``TITLE``, ``collect(period) -> dict``, ``blocks(data) -> list``.

``collect`` reads the archive and returns plain data that JSON can hold; ``blocks`` is pure. A new file, a new section.
"""
