"""The one reader of Vietnamese spelling: search, highlights and classification all go through it.

Stages: characters (look-alikes, loose marks, emoji) -> syllables (tone marks, drawn-out letters) -> spellings
(short forms, spelled-around words). Standard library only.
"""

from core.vietnamese.characters import fold
from core.vietnamese.normal import Token, bounds, columns, fold_words, forms, normalise, read, readings, tokens, words
from core.vietnamese.sentences import sentences
from core.vietnamese.spans import Edit, Normalised

__all__ = [
    "Edit",
    "Normalised",
    "Token",
    "bounds",
    "columns",
    "fold",
    "fold_words",
    "forms",
    "normalise",
    "read",
    "readings",
    "sentences",
    "tokens",
    "words",
]
