"""A file of questions: one JSON object a line.

For ``rag ask --batch``: ``question`` and, where they are wanted, ``id`` and ``history`` (earlier questions). For
``rag evaluate`` also what a right answer is: ``lang, kind, answerable``, ``answers`` (strings of which it holds one)
and ``gold`` (``doc``: the article's file name; ``quote``: the evidence, verbatim; ``slot``). Without ``all`` one
gold quote suffices; with it every slot must be covered. ``items`` are the elements of a list, each with its variants.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rag.errors import QuestionError


@dataclass(frozen=True, slots=True)
class Gold:
    article: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what a right answer is."""

    id: str
    language: str
    kind: str
    question: str
    history: tuple[str, ...]
    answerable: bool
    answers: tuple[str, ...]
    slots: tuple[tuple[Gold, ...], ...]
    """Evidence; every slot must be covered, any one quote covers it."""
    items: tuple[tuple[str, ...], ...]

    @property
    def gold(self) -> list[Gold]:
        return [gold for slot in self.slots for gold in slot]


def read_cases(lines: Iterable[str], name: str) -> list[Case]:
    """The cases of a question file; raises ``QuestionError`` with the line that is none."""
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        fields = parse_question(line, f"{name}, line {number}")
        try:
            cases.append(_case(fields))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise QuestionError(
                f"{name}, line {number}: the field {error} is missing or wrong; "
                'expected id, lang, kind, question, answerable, answers, and gold: a list of {"doc": ..., "quote": ...}'
            ) from None
    if not cases:
        raise QuestionError(f"{name} holds no question")
    return cases


def parse_question(line: str, where: str) -> dict[str, Any]:
    """A line of a question file as its fields; ``question`` is a string, ``history`` a list of strings."""
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionError(f"{where}: no JSON ({error.msg} at column {error.colno})") from None
    if not isinstance(fields, dict) or not isinstance(fields.get("question"), str):
        raise QuestionError(f'{where}: expected an object with a "question", a string')
    history = fields["history"] = fields.get("history") or []
    if not isinstance(history, list) or not all(isinstance(earlier, str) for earlier in history):
        raise QuestionError(f'{where}: "history" must be a list of earlier questions')
    return fields


def _case(fields: Mapping[str, Any]) -> Case:
    if not isinstance(fields["kind"], str):
        raise TypeError("kind")
    if not all(isinstance(gold, dict) for gold in fields["gold"]):
        raise TypeError("gold")
    golds = [(gold.get("slot", number), Gold(gold["doc"], gold["quote"])) for number, gold in enumerate(fields["gold"])]
    if fields.get("all"):
        slots = [tuple(gold for key, gold in golds if key == slot) for slot in dict.fromkeys(key for key, _ in golds)]
    else:
        slots = [tuple(gold for _, gold in golds)] if golds else []
    answerable = bool(fields["answerable"])
    if answerable and not slots:
        raise ValueError("gold of an answerable question")
    return Case(
        id=str(fields["id"]),
        language=fields["lang"],
        kind=fields["kind"],
        question=fields["question"],
        history=tuple(fields["history"]),
        answerable=answerable,
        answers=_texts(fields["answers"]),
        slots=tuple(slots),
        items=tuple(_texts(variants) for variants in fields.get("items") or ()),
    )


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("answers or items, lists of strings")
    return tuple(values)
