"""Keep and find: the archive (record of truth) and the search index derived from it."""
