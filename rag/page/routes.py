"""What is served beside Gradio's own: articles by address, answers for programs, ratings, health.

Gradio asks for the password on its own routes only. Here ``_guarded`` does, by Gradio's cookie or by HTTP Basic.
"""

import secrets
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import anyio
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from rag.errors import QuestionError, RagError
from rag.page.article_page import article_page, no_article_page
from rag.page.feedback import Feedback
from rag.page.programs import answer_for_programs
from rag.page.service import Service
from rag.page.texts import visitor_language
from rag.page.wiring import ANSWERS_AT_ONCE
from rag.questions import parse_question

BODY_BYTES = 64_000

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


def routes(service: Service, feedback: Feedback | None) -> list[Route]:
    """Every route but ``/healthz`` is behind the password, where there is one."""
    at_once = anyio.CapacityLimiter(ANSWERS_AT_ONCE)

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "model_loaded": service.model_loaded})

    def article(request: Request) -> Response:
        visitor, named = visitor_language(request), request.path_params["id"]
        found = service.articles().named(named)
        if found is None:
            return HTMLResponse(no_article_page(named, visitor), 404)
        asked = request.query_params
        return HTMLResponse(article_page(found, _place(asked), asked.get("text", ""), visitor))

    async def ask(request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _refused(415, "send the question as application/json")
        body = await _body(request)
        if body is None:
            return _refused(413, f"the request has more than {BODY_BYTES} bytes")
        try:
            fields = _question(body)
            answer = await anyio.to_thread.run_sync(lambda: answer_for_programs(service, **fields), limiter=at_once)
        except RagError as error:
            return _refused(400 if isinstance(error, QuestionError) else 503, str(error))
        return JSONResponse(answer)

    def ratings(_: Request) -> Response:
        content = feedback.path.read_bytes() if feedback is not None and feedback.path.exists() else b""
        headers = {"content-disposition": 'attachment; filename="feedback.jsonl"'}
        return Response(content, media_type="application/jsonl; charset=utf-8", headers=headers)

    return [
        Route("/healthz", health),
        Route("/article/{id:path}", _guarded(_apart(article), service)),
        Route("/api/ask", _guarded(ask, service), methods=["POST"]),
        Route("/feedback.jsonl", _guarded(_apart(ratings), service)),
    ]


def _apart(handler: Callable[[Request], Response]) -> Handler:
    """What waits for the index or the disk, in a thread: all other requests would wait with it."""

    async def run(request: Request) -> Response:
        return await anyio.to_thread.run_sync(handler, request)

    return run


async def _body(request: Request) -> bytes | None:
    """What was sent; None as soon as it is more than is taken."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            return None
    return body


def _question(body: bytes) -> dict[str, Any]:
    try:
        fields = parse_question(body.decode(), "request")
    except UnicodeDecodeError:
        raise QuestionError("request: no UTF-8") from None
    if not isinstance(fields.get("id"), str | None):
        raise QuestionError('request: "id" must be a string')
    return {name: fields.get(name) for name in ("question", "history", "filter", "id")}


def _guarded(handler: Handler, service: Service) -> Handler:
    async def checked(request: Request) -> Response:
        if service.settings.account is None or _signed_in(request) or _basic(request, service.settings.account):
            return await handler(request)
        return JSONResponse(
            {"error": "sign in on the page, or send user and password by HTTP Basic"},
            401,
            headers={"www-authenticate": 'Basic realm="Belegt", charset="UTF-8"'},
        )

    return checked


def _signed_in(request: Request) -> bool:
    """Whether the browser holds a cookie that Gradio gave it for the password."""
    app = request.app
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    return any(request.cookies.get(name) in app.tokens for name in names)


def _basic(request: Request, account: tuple[str, str]) -> bool:
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    try:
        given = b64decode(sent, validate=True)
    except ValueError:
        return False
    return scheme.lower() == "basic" and secrets.compare_digest(given, ":".join(account).encode())


def _place(asked: Any) -> tuple[int, int] | None:
    try:
        return int(asked["start"]), int(asked["end"])
    except (KeyError, ValueError):
        return None


def _refused(status: int, error: str) -> Response:
    return JSONResponse({"error": error}, status)
