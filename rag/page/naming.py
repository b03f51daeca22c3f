"""The head of the page, and what its parts are called for those who hear it.

Gradio names its parts in English or not at all, whatever the page's language, and a message by its whole source text.
``names.js`` gives them the names that the head carries.
"""

import json
from html import escape

from rag.page.texts import say
from rag.records import Language

_NAMES = (
    ("#chatbot [role=log]", "log", ("aria-label",)),
    ("#chatbot [data-testid=user]", "asked", ("aria-label",)),
    ("#chatbot [data-testid=bot]", "said", ("aria-label",)),
    ("#chatbot .edit-textarea", "question", ("aria-label",)),
    ("#question .submit-button", "ask", ("aria-label", "title")),
    ("#question .stop-button", "stop", ("aria-label", "title")),
    ("#article-table .search-input", "filter", ("aria-label", "title", "placeholder")),
    ("#article-table [role=toolbar]", "filter", ("aria-label",)),
    ("#article-table .cell-menu-button", "column_menu", ("aria-label",)),
    ("#upload .upload-container", "upload_here", ("aria-label",)),
    (".toast-close", "close", ("aria-label",)),
)
"""Selector, key of the name, attributes that hold it."""

_GROUPS = "#chatbot :is([data-testid=user], [data-testid=bot]), .toast-header"
"""A message without a role has no name either; a toast is said to be a button and holds another."""


def head_html(language: Language) -> str:
    names = [(selector, dict.fromkeys(attributes, say(key, language))) for selector, key, attributes in _NAMES]
    names.append((_GROUPS, {"role": "group"}))
    return (
        f'<h1>Belegt</h1><p data-names="{escape(json.dumps(names, ensure_ascii=False))}">'
        f"{escape(say('claim', language))}</p>"
    )
