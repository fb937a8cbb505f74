"""Search in a SQLite file, the embedded default."""
