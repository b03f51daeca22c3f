"""Questions as people type them: with a slip of the finger, or as keywords."""

import random
import re

from rag.records import Language
from rag.stopwords import STOP_WORDS

WORD = re.compile(r"[^\W\d_]{4,}")
MISSPELT = 0.12
KEYWORDS = 0.08
"""Shares of questions."""


def as_typed(question: str, language: Language, draw: random.Random) -> str:
    """The question, now and then misspelt or without its small words."""
    chance = draw.random()
    if chance < MISSPELT:
        return misspelt(question, draw, draw.choice((1, 1, 2)))
    if chance < MISSPELT + KEYWORDS:
        kept = [word for word in question.rstrip("?").split() if word.lower() not in STOP_WORDS[language]]
        return " ".join(kept) if len(kept) > 1 else question
    return question


def misspelt(text: str, draw: random.Random, slips: int) -> str:
    """Letters swapped, left out, doubled or replaced, within words of four letters or more."""
    for _ in range(slips):
        words = list(WORD.finditer(text))
        if not words:
            return text
        word = draw.choice(words)
        at = draw.randrange(word.start() + 1, word.end() - 1)
        one, two = text[at], text[at + 1]
        slip = draw.choice((two + one, two, one + one + two, draw.choice("abdefghiklmnoprstu") + two))
        text = text[:at] + slip + text[at + 2 :]
    return text
