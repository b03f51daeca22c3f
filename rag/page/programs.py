"""Answers for programs: the JSON of ``rag ask --json``, by Gradio's client or by plain HTTP."""

from time import perf_counter
from typing import Any

from rag.errors import QuestionError
from rag.page.service import Service
from rag.page.turns import QUESTION_CHARS
from rag.records import Filter
from rag.rendering import answer_json

HISTORY_LENGTH = 20


def answer_for_programs(
    service: Service,
    question: str,
    history: list[str] | None = None,
    filter: Filter | None = None,
    id: str | None = None,
) -> dict[str, Any]:
    """The JSON of ``rag ask --json``; raises ``QuestionError`` on more than the page itself would take.

    Without a ``filter`` the question's words limit it.
    """
    history = history or []
    longest = max(map(len, [question, *history]))
    if longest > QUESTION_CHARS or len(history) > HISTORY_LENGTH:
        raise QuestionError(
            f"a question of {longest} characters behind {len(history)} others is too much: "
            f"{QUESTION_CHARS} characters and {HISTORY_LENGTH} questions are taken"
        )
    started = perf_counter()
    answer = service.ask(question, history, filter)
    return answer_json(answer, {"total": 1000 * (perf_counter() - started)}, id)
