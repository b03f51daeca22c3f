"""A question set -> a table of scores: how often the passages, the answer and its proof were right."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from statistics import fmean

from rag.corpus import Articles
from rag.questions import Case, Gold
from rag.records import Answer, Citation, Passage

COVERED = 0.5
"""A passage covers a gold quote when it holds so much of its characters, in runs of three words or more."""

_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e"})


SCORES = (
    "hit@1", "hit@5", "hit@10", "mrr", "answer", "citation", "strict", "first_citation",
    "item_recall", "false_refusal", "refused", "marked", "marked_right", "words", "ms",
)  # fmt: skip
"""Shares of questions, but for words an answer and milliseconds a question. Of first citations that are the evidence
and say the answer, ``marked`` is the share in which words are marked as the answer, and ``marked_right`` the share of
these whose words are: they hold an accepted answer or stand in one.
"""

Row = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """A case, its answer, and the scores that apply to it."""

    case: Case
    answer: Answer
    row: Row

    @property
    def missed(self) -> bool:
        """Whether it was answered without right answer and proof, or answered though nothing answers it."""
        return not (self.row["strict"] if self.case.answerable else self.row["refused"])


def unmatched(cases: Sequence[Case], articles: Articles) -> list[str]:
    """A sentence for each gold quote that no answer can cover: its article is not indexed, or does not hold it."""
    named = {name: articles.named(name) for name in {gold.article for case in cases for gold in case.gold}}
    wrong = []
    for case in cases:
        for gold in case.gold:
            if (article := named[gold.article]) is None:
                wrong.append(f"question {case.id}: there is no article {gold.article}")
            elif overlap(article.text, gold.quote) < COVERED:
                wrong.append(f"question {case.id}: the quote is not in {gold.article}: {gold.quote}")
    return wrong


def judge(case: Case, answer: Answer, milliseconds: float) -> Judged:
    """Score one answer."""
    row: dict[str, float] = {"ms": milliseconds}
    if not case.answerable:
        row["refused"] = not answer.supported
        return Judged(case, answer, row)
    found = [hit.passage for hit in answer.hits]
    cited = [citation.quote for citation in answer.citations]
    said = "\n".join(sentence.text for sentence in answer.sentences)
    articles = {gold.article for gold in case.gold}
    reached = [
        rank
        for rank, passage in enumerate(found, 1)
        if any(_covers([passage], gold) for gold in case.gold)
        or (len(case.slots) == 1 and not articles.isdisjoint(passage.article.ids) and _says(passage.text, case.answers))
    ]
    for count in (1, 5, 10):
        every = all(any(_covers(found[:count], gold) for gold in slot) for slot in case.slots)
        row[f"hit@{count}"] = every or (len(case.slots) == 1 and any(rank <= count for rank in reached))
    row["mrr"] = 1 / reached[0] if reached else 0.0
    row["answer"] = _says(said, case.answers)
    row["citation"] = all(any(_covers(cited, gold) for gold in slot) for slot in case.slots)
    row["strict"] = row["answer"] and row["citation"]
    row["first_citation"] = any(_covers(cited[:1], gold) for gold in case.gold)
    if row["first_citation"] and _says(cited[0].text, case.answers):
        row |= _marked(answer.citations[0], case.answers)
    row["false_refusal"] = not answer.supported
    row["words"] = len(said.split())
    if case.items:
        row["item_recall"] = fmean(_says(said, variants) for variants in case.items)
    return Judged(case, answer, row)


def _marked(citation: Citation, answers: Sequence[str]) -> Row:
    if citation.focus is None:
        return {"marked": False}
    words = citation.quote.article.text[slice(*citation.focus)]
    return {"marked": True, "marked_right": _says(words, answers) or any(_says(right, [words]) for right in answers)}


def table(judged: Sequence[Judged]) -> dict[str, dict[str, float | None]]:
    """The mean of each score by group: all, each language, each kind, in this order; None where no case has it.

    A kind that is called as a group before it is told by "kind" in front.
    """
    groups = {"all": [one.row for one in judged]}
    for by in ("language", "kind"):
        for value in sorted({getattr(one.case, by) for one in judged}):
            name = f"{by} {value}" if value in groups else value
            groups[name] = [one.row for one in judged if getattr(one.case, by) == value]
    return {group: {"n": len(rows)} | {score: _mean(rows, score) for score in SCORES} for group, rows in groups.items()}


def _mean(rows: Sequence[Row], score: str) -> float | None:
    values = [row[score] for row in rows if score in row]
    return round(fmean(values), 3) if values else None


def _covers(passages: Sequence[Passage], gold: Gold) -> bool:
    return any(gold.article in p.article.ids and overlap(p.text, gold.quote) >= COVERED for p in passages)


def overlap(text: str, quote: str) -> float:
    """The share of the quote's characters that the text holds, in runs of three words or more."""
    held, wanted = _words(text), _words(quote)
    if not wanted:
        return 0.0
    if f" {' '.join(wanted)} " in f" {' '.join(held)} ":
        return 1.0
    runs = SequenceMatcher(None, wanted, held, autojunk=False).get_matching_blocks()
    covered = sum(len(" ".join(wanted[run.a : run.a + run.size])) for run in runs if run.size >= min(3, len(wanted)))
    return covered / len(" ".join(wanted))


def _says(text: str, answers: Sequence[str]) -> bool:
    held = f" {' '.join(_words(text))} "
    return any(words and f" {' '.join(words)} " in held for words in map(_words, answers))


def _words(text: str) -> list[str]:
    """Words in lower case, umlauts spelled out, punctuation and link marks away."""
    text = re.sub(r"\[\d+\]\[([^\]]*)\]", r"\1", text).replace("(DIR)", " ").lower().translate(_SPELLED)
    return re.sub(r"[^a-z0-9%]+", " ", text).split()
