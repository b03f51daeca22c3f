"""The training material: German-English pairs, and written questions on German passages.

Folders have the form of the project's own data: ``NAME.tsv.gz`` (German TAB English) and
``train.jsonl.gz``/``dev.jsonl.gz`` (id, title, sentences, questions, unanswerable, pairs; where there are any, the
``family`` of passages on one story, and ``english``, a passage sentence by sentence).
"""

import gzip
import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.records import Language

SOURCES = {"tatoeba": 1, "flores": 1, "tldr": 1, "wiktionary": 2, "titles": 1, "psdocs": 1, "cppdocs": 1}
"""The files used, and how often each counts: a dictionary's one line a word needs weight."""

SAMPLED = {"cppdocs": 70_000}
"""Software documentation would drown the rest: at most so many lines of it."""

WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Pair:
    de: str
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class Question:
    """A written question and where its answer stands: ``passages[passage].sentences[sentence]``."""

    text: str
    language: Language
    passage: int
    sentence: int | None
    """None for a question that its passage comes near and does not answer."""
    answer: str = ""
    """The words of the sentence that answer, as they stand there; empty where they are not known."""


@dataclass(frozen=True, slots=True)
class Told:
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrainingPassage(Told):
    family: str = ""
    """What it shares with others on the same story, none of which answers its questions; empty for none."""
    english: Told | None = None
    """The same sentences in English."""


def read_pairs(folder: Path, seed: int) -> list[Pair]:
    """Every pair of the sources in ``folder``, those of sampled files drawn by ``seed``."""
    pairs = []
    for name in SOURCES:
        path = folder / f"{name}.tsv.gz"
        if not path.exists():
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            columns = [line.rstrip("\n").split("\t")[:2] for line in lines]
        found = [Pair(de, en, name) for de, en in (row for row in columns if len(row) == 2)]
        if len(found) > SAMPLED.get(name, len(found)):
            found = random.Random(seed).sample(found, SAMPLED[name])
        pairs += found
    return pairs


@dataclass(frozen=True, slots=True)
class QuestionSet:
    passages: list[TrainingPassage]
    answerable: list[Question]
    unanswerable: list[Question]
    twins: list[tuple[Question, Question]]
    """Questions that look alike: the passage answers the first and not the second. They are in no other list."""


def read_questions(*paths: Path) -> QuestionSet:
    """Passages and the questions on them that stand alone (follow-ups are left out), of all files.

    A row with the ``id`` of an earlier one adds questions or the English to that passage, and need not hold it. Raises
    ``KeyError`` for one that no passage has.
    """
    read = QuestionSet([], [], [], [])
    numbers: dict[str, int] = {}
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["id"] not in numbers and "sentences" in row:
                    numbers[row["id"]] = len(read.passages)
                    read.passages.append(TrainingPassage(row["title"], tuple(row["sentences"]), row.get("family", "")))
                number = numbers[row["id"]]
                if english := row.get("english"):
                    told = Told(english["title"], tuple(english["sentences"]))
                    read.passages[number] = replace(read.passages[number], english=told)
                _add_questions(read, row, number)
    return read


def translated(questions: QuestionSet) -> list[Pair]:
    """The sentences of passages that are told in English too."""
    return [
        Pair(de, en, "written")
        for passage in questions.passages
        if passage.english
        for de, en in zip(passage.sentences, passage.english.sentences, strict=True)
    ]


def _add_questions(read: QuestionSet, row: Mapping[str, Any], passage: int) -> None:
    read.answerable.extend(
        _answered(asked, passage) for asked in row.get("questions", ()) if asked["kind"] != "follow_up"
    )
    read.unanswerable.extend(
        Question(asked["q"], asked["lang"], passage, None) for asked in row.get("unanswerable", ())
    )
    read.twins.extend(
        (_answered(asked, passage), Question(asked["miss"], asked["lang"], passage, None))
        for asked in row.get("pairs", ())
    )


def _answered(asked: Mapping[str, Any], passage: int) -> Question:
    return Question(asked["q"], asked["lang"], passage, asked["sentence"], asked.get("answer", ""))
