"""The nouns of soatin. Standard library only."""
