"""What is served beside the page: answers for programs, lone articles, ratings; who gets in and may change what."""

import asyncio
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from starlette.types import Message, Receive, Scope, Send

from rag.building import build
from rag.cli import main
from rag.corpus import Articles, Corpus
from rag.embedding import Embedder
from rag.errors import ModelError
from rag.index import Index
from rag.page.article_page import article_page
from rag.page.server import InOrder, launch
from rag.page.service import Service
from rag.settings import Settings, load_settings
from rag.store import load_index
from rag.stores import FolderStore
from tests.conftest import LetterEmbedder, make_article, no_progress

QUESTION = "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?"


@contextmanager
def served(settings: Settings, embedder: Embedder, **changed: Any) -> Iterator[httpx.Client]:
    """A client of a page over the settings, on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = settings.model_dump() | {"port": port} | changed
    page = launch(Service(load_settings(**given), lambda _: embedder))
    try:
        with httpx.Client(base_url=page.local_url, timeout=60) as client:
            yield client
    finally:
        page.close()


@pytest.fixture(scope="module")
def client(seeds_settings: Settings, real_embedder: Embedder) -> Iterator[httpx.Client]:
    with served(seeds_settings, real_embedder) as client:
        yield client


def test_an_event_is_said_to_be_taken_well_after_the_stream_before_it_has_ended() -> None:
    heard: list[tuple[str, float]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def browser() -> None:
        in_order = InOrder(app)
        clock = asyncio.get_running_loop().time

        async def request(path: str) -> None:
            async def hear(message: Message) -> None:
                last = message.get("body") == b""
                heard.append((f"{path} {'end' if last else message['type'].rpartition('.')[2]}", clock()))

            await in_order({"type": "http", "path": path}, _nothing, hear)

        for path in (InOrder.JOIN, InOrder.STREAM, InOrder.JOIN):
            await request(path)

    asyncio.run(browser())
    (ended,) = [when for what, when in heard if what == f"{InOrder.STREAM} end"]
    taken = [when for what, when in heard if what == f"{InOrder.JOIN} start"]
    assert len(heard) == 9
    assert taken[0] <= ended and taken[1] >= ended + InOrder.SECONDS


async def _nothing() -> Message:
    raise AssertionError("nothing is received")


def test_programs_get_what_the_command_line_prints(
    client: httpx.Client, seeds_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["ask", QUESTION, "--json", "--index", str(seeds_settings.index)])
    printed = json.loads(capsys.readouterr().out)
    by_http = client.post("/api/ask", json={"question": QUESTION}).json()
    by_gradio = Client(str(client.base_url), verbose=False).predict(QUESTION, [], api_name="/ask")
    for answer in (printed, by_http, by_gradio):
        assert answer.pop("timings_ms")["total"] > 0
    assert by_http == by_gradio == printed
    follow_up = client.post("/api/ask", json={"id": "7", "question": "Und was sagt Merz dazu?", "history": [QUESTION]})
    assert follow_up.json()["id"] == "7"


def test_programs_may_limit_a_question_or_lift_what_its_words_say(client: httpx.Client) -> None:
    limit = {"publisher": "dpa", "since": "2025-09-01"}
    by_http = client.post("/api/ask", json={"question": QUESTION, "filter": limit}).json()
    by_gradio = Client(str(client.base_url), verbose=False).predict(QUESTION, [], limit, api_name="/ask")
    for answer in (by_http, by_gradio):
        assert answer["filter"] == limit | {"author": None, "until": None}
        assert {citation["publisher"] for citation in answer["citations"]} <= {"dpa"}
    worded = {"question": f"Laut dpa: {QUESTION}"}
    told, lifted = (client.post("/api/ask", json=worded | more).json() for more in ({}, {"filter": {}}))
    assert (told["filter"] or told["widened"])["publisher"] == "dpa"
    assert lifted["filter"] is lifted["widened"] is None


def test_the_examples_of_the_readme_run(client: httpx.Client) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(.+?)```", readme, re.DOTALL)
    assert example is not None
    code = example[1].replace("http://127.0.0.1:7860", str(client.base_url).rstrip("/"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("26 Länder wollen sich an einer Sicherungstruppe")
    command = re.search(r"curl (.+) -d '(.+)'$", readme, re.MULTILINE)
    assert command is not None
    assert client.post("/api/ask", json=json.loads(command[2])).json()["supported"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"content": b"question=x"}, 415),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ({"content": b"\xff", "headers": {"content-type": "application/json"}}, 400),
        ({"json": ["x"]}, 400),
        ({"json": {"question": "x", "history": "y"}}, 400),
        ({"json": {"question": "x", "id": 1}}, 400),
        ({"json": {"question": "x", "filter": {"since": "gestern"}}}, 400),
        ({"json": {"question": "x", "filter": "taz"}}, 400),
        ({"json": {"question": "x", "filter": {"until": "1900-01-01"}}}, 400),
        ({"json": {"question": "x" * 2001}}, 400),
        ({"json": {"question": "x", "history": ["y"] * 21}}, 400),
        ({"json": {"question": "x" * 70_000}}, 413),
        ({"json": {"question": "x"}, "headers": {"host": "evil.example"}}, 400),
        ({"json": {"question": "x"}, "headers": {"origin": "https://evil.example"}}, 403),
    ],
)
def test_what_cannot_be_answered_is_refused(client: httpx.Client, sent: dict[str, Any], status: int) -> None:
    answer = client.post("/api/ask", **sent)
    assert answer.status_code == status
    assert "\n" not in answer.text.strip()


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ((5, []), '"question", a string'),
        ((None, []), '"question", a string'),
        ((QUESTION, [1, 2]), "list of earlier questions"),
        ((QUESTION, "abc"), "list of earlier questions"),
        ((QUESTION, [], {"since": "gestern"}), "must be a day"),
        ((QUESTION, [], {"publisher": "Bote"}), "no article has the publisher 'Bote'"),
    ],
)
def test_gradios_client_is_refused_what_is_refused_over_http_and_that_is_no_fault_of_the_server(
    client: httpx.Client, sent: tuple[Any, ...], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(AppError, match=error):
        Client(str(client.base_url), verbose=False).predict(*sent, api_name="/ask")
    assert "Traceback" not in capsys.readouterr().err


def test_without_an_index_programs_are_told_so(tmp_path: Path) -> None:
    with served(Settings(articles=tmp_path, index=tmp_path / "index"), LetterEmbedder()) as client:
        answer = client.post("/api/ask", json={"question": "Wo?"})
        assert answer.status_code == 503
        assert "rag build" in answer.json()["error"]


def test_an_article_has_an_address_of_its_own(client: httpx.Client) -> None:
    page = client.get("/article/002_8805f0c60766a209.txt?start=340&end=415", headers={"accept-language": "de"})
    assert page.status_code == 200
    assert '<mark id="mark" tabindex="-1" autofocus>26 Länder wollen' in page.text
    assert page.headers["content-security-policy"]
    for place in ("start=-5&end=3", "start=9&end=3", "start=x&end=y", "start=1&end=99999999"):
        assert "<mark" not in client.get(f"/article/002_8805f0c60766a209.txt?{place}").text
    missing = client.get("/article/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert missing.status_code == 404
    assert "<script" not in missing.text and "&lt;script&gt;" in missing.text


def test_a_hostile_article_is_text_on_its_own_page_too() -> None:
    hostile = '<script>window.pwned=1</script><mark id="mark" tabindex="-1">'
    article = make_article(hostile, name='"><img src=x>.txt', title=hostile, publisher=hostile)
    page = article_page(article, (0, 5), "", "de")
    assert page.count("<mark") == 1
    assert "<script" not in page and "<img" not in page
    paged = article_page(replace(make_article("Eins.", "Zwei."), pages=(0, 7)), (7, 12), "", "de")
    assert "S. 2 · a.txt" in paged
    long = article_page(make_article("A" * 100_000), (0, 99_999), "", "de")
    assert "A" * 99_999 + "</mark>A" in long.replace("<wbr>", "")


def test_a_password_stands_before_everything_but_health(small: Settings) -> None:
    with served(small, LetterEmbedder(), auth="anna:geheim") as client:
        assert client.get("/healthz").json()["status"] == "ok"
        question = {"question": "Wo schläft der Hund?"}
        closed = [client.get("/article/a.txt"), client.get("/feedback.jsonl"), client.post("/api/ask", json=question)]
        assert [answer.status_code for answer in closed] == [401, 401, 401]
        assert all("Hund" not in answer.text for answer in closed)
        assert client.get("/config").status_code == 401
        assert client.post("/api/ask", json=question, auth=("anna", "falsch")).status_code == 401
        assert client.post("/api/ask", json=question, auth=("anna", "geheim")).status_code == 200
        assert client.get("/article/a.txt", headers={"authorization": "Basic ?"}).status_code == 401
        assert client.post("/login", data={"username": "anna", "password": "falsch"}).status_code == 400
        assert client.post("/login", data={"username": "anna", "password": "geheim"}).status_code == 200
        assert "Der Hund" in client.get("/article/a.txt").text


def test_pages_of_other_sites_get_nothing_with_a_readers_cookie(small: Settings) -> None:
    others: list[dict[str, str]] = [
        {"origin": "https://evil.example"},
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://other.belegt.example", "sec-fetch-site": "same-site"},
        {"origin": "null"},
        {"origin": "http://["},
    ]
    own: list[dict[str, str]] = [
        {"origin": "http://belegt.example"},
        {"origin": "https://proxied.example", "sec-fetch-site": "same-origin"},
        {},
    ]
    question = {"question": "Wo schläft der Hund?"}
    with served(small, LetterEmbedder(), host="0.0.0.0", auth="anna:geheim") as client:
        client.post("/login", data={"username": "anna", "password": "geheim"})
        client.headers["host"] = "belegt.example"
        for sent, status in [(sent, 403) for sent in others] + [(sent, 200) for sent in own]:
            answers = [client.get(path, headers=sent) for path in ("/article/a.txt", "/config")]
            answers.append(client.post("/api/ask", json=question, headers=sent))
            assert [answer.status_code for answer in answers] == [status] * 3, sent
            assert any("Hund" in answer.text for answer in answers) is (status == 200)


@pytest.mark.parametrize("auth", [None, "anna:geheim"])
def test_a_network_uploads_files_only_behind_a_password(small: Settings, auth: str | None) -> None:
    with served(small, LetterEmbedder(), host="0.0.0.0", auth=auth) as client:
        if auth:
            client.post("/login", data={"username": "anna", "password": "geheim"})
        sent = client.post("/gradio_api/upload", files={"files": ("b.txt", b"Ein Satz.")})
        recorded = client.post("/gradio_api/process_recording", files={"video": ("b.mp4", b"x")})
    assert sent.status_code == (200 if auth else 403)
    if not auth:
        assert recorded.status_code == 403
        assert "RAG_AUTH" in sent.json()["error"]


def test_whatever_may_be_read_may_be_uploaded(small: Settings) -> None:
    limits = {"max_file_mb": 0.001, "max_document_mb": 0.002, "max_archive_mb": 0.003}
    with served(small, LetterEmbedder(), **limits) as client:
        for size, status in ((2_900, 200), (3_100, 413)):
            sent = client.post("/gradio_api/upload", files={"files": ("a.zip", b"x" * size)})
            assert sent.status_code == status


def test_health_is_told_while_an_article_waits(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def waiting(service: Service) -> Articles:
        reached.set()
        go_on.wait(30)
        return Corpus.of(())

    with served(small, LetterEmbedder()) as client, ThreadPoolExecutor() as pool:
        monkeypatch.setattr(Service, "articles", waiting)
        article = pool.submit(client.get, "/article/a.txt")
        try:
            assert reached.wait(10)
            assert client.get("/healthz", timeout=10).status_code == 200
            assert not article.done()
        finally:
            go_on.set()
        assert article.result().status_code == 404


def test_a_model_that_failed_to_load_is_not_called_loaded(small: Settings) -> None:
    def broken(_: str) -> Embedder:
        raise ValueError("no such thing")

    service = Service(small, broken)
    service.start()
    with pytest.raises(ModelError, match="no such thing"):
        service.chatbot()
    assert not service.model_loaded
    service = Service(small, lambda _: LetterEmbedder())
    assert not service.model_loaded
    service.start()
    assert service.chatbot()
    assert service.model_loaded


@pytest.mark.parametrize("fault", ["damaged", "of another model"])
def test_a_refused_index_is_opened_once_until_another_is_in_use(
    small: Settings, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    def add_article(name: str, embedder: Embedder) -> None:
        (small.articles / name).write_text(f"Ein Satz aus {name}.", encoding="utf-8")
        build(small, embedder, no_progress)

    def opening(store: FolderStore, whole: bool = False) -> Index:
        opened.append(store.folder)
        return load_index(store.folder)

    opened: list[Path] = []
    monkeypatch.setattr(FolderStore, "index", opening)
    service = Service(small, lambda _: LetterEmbedder())
    service.start()
    service.chatbot()
    other = LetterEmbedder()
    other.fingerprint = "letters-2"
    add_article("b.txt", other)
    if fault == "damaged":
        max(small.index.glob("*/manifest.json")).write_text("x", encoding="utf-8")
    opened.clear()
    for _ in range(3):
        assert len(service.articles()) == 1
        assert "rag build" in service.problem
    assert len(opened) == 1
    add_article("c.txt", LetterEmbedder())
    assert len(service.articles()) == 3
    assert not service.problem


@pytest.mark.parametrize("host", ["127.0.0.2", "::1"])
def test_every_address_of_this_machine_can_be_served(small: Settings, host: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no {host}")
    with served(small, LetterEmbedder(), host=host) as client:
        assert host in str(client.base_url)
        own = {"origin": str(client.base_url).rstrip("/")}
        assert "Der Hund" in client.get("/article/a.txt", headers=own).text
        assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("auth", [None, "anna:geheim"])
def test_a_network_may_change_articles_only_behind_a_password(small: Settings, auth: str | None) -> None:
    with served(small, LetterEmbedder(), host="0.0.0.0", auth=auth) as client:
        if auth:
            client.post("/login", data={"username": "anna", "password": "geheim"})
        config = client.get("/config").json()
    ids = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
    listened = {ids.get(target) for handler in config["dependencies"] for target, _ in handler["targets"]}
    for name in ("rebuild", "upload", "rollback", "rollback-yes", "chosen"):
        assert (name in listened) is (auth is not None), name


@pytest.mark.parametrize("auth", ["", "anna", "anna:", ":geheim"])
def test_half_an_account_is_refused_without_repeating_it(
    capsys: pytest.CaptureFixture[str], small: Settings, auth: str
) -> None:
    assert main(["serve", "--index", str(small.index), "--auth", auth]) == 1
    error = capsys.readouterr().err
    assert "USER:PASSWORD" in error and "geheim" not in error
