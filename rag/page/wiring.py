"""How the page's events are run."""

from html import escape
from importlib.resources import files
from typing import Any

import gradio as gr

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


def inform(text: str) -> None:
    """A toast. Gradio would take the text, in which files are named, for HTML."""
    gr.Info(escape(text))


def warn(text: str) -> None:
    gr.Warning(escape(text))
