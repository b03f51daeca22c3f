"""A question that compares two times ("im April ... im September") -> what it asks of each."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from rag.corpus import Articles
from rag.filters import met_by, without_source
from rag.periods import published_periods
from rag.records import Question, Span

MOST_PARTS = 3
"""Times compared at most."""

_NEXT_CLAUSE = re.compile(
    r",?\s(?:und|and|gegenüber|verglichen mit|compared (?:with|to))\s"
    r"(?=(?:wie|wer|was|welche\w*|how|who|what|which|the|de[nmr]|die)\b)|,\s(?=(?:wie|wer|was|welche\w*|how|who|what|which)\b)",
    re.IGNORECASE,
)
_BEFORE_A_TIME = re.compile(
    r"\b(?:im|in|am|on|by|bis|seit|since|zwischen|between|von|from|to|und|and)(?:\s(?:den?m?|the|jahren?))?\s*$",
    re.IGNORECASE,
)


def parts_of(question: Question, corpus: Articles) -> list[Question]:
    """The question as it is asked of each of two or three periods that it names, in their order; else none.

    Articles must be of each, and none of two, and its filter must leave all times. What it asks of the first is its
    first clause; of the next ones the next, behind that, or the same where it has no more. The words for the periods,
    which are now the parts' filters, are gone.
    """
    limit = question.filter
    if question.is_follow_up or limit != limit.source:
        return []
    found = published_periods(question.asked, corpus.published, met_by(limit, corpus))
    periods = sorted({period for _, period in found})
    apart = all(before[1] < after[0] for before, after in pairwise(periods))
    if not (1 < len(found) <= MOST_PARTS and len(periods) == len(found) and apart):
        return []
    asked = without_source(_without(question.asked, [span for span, _ in found]), question.language, limit)
    first, *others = (f"{clause.strip(' ,?.')}?" for clause in _NEXT_CLAUSE.split(" ".join(asked.split())))
    behind = [replace(question, asked=clause, earlier=first) for clause in others[: len(found) - 1]]
    alone = replace(question, asked=first)
    read = [alone, *behind, *[alone] * (len(found) - 1 - len(behind))]
    return [
        replace(one, filter=replace(limit, since=since, until=until))
        for one, (_, (since, until)) in zip(read, found, strict=True)
    ]


def _without(text: str, times: Iterable[Span]) -> str:
    """The text without these stretches and the prepositions in front of them."""
    for start, end in sorted(times, reverse=True):
        text = _BEFORE_A_TIME.sub("", text[:start]) + text[end:]
    return text
