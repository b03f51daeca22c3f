"""What an open window is told when something is done in it: Gradio's own requests, without a browser."""

import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from rag.building import build
from rag.page.texts import TEXTS, say
from rag.settings import Settings
from tests.conftest import SEEDS, LetterEmbedder, no_progress, small_in
from tests.test_server import served

DOG, CAT = "Wo schläft der Hund?", "Wer wacht?"


class Window:
    """Sends what Gradio's page would, and keeps what the parts of the page hold by the names they have there."""

    def __init__(self, client: httpx.Client, address: str = "") -> None:
        self._client, self._session, self._address = client, uuid4().hex, address
        config = client.get("/config").json()
        self._events = config["dependencies"]
        parts = {component["id"]: component["props"] for component in config["components"]}
        self._names = {part: props.get("elem_id") or str(part) for part, props in parts.items()}
        self.holds: dict[str, Any] = {self._names[part]: props.get("value") for part, props in parts.items()}
        self._timers = {self._names[part]: props["active"] for part, props in parts.items() if "active" in props}
        self.toasts: list[dict[str, Any]] = []
        self.act("None", "load")

    def serve_by(self, client: httpx.Client) -> None:
        """Another server takes the place of the one that it was loaded from."""
        self._client = client

    def ask(self, question: str) -> None:
        self.holds["question"] = question
        self.act("question", "submit")

    def act(self, part: str, event: str, /, **sent: object) -> None:
        """Have everything done that waits for this event of the part; the page itself is called None."""
        for run in self._events:
            if (part, event) in [(str(self._names.get(target)), name) for target, name in run["targets"]]:
                for output, value in zip(run["outputs"], self._run(run, sent), strict=True):
                    self._take(self._names[output], value)

    def wait(self) -> None:
        """Let every timer that runs strike once."""
        for timer in [name for name, active in self._timers.items() if active]:
            self.act(timer, "tick")

    def _run(self, run: dict[str, Any], sent: dict[str, object]) -> list[Any]:
        body = {
            "data": [self.holds[self._names[part]] for part in run["inputs"]],
            "fn_index": run["id"],
            "session_hash": self._session,
            "event_data": sent,
        }
        if not run["backend_fn"]:
            return []
        if not run["queue"]:
            answer = self._client.post(f"/gradio_api/run/predict?{self._address}", json=body)
            return list(answer.json()["data"])
        self._client.post(f"/gradio_api/queue/join?{self._address}", json=body).raise_for_status()
        with self._client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self._session}) as told:
            for line in told.iter_lines():
                message = json.loads(line.removeprefix("data:") or "{}")
                if message.get("msg") == "log":
                    self.toasts.append(message)
                if message.get("msg") == "process_completed":
                    return list(message["output"]["data"])
        raise AssertionError("the event did not end")

    def _take(self, name: str, value: Any) -> None:
        if not isinstance(value, dict) or value.get("__type__") != "update":
            self.holds[name] = value
        else:
            self.holds[name] = value.get("value", self.holds[name])
            self._timers[name] = value.get("active", self._timers.get(name))

    @property
    def asked(self) -> list[str]:
        return [message["content"][0]["text"] for message in self.holds["chatbot"] or [] if message["role"] == "user"]

    @property
    def named(self) -> str:
        """The conversation that its address names."""
        return str(self.holds["conversations"]).partition('data-id="')[2].partition('"')[0]


def test_a_vote_in_an_outdated_window_has_it_name_the_conversation_it_led_to(small: Settings) -> None:
    with served(small, LetterEmbedder()) as client:
        here = Window(client)
        here.ask(DOG)
        there = Window(client, f"conversation={here.named}")
        assert there.asked == [DOG]
        here.ask(CAT)
        assert there.named == here.named
        there.act("conversations", "like", turn=1, vote="up")
        assert there.named not in ("", here.named)
        assert there.holds["conversations"].count('class="open"') == 2
        assert Window(client, f"conversation={there.named}").asked == [DOG]


def test_a_toast_has_its_title_in_the_readers_language_and_no_markup(small: Settings) -> None:
    for visitor in TEXTS:
        with served(small, LetterEmbedder()) as client:
            client.headers["accept-language"] = visitor
            window = Window(client)
            window.act("filter", "limit", filter={"since": "<b>"})
        (toast,) = window.toasts
        assert toast["title"] == say("warning", visitor)
        assert toast["log"].startswith(say("no_filter", visitor, error="")) and "&lt;b&gt;" in toast["log"]


def test_a_conversation_that_cannot_be_opened_is_said_to_be_so(small: Settings) -> None:
    with served(small, LetterEmbedder()) as client:
        here, there = Window(client), Window(client)
        here.ask(DOG)
        there.ask(CAT)
        with sqlite3.connect(small.data_folder / "conversations.sqlite") as database:
            database.execute("UPDATE conversations SET turns = '[{}]' WHERE id = ?", (here.named,))
        again = Window(client, f"conversation={here.named}")
        here.act("conversations", "dropkept", id=there.named)
        here.act("conversations", "openkept", id=there.named)
    assert [toast["log"].partition(":")[0] for toast in again.toasts] == ["The conversation cannot be opened"]
    assert again.asked == [] and again.named == ""
    assert [toast["log"] for toast in here.toasts] == [say("talk_gone", "en")]
    assert here.asked == [DOG] and here.holds["conversations"].count('class="open"') == 1


def test_an_open_window_offers_questions_on_the_articles_in_use(small: Settings) -> None:
    shipped, question = "002_8805f0c60766a209.txt", "Wie viele Länder"
    with served(small, LetterEmbedder()) as client:
        window = Window(client)
        window.wait()
        for made in [thread for thread in threading.enumerate() if thread.name == "suggest"]:
            made.join()
        window.wait()
        assert question not in window.holds["examples"]
        shutil.copy(SEEDS / shipped, small.articles)
        build(small, LetterEmbedder(), no_progress)
        window.wait()
        assert question in window.holds["examples"]
        window.ask(DOG)
        window.wait()
        assert say("examples", "en") not in window.holds["examples"]
        window.act("conversations", "fresh")
        assert question in window.holds["examples"]
        (small.articles / shipped).unlink()
        build(small, LetterEmbedder(), no_progress)
        window.wait()
        assert question not in window.holds["examples"]


@pytest.fixture(scope="module")
def restarted(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the index that a server and the one behind it have in common."""
    return small_in(tmp_path_factory.mktemp("restarted"))


@pytest.fixture(scope="module")
def before(restarted: Settings) -> Iterator[httpx.Client]:
    with served(restarted, LetterEmbedder()) as client:
        yield client


@pytest.fixture(scope="module")
def after(restarted: Settings) -> Iterator[httpx.Client]:
    with served(restarted, LetterEmbedder()) as client:
        yield client


@pytest.mark.parametrize(
    ("part", "event", "sent"),
    [
        ("question", "submit", {}),
        ("conversations", "retry", {"again": True}),
        ("conversations", "undo", {}),
        ("conversations", "dropkept", {"id": "another"}),
        ("conversations", "like", {"turn": 1, "vote": "up"}),
        ("sources", "cite", {"ref": "src-1-1"}),
        ("filter", "limit", {"part": "publisher"}),
    ],
)
def test_a_window_that_another_server_loaded_is_loaded_anew_before_anything_else(
    before: httpx.Client, after: httpx.Client, part: str, event: str, sent: dict[str, object]
) -> None:
    window = Window(before)
    window.ask(DOG)
    talk = window.named
    window.holds["question"] = f'"{CAT}"'
    window.serve_by(after)
    window.act(part, event, **sent)
    asked = "&quot;Wer wacht?&quot;" if event == "submit" else ""
    assert window.holds["conversations"] == f'<div class="toolbar" data-anew="{asked}"></div>'
    assert window.asked == [DOG] == Window(after, f"conversation={talk}").asked
    fresh = Window(after)
    fresh.holds["question"] = CAT
    fresh.act(part, event, **sent)
    assert "data-anew" not in fresh.holds["conversations"]
