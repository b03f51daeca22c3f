"""Ratings of answers, kept as a question file: each line is a case that ``rag evaluate`` reads.

Of an answer found good its quotes are the gold. An answer found bad quotes nothing that answers, unless its reader
names the sentence that does.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from rag.errors import KeepingError
from rag.page.turns import Turn, Turns, Vote, filter_fields, history
from rag.records import Answer, Article, Passage

_FILE = "feedback.jsonl"
_LOCK_SECONDS = 5


class Feedback:
    """The ratings in a folder; every method raises ``KeepingError``."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / _FILE

    def store(self, turn: Turn, history: Sequence[str], better: Passage | None = None) -> None:
        """Keep the vote of a turn in place of an earlier one; without a vote it is taken back."""
        assert turn.answer is not None
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock"), timeout=_LOCK_SECONDS):  # another page may keep votes here
                lines = [line for line in self._lines() if line and f'"id": "{turn.id}"' not in line]
                if turn.vote:
                    lines.append(json.dumps(case(turn, turn.answer, history, better), ensure_ascii=False))
                unfinished = self.path.with_suffix(".new")
                unfinished.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
                unfinished.replace(self.path)
        except (OSError, UnicodeError) as error:
            raise KeepingError(
                f"{self.path} cannot be used ({error}); move it away or name another folder in RAG_DATA"
            ) from None

    def _lines(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").rstrip("\n").split("\n") if self.path.exists() else []


@dataclass(frozen=True, slots=True)
class Rated:
    """What a vote comes to."""

    turn: Turn
    history: list[str]
    better: Passage | None = None
    """The sentence that its reader says is right."""
    unknown: str = ""
    """A sentence its reader gave that no article holds."""

    @property
    def stored(self) -> bool:
        """A refusal said to be wrong teaches nothing without the sentence that it missed."""
        answered = self.turn.answer is not None and self.turn.answer.supported
        return not self.unknown and (answered or self.turn.vote == "up" or self.better is not None)


def rate(turns: Turns, number: int, vote: Vote, sentence: str, articles: Sequence[Article]) -> Rated:
    """The vote on a turn, with the sentence that would have been right, if its reader gave one."""
    turn, earlier = replace(turns[number - 1], vote=vote), history(turns[: number - 1])
    better = find_sentence(sentence, articles)
    return Rated(turn, earlier, better, "" if better else sentence.strip())


def case(turn: Turn, answer: Answer, history: Sequence[str], better: Passage | None) -> dict[str, Any]:
    """A rated turn in the form of ``rag.questions``: what would have been right."""
    if better is not None:
        right = [better]
    else:
        right = [citation.quote for citation in answer.citations] if turn.vote == "up" else []
    return {
        "id": turn.id,
        "lang": answer.question.language,
        "kind": "liked" if turn.vote == "up" else "disliked",
        "question": turn.asked,
        "history": list(history),
        "filter": filter_fields(turn.filter),
        "answerable": bool(right),
        "answers": [quote.text for quote in right],
        "gold": [{"doc": quote.article.id, "quote": quote.text} for quote in right],
        "rated": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def find_sentence(text: str, articles: Sequence[Article]) -> Passage | None:
    """Where an article holds the text, whatever white space parts its words; None where none does."""
    words = text.split()
    if not words:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    for article in articles:
        if match := pattern.search(article.text):
            return Passage(article, match.start(), match.end())
    return None
