"""The chat: a question in, its answer and its sources out."""

import re
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeAlias

import gradio as gr

from rag.errors import IndexMissing, RagError
from rag.page.answers import answer_markdown, escape_markdown
from rag.page.articles import examples_for, examples_html
from rag.page.service import Service
from rag.page.sources import sources_html
from rag.page.texts import I18N, say, visitor_language
from rag.page.wiring import AT_ONCE, PRIVATE
from rag.records import Answer, Language, Outcome

QUESTION_CHARS = 2000
_ANSWERS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it."""

    asked: str
    answer: Answer | None
    error: str = ""
    """What kept it from being answered; empty also where there is no index yet."""


Turns: TypeAlias = tuple[Turn, ...]
Messages: TypeAlias = list[dict[str, Any]]


def chat_tab(page: gr.Blocks, service: Service) -> None:
    turns = gr.State(())
    with gr.Row():
        with gr.Column(scale=5, min_width=340):
            chat = gr.Chatbot(
                elem_id="chatbot",
                show_label=False,
                height="calc(100vh - 300px)",
                min_height=320,
                placeholder=I18N("placeholder"),  # type: ignore[arg-type]  # Gradio translates it all the same
                buttons=[],
                latex_delimiters=[],
            )
            examples = gr.HTML(elem_id="examples", js_on_load=_script("examples.js"))
            question = gr.Textbox(
                elem_id="question",
                label=I18N("question"),
                show_label=False,
                placeholder=I18N("question_hint"),
                max_length=QUESTION_CHARS,
                submit_btn=True,
                autofocus=True,
            )
        with gr.Column(scale=6, min_width=320):
            panel = gr.HTML(elem_id="sources", js_on_load=_script("citations.js"))

    def answer(text: str, messages: Messages, earlier: Turns, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """One event from question to answer: while it runs, Gradio takes no second question of this window."""
        visitor = visitor_language(request)
        text = text[:QUESTION_CHARS]
        if text.strip():
            messages = [*messages, {"role": "user", "content": escape_markdown(text)}]
        waiting = [] if service.model_loaded else [_reply(escape_markdown(say("loading", visitor)))]
        yield "", "", [*messages, *waiting], gr.skip(), gr.skip()
        turn = ask(service, text, earlier)
        number = len(earlier) + 1
        said = _reply(_said(turn, number, visitor))
        yield gr.skip(), gr.skip(), [*messages, said], sources_html(turn.answer, number, visitor), (*earlier, turn)

    def answer_example(
        messages: Messages, earlier: Turns, request: gr.Request, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        number, known = _field(event, "number"), _examples(service)
        if isinstance(number, int) and 0 <= number < len(known):
            yield from answer(known[number], messages, earlier, request)

    def open_turn(known: Turns, request: gr.Request, event: gr.EventData) -> str:
        number = _turn_of(_field(event, "ref"), len(known))
        return sources_html(known[number - 1].answer if number else None, number, visitor_language(request))

    def begin(request: gr.Request) -> tuple[str, Turns, str]:
        visitor = visitor_language(request)
        return sources_html(None, 0, visitor), (), examples_html(_examples(service), visitor)

    outputs = [question, examples, chat, panel, turns]
    answering: dict[str, Any] = {"concurrency_limit": _ANSWERS_AT_ONCE, "concurrency_id": "answer", **PRIVATE}
    question.submit(answer, [question, chat, turns], outputs, **answering)
    examples.pick(answer_example, [chat, turns], outputs, **answering)
    panel.cite(open_turn, turns, panel, **AT_ONCE)
    gr.on([page.load, chat.clear], begin, None, [panel, turns, examples], **AT_ONCE)


def ask(service: Service, asked: str, earlier: Turns) -> Turn:
    """Answer a question behind the earlier ones of its conversation; an error becomes part of the turn."""
    history = [turn.asked for turn in earlier if turn.answer and turn.answer.outcome is not Outcome.SMALL_TALK]
    try:
        return Turn(asked, service.chatbot().ask(asked, history))
    except IndexMissing:
        return Turn(asked, None)
    except RagError as error:
        return Turn(asked, None, str(error))
    except Exception as error:  # noqa: BLE001 - the edge: a crash must never look like "the articles do not say"
        traceback.print_exc(file=sys.stderr)
        return Turn(asked, None, f"{type(error).__name__}: {error}")


def _said(turn: Turn, number: int, visitor: Language) -> str:
    if turn.answer is None:
        return escape_markdown(say("failed", visitor, error=turn.error) if turn.error else say("no_index", visitor))
    return answer_markdown(turn.answer, number, visitor)


def _reply(content: str) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


def _field(event: gr.EventData, name: str) -> object:
    """What a script of ours sent along; it comes from a browser, so it may be anything."""
    return event._data.get(name) if isinstance(event._data, dict) else None


def _turn_of(reference: object, known: int) -> int:
    """The number of the turn that a citation's anchor names, or 0 where there is no such turn."""
    match = re.fullmatch(r"src-(\d{1,6})-\d{1,6}", reference) if isinstance(reference, str) else None
    number = int(match[1]) if match else 0
    return number if number <= known else 0


def _script(name: str) -> str:
    return files("rag.page").joinpath(name).read_text(encoding="utf-8")


def _examples(service: Service) -> list[str]:
    try:
        return examples_for(service.index())
    except RagError:
        return []
