"""The one reader of Vietnamese spelling: search, highlights and classification all go through it.

Stages: characters (look-alikes, loose marks, emoji) -> syllables (tone marks, drawn-out letters) -> spellings
(short forms, spelled-around words). Standard library only.
"""

from core.vietnamese.characters import fold
from core.vietnamese.normal import Token, columns, fold_words, normalise, readings, tokens, words
from core.vietnamese.sentences import sentences
from core.vietnamese.spans import Edit, Normalised

__all__ = [
    "Edit",
    "Normalised",
    "Token",
    "columns",
    "fold",
    "fold_words",
    "normalise",
    "readings",
    "sentences",
    "tokens",
    "words",
]
