"""The chat page: questions on the left, the sources of their answers on the right, the articles behind a tab."""

import json
from typing import Any

import gradio as gr
from gradio.events import api

from rag.errors import RagError
from rag.page.articles_tab import articles_tab
from rag.page.chat_tab import chat_tab
from rag.page.feedback import Feedback
from rag.page.keeping import Keeper
from rag.page.naming import head_html
from rag.page.programs import answer_for_programs
from rag.page.service import Service
from rag.page.suggestions import Suggestions
from rag.page.texts import I18N, visitor_language
from rag.page.wiring import ANSWERING, AT_ONCE, script
from rag.questions import parse_question


def build_page(service: Service, editable: bool, keeper: Keeper | None, feedback: Feedback | None) -> gr.Blocks:
    """The page over ``service``; articles and index can be changed from it only where ``editable``."""

    def ask(question: str, history: list[str] | None = None, filter: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            sent = json.dumps({"question": question, "history": history, "filter": filter})  # of any type
            return answer_for_programs(service, **parse_question(sent, "request"))
        except RagError as error:
            raise gr.Error(str(error), print_exception=False) from None

    def show_head(request: gr.Request) -> str:
        return head_html(visitor_language(request))

    page = gr.Blocks(title="Belegt", analytics_enabled=False, delete_cache=(3600, 86400))
    with page:
        head = gr.HTML("<h1>Belegt</h1>", elem_id="brand", js_on_load=script("names.js"))
        page.load(show_head, None, head, **AT_ONCE)
        with gr.Tab(I18N("chat")) as chat:
            chat_tab(page, chat, service, Suggestions(service), keeper, feedback)
        with gr.Tab(I18N("articles")):
            articles_tab(page, service, editable)
        api(ask, api_name="ask", **ANSWERING)
    return page
