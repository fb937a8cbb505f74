"""The nouns that rooms hand to one another (glossary: docs/glossary.md)."""
