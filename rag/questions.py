"""A file of questions: one JSON object a line.

For ``rag ask --batch``: ``question`` and, where they are wanted, ``id``, ``history`` (earlier questions), ``filter``.
For ``rag evaluate`` also what a right answer is: ``lang, kind, answerable``, ``answers`` (strings of which it holds
one) and ``gold`` (``doc``: the article's file name; ``quote``: the evidence, verbatim; ``slot``). Without ``all`` one
gold quote suffices; with it every slot must be covered. ``items`` are the elements of a list, each with its variants.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from reprlib import repr as shortened
from typing import Any

from rag.errors import QuestionError
from rag.records import Filter

_NAMES, _DAYS = ("publisher", "author"), ("since", "until")
_NAME_CHARS = 300


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
    filter: Filter | None
    answerable: bool
    answers: tuple[str, ...]
    slots: tuple[tuple[Gold, ...], ...]
    """Evidence; every slot must be covered, any one quote covers it."""
    items: tuple[tuple[str, ...], ...]

    @property
    def gold(self) -> list[Gold]:
        return [gold for slot in self.slots for gold in slot]


def with_names(case: Case, name_of: Callable[[str], str]) -> Case:
    """The case with the articles of its gold named otherwise."""
    slots = tuple(tuple(replace(gold, article=name_of(gold.article)) for gold in slot) for slot in case.slots)
    return replace(case, slots=slots)


def read_cases(lines: Iterable[str], name: str) -> list[Case]:
    """The cases of a question file; raises ``QuestionError`` with the line that is none."""
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        fields = parse_question(line, f"{name}, line {number}")
        try:
            cases.append(_case(fields))
        except (KeyError, TypeError, ValueError) as error:
            raise QuestionError(
                f"{name}, line {number}: the field {error} is missing or wrong; "
                'expected id, lang, kind, question, answerable, answers, and gold: a list of {"doc": ..., "quote": ...}'
            ) from None
    if not cases:
        raise QuestionError(f"{name} holds no question")
    return cases


def parse_question(line: str, where: str) -> dict[str, Any]:
    """A line of a question file as its fields; ``question`` a string, ``history`` strings, ``filter`` one or None.

    An ``id`` can be written as JSON again. Bytes that are no UTF-8 are expected as ``surrogateescape`` decodes them.
    """
    fields = _parsed(line, where)
    if not isinstance(fields, dict) or not isinstance(fields.get("question"), str):
        raise QuestionError(f'{where}: expected an object with a "question", a string')
    history = fields["history"] = fields.get("history") or []
    if not isinstance(history, list) or not _are_texts(*history):
        raise QuestionError(f'{where}: "history" must be a list of earlier questions')
    try:
        json.dumps(fields.get("id"), ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise QuestionError(f'{where}: "id" must be a text or number, not {shortened(fields["id"])}') from None
    try:
        fields["filter"] = parse_filter(fields.get("filter"))
    except QuestionError as error:
        raise QuestionError(f"{where}: {error}") from None
    return fields


def _parsed(line: str, where: str) -> Any:
    try:
        line.encode()
        return json.loads(line)
    except UnicodeEncodeError as error:
        raise QuestionError(f"{where}: no UTF-8 at column {error.start + 1}; save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise QuestionError(f"{where}: no JSON ({error.msg} at column {error.colno})") from None
    except RecursionError:
        raise QuestionError(f"{where}: brackets are nested too deeply for a question; take them out") from None
    except ValueError:  # of int()
        raise QuestionError(f"{where}: a number has thousands of digits; write it as a string") from None


def parse_filter(sent: object) -> Filter | None:
    """The filter that JSON describes; None for null: the question's words decide. An empty object is an empty filter.

    Raises ``QuestionError`` naming what is wrong.
    """
    if sent is None:
        return None
    if not isinstance(sent, Mapping):
        raise QuestionError('"filter" must be an object such as {"publisher": "taz", "since": "2025-09-01"}')
    if unknown := [str(name) for name in sent if name not in _NAMES + _DAYS]:
        raise QuestionError(f'"filter" knows no {shortened(unknown[0])}, only {", ".join(_NAMES + _DAYS)}')
    publisher, author = (_name(name, sent.get(name)) for name in _NAMES)
    since, until = (_day(name, sent.get(name)) for name in _DAYS)
    if since and until and since > until:
        raise QuestionError(f'"since" of the filter ({since}) is later than its "until" ({until})')
    return Filter(publisher, author, since, until)


def _name(field: str, value: object) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > _NAME_CHARS:
        raise QuestionError(f'"{field}" of the filter must be a name of at most {_NAME_CHARS} characters, or null')
    return value.encode("utf-8", "replace").decode()


def _day(field: str, value: object) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise QuestionError(
            f'"{field}" of the filter must be a day such as 2025-09-04, not {shortened(value)}'
        ) from None


def _case(fields: Mapping[str, Any]) -> Case:
    for name, kind in (("lang", str), ("kind", str), ("answerable", bool), ("gold", list)):
        if not isinstance(fields[name], kind):
            raise TypeError(name)
    for gold in fields["gold"]:
        if not isinstance(gold, dict) or not _are_texts(gold["doc"], gold["quote"]):
            raise TypeError("gold")
        if isinstance(gold.get("slot"), list | dict):
            raise TypeError("gold")
    if not isinstance(items := fields.get("items") or [], list):
        raise TypeError("items")
    golds = [(gold.get("slot", number), Gold(gold["doc"], gold["quote"])) for number, gold in enumerate(fields["gold"])]
    if fields.get("all"):
        slots = [tuple(gold for key, gold in golds if key == slot) for slot in dict.fromkeys(key for key, _ in golds)]
    else:
        slots = [tuple(gold for _, gold in golds)] if golds else []
    if fields["answerable"] and not slots:
        raise ValueError("gold of an answerable question")
    return Case(
        id=str(fields["id"]),
        language=fields["lang"],
        kind=fields["kind"],
        question=fields["question"],
        history=tuple(fields["history"]),
        filter=fields["filter"],
        answerable=fields["answerable"],
        answers=_texts("answers", fields["answers"]),
        slots=tuple(slots),
        items=tuple(_texts("items", variants) for variants in items),
    )


def _are_texts(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)


def _texts(name: str, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not _are_texts(*values):
        raise TypeError(name)
    return tuple(values)
