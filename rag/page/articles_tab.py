"""The articles: what is indexed, adding and removing, and building the index anew while the old one answers."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from rag.errors import ArticleError, IndexMissing, RagError
from rag.page.articles import article_rows, chosen_html, job_html, status_html
from rag.page.service import Service
from rag.page.texts import I18N, say, visitor_language
from rag.page.uploads import add_articles, own_files, set_aside
from rag.page.wiring import AT_ONCE, PRIVATE, inform, script, sent, warn
from rag.reading import SUFFIXES
from rag.records import Language

_POLL_SECONDS = 0.5
_COLUMNS = ("title", "publisher", "date", "language", "words", "passages", "file")
_WIDTHS: list[str | int] = ["32%", *["10.5%"] * 5, "15.5%"]
"""The style sheet repeats them for phones, where Gradio reckons them by the screen and not by the table."""


def articles_tab(page: gr.Blocks, service: Service, editable: bool) -> None:
    status = gr.HTML(elem_id="index-status", js_on_load=script("articles.js"))
    table = gr.Dataframe(
        elem_id="article-table",
        datatype="str",
        label=I18N("table_hint"),
        show_label=True,
        interactive=False,
        show_search="filter",
        wrap=True,
        buttons=[],
        max_height=420,
        column_widths=_WIDTHS,
    )
    chosen = gr.HTML(elem_id="chosen", js_on_load=script("chosen.js"))
    timer = gr.Timer(_POLL_SECONDS, active=False)
    if not editable:
        gr.Markdown(I18N("read_only"))
    upload = gr.File(
        label=I18N("upload"), elem_id="upload", file_count="multiple", file_types=list(SUFFIXES), visible=editable
    )
    with gr.Row(visible=editable):
        rebuild = gr.Button(I18N("rebuild"), elem_id="rebuild", variant="primary", size="md")
        cancel = gr.Button(I18N("cancel"), elem_id="cancel", size="md", interactive=False)
        back = gr.Button(I18N("rollback"), elem_id="rollback", size="md")
    with gr.Row(visible=False, elem_id="rollback-sure") as sure:
        gr.Markdown(I18N("rollback_sure"))
        yes = gr.Button(I18N("rollback_yes"), elem_id="rollback-yes", size="md")
        no = gr.Button(I18N("rollback_no"), elem_id="rollback-no", size="md")
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
            warn(say("job_busy", visitor_language(request)))
        shown = job_html(service.job, 0, visitor_language(request))
        return gr.skip(), gr.skip(), shown, gr.Timer(active=True), gr.Button(interactive=True)

    def store(paths: Sequence[str] | None, request: gr.Request) -> None:
        visitor = visitor_language(request)
        uploaded = add_articles(paths or [], service.settings)
        if uploaded.added:
            inform(say("added", visitor, names=", ".join(uploaded.added)))
        if uploaded.rejected:
            warn(say("rejected", visitor, reasons="; ".join(uploaded.rejected)))

    def roll_back(request: gr.Request) -> tuple[Any, ...]:
        visitor = visitor_language(request)
        try:
            if not service.roll_back():
                warn(say("job_busy", visitor))
        except IndexMissing:
            warn(say("rolled_nothing", visitor))
        except RagError as error:
            warn(say("not_rolled", visitor, error=str(error)))
        return *refresh(request), gr.Row(visible=False)

    def choose(request: gr.Request, event: gr.SelectData) -> str:
        visitor = visitor_language(request)
        rows = _article_table(service, visitor)["data"]
        if event.row_value not in rows:  # the index is another one since
            return ""
        removable = own_files(service.settings) if editable else ()
        return chosen_html(service.articles()[rows.index(event.row_value)], removable, visitor)

    def remove(request: gr.Request, event: gr.EventData) -> str:
        visitor, name = visitor_language(request), str(sent(event, "file"))
        try:
            copy = set_aside(name, service.settings)
        except ArticleError as error:
            warn(say("not_removed", visitor, error=str(error)))
        else:
            inform(say("removed", visitor, name=name, copy=copy))
        return ""

    page.load(refresh, None, refreshed, **AT_ONCE)
    timer.tick(tick, None, refreshed, **AT_ONCE)
    table.select(choose, None, chosen, **AT_ONCE)
    if editable:
        rebuild.click(start, None, refreshed, **PRIVATE)
        cancel.click(service.cancel, None, None, **AT_ONCE)
        upload.upload(store, upload, None, **PRIVATE)
        back.click(lambda: gr.Row(visible=True), None, sure, **AT_ONCE)
        no.click(lambda: gr.Row(visible=False), None, sure, **AT_ONCE)
        yes.click(roll_back, None, [*refreshed, sure], **PRIVATE)
        chosen.remove(remove, None, chosen, **PRIVATE)


def _article_table(service: Service, visitor: Language) -> dict[str, Any]:
    columns = [say(f"{name}_column", visitor) for name in _COLUMNS]
    try:
        return {"headers": columns, "data": article_rows(service.index(), visitor)}
    except RagError:
        return {"headers": columns, "data": []}
