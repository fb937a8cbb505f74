"""The query language: from a person's words to a tree that every engine compiles."""
