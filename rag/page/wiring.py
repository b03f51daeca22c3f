"""How the page's events are run."""

from html import escape
from importlib.resources import files
from typing import Any

import gradio as gr

from rag.page.texts import say
from rag.records import Language

ANSWERS_AT_ONCE = 2

ANSWERING: dict[str, Any] = {"concurrency_limit": ANSWERS_AT_ONCE, "concurrency_id": "answer"}
"""For what asks the chatbot."""

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Not offered as an API, and without Gradio's overlay."""

AT_ONCE: dict[str, Any] = {"queue": False, **PRIVATE}
"""For what takes no time: it does not wait behind answers."""


def script(name: str) -> str:
    """A script of ours, to run inside a component."""
    return files("rag.page").joinpath(name).read_text(encoding="utf-8")


def sent(event: gr.EventData, name: str) -> object:
    """What a script of ours sent along; it comes from a browser, so it may be anything."""
    return event._data.get(name) if isinstance(event._data, dict) else None


def inform(key: str, visitor: Language, **values: object) -> None:
    """A toast, as are warnings. Gradio would take its text, in which files are named, for HTML."""
    gr.Info(escape(say(key, visitor, **values)), title=say("notice", visitor))


def warn(key: str, visitor: Language, **values: object) -> None:
    gr.Warning(escape(say(key, visitor, **values)), title=say("warning", visitor))
