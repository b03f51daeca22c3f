"""Serving the page: to this machine only unless told otherwise, without one request to any other."""

import asyncio
import ipaddress
import os
import socket
import sys
from importlib.resources import files
from typing import Any

import gradio as gr
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.errors import ServerError
from rag.page import build_page
from rag.page.feedback import Feedback
from rag.page.keeping import Keeper
from rag.page.routes import routes
from rag.page.service import Service
from rag.page.texts import I18N
from rag.settings import Settings

_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
"""Gradio's own scripts need 'unsafe-inline' and 'unsafe-eval'; the rest keeps every outside load out."""

_UPLOADS = ("/gradio_api/upload", "/gradio_api/process_recording")
"""Where Gradio stores what is sent, whatever the page shows."""

_THEME = gr.themes.Base(
    primary_hue="amber", neutral_hue="stone", font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
).set(button_primary_text_color="#1c1a12", button_primary_text_color_dark="#1c1a12")


class _Headers:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class _Gate:
    """Refuses pages of other sites, which Gradio would answer with the reader's cookie, and files nobody may add."""

    def __init__(self, app: ASGIApp, editable: bool) -> None:
        self.app = app
        self.editable = editable

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope["path"], Headers(scope=scope)) if scope["type"] == "http" else ""
        await (JSONResponse({"error": refusal}, 403) if refusal else self.app)(scope, receive, send)

    def _refusal(self, path: str, headers: Headers) -> str:
        """Why a request is not answered; empty for one that is."""
        # Browsers name the origin of whatever a page sends elsewhere or posts; programs name none. Where a proxy gives
        # the page another name, only the browser knows that it is the page's own; it says so over https alone.
        origin, host = headers.get("origin"), headers.get("host")
        own = headers.get("sec-fetch-site") == "same-origin"
        if origin is not None and not own and origin.partition("://")[2] != host:
            return f"a page of {origin} may not ask {host}: if they are one, have the proxy pass on the Host header"
        if not self.editable and path in _UPLOADS:
            return "files can be added from a network only with a password: serve with RAG_AUTH=USER:PASSWORD"
        return ""


class InOrder:
    """Has a browser hear that a stream of events has ended before it hears that its next event was taken.

    Gradio's page opens a stream for an event only where none is open as the event is taken. One that hears of the end
    later, on another connection, would wait for what the event gives until it sends one more.
    """

    STREAM, JOIN = "/gradio_api/queue/data", "/gradio_api/queue/join"
    SECONDS = 0.1

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.ended = -self.SECONDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        clock = asyncio.get_running_loop().time

        async def noted(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self.ended = clock()

        async def held(message: Message) -> None:
            if message["type"] == "http.response.start":
                await asyncio.sleep(self.ended + self.SECONDS - clock())
            await send(message)

        by_path = {self.STREAM: noted, self.JOIN: held} if scope["type"] == "http" else {}
        await self.app(scope, receive, by_path.get(scope.get("path", ""), send))


def launch(service: Service) -> gr.Blocks:
    """Start serving in the background and return the running page; raises ``ServerError`` on a port in use."""
    settings = service.settings
    _check_port(settings)
    at_home = is_this_machine(settings.host)
    account = settings.account
    editable = at_home or account is not None
    keeper = Keeper(settings.data_folder) if at_home else None  # what one asks is nobody else's business
    feedback = Feedback(settings.data_folder) if editable else None
    service.start()
    page = build_page(service, editable, keeper, feedback)

    middleware = [Middleware(_Headers), Middleware(_Gate, editable=editable), Middleware(InOrder)]
    if at_home:
        # A web site could point a name of its own at 127.0.0.1 and have a browser read the articles from here.
        names = ["localhost", "127.0.0.1", "[::1]", _in_url(settings.host)]
        middleware.append(Middleware(TrustedHostMiddleware, allowed_hosts=names))
    options: dict[str, Any] = {
        "routes": routes(service, feedback),
        "middleware": middleware,
        "docs_url": None,
        "redoc_url": None,
        "openapi_url": None,
    }
    limits = settings.limits
    page.queue(default_concurrency_limit=4, max_size=64)
    try:
        page.launch(
            server_name=_in_url(settings.host),
            server_port=settings.port or None,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
            css=files("rag.page").joinpath("style.css").read_text(encoding="utf-8"),
            theme=_THEME,
            i18n=I18N,
            max_file_size=max(limits.max_file_bytes, limits.max_document_bytes, limits.max_archive_bytes),
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            show_error=False,
            auth=[account] if account else None,
            auth_message="<h1>Belegt</h1>",
            app_kwargs=options,
        )
    except OSError as error:
        raise _not_served(settings, error) from error
    return page


def serve(settings: Settings) -> None:
    """Serve the page until interrupted."""
    page = launch(Service(settings))
    if settings.account is None and not is_this_machine(settings.host):
        print("rag: served to a network without --auth: articles can be read there, but not changed", file=sys.stderr)
    print(f"Belegt is open at {page.local_url} (stop with Ctrl-C)", flush=True)
    page.block_thread()


def _check_port(settings: Settings) -> None:
    """Raise ``ServerError`` where Gradio would only look for another port."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            if os.name != "nt":  # there it would let the probe share a port in use
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as error:
        raise _not_served(settings, error) from None


def _not_served(settings: Settings, error: OSError) -> ServerError:
    remedy = (
        "give an address of this machine with --host"
        if isinstance(error, socket.gaierror)
        else "stop what uses the port, or choose another with --port"
    )
    return ServerError(
        f"the page cannot be served at {_in_url(settings.host)}:{settings.port} ({error.strerror or error}): {remedy}"
    )


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
