"""The chat: a question in, its answer and its sources out. What is shown is always made of the conversation's turns."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import gradio as gr

from rag.errors import KeepingError, QuestionError
from rag.page.articles import examples_html
from rag.page.chat import asked_of, messages, waiting
from rag.page.controls import anew_html, rating_html, toolbar_html
from rag.page.failures import told
from rag.page.feedback import Feedback, rate
from rag.page.filtering import filter_bar_html, in_order, without
from rag.page.keeping import Keeper, Kept
from rag.page.service import Service
from rag.page.sources import sources_html
from rag.page.suggestions import Suggestions
from rag.page.texts import I18N, visitor_language
from rag.page.turns import QUESTION_CHARS, Conversation, Vote, ask, told_last
from rag.page.wiring import ANSWERING, AT_ONCE, PRIVATE, script, sent, warn
from rag.questions import parse_filter
from rag.records import Filter, Language

_SUGGESTION_SECONDS, _IDLE_SECONDS = 1.5, 5.0
"""How often a window without a question looks whether there are any to begin with, and whether the index is another."""


def chat_tab(
    page: gr.Blocks,
    tab: gr.Tab,
    service: Service,
    suggestions: Suggestions,
    keeper: Keeper | None,
    feedback: Feedback | None,
) -> None:
    """Without a ``keeper`` conversations end with their window; without ``feedback`` there are no thumbs."""
    here = uuid4().hex
    origin = gr.Textbox(here, visible=False)  # in a window that a server before has loaded, it names that one
    conversation = gr.State(Conversation())
    pending = gr.State("")
    limit = gr.State(Filter())
    suggesting = gr.Timer(_SUGGESTION_SECONDS, active=False)
    with gr.Row():
        with gr.Column(scale=5, min_width=340, elem_id="ask"):
            scripts = "".join(map(script, ("toolbar.js", "question.js", "reading.js")))
            toolbar = gr.HTML(elem_id="conversations", js_on_load=scripts)
            chat = gr.Chatbot(
                elem_id="chatbot",
                show_label=False,
                placeholder=I18N("placeholder"),  # type: ignore[arg-type]  # Gradio translates it all the same
                buttons=[],
                latex_delimiters=[],
                editable="user",
                autoscroll=False,  # reading.js does
            )
            rating = gr.HTML(elem_id="rating", js_on_load=script("rating.js"))
            examples = gr.HTML(elem_id="examples", js_on_load=script("examples.js"))
            question = gr.Textbox(
                elem_id="question",
                label=I18N("question"),
                show_label=False,
                placeholder=I18N("question_hint"),
                max_length=QUESTION_CHARS,
                submit_btn=True,
                autofocus=True,
            )
            filter_bar = gr.HTML(elem_id="filter", js_on_load=script("filter.js"))
        with gr.Column(scale=6, min_width=320):
            panel = gr.HTML(elem_id="sources", js_on_load=script("citations.js"))

    def shown(talk: Conversation, visitor: Language) -> dict[Any, Any]:
        """Everything that shows a conversation, made of it anew."""
        turns, articles, told = talk.turns, service.articles(), told_last(talk.turns)
        return {
            conversation: talk,
            chat: messages(turns, articles, visitor, votes=feedback is not None),
            panel: sources_html(turns[told - 1].answer if told else None, told, visitor, articles),
            examples: "" if turns else examples_html(suggestions.opening(visitor), visitor, "examples"),
            toolbar: tools(talk, visitor),
            rating: "",
            suggesting: gr.Timer(active=not turns),
        }

    def tools(talk: Conversation, visitor: Language) -> str:
        return toolbar_html(talk, _listed(keeper, visitor), visitor, ratings=feedback is not None)

    def answer(
        text: str, talk: Conversation, limited: Filter, loaded_from: str, request: gr.Request, event: gr.EventData
    ) -> Iterator[dict[Any, Any]]:
        """One event from question to answer, however it was asked: Gradio begins the next only when it has ended."""
        visitor = visitor_language(request)
        asked, earlier, limit_now = asked_of(event, text, talk.turns, limited or None)
        asked = asked[:QUESTION_CHARS]
        if loaded_from != here:
            yield {toolbar: anew_html(asked)}
            return
        if not asked.strip():
            yield {pending: ""}
            return
        yield {
            question: gr.Textbox(value="", submit_btn=False, stop_btn=True),
            pending: asked,
            examples: "",
            suggesting: gr.Timer(active=False),
            rating: "",
            chat: waiting(earlier, asked, service.articles(), visitor, service.model_loaded),
        }
        turn = ask(service, asked, earlier, limit_now)
        yield {pending: asked}  # a stop ends the generator here, before what was stopped is kept
        talk = _kept(keeper, replace(talk, turns=(*earlier, turn)), visitor)
        yield shown(talk, visitor) | {question: gr.Textbox(submit_btn=True, stop_btn=False), pending: ""}

    def go_on(text: str, talk: Conversation, request: gr.Request) -> dict[Any, Any]:
        """Questions that lead on from the answer, once it stands.

        Gradio sometimes loses that the box was emptied when the answer follows at once, so that is made up for here.
        """
        ready: dict[str, Any] = {"submit_btn": True, "stop_btn": False}
        if not talk.turns:
            return {question: gr.Textbox(**ready)}
        if text == talk.turns[-1].asked:
            ready["value"] = ""
        further = examples_html(suggestions.further(talk.turns), visitor_language(request), "further")
        return {examples: further, question: gr.Textbox(**ready)}

    def stop(asked: str, talk: Conversation, request: gr.Request) -> dict[Any, Any]:
        """Show the conversation as it was, with the question back where it can be put otherwise.

        It can be sent once the answer is really stopped: Gradio drops what is sent before, and then calls ``go_on``.
        """
        if not asked:
            return {question: gr.Textbox(submit_btn=True, stop_btn=False)}
        stopping = gr.Textbox(value=asked, submit_btn=False, stop_btn=False)
        return shown(talk, visitor_language(request)) | {question: stopping, pending: ""}

    def take_back(talk: Conversation, loaded_from: str, request: gr.Request) -> dict[Any, Any]:
        if loaded_from != here:
            return {toolbar: anew_html()}
        visitor, asked = visitor_language(request), talk.turns[-1].asked if talk.turns else ""
        talk = _kept(keeper, replace(talk, turns=talk.turns[:-1]), visitor)
        return shown(talk, visitor) | {question: _ready(asked)}

    def begin(request: gr.Request) -> dict[Any, Any]:
        """A new window, or one that was reloaded: then its address names the conversation."""
        visitor, named = visitor_language(request), request.query_params.get("conversation", "")
        talk = (_opened(keeper, named, service, visitor) if named else None) or Conversation()
        began = shown(talk, visitor)
        if not talk.turns:  # whoever has asked already must not lose the question
            del began[conversation], began[chat]
        return began

    def begin_anew(request: gr.Request) -> dict[Any, Any]:
        return shown(Conversation(), visitor_language(request)) | {question: _ready("")}

    def open_kept(talk: Conversation, request: gr.Request, event: gr.EventData) -> dict[Any, Any]:
        visitor = visitor_language(request)
        talk = _opened(keeper, str(sent(event, "id")), service, visitor) or talk
        return shown(talk, visitor) | {question: _ready("")}

    def delete(visitor: Language, event: gr.EventData) -> None:
        with _warned("not_deleted", visitor):
            if keeper is not None:
                keeper.delete(str(sent(event, "id")))

    def delete_kept(talk: Conversation, loaded_from: str, request: gr.Request, event: gr.EventData) -> dict[Any, Any]:
        visitor = visitor_language(request)
        delete(visitor, event)
        return {toolbar: tools(talk, visitor) if loaded_from == here else anew_html()}

    def delete_open(request: gr.Request, event: gr.EventData) -> dict[Any, Any]:
        """Delete the conversation of this window, and with it the answer that it may be waiting for."""
        delete(visitor_language(request), event)
        return begin_anew(request)

    def vote(talk: Conversation, loaded_from: str, request: gr.Request, event: gr.EventData) -> dict[Any, Any]:
        if loaded_from != here:
            return {toolbar: anew_html()}
        visitor, number = visitor_language(request), _number(sent(event, "turn"), len(talk.turns))
        if feedback is None or not number or talk.turns[number - 1].answer is None:
            return {rating: ""}
        given: Vote = "up" if sent(event, "vote") == "up" else "down"
        sentence = sent(event, "sentence")
        rated = rate(talk.turns, number, given, sentence if isinstance(sentence, str) else "", service.articles())
        if rated.stored:
            with _warned("not_kept", visitor):
                feedback.store(rated.turn, rated.history, rated.better)
                turns = (*talk.turns[: number - 1], rated.turn, *talk.turns[number:])
                talk = _kept(keeper, replace(talk, turns=turns), visitor)
        return {
            conversation: talk,
            chat: messages(talk.turns, service.articles(), visitor, votes=True),
            toolbar: tools(talk, visitor),  # where another window went on, this one's is a conversation of its own
            rating: rating_html(rated, number, visitor),
        }

    def open_turn(talk: Conversation, loaded_from: str, request: gr.Request, event: gr.EventData) -> dict[Any, Any]:
        if loaded_from != here:
            return {toolbar: anew_html()}
        number = _turn_of(sent(event, "ref"), len(talk.turns))
        chosen = talk.turns[number - 1].answer if number else None
        return {panel: sources_html(chosen, number, visitor_language(request), service.articles())}

    def limit_to(limited: Filter, loaded_from: str, request: gr.Request, event: gr.EventData) -> dict[Any, Any]:
        """Set the filter as the menu says, or lift the part of it whose chip was clicked."""
        if loaded_from != here:
            return {toolbar: anew_html()}
        visitor = visitor_language(request)
        try:
            given = parse_filter(in_order(sent(event, "filter")))
            limited = without(limited, sent(event, "part")) if given is None else given
        except QuestionError as error:
            warn("no_filter", visitor, error=told(error, visitor))
        return {limit: limited, filter_bar: filter_bar_html(limited, service.articles(), visitor)}

    def show_filter(limited: Filter, request: gr.Request) -> str:
        return filter_bar_html(limited, service.articles(), visitor_language(request))

    def suggest(talk: Conversation, request: gr.Request) -> dict[Any, Any]:
        """Questions to begin with, as soon as they are known, and others when another index is in use."""
        if talk.turns:
            return {suggesting: gr.Timer(active=False)}
        known, visitor = suggestions.ready(), visitor_language(request)
        return {
            examples: examples_html(suggestions.opening(visitor), visitor, "examples"),
            suggesting: gr.Timer(_IDLE_SECONDS if known else _SUGGESTION_SECONDS),
        }

    everything = [conversation, chat, panel, examples, toolbar, rating, question, pending, suggesting]
    asking = [question.submit, examples.select, chat.edit, toolbar.retry]
    given = [question, conversation, limit, origin]
    running = gr.on(asking, answer, given, everything, trigger_mode="always_last", **ANSWERING, **PRIVATE)
    running.then(go_on, [question, conversation], [examples, question], **PRIVATE)
    question.stop(stop, [pending, conversation], everything, cancels=running, **AT_ONCE)
    toolbar.undo(take_back, [conversation, origin], everything, **PRIVATE)
    toolbar.fresh(begin_anew, None, everything, cancels=running, **PRIVATE)
    toolbar.openkept(open_kept, conversation, everything, cancels=running, **PRIVATE)
    toolbar.dropkept(delete_kept, [conversation, origin], everything, **PRIVATE)
    toolbar.dropopen(delete_open, None, everything, cancels=running, **PRIVATE)
    # Each vote is given to the conversation that the one before has left; Gradio would drop one cast meanwhile.
    one_by_one: dict[str, Any] = {"trigger_mode": "multiple", "concurrency_limit": 1}
    voted = [conversation, chat, toolbar, rating]
    gr.on([toolbar.like, rating.submit], vote, [conversation, origin], voted, **one_by_one, **PRIVATE)
    panel.cite(open_turn, [conversation, origin], [panel, toolbar], **AT_ONCE)
    filter_bar.limit(limit_to, [limit, origin], [limit, filter_bar, toolbar], **PRIVATE)
    tab.select(show_filter, limit, filter_bar, **AT_ONCE)
    page.load(show_filter, limit, filter_bar, **AT_ONCE)
    page.load(begin, None, everything, **PRIVATE)  # a toast, if it cannot be opened, would be lost at once
    suggesting.tick(suggest, conversation, [examples, suggesting], **AT_ONCE)


def _ready(text: str) -> gr.Textbox:
    """The question box when nothing is being answered."""
    return gr.Textbox(value=text, submit_btn=True, stop_btn=False)


def _kept(keeper: Keeper | None, talk: Conversation, visitor: Language) -> Conversation:
    with _warned("not_kept", visitor):
        return keeper.save(talk) if keeper is not None else talk
    return talk


def _opened(keeper: Keeper | None, id: str, service: Service, visitor: Language) -> Conversation | None:
    """The conversation of that name; None, and a word on the page, where there is none to be had."""
    opened = None
    with _warned("not_opened", visitor):
        if keeper is not None and (opened := keeper.open(id, service.articles())) is None:
            warn("talk_gone", visitor)
    return opened


@contextmanager
def _warned(failure: str, visitor: Language) -> Iterator[None]:
    """What cannot be done with what is kept is said on the page, and why."""
    try:
        yield
    except KeepingError as error:
        warn(failure, visitor, error=told(error, visitor))


def _listed(keeper: Keeper | None, visitor: Language) -> Sequence[Kept] | str | None:
    """The conversations kept, or why they cannot be listed; None where none are kept."""
    try:
        return keeper.listed() if keeper is not None else None
    except KeepingError as error:
        return told(error, visitor)


def _number(value: object, most: int) -> int:
    return value if isinstance(value, int) and 1 <= value <= most else 0


def _turn_of(reference: object, known: int) -> int:
    """The number of the turn that a citation's anchor names, or 0 where there is no such turn."""
    match = re.fullmatch(r"src-(\d{1,6})-(?:\d{1,6}|timeline)", reference) if isinstance(reference, str) else None
    return _number(int(match[1]), known) if match else 0
