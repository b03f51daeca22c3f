"""The articles: what is indexed, adding to it, and building the index anew while the old one answers."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from rag.errors import RagError
from rag.page.articles import article_rows, job_html, status_html
from rag.page.service import Service
from rag.page.texts import I18N, say, visitor_language
from rag.page.uploads import add_articles
from rag.page.wiring import AT_ONCE, PRIVATE, script
from rag.reading import SUFFIXES
from rag.records import Language

_POLL_SECONDS = 0.5


def articles_tab(page: gr.Blocks, service: Service, editable: bool) -> None:
    status = gr.HTML(elem_id="index-status", js_on_load=script("articles.js"))
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
    if not editable:
        gr.Markdown(I18N("read_only"))
    upload = gr.File(
        label=I18N("upload"), elem_id="upload", file_count="multiple", file_types=list(SUFFIXES), visible=editable
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

    page.load(refresh, None, refreshed, **AT_ONCE)
    timer.tick(tick, None, refreshed, **AT_ONCE)
    if editable:
        rebuild.click(start, None, refreshed, **PRIVATE)
        cancel.click(service.cancel, None, None, **AT_ONCE)
        upload.upload(store, upload, None, **PRIVATE)


def _article_table(service: Service, visitor: Language) -> dict[str, Any]:
    columns = [say(f"{name}_column", visitor) for name in ("title", "publisher", "date", "words", "file")]
    try:
        return {"headers": columns, "data": article_rows(service.index(), visitor)}
    except RagError:
        return {"headers": columns, "data": []}
