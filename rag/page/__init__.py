"""The chat page: questions on the left, the sources of their answers on the right, the articles behind a tab."""

import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeAlias

import gradio as gr

from rag.errors import RagError
from rag.page.answers import answer_markdown, escape_markdown
from rag.page.articles import article_rows, examples_for, examples_html, job_html, status_html
from rag.page.service import Service
from rag.page.sources import sources_html
from rag.page.texts import I18N, say, visitor_language
from rag.page.uploads import add_articles
from rag.reading import SUFFIX
from rag.records import Answer, Language, Outcome

QUESTION_CHARS = 2000
_ANSWERS_AT_ONCE = 2
_POLL_SECONDS = 0.5
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_AT_ONCE: dict[str, Any] = {"queue": False, **_PRIVATE}


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it: an answer, or the error that kept it from being answered."""

    asked: str
    answer: Answer | None
    error: str = ""


Turns: TypeAlias = tuple[Turn, ...]
Messages: TypeAlias = list[dict[str, Any]]


def build_page(service: Service, editable: bool) -> gr.Blocks:
    """The page over ``service``; articles and index can be changed from it only where ``editable``."""
    page = gr.Blocks(title="Belegt", analytics_enabled=False, delete_cache=(3600, 86400))
    with page:
        gr.HTML("<h1>Belegt</h1><p>Antworten mit Beleg · Answers with proof</p>", elem_id="brand")
        with gr.Tab(I18N("chat")):
            _chat_tab(page, service)
        with gr.Tab(I18N("articles")):
            _articles_tab(page, service, editable)
    return page


def _chat_tab(page: gr.Blocks, service: Service) -> None:
    turns = gr.State(())
    asked = gr.State("")
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

    def take(text: str, messages: Messages) -> tuple[str, str, Messages, str]:
        said = [{"role": "user", "content": escape_markdown(text)}] if text.strip() else []
        return text[:QUESTION_CHARS], "", [*messages, *said], ""

    def answer(text: str, messages: Messages, earlier: Turns, request: gr.Request) -> Iterator[Any]:
        visitor = visitor_language(request)
        if not service.model_loaded:
            yield [*messages, _reply(escape_markdown(say("loading", visitor)))], gr.skip(), gr.skip()
        turn = ask(service, text, earlier)
        later = (*earlier, turn)
        yield (
            [*messages, _reply(_said(turn, len(later), visitor))],
            sources_html(turn.answer, len(later), visitor),
            later,
        )

    def open_turn(known: Turns, request: gr.Request, event: gr.EventData) -> str:
        number = _turn_of(_field(event, "ref"), len(known))
        return sources_html(known[number - 1].answer if number else None, number, visitor_language(request))

    def begin(request: gr.Request) -> tuple[str, Turns, str]:
        visitor = visitor_language(request)
        return sources_html(None, 0, visitor), (), examples_html(_examples(service), visitor)

    def pick(event: gr.EventData) -> str:
        number, known = _field(event, "number"), _examples(service)
        return known[number] if isinstance(number, int) and 0 <= number < len(known) else ""

    def wire(start: Any, *inputs: Any) -> None:
        start(take, [*inputs, chat], [asked, question, chat, examples], **_AT_ONCE).then(
            answer,
            [asked, chat, turns],
            [chat, panel, turns],
            concurrency_limit=_ANSWERS_AT_ONCE,
            concurrency_id="answer",
            **_PRIVATE,
        )

    wire(question.submit, question)
    picked = gr.State("")
    wire(examples.pick(pick, None, picked, **_AT_ONCE).then, picked)
    panel.cite(open_turn, turns, panel, **_AT_ONCE)
    gr.on([page.load, chat.clear], begin, None, [panel, turns, examples], **_AT_ONCE)


def _articles_tab(page: gr.Blocks, service: Service, editable: bool) -> None:
    status = gr.HTML(elem_id="index-status")
    table = gr.Dataframe(
        elem_id="article-table",
        datatype="str",
        interactive=False,
        show_search="filter",
        wrap=True,
        buttons=[],
        max_height=420,
        column_widths=["46%", "12%", "12%", "8%", "22%"],
    )
    timer = gr.Timer(_POLL_SECONDS, active=False)
    upload = gr.File(
        label=I18N("upload"), elem_id="upload", file_count="multiple", file_types=[SUFFIX], visible=editable
    )
    with gr.Row(visible=editable):
        rebuild = gr.Button(I18N("rebuild"), elem_id="rebuild", variant="primary", size="md")
        cancel = gr.Button(I18N("cancel"), elem_id="cancel", size="md", interactive=False)
    job = gr.HTML(elem_id="job")
    refreshed = [status, table, job, timer, cancel]

    def refresh(request: gr.Request) -> tuple[Any, ...]:
        visitor = visitor_language(request)
        articles = _article_table(service, visitor)
        job_shown = job_html(service.job, len(articles["data"]), visitor)
        running = service.job.phase == "running"
        return (
            status_html(service, visitor),
            articles,
            job_shown,
            gr.Timer(active=running),
            gr.Button(interactive=running),
        )

    def tick(request: gr.Request) -> tuple[Any, ...]:
        if service.job.phase != "running":
            return refresh(request)
        return gr.skip(), gr.skip(), job_html(service.job, 0, visitor_language(request)), gr.skip(), gr.skip()

    def start(request: gr.Request) -> tuple[Any, ...]:
        if not service.rebuild():
            gr.Warning(say("job_busy", visitor_language(request)))
        shown = job_html(service.job, 0, visitor_language(request))
        return gr.skip(), gr.skip(), shown, gr.Timer(active=True), gr.Button(interactive=True)

    def store(paths: Sequence[str] | None, request: gr.Request) -> None:
        visitor = visitor_language(request)
        uploaded = add_articles(paths or [], service.settings)
        if uploaded.added:
            gr.Info(say("added", visitor, names=", ".join(uploaded.added)))
        if uploaded.rejected:
            gr.Warning(say("rejected", visitor, reasons="; ".join(uploaded.rejected)))

    page.load(refresh, None, refreshed, **_AT_ONCE)
    timer.tick(tick, None, refreshed, **_AT_ONCE)
    if editable:
        rebuild.click(start, None, refreshed, **_PRIVATE)
        cancel.click(service.cancel, None, None, **_AT_ONCE)
        upload.upload(store, upload, None, **_PRIVATE)


def ask(service: Service, asked: str, earlier: Turns) -> Turn:
    """Answer a question behind the earlier ones of its conversation; an error becomes part of the turn."""
    history = [turn.asked for turn in earlier if turn.answer and turn.answer.outcome is not Outcome.SMALL_TALK]
    try:
        return Turn(asked, service.chatbot().ask(asked, history))
    except RagError as error:
        return Turn(asked, None, str(error))
    except Exception as error:  # noqa: BLE001 - the edge: a crash must never look like "the articles do not say"
        traceback.print_exc(file=sys.stderr)
        return Turn(asked, None, f"{type(error).__name__}: {error}")


def _said(turn: Turn, number: int, visitor: Language) -> str:
    if turn.answer is None:
        return escape_markdown(say("failed", visitor, error=turn.error))
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


def _article_table(service: Service, visitor: Language) -> dict[str, Any]:
    columns = [say(f"{name}_column", visitor) for name in ("title", "publisher", "date", "words", "file")]
    try:
        return {"headers": columns, "data": article_rows(service.index(), visitor)}
    except RagError:
        return {"headers": columns, "data": []}
