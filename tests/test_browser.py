"""One journey through the real page in a real Chromium: ask, check the proof, be told no, go on, add, rebuild."""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rag.embedding import Embedder
from rag.page.server import launch
from rag.page.service import Service
from rag.settings import Settings
from tests.conftest import SEEDS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WAIT_MS = 30_000

HOSTILE = (
    "Der Kanarienvogel <script>window.pwned=1</script>\n\n"
    "Der Kanarienvogel der Familie Quittenbaum heißt ${Object.assign(window,{pwned:2})} und singt "
    '<img src="http://evil.invalid/x.png" onerror="window.pwned=3"> jeden Morgen {{value}} um sieben Uhr. '
    "Sein Käfig steht [hier](javascript:alert(1)) am Fenster.\n"
)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("BELEGT_REQUIRE_BROWSER"),
    reason="no Chromium on this machine: the journey through the page was not made",
)


@contextmanager
def served(settings: Settings, embedder: Embedder) -> Iterator[str]:
    """The address of a page over the settings, on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = launch(Service(settings.model_copy(update={"port": port}), lambda _: embedder))
    yield f"http://127.0.0.1:{port}/"
    page.close()


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

    def __init__(self, browser: Browser, url: str, **context: object) -> None:
        self.page: Page = browser.new_context(**{"locale": "de-DE"} | context).new_page()  # type: ignore[arg-type]
        self.page.set_default_timeout(WAIT_MS)
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.page.on(
            "request", lambda r: None if r.url.startswith((url, "data:", "blob:")) else self.outside.append(r.url)
        )
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(url)

    def ask(self, question: str) -> str:
        """Ask, wait for the answer, and return its text."""
        answers = self.page.locator("#chatbot .bot .md")
        before = answers.count()
        self.page.locator("#question textarea").fill(question)
        self.page.keyboard.press("Enter")
        expect(answers).to_have_count(before + 1, timeout=WAIT_MS)
        expect(answers.last).not_to_contain_text("Sprachmodell lädt", timeout=WAIT_MS)
        return answers.last.inner_text()

    def check(self) -> None:
        assert self.page.evaluate("window.pwned") is None
        assert self.outside == []
        assert self.errors == []


def test_the_journey(browser: Browser, bare_url: str, tmp_path: Path) -> None:
    window = Watched(browser, bare_url)
    page = window.page

    # There is no index yet: the page says so and builds one.
    assert "Es gibt noch keinen Index" in window.ask("Wie viele Länder wollen sich beteiligen?")
    page.get_by_role("tab", name="Artikel").click()
    page.locator("#rebuild").click()
    expect(page.locator("#job")).to_contain_text("6 Artikel sind durchsuchbar", timeout=WAIT_MS)
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
    expect(page.locator("#sources")).to_contain_text("Sie beantworten die Frage nicht")
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
    said = window.ask("Wie heißt der Kanarienvogel der Familie Quittenbaum?")
    assert "${Object.assign(window,{pwned:2})}" in said and "<img src=" in said
    expect(page.locator("#sources mark").first).to_be_visible()

    # A new article can be added and asked about after a rebuild, the old index answering meanwhile.
    added = tmp_path / "leuchtturm.txt"
    added.write_text("Der Leuchtturm von Wangerooge wird 2031 abgerissen.", encoding="utf-8")
    page.get_by_role("tab", name="Artikel").click()
    page.locator("#upload input[type=file]").set_input_files(added)
    expect(page.locator(".toast-body")).to_contain_text("leuchtturm.txt")
    page.locator("#rebuild").click()
    expect(page.locator("#job")).to_contain_text("7 Artikel sind durchsuchbar", timeout=WAIT_MS)
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
        expect(box).to_have_value("")
    expect(page.locator("#chatbot .bot .md")).to_have_count(2)
    page.locator("#chatbot a.cite[href='#src-1-1']").click()
    expect(page.locator("mark#mark-1-1")).to_contain_text("Sacharowa")
    page.locator("#chatbot a.cite[href='#src-2-1']").click()
    expect(page.locator("mark#mark-2-1")).to_contain_text("Rückendeckung")
    window.check()


def test_an_example_is_one_click_and_english_is_spoken_to_english_browsers(browser: Browser, url: str) -> None:
    window = Watched(browser, url, locale="en-US")
    page = window.page
    expect(page.locator("#examples")).to_contain_text("For example")
    page.locator("#examples button").first.click()
    expect(page.locator("#chatbot a.cite").first).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("#examples button")).to_have_count(0)
    window.check()


def test_on_a_phone_nothing_overflows_and_the_mark_is_scrolled_to(browser: Browser, url: str) -> None:
    window = Watched(browser, url, viewport={"width": 390, "height": 844}, is_mobile=True, color_scheme="dark")
    window.ask("Was sagte Sacharowa?")
    window.page.locator("#chatbot a.cite").first.click()
    expect(window.page.locator("mark#mark-1-1")).to_be_in_viewport()
    assert window.page.evaluate("document.documentElement.scrollWidth") <= 390
    window.check()
