"""The articles: what is indexed, adding and removing, and building the index anew while the old one answers."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from rag.errors import ArticleError, IndexMissing, RagError
from rag.page.articles import article_rows, chosen_html, job_html, status_html
from rag.page.failures import told
from rag.page.service import Job, Service
from rag.page.texts import I18N, say, visitor_language
from rag.page.uploads import add_articles, own_files, set_aside
from rag.page.wiring import AT_ONCE, PRIVATE, inform, script, sent, warn
from rag.reading import SUFFIXES
from rag.records import Language

_POLL_SECONDS, _IDLE_SECONDS = 0.5, 5.0
"""How often a window looks how a build goes, and whether another one has begun it."""
_COLUMNS = ("title", "publisher", "date", "language", "words", "passages", "file")
_WIDTHS: list[str | int] = ["32%", *["10.5%"] * 5, "15.5%"]
"""The style sheet repeats them for phones, where Gradio reckons them by the screen and not by the table."""


def articles_tab(page: gr.Blocks, service: Service, editable: bool) -> None:
    status = gr.HTML(elem_id="index-status")
    table = gr.Dataframe(
        elem_id="article-table",
        datatype="str",
        label=I18N("table_hint"),
        show_label=True,
        interactive=False,
        show_search="search",
        wrap=True,
        buttons=[],
        max_height=420,
        column_widths=_WIDTHS,
    )
    chosen = gr.HTML(elem_id="chosen", js_on_load=script("chosen.js"))
    timer = gr.Timer(_IDLE_SECONDS)
    seen = gr.State((Job(), 0.0))
    if not editable:
        gr.Markdown(I18N("read_only"))
    with gr.Row(visible=editable):
        with gr.Column(min_width=320):
            upload = gr.File(
                label=I18N("upload"), elem_id="upload", file_count="multiple", file_types=list(SUFFIXES), height=160
            )
        with gr.Column(min_width=320):
            with gr.Row():
                rebuild = gr.Button(I18N("rebuild"), elem_id="rebuild", variant="primary", size="md")
                cancel = gr.Button(I18N("cancel"), elem_id="cancel", size="md", interactive=False, min_width=120)
            job = gr.HTML(elem_id="job")
            back = gr.Button(I18N("rollback"), elem_id="rollback", size="sm")
            with gr.Row(visible=False, elem_id="rollback-sure") as sure:
                gr.Markdown(I18N("rollback_sure"))
                yes = gr.Button(I18N("rollback_yes"), elem_id="rollback-yes", size="sm", min_width=120)
                no = gr.Button(I18N("rollback_no"), elem_id="rollback-no", size="sm", min_width=120)
    building = [job, rebuild, cancel, back, timer, seen]
    everything = [status, table, *building]

    def progress(request: gr.Request) -> dict[Any, Any]:
        """How the build goes and what may be done meanwhile."""
        visitor, shown = visitor_language(request), service.job
        running = shown.phase == "running"
        return {
            job: job_html(shown, len(service.articles()), visitor, service.cancelling),
            rebuild: gr.Button(interactive=not running),
            cancel: gr.Button(interactive=running and not service.cancelling),
            back: gr.Button(interactive=not running),
            timer: gr.Timer(_POLL_SECONDS if running else _IDLE_SECONDS),
            seen: (shown, shown.began),
        }

    def refresh(request: gr.Request) -> dict[Any, Any]:
        visitor = visitor_language(request)
        return {status: status_html(service, visitor), table: _article_table(service, visitor)} | progress(request)

    def tick(last: tuple[Job, float], request: gr.Request) -> Any:
        if service.job.phase == "running":
            return progress(request)
        return gr.skip() if (service.job, service.job.began) == last else refresh(request)

    def start(request: gr.Request) -> dict[Any, Any]:
        if not service.rebuild():
            warn("job_busy", visitor_language(request))
        return progress(request)

    def stop(request: gr.Request) -> dict[Any, Any]:
        service.cancel()
        return progress(request)

    def store(paths: Sequence[str] | None, request: gr.Request) -> None:
        """Let the files in, and empty the field for the next ones."""
        visitor = visitor_language(request)
        uploaded = add_articles(paths or [], service.settings)
        if uploaded.added:
            inform("added", visitor, names=", ".join(uploaded.added))
        if uploaded.replaced:
            inform("replaced", visitor, names=", ".join(uploaded.replaced))
        if uploaded.rejected:
            warn("rejected", visitor, reasons="; ".join(told(reason, visitor) for reason in uploaded.rejected))

    def roll_back(request: gr.Request) -> dict[Any, Any]:
        visitor = visitor_language(request)
        try:
            if not service.roll_back():
                warn("job_busy", visitor)
        except IndexMissing:
            warn("rolled_nothing", visitor)
        except RagError as error:
            warn("not_rolled", visitor, error=told(error, visitor))
        return refresh(request) | {sure: gr.Row(visible=False)}

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
            warn("not_removed", visitor, error=told(error, visitor))
        else:
            inform("removed", visitor, name=name, copy=copy)
        return ""

    page.load(refresh, None, everything, **AT_ONCE)
    timer.tick(tick, seen, everything, **AT_ONCE)
    table.select(choose, None, chosen, **AT_ONCE)
    if editable:
        rebuild.click(start, None, building, **PRIVATE)
        cancel.click(stop, None, building, **AT_ONCE)
        upload.upload(store, upload, upload, **PRIVATE)
        back.click(lambda: gr.Row(visible=True), None, sure, **AT_ONCE)
        no.click(lambda: gr.Row(visible=False), None, sure, **AT_ONCE)
        yes.click(roll_back, None, [*everything, sure], **PRIVATE)
        chosen.remove(remove, None, chosen, **PRIVATE)


def _article_table(service: Service, visitor: Language) -> dict[str, Any]:
    columns = [say(f"{name}_column", visitor) for name in _COLUMNS]
    try:
        return {"headers": columns, "data": article_rows(service.index(), visitor)}
    except RagError:
        return {"headers": columns, "data": []}
