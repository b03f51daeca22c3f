"""The turns of a conversation: what was asked and what came of it."""

import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from uuid import uuid4

from rag.errors import IndexMissing, RagError
from rag.page.service import Service
from rag.records import Answer, Filter, Outcome
from rag.rendering.as_json import filter_json

QUESTION_CHARS = 2000
"""A longer question is cut short by the page and refused to a program."""

Vote: TypeAlias = Literal["", "up", "down"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it."""

    asked: str
    answer: Answer | None
    error: str = ""
    """What kept it from being answered; empty also where there is no index yet."""
    vote: Vote = ""
    filter: Filter | None = None
    """What it was limited to, whatever its words say; None where they decide."""
    id: str = field(default_factory=lambda: uuid4().hex, compare=False)


Turns: TypeAlias = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in order, and where they are kept."""

    turns: Turns = ()
    id: str = ""
    """Empty while it is kept nowhere."""
    version: int = 0
    """How often it had been saved when this window last read or saved it."""


def ask(service: Service, asked: str, earlier: Sequence[Turn], filter: Filter | None = None) -> Turn:
    """Answer a question behind the earlier ones of its conversation; an error becomes part of the turn."""
    try:
        return Turn(asked, service.ask(asked, history(earlier), filter), filter=filter)
    except IndexMissing:
        return Turn(asked, None, filter=filter)
    except RagError as error:
        return Turn(asked, None, str(error), filter=filter)
    except Exception as error:  # noqa: BLE001 - the edge: a crash must never look like "the articles do not say"
        traceback.print_exc(file=sys.stderr)
        return Turn(asked, None, f"{type(error).__name__}: {error}", filter=filter)


def history(earlier: Sequence[Turn]) -> list[str]:
    """The questions that a further one may lean on."""
    return [turn.asked for turn in earlier if turn.answer]


def told_last(turns: Sequence[Turn]) -> int:
    """The number of the last turn that is no small talk, which leaves the sources before it open; 0 without one."""
    told = [n for n, turn in enumerate(turns, 1) if not (turn.answer and turn.answer.outcome is Outcome.SMALL_TALK)]
    return told[-1] if told else 0


def filter_fields(limit: Filter | None) -> dict[str, str | None] | None:
    """What ``parse_filter`` makes the filter of a turn of again."""
    return None if limit is None else filter_json(limit) or {}
