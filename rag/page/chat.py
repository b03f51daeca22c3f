"""What the chat shows: the messages that turns are, and the question that an event asks."""

from collections.abc import Container
from typing import Any, TypeAlias

import gradio as gr

from rag.page.answers import answer_markdown, escape_markdown, unanswered
from rag.page.controls import actions_html
from rag.page.keeping import gone
from rag.page.texts import say
from rag.page.turns import Turn, Turns
from rag.page.wiring import sent
from rag.records import Article, Filter, Language

Messages: TypeAlias = list[dict[str, Any]]


def messages(
    turns: Turns, articles: Container[Article], visitor: Language, votes: bool, buttons: bool = True
) -> Messages:
    """Two messages a turn, the answer with its buttons; ``articles`` as in ``sources_html``."""
    shown = Messages()
    for number, turn in enumerate(turns, 1):
        said = [_answer(turn, number, articles, visitor)]
        if buttons:
            said.append(actions_html(turn, number, number == len(turns), visitor, votes))
        shown += _asked(turn.asked), _said("\n\n".join(said))
    return shown


def waiting(turns: Turns, asked: str, articles: Container[Article], visitor: Language, loaded: bool) -> Messages:
    """The same while a further question is being answered: no buttons, which could only get in its way."""
    shown = [*messages(turns, articles, visitor, votes=False, buttons=False), _asked(asked)]
    return shown if loaded else [*shown, _said(escape_markdown(say("loading", visitor)))]


def asked_of(
    event: gr.EventData, text: str, turns: Turns, limit: Filter | None = None
) -> tuple[str, Turns, Filter | None]:
    """The question an event asks, the turns that stay before it, and the filter it is asked with.

    From the box or a suggestion it is a new one; an edited or repeated one takes the place of all from there on. The
    last one is asked again with the filter it had, or of all articles. ``limit`` is the filter set beside the box.
    """
    if isinstance(question := sent(event, "question"), str):
        return question, turns, limit
    if isinstance(at := sent(event, "index"), int) and 0 <= at < 2 * len(turns):
        return _text(sent(event, "value")), turns[: at // 2], limit
    everywhere = sent(event, "everywhere")
    if not (everywhere or sent(event, "again")):
        return text, turns, limit
    if not turns:
        return "", turns, limit
    last = turns[-1]
    had = limit if last.filter is None else last.filter
    return last.asked, turns[:-1], Filter() if everywhere else had


def _text(content: object) -> str:
    """The text of a message as Gradio sends it: a string, or parts."""
    if isinstance(content, list):
        return " ".join(_text(part) for part in content)
    if isinstance(content, dict):
        return _text(content.get("text", ""))
    return content if isinstance(content, str) else ""


def _answer(turn: Turn, number: int, articles: Container[Article], visitor: Language) -> str:
    if turn.answer is None:
        return escape_markdown(unanswered(turn.error, visitor))
    return answer_markdown(turn.answer, number, visitor, gone(turn.answer, articles))


def _asked(text: str) -> dict[str, Any]:
    return {"role": "user", "content": escape_markdown(text)}


def _said(content: str) -> dict[str, Any]:
    return {"role": "assistant", "content": content}
