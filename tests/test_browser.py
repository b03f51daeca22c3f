"""Journeys through the real page in a real Chromium, as readers make them: every one ends with nothing gone wrong.

What readers do is done in German and in English, on a desktop and on a phone; what only the server does, once.
"""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright

from rag.building import build
from rag.embedding import Embedder
from rag.page.server import launch
from rag.page.service import Service
from rag.page.texts import say
from rag.questions import read_cases
from rag.records import Filter, Language, Vectors
from rag.rendering.labels import filter_text, written_date
from rag.settings import Settings, load_settings
from tests.conftest import SEEDS, LetterEmbedder, no_progress

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WAIT_MS = 30_000
expect.set_options(timeout=WAIT_MS)
SEVERE = ("serious", "critical")

HOSTILE = (
    "Der Kanarienvogel <script>window.pwned=1</script>\n\n"
    "Der Kanarienvogel der Familie Quittenbaum heißt ${Object.assign(window,{pwned:2})} und singt "
    '<img src="http://evil.invalid/x.png" onerror="window.pwned=3"> jeden Morgen {{value}} um sieben Uhr. '
    "Sein Käfig steht [hier](javascript:alert(1)) am \u202eretsneF.\n\n" + "A" * 100_000 + "\n"
)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("BELEGT_REQUIRE_BROWSER"),
    reason="no Chromium on this machine: the journey through the page was not made",
)


@dataclass(frozen=True)
class View:
    """How a reader sees the page."""

    language: Language = "de"
    phone: bool = False
    dark: bool = False

    def __str__(self) -> str:
        return f"{self.language}-{'phone' if self.phone else 'desktop'}"

    @property
    def width(self) -> int:
        return 390 if self.phone else 1380

    @property
    def context(self) -> dict[str, object]:
        return {
            "locale": "de-DE" if self.language == "de" else "en-US",
            "viewport": {"width": self.width, "height": 844 if self.phone else 860},
            "is_mobile": self.phone,
            "color_scheme": "dark" if self.dark else "light",
        }


in_every_view = pytest.mark.parametrize(
    "view", [View("de"), View("en", dark=True), View("de", phone=True, dark=True), View("en", phone=True)], ids=str
)


@contextmanager
def served(
    settings: Settings, embedder: Embedder, load: Callable[[str], Embedder] | None = None, **changed: object
) -> Iterator[str]:
    """The address of a page over the settings, on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = load_settings(**(settings.model_dump() | {"port": port} | changed))
    page = launch(Service(given, load or (lambda _: embedder)))
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        page.close()


def copied(settings: Settings, folder: Path) -> Settings:
    """Settings of a copy of the articles and their index, for a test that changes them."""
    copy = Settings(articles=folder / "articles", index=folder / "index")
    shutil.copytree(settings.articles, copy.articles)
    shutil.copytree(settings.index, folder / "index")
    return copy


@pytest.fixture
def bare_url(real_embedder: Embedder, tmp_path: Path) -> Iterator[str]:
    """A page over the five articles and a hostile one, with no index yet."""
    shutil.copytree(SEEDS, tmp_path / "articles")
    (tmp_path / "articles" / "hostile.txt").write_text(HOSTILE, encoding="utf-8")
    with served(Settings(articles=tmp_path / "articles", index=tmp_path / "index"), real_embedder) as address:
        yield address


@pytest.fixture(scope="module")
def url(real_embedder: Embedder, seeds_settings: Settings) -> Iterator[str]:
    """A page over the five articles and their index."""
    with served(seeds_settings, real_embedder) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "BELEGT_REQUIRE_BROWSER is set, but there is no Chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


class Watched:
    """A page, and whatever it did that it must not."""

    def __init__(
        self, browser: Browser, url: str, view: View = View(), ready: str = "#conversations .toolbar", **context: object
    ) -> None:
        self.view = view
        self.context = browser.new_context(**view.context | context)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.page.on(
            "request", lambda r: None if r.url.startswith((url, "data:", "blob:")) else self.outside.append(r.url)
        )
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.streams: set[Request] = set()
        self.page.on("request", lambda r: self.streams.add(r) if "/queue/data" in r.url else None)
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._ended)
        self.page.goto(url)
        self.page.locator(ready).wait_for(state="attached")

    def _ended(self, request: Request) -> None:
        self.streams.discard(request)

    def say(self, key: str, **values: object) -> str:
        """What the page says to this reader."""
        return say(key, self.view.language, **values)

    def open_tab(self, key: str) -> None:
        self.page.get_by_role("tab", name=self.say(key), exact=True).click()

    def ask(self, question: str) -> str:
        """Ask, wait for the answer, and return its text."""
        self.page.locator("#question textarea").fill(question)
        self.page.keyboard.press("Enter")
        return self.answer_to(question)

    def answer_to(self, question: str) -> str:
        """The last answer, once it is one to this question and has its buttons."""
        expect(self.page.locator("#chatbot .user .md").last).to_have_text(question)
        answers = self.page.locator("#chatbot .bot .md")
        expect(answers).to_have_count(len(self.questions()))  # else the last is an earlier one's
        answer = answers.last
        expect(self.page.locator("#chatbot .bot").last.locator(".act.again")).to_be_visible()
        return answer.inner_text()

    def answer_anew(self, button: Locator) -> str:
        """Press what asks the last question once more; the answer that takes the place of its answer."""
        self.page.locator("#chatbot .act.again").evaluate("button => { button.dataset.old = 'yes' }")
        button.click()
        expect(self.page.locator("#chatbot .act.again:not([data-old])")).to_be_visible()
        return self.answer_to(self.questions()[-1])

    def questions(self) -> list[str]:
        return self.page.locator("#chatbot .user .md").all_inner_texts()

    def confirm(self, press: Callable[[], None]) -> str:
        """Press what asks whether one is sure, and be sure; what was asked."""
        with self.page.expect_event("dialog") as asked:
            self.page.once("dialog", lambda dialog: dialog.accept())
            press()
        return str(asked.value.message)

    def wait_for_server(self) -> None:
        """Wait until the server owes the page nothing: also not the questions that lead on from an answer."""
        while self.streams:
            self.page.wait_for_timeout(50)

    def at_rest(self) -> None:
        """Wait until nothing moves below the pointer: Gradio scrolls to the end a while after the chat has changed."""
        self.page.evaluate(
            """() => new Promise((done) => {
                let quiet;
                const again = () => { clearTimeout(quiet); quiet = setTimeout(done, 500); };
                document.querySelector('#chatbot').addEventListener('scroll', again, true);
                again();
            })"""
        )

    def reload(self) -> None:
        self.page.reload()
        self.errors.clear()  # Gradio reports the requests that a reload breaks off

    def check_for_all_readers(self, *but: str) -> None:
        """No serious finding of axe, and nothing wider than the screen."""
        found = Axe().run(self.page).response["violations"]
        severe = [one for one in found if one["impact"] in SEVERE and one["id"] not in but]
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in severe] == []
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.view.width

    def check(self) -> None:
        assert self.page.evaluate("window.pwned") is None
        assert self.outside == []
        assert self.errors == []
        self.context.close()


def test_the_journey(browser: Browser, bare_url: str, tmp_path: Path) -> None:
    window = Watched(browser, bare_url)
    page = window.page

    # There is no index yet: the page says so and builds one.
    assert "Es gibt noch keinen Index" in window.ask("Wie viele Länder wollen sich beteiligen?")
    page.get_by_role("tab", name="Artikel").click()
    page.locator("#rebuild").click()
    expect(page.locator("#job")).to_contain_text("6 Artikel sind durchsuchbar")
    expect(page.locator("#index-status")).to_contain_text("6 Artikel")
    page.get_by_role("tab", name="Fragen").click()

    # An answer, and its proof behind one click.
    said = window.ask("Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?")
    assert "26 Länder wollen sich an einer Sicherungstruppe für die Ukraine beteiligen." in said
    page.locator("#chatbot a.cite[href='#src-2-1']").click()
    mark = page.locator("mark#mark-2-1")
    expect(mark).to_be_in_viewport()
    expect(mark).to_be_focused()
    expect(mark).to_contain_text("26 Länder wollen sich an einer Sicherungstruppe für die Ukraine beteiligen.")
    expect(page.locator("#sources")).to_contain_text("taz · 4. September 2025 · Anastasia Zejneli")

    # What the articles do not say is said to be so, with what comes near.
    said = window.ask("Wie wird das Wetter morgen auf Teneriffa?")
    assert said.startswith("Das steht nicht in den Artikeln.")
    assert "„Teneriffa“" in said
    expect(page.locator("#sources")).to_contain_text("Diese Stellen kommen am nächsten")
    expect(page.locator("#sources mark")).to_have_count(0)

    # A follow-up is understood, and shows how.
    window.ask("Will Macron Truppen in die Ukraine entsenden?")
    assert "Merz" in window.ask("Und was sagt Merz dazu?")
    expect(page.locator("#chatbot .bot").last).to_contain_text("Verstanden als: Will Macron Truppen")

    # The proof of an older turn opens again, by keyboard.
    page.locator("#chatbot a.cite[href='#src-2-1']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("mark#mark-2-1")).to_be_focused()

    # Hostile article text is text.
    said = window.ask("Um wie viel Uhr singt der Kanarienvogel der Familie Quittenbaum?")
    assert "${Object.assign(window,{pwned:2})}" in said and "<img src=" in said
    expect(page.locator("#sources mark").first).to_be_visible()
    assert "\u202e" not in page.locator("body").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    panel = page.locator("#sources .panel")
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")

    # A new article can be added and asked about after a rebuild, the old index answering meanwhile.
    added = tmp_path / "leuchtturm.txt"
    added.write_text("Der Leuchtturm von Wangerooge wird 2031 abgerissen.", encoding="utf-8")
    page.get_by_role("tab", name="Artikel").click()
    page.locator("#upload input[type=file]").set_input_files(added)
    expect(page.locator(".toast-body")).to_contain_text("leuchtturm.txt")
    page.locator("#rebuild").click()
    expect(page.locator("#job")).to_contain_text("7 Artikel sind durchsuchbar")
    page.get_by_role("tab", name="Fragen").click()
    assert "2031" in window.ask("Wann wird der Leuchtturm von Wangerooge abgerissen?")
    window.check()


def test_two_questions_in_haste_are_one_answer_each_with_its_own_proof(browser: Browser, url: str) -> None:
    window = Watched(browser, url)
    page = window.page
    box = page.locator("#question textarea")
    for number, question in enumerate(("Was sagte Sacharowa?", "Worauf hofft man in Paris und London?"), 1):
        box.fill(question)
        page.keyboard.press("Enter")
        expect(page.locator("#chatbot .user")).to_have_count(number)
    expect(page.locator("#chatbot .bot .md")).to_have_count(2)
    expect(box).to_have_value("")
    page.locator("#chatbot a.cite[href='#src-1-1']").click()
    expect(page.locator("mark#mark-1-1")).to_contain_text("Sacharowa")
    page.locator("#chatbot a.cite[href='#src-2-1']").click()
    expect(page.locator("mark#mark-2-1")).to_contain_text("Rückendeckung")
    window.check()


SACHAROWA = "Was sagte Sacharowa?"
COUNTRIES = "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?"
TENERIFE = {"de": "Wie wird das Wetter auf Teneriffa?", "en": "How is the weather on Tenerife?"}


def test_an_answer_can_be_stopped_while_it_is_waited_for(
    browser: Browser, real_embedder: Embedder, seeds_settings: Settings, tmp_path: Path
) -> None:
    loaded = threading.Event()

    def load(_: str) -> Embedder:
        loaded.wait(60)
        return real_embedder

    with served(seeds_settings, real_embedder, load, data=tmp_path) as address:
        window = Watched(browser, address)
        page = window.page
        page.locator("#question textarea").fill(SACHAROWA)
        page.keyboard.press("Enter")
        expect(page.locator("#chatbot .bot")).to_contain_text("Sprachmodell lädt")
        page.locator("#question button.stop-button").click()
        expect(page.locator("#question textarea")).to_have_value(SACHAROWA)
        assert window.questions() == []
        loaded.set()
        page.locator("#question button.submit-button").click()
        assert "Sacharowa" in window.answer_to(SACHAROWA)
        expect(page.locator("#conversations .open")).to_have_count(1)  # what was stopped is not kept beside it
        window.check()


def test_conversations_outlast_reload_and_restart_with_their_sources(
    browser: Browser, real_embedder: Embedder, seeds_settings: Settings, tmp_path: Path
) -> None:
    settings = copied(seeds_settings, tmp_path)
    with served(settings, real_embedder) as address:
        window = Watched(browser, address)
        page = window.page
        window.ask(COUNTRIES)
        window.reload()
        window.answer_to(COUNTRIES)
        expect(page.locator("mark#mark-1-1")).to_contain_text("26 Länder")
        page.get_by_role("button", name="Neue Unterhaltung").click()
        expect(page.locator("#chatbot .user")).to_have_count(0)
        window.ask(SACHAROWA)
        # Whoever else opens the page begins a conversation of their own.
        other = Watched(browser, address)
        expect(other.page.locator("#examples button").first).to_be_visible()
        assert other.questions() == []
        other.check()
        window.check()

    article = tmp_path / "articles" / "002_8805f0c60766a209.txt"
    article.write_text(article.read_text(encoding="utf-8").replace("26 Länder wollen", "27 Länder wollen"), "utf-8")
    build(settings, real_embedder, no_progress)
    with served(settings, real_embedder) as address:
        window = Watched(browser, address)
        page = window.page
        page.locator("#conversations summary").click()
        page.locator("#conversations .open", has_text="Wie viele Länder").click()
        assert "26 Länder wollen" in window.answer_to(COUNTRIES)
        expect(page.locator("#chatbot a.cite")).to_have_class("cite gone")
        page.locator("#chatbot a.cite").click()
        expect(page.locator("mark#mark-1-1")).to_be_focused()
        expect(page.locator("#sources .article")).to_contain_text("seither geändert oder entfernt")
        assert "27 Länder" not in page.locator("#sources .article").inner_text()
        page.locator("#conversations summary").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Als Markdown sichern").click()
        markdown = download.value.path().read_text(encoding="utf-8")
        assert "[^1-1]: „26 Länder" in markdown and "taz · 4. September 2025" in markdown

        window.confirm(page.get_by_role("button", name="„Wie viele Länder").last.click)
        expect(page.locator("#conversations .open")).to_have_count(1)
        expect(page.locator("#chatbot .user")).to_have_count(0)
        window.check()


def test_a_page_whose_server_was_started_anew_is_loaded_anew_with_its_question(
    browser: Browser, real_embedder: Embedder, seeds_settings: Settings, tmp_path: Path
) -> None:
    with served(seeds_settings, real_embedder, data=tmp_path) as address:
        window = Watched(browser, address)
        page, box = window.page, window.page.locator("#question textarea")
        window.ask(COUNTRIES)
        page.locator("#filter summary").click()
        page.get_by_label(window.say("publisher")).select_option("taz")
        page.get_by_role("button", name=window.say("limit_set")).click()
        expect(page.locator("#filter .chip")).to_have_count(1)
        window.wait_for_server()  # Gradio waits for a stream that a server which ends in this process would leave open
    with served(seeds_settings, real_embedder, data=tmp_path, port=int(address.rsplit(":")[2].strip("/"))):
        box.fill(SACHAROWA)
        page.keyboard.press("Enter")
        expect(page.locator("#filter .chip")).to_have_count(0)
        window.answer_to(COUNTRIES)
        expect(box).to_have_value(SACHAROWA)
        window.errors.clear()  # Gradio reports the requests that a reload breaks off
        page.keyboard.press("Enter")
        assert "Sacharowa" in window.answer_to(SACHAROWA)
        assert window.questions() == [COUNTRIES, SACHAROWA]
        expect(page.locator("#conversations .open")).to_have_count(1)
        window.check()


ASKED = {
    "de": (SACHAROWA, "Was ist eine wahre Sicherheitsgarantie?", COUNTRIES),
    "en": (
        "What is a true security guarantee?",
        "How did Russia respond to international troops?",
        "How many countries want to take part in the security force?",
    ),
}
"""Three questions that the five articles answer, in the reader's language."""


def rate(window: Watched, first: str, second: str) -> None:
    """Rate two answers; a bad one becomes a case of a question file, with the right sentence if its reader knows it."""
    page = window.page
    page.get_by_role("button", name=window.say("down")).last.click()
    form = page.locator("#rating form")
    form.get_by_label(window.say("better")).fill("Diesen Satz gibt es nicht.")
    window.check_for_all_readers()
    form.get_by_role("button", name=window.say("send")).click()
    expect(form.get_by_role("alert")).to_have_text(window.say("sentence_unknown"))
    form.locator("textarea").fill("Alles andere, sei es Waffenlieferungen, Ausbildung oder finanzielle Hilfe")
    form.get_by_role("button", name=window.say("send")).click()
    expect(form).to_have_count(0)
    expect(page.get_by_role("button", name=window.say("down_given"))).to_have_count(1)
    window.at_rest()
    page.get_by_role("button", name=window.say("up")).first.click()
    expect(page.get_by_role("button", name=window.say("up_given"))).to_have_count(1)
    page.locator("#conversations summary").click()
    window.check_for_all_readers()
    with page.expect_download() as download:
        page.get_by_role("link", name=window.say("ratings")).click()
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    bad, good = read_cases(lines, "feedback.jsonl")[-2:]
    assert (bad.question, bad.history, bad.answerable) == (second, (first,), True)
    assert bad.gold[0].quote.startswith("Alles andere")
    assert (good.question, good.kind) == (first, "liked")
    page.keyboard.press("Escape")


@in_every_view
def test_a_turn_can_be_repeated_changed_taken_back_copied_rated_and_kept(
    browser: Browser, url: str, view: View
) -> None:
    window = Watched(browser, url, view, permissions=["clipboard-read", "clipboard-write"])
    page, (first, second, third) = window.page, ASKED[view.language]
    expect(page.locator("#examples")).to_contain_text(window.say("examples"))
    page.locator("#examples button").first.click()
    expect(page.locator("#chatbot .act.again")).to_be_visible()
    page.get_by_role("button", name=window.say("new_talk")).click()
    expect(page.locator("#chatbot .user")).to_have_count(0)
    told, said = window.ask(first), window.ask(second)
    expect(page.locator("#conversations .text-2")).to_have_count(1)  # the toolbar, which speaks, is made anew too
    page.get_by_role("button", name=window.say("copy")).first.click()
    expect(page.locator("#conversations [role=status]")).to_have_text(window.say("copied"))
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(told.partition(" [1]")[0]) and "\n[1] " in copied

    assert window.answer_anew(page.get_by_role("button", name=window.say("again"))) == said
    assert window.questions() == [first, second]
    expect(page.get_by_role("log", name=window.say("log"))).to_be_visible()
    expect(page.get_by_role("group", name=window.say("said"))).to_have_count(2)
    expect(page.get_by_role("group", name=window.say("asked"))).to_have_count(2)

    rate(window, first, second)

    # A changed question takes the place of all that followed it.
    window.at_rest()
    page.locator("#chatbot .message-buttons-right button").first.click()
    page.locator("#chatbot textarea").fill(third)
    page.locator("#chatbot .message-buttons-right button").first.click()
    assert "26 Länder" in window.answer_to(third)
    assert window.questions() == [third]
    expect(page.locator("mark#mark-1-1")).to_contain_text("26 Länder")

    # It outlasts the window, is found again among the others, and goes along as Markdown.
    window.reload()
    window.answer_to(third)
    page.get_by_role("button", name=window.say("new_talk")).click()
    expect(page.locator("#chatbot .user")).to_have_count(0)
    page.locator("#conversations summary").click()
    page.locator("#conversations .open", has_text=third).first.click()
    window.answer_to(third)
    expect(page.locator("mark#mark-1-1")).to_contain_text("26 Länder")
    page.locator("#conversations summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=window.say("export")).click()
    assert "[^1-1]: " in download.value.path().read_text(encoding="utf-8")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=window.say("takeback")).click()
    expect(page.locator("#question textarea")).to_have_value(third)
    assert window.questions() == []
    window.check()


def test_a_suggestion_clicked_twice_is_asked_once(browser: Browser, url: str) -> None:
    window = Watched(browser, url)
    suggested = window.page.locator("#examples button").first
    asked = suggested.inner_text()
    suggested.dblclick()
    window.answer_to(asked)
    window.ask(SACHAROWA)
    assert window.questions() == [asked, SACHAROWA]
    window.check()


def test_a_question_is_changed_as_it_was_typed(browser: Browser, url: str) -> None:
    window = Watched(browser, url)
    page, asked = window.page, r"1. Was sagte *Sacharowa* <b> & &lt; a_b \\* ~c@d.de?"
    window.ask(asked)
    page.locator("#chatbot .message-buttons-right button").first.click()
    box = page.get_by_role("textbox", name=window.say("question")).first
    expect(box).to_have_value(asked)
    expect(box).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" <i>")
    page.locator("#chatbot .message-buttons-right button").first.click()
    window.answer_to(f"{asked} <i>")
    assert window.questions() == [f"{asked} <i>"]
    window.check()


def test_votes_cast_at_once_are_all_kept_with_their_conversation(
    browser: Browser, real_embedder: Embedder, seeds_settings: Settings, tmp_path: Path
) -> None:
    with served(seeds_settings, real_embedder, data=tmp_path) as address:
        window = Watched(browser, address)
        for question in ASKED["de"]:
            window.ask(question)
        expect(window.page.locator("#chatbot .act.up")).to_have_count(3)
        window.page.evaluate("document.querySelectorAll('#chatbot .act.up').forEach(button => button.click())")
        expect(window.page.get_by_role("button", name=window.say("up_given"))).to_have_count(3)
        expect(window.page.locator("#conversations .open")).to_have_count(1)
        assert len((tmp_path / "feedback.jsonl").read_text(encoding="utf-8").splitlines()) == 3
        window.check()


def test_what_vanishes_when_it_is_pressed_leaves_the_keyboard_at_the_question(browser: Browser, url: str) -> None:
    window = Watched(browser, url)
    page, box = window.page, window.page.locator("#question textarea")
    page.locator("#examples button").first.press("Enter")
    expect(page.locator("#chatbot .act.again")).to_be_visible()
    expect(box).to_be_focused()
    page.locator("#conversations summary").press("Enter")
    window.confirm(lambda: page.locator("#conversations .drop").first.press("Enter"))
    expect(page.locator("#chatbot .user")).to_have_count(0)
    expect(box).to_be_focused()
    window.check()


WHEN = {"de": "Wann trafen sich Macron und Selenskyj?", "en": "When did Macron and Starmer meet in Paris?"}
"""Answered by several quotes whose days are known, one of them named in the quote itself."""


@in_every_view
def test_sources_are_stepped_through_told_by_date_and_opened_alone(browser: Browser, url: str, view: View) -> None:
    window = Watched(browser, url, view)
    page, language = window.page, view.language
    window.ask(WHEN[language])
    expect(page.locator("#sources .trust")).to_be_visible()
    following = page.get_by_role("button", name=window.say("following"))
    following.click()
    expect(page.locator("#sources mark.active")).to_have_count(1)
    following.press("ArrowRight")
    expect(page.locator("#sources .place")).to_contain_text(f"2 / {page.locator('#sources mark').count()}")
    expect(page.locator("#sources mark.active")).to_be_focused()
    expect(page.locator("#sources mark.active")).to_be_in_viewport()
    page.locator("#chatbot a.cite[href='#src-1-1']").click()
    expect(page.locator("mark#mark-1-1")).to_be_focused()
    expect(page.locator("mark#mark-1-1")).to_be_in_viewport()
    expect(page.locator("#sources")).to_contain_text(window.say("also_found"))
    expect(page.locator("#sources")).to_contain_text(window.say("why"))

    page.get_by_role("link", name=window.say("timeline")).click()
    entries = page.locator("#sources .timeline li")
    expect(entries.first).to_contain_text(f"{written_date(2025, 3, 27, language)} · {window.say('date_told')}")
    expect(entries.last).to_contain_text(f"{written_date(2025, 9, 4, language)} · {window.say('date_published')}")
    window.check_for_all_readers()
    entries.first.locator("a.cite").click()
    expect(page.locator("#sources mark.active")).to_contain_text("27. März")

    with window.context.expect_page() as opened:
        page.get_by_role("link", name=window.say("alone")).first.click()
    alone = opened.value
    for _ in range(2):
        expect(alone.locator("mark")).to_be_focused()
        expect(alone.locator("mark")).to_be_in_viewport()
        alone.reload()
    assert alone.evaluate("document.documentElement.scrollWidth") <= view.width
    alone.goto(alone.url.replace("text=", "text=0"))
    expect(alone.get_by_role("note")).to_have_text(window.say("changed"))
    expect(alone.locator("mark")).to_have_count(0)
    alone.close()

    # What the articles do not say: what comes near, with nothing marked.
    window.ask(TENERIFE[language])
    expect(page.locator("#sources")).to_contain_text(window.say("nearest"))
    expect(page.locator("#sources mark")).to_have_count(0)
    window.check_for_all_readers()
    page.get_by_role("link", name=window.say("back")).click()
    expect(page.locator("#question textarea")).to_be_focused()
    window.check()


@pytest.fixture(scope="module")
def of_three_papers(
    real_embedder: Embedder, seeds_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A page over the five articles and a sixth whose publisher and file name are hostile."""
    settings = copied(seeds_settings, tmp_path_factory.mktemp("papers"))
    told = "---\nsource: '<img src=http://evil.invalid/x.png>'\ndate: 2025-09-12\n---\n\nDer Leuchtturm steht.\n"
    (settings.articles / "<img src=x>.md").write_text(told, encoding="utf-8")
    build(settings, real_embedder, no_progress)
    with served(settings, real_embedder) as address:
        yield address


WORDED = {
    "de": COUNTRIES.replace("sich", "sich laut taz"),
    "en": "How many countries want to take part in the security force according to taz?",
}


def test_what_is_chosen_counts_without_the_button(browser: Browser, of_three_papers: str) -> None:
    window = Watched(browser, of_three_papers)
    bar = window.page.locator("#filter")
    bar.locator("summary").click()
    bar.get_by_label(window.say("publisher")).select_option("taz")
    window.page.locator("#question textarea").focus()
    expect(bar.locator(".chip")).to_have_text(window.say("only", filter="taz"))
    bar.locator("summary").click()
    bar.get_by_label(window.say("publisher")).select_option("")
    window.page.keyboard.press("Escape")
    bar.locator("summary").click()
    expect(bar.get_by_label(window.say("publisher"))).to_have_value("taz")
    bar.get_by_label(window.say("publisher")).select_option("")
    bar.locator("summary").click()
    expect(bar.locator(".chip")).to_have_count(0)
    window.check()


def test_on_a_small_phone_nothing_stands_beside_the_page(browser: Browser, of_three_papers: str) -> None:
    window = Watched(browser, of_three_papers, View(phone=True), viewport={"width": 320, "height": 640})
    window.page.locator("#examples button").first.wait_for()
    box = window.page.locator("#filter summary").bounding_box()
    assert box and box["x"] + box["width"] <= 320
    panel, bar = (window.page.locator(part).bounding_box() for part in ("#sources", "#filter"))
    assert panel and bar and bar["y"] + bar["height"] <= panel["y"], "one below the other"
    window.check()


@in_every_view
def test_a_filter_is_seen_and_lifted(browser: Browser, of_three_papers: str, view: View) -> None:
    window = Watched(browser, of_three_papers, view)
    page, language = window.page, view.language
    chip = page.locator("#chatbot button.chip")

    # The words of a question limit it.
    window.ask(WORDED[language])
    expect(chip).to_have_text(window.say("only", filter="taz"))

    # So does the menu beside the box, until its chip is taken away. Publishers are other people's words.
    bar = page.locator("#filter")
    expect(bar).to_contain_text(window.say("newest", day=written_date(2025, 9, 12, language)))
    bar.locator("summary").click()
    expect(bar.locator("option", has_text="<img")).to_have_count(1)
    bar.get_by_label(window.say("publisher")).select_option("taz")
    bar.get_by_label(window.say("since")).fill("2025-09-01")
    window.check_for_all_readers()
    bar.get_by_role("button", name=window.say("limit_set")).click()
    limit = Filter("taz", since=date(2025, 9, 1))
    parts = [filter_text(part, language) for part in (Filter("taz"), Filter(since=limit.since))]
    expect(bar.locator(".chip")).to_have_text([window.say("only", filter=part) for part in parts])
    assert "26 Länder" in window.ask(ASKED[language][2])
    expect(chip).to_have_text(window.say("only", filter=filter_text(limit, language)))
    bar.locator(".chip").last.click()
    expect(bar.locator(".chip")).to_have_count(1)

    # An earlier answer still tells what it was limited to; the last is asked of all by one click.
    expect(page.locator("#chatbot span.chip")).to_have_text(window.say("only", filter="taz"))
    window.check_for_all_readers()
    assert "26 Länder" in window.answer_anew(chip)
    expect(chip).to_have_count(0)
    assert window.questions() == [WORDED[language], ASKED[language][2]]
    window.check()


class Waiting(LetterEmbedder):
    """Holds a build up at its second batch of sentences for as long as it is told to."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.go_on.set()
        self._batches = 0

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self._batches += 1
        if not self.go_on.is_set() and self._batches > 1:
            self.go_on.wait(60)
        return super().embed_passages(texts)

    def hold(self) -> None:
        self._batches = 0
        self.go_on.clear()


@pytest.fixture
def of_two_articles(tmp_path: Path) -> Settings:
    """Settings of an index by letters of two articles, of which one is hostile."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "taube.txt").write_text("Die Taube sitzt auf dem Dach.", encoding="utf-8")
    (tmp_path / "articles" / "<img src=x>.txt").write_text(HOSTILE, encoding="utf-8")
    settings = Settings(articles=tmp_path / "articles", index=tmp_path / "index")
    build(settings, LetterEmbedder(), no_progress)
    return settings


@in_every_view
def test_the_articles_are_changed_and_a_build_is_seen_in_every_window(
    browser: Browser, of_two_articles: Settings, tmp_path: Path, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.page.service._TELLING_SECONDS", 0.0)
    embedder = Waiting()
    new, empty = tmp_path / "leuchtturm.txt", tmp_path / "leer.txt"
    new.write_text("\n\n".join(f"Der Turm Nummer {n} steht." for n in range(400)), encoding="utf-8")
    empty.write_bytes(b"")

    with served(of_two_articles, embedder) as address:
        window = Watched(browser, address, view)
        other = Watched(browser, address, View("en" if view.language == "de" else "de"))
        other.open_tab("articles")
        page, job = window.page, window.page.locator("#job")
        window.open_tab("articles")

        # Of several files each is let in or refused for itself.
        page.locator("#upload input[type=file]").set_input_files([new, empty])
        for told in (window.say("added", names=new.name), empty.name):
            expect(page.locator(".toast-body", has_text=told)).to_be_visible()

        # A build is seen in both windows, also in the one that did not begin it, and ended by either.
        embedder.hold()
        page.locator("#rebuild").click()
        step = window.say("job_running", step=window.say("step_embedding"))
        expect(job.get_by_role("status")).to_contain_text(step)
        expect(job.get_by_role("status")).to_contain_text(window.say("left_seconds", count="").split("  ")[0])
        expect(job.locator("progress[value]")).to_be_visible()
        expect(page.locator("#rebuild")).to_be_disabled()
        window.check_for_all_readers()
        expect(other.page.locator("#job progress[value]")).to_be_visible()
        other.page.locator("#cancel").click()
        expect(other.page.locator("#job")).to_have_text(f"{other.say('job_cancelling')} {other.say('old_answers')}")
        expect(job).to_have_text(f"{window.say('job_cancelling')} {window.say('old_answers')}")
        embedder.go_on.set()
        expect(job).to_have_text(f"{window.say('job_cancelled')} {window.say('old_answers')}")
        expect(page.locator("#rebuild")).to_be_enabled()

        page.locator("#rebuild").click()
        expect(job).to_contain_text(window.say("job_done", articles=3))
        expect(job).to_contain_text(new.name)
        expect(other.page.locator("#index-status")).to_contain_text("3")

        # The table is searched, an article chosen from it and removed; the index before comes back.
        search = page.get_by_label(window.say("filter")).get_by_role("textbox")
        search.fill("Kanarienvogel")
        cells = page.locator("#article-table [role=gridcell]")
        expect(cells).to_have_count(7)
        cells.first.click()
        expect(page.locator("#chosen a")).to_have_attribute("href", "article/%3Cimg%20src%3Dx%3E.txt")
        window.check_for_all_readers()
        sure = window.confirm(page.locator("#chosen .remove").click)
        assert sure == window.say("remove_sure", name="<img src=x>.txt")
        expect(page.locator(".toast-body", has_text=".<img src=x>.txt.old")).to_be_visible()
        page.locator("#rebuild").click()
        expect(job).to_contain_text(window.say("job_done", articles=2))
        page.locator("#rollback").click()
        page.locator("#rollback-yes").click()
        expect(page.locator("#index-status")).to_contain_text("3")
        expect(page.locator("#rollback-yes")).to_have_count(0)
        other.check()
        window.check()


def test_everything_is_reached_by_keyboard(browser: Browser, url: str) -> None:
    window = Watched(browser, url)
    page = window.page
    expect(page.locator("#question textarea")).to_be_focused()

    def tab_to(selector: str, key: str = "Tab") -> None:
        """Press on until it has the focus; every stop on the way is seen, and none holds the reader."""
        for _ in range(60):
            page.keyboard.press(key)
            if not page.locator(":focus").count():  # the end of the page; the next press begins anew
                continue
            expect(page.locator(":is(:focus, #question:has(:focus))").first).to_have_css("outline-style", "solid")
            expect(page.locator(":is(:focus, #question:has(:focus))").first).to_have_css("outline-width", "2px")
            if page.locator(f":is({selector}):focus").count():
                return
        raise AssertionError(f"{selector} is not reached by {key}")

    page.keyboard.type(ASKED["en"][2])
    page.keyboard.press("Enter")
    window.answer_to(ASKED["en"][2])
    tab_to("#chatbot a.cite", "Shift+Tab")
    tab_to("#chatbot a.cite[href='#src-1-1']", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("mark#mark-1-1")).to_be_focused()
    marks = page.locator("#sources mark[id^='mark-1-']").evaluate_all("marks => marks.map(mark => mark.id)")
    following = page.locator(f"mark#{marks[marks.index('mark-1-1') + 1]}")
    page.keyboard.press("ArrowRight")
    expect(following).to_be_focused()
    expect(following).to_have_css("outline-width", "2px")
    page.keyboard.press("Escape")
    expect(page.locator("#chatbot a.cite[href='#src-1-1']")).to_be_focused()
    tab_to("#conversations summary", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to("#conversations .open")
    page.keyboard.press("Escape")
    expect(page.locator("#conversations summary")).to_be_focused()

    tab_to("[role=tab]:not(.selected)", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#rebuild")).to_be_visible()
    tab_to("#article-table .search-input")
    page.keyboard.type("dpa")
    expect(page.locator("#article-table [role=gridcell]")).to_have_count(7)
    tab_to("#article-table [role=gridcell]")
    page.keyboard.press("Enter")
    expect(page.locator("#chosen h3")).to_contain_text("Beratungen in Paris")
    for selector in ("#chosen a", "#chosen .remove", "#upload button", "#rebuild", "#rollback"):
        tab_to(selector)
    tab_to("[role=tab]:not(.selected)")
    page.keyboard.press("Enter")
    tab_to("#question textarea")
    assert window.questions() == [ASKED["en"][2]]
    window.check()


def test_a_network_asks_and_whoever_signs_in_may_change_articles(
    browser: Browser, seeds_settings: Settings, real_embedder: Embedder
) -> None:
    view = View("en", phone=True)
    with served(seeds_settings, real_embedder, host="0.0.0.0") as address:
        window = Watched(browser, address, view)
        window.open_tab("articles")
        expect(window.page.get_by_text(window.say("read_only"))).to_be_visible()
        window.page.locator("#article-table [role=gridcell]").first.click()
        expect(window.page.locator("#chosen a")).to_be_visible()
        for changing in ("#rebuild", "#upload", "#rollback", "#cancel", "#chosen .remove"):
            expect(window.page.locator(changing)).to_have_count(0)
        window.check_for_all_readers()
        window.check()

    with served(seeds_settings, real_embedder, host="0.0.0.0", auth="anna:geheim") as address:
        window = Watched(browser, address, view, ready="input[type=password]")
        window.check_for_all_readers("document-title")  # Gradio's page for signing in has none, and no place for one
        for password in ("falsch", "geheim"):
            assert "Belegt" in window.page.locator("h1").inner_text()
            window.page.get_by_role("textbox").first.fill("anna")
            window.page.locator("input[type=password]").fill(password)
            window.page.keyboard.press("Enter")
            if password == "falsch":
                expect(window.page.locator("input[type=password]")).to_have_value("")
                assert window.page.locator("#question").count() == 0
                assert window.errors.pop().endswith("400 (Bad Request)")
        window.page.locator("#conversations .toolbar").wait_for(state="attached")
        assert "26 Länder" in window.ask(ASKED[view.language][2])
        window.open_tab("articles")
        for changing in ("#rebuild", "#upload", "#rollback"):
            expect(window.page.locator(changing)).to_be_visible()
        window.page.locator("#article-table [role=gridcell]").first.click()
        expect(window.page.locator("#chosen .remove")).to_be_visible()
        window.check()
