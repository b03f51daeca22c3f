"""Journeys through the real page in a real Chromium, as readers make them: every one ends with nothing gone wrong."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rag.building import build
from rag.embedding import Embedder
from rag.page.server import launch
from rag.page.service import Service
from rag.questions import read_cases
from rag.settings import Settings
from tests.conftest import SEEDS, no_progress

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WAIT_MS = 30_000
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


@contextmanager
def served(settings: Settings, embedder: Embedder, load: Callable[[str], Embedder] | None = None) -> Iterator[str]:
    """The address of a page over the settings, on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = launch(Service(settings.model_copy(update={"port": port}), load or (lambda _: embedder)))
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
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
        self.context = browser.new_context(**{"locale": "de-DE"} | context)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.page.on(
            "request", lambda r: None if r.url.startswith((url, "data:", "blob:")) else self.outside.append(r.url)
        )
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(url)
        self.page.locator("#conversations .toolbar").wait_for(state="attached")

    def ask(self, question: str) -> str:
        """Ask, wait for the answer, and return its text."""
        self.page.locator("#question textarea").fill(question)
        self.page.keyboard.press("Enter")
        return self.answer_to(question)

    def answer_to(self, question: str) -> str:
        """The last answer, once it is one to this question and has its buttons."""
        expect(self.page.locator("#chatbot .user .md").last).to_have_text(question, timeout=WAIT_MS)
        answers = self.page.locator("#chatbot .bot .md")
        expect(answers).to_have_count(len(self.questions()), timeout=WAIT_MS)  # else the last is an earlier one's
        answer = answers.last
        expect(self.page.locator("#chatbot .bot").last.locator(".act.again")).to_be_visible(timeout=WAIT_MS)
        return answer.inner_text()

    def questions(self) -> list[str]:
        return self.page.locator("#chatbot .user .md").all_inner_texts()

    def check_for_all_readers(self) -> None:
        """No serious finding of axe."""
        found = Axe().run(self.page).response["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in SEVERE] == []

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
    said = window.ask("Wann singt der Kanarienvogel der Familie Quittenbaum?")
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
        expect(page.locator("#chatbot .user")).to_have_count(number, timeout=WAIT_MS)
    expect(page.locator("#chatbot .bot .md")).to_have_count(2, timeout=WAIT_MS)
    expect(box).to_have_value("", timeout=WAIT_MS)
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


SACHAROWA = "Was sagte Sacharowa?"
COUNTRIES = "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?"
GUARANTEE = "Was ist eine wahre Sicherheitsgarantie?"


def test_a_turn_can_be_repeated_changed_taken_back_copied_and_rated(
    browser: Browser, url: str, seeds_settings: Settings
) -> None:
    window = Watched(browser, url, permissions=["clipboard-read", "clipboard-write"])
    page = window.page
    window.ask(SACHAROWA)
    window.ask(GUARANTEE)
    page.locator("#chatbot .act.again").click()
    assert "Kuleba" in window.answer_to(GUARANTEE)
    assert window.questions() == [SACHAROWA, GUARANTEE]

    page.locator("#chatbot .act.copy").first.click()
    expect(page.locator("#conversations [role=status]")).to_have_text("Kopiert")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Außenamtssprecherin Maria Sacharowa sagte in Moskau")
    assert "[1] „Außenamtssprecherin" in copied and "taz · 4. September 2025" in copied

    # A bad answer becomes a case of a question file, with the right sentence if its reader knows it.
    page.locator("#chatbot .act.down").last.click()
    form = page.locator("#rating form")
    form.locator("textarea").fill("Diesen Satz gibt es nicht.")
    form.locator("button[type=submit]").click()
    expect(form.get_by_role("alert")).to_contain_text("in keinem Artikel")
    form.locator("textarea").fill("Alles andere, sei es Waffenlieferungen, Ausbildung oder finanzielle Hilfe")
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)
    expect(page.locator("#chatbot .act.down.on")).to_have_count(1)
    page.locator("#chatbot .act.up").first.click()
    expect(page.locator("#chatbot .act.up.on")).to_have_count(1)
    with page.expect_download() as download:
        page.locator("#conversations summary").click()
        page.get_by_role("link", name="Bewertungen herunterladen").click()
    bad, good = read_cases(download.value.path().read_text(encoding="utf-8").splitlines(), "feedback.jsonl")
    assert (bad.question, bad.history, bad.answerable) == (GUARANTEE, (SACHAROWA,), True)
    assert bad.gold[0].quote.startswith("Alles andere")
    assert (good.question, good.kind) == (SACHAROWA, "liked")
    page.keyboard.press("Escape")

    # A changed question takes the place of all that followed it.
    page.get_by_role("button", name="Bearbeiten").first.click()
    page.locator("#chatbot textarea").fill(COUNTRIES)
    page.get_by_role("button", name="Senden").first.click()
    assert "26 Länder" in window.answer_to(COUNTRIES)
    assert window.questions() == [COUNTRIES]
    expect(page.locator("mark#mark-1-1")).to_contain_text("26 Länder")

    page.locator("#chatbot .act.takeback").click()
    expect(page.locator("#question textarea")).to_have_value(COUNTRIES)
    assert window.questions() == []
    window.check()


def test_an_answer_can_be_stopped_while_it_is_waited_for(
    browser: Browser, real_embedder: Embedder, seeds_settings: Settings
) -> None:
    loaded = threading.Event()

    def load(_: str) -> Embedder:
        loaded.wait(60)
        return real_embedder

    with served(seeds_settings, real_embedder, load) as address:
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
        window.check()


def test_conversations_outlast_reload_and_restart_with_their_sources(
    browser: Browser, real_embedder: Embedder, tmp_path: Path
) -> None:
    shutil.copytree(SEEDS, tmp_path / "articles")
    settings = Settings(articles=tmp_path / "articles", index=tmp_path / "index")
    build(settings, real_embedder, no_progress)
    with served(settings, real_embedder) as address:
        window = Watched(browser, address)
        page = window.page
        window.ask(COUNTRIES)
        page.reload()
        window.errors.clear()  # Gradio reports the requests that a reload breaks off
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

        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="„Wie viele Länder").last.click()
        expect(page.locator("#conversations .open")).to_have_count(1)
        expect(page.locator("#chatbot .user")).to_have_count(0)
        window.check()


def test_marks_are_stepped_through_and_an_article_stands_alone(browser: Browser, url: str) -> None:
    window = Watched(browser, url, locale="en-US")
    page = window.page
    window.ask("Which leaders are expected at the video conference?")
    expect(page.locator("#sources .trust")).to_contain_text("Confidence:")
    page.get_by_role("button", name="Next mark").click()
    expect(page.locator("mark#mark-1-1")).to_have_class("active")
    page.get_by_role("button", name="Next mark").press("ArrowRight")
    expect(page.locator("mark#mark-1-2")).to_be_focused()
    expect(page.locator("mark#mark-1-2")).to_be_in_viewport()
    expect(page.locator("#sources .place")).to_contain_text("2 /")
    with window.context.expect_page() as opened:
        page.get_by_role("link", name="Open the article alone").first.click()
    alone = opened.value
    for _ in range(2):
        expect(alone.locator("mark")).to_have_count(1)
        expect(alone.locator("mark")).to_be_focused()
        expect(alone.locator("mark")).to_be_in_viewport()
        alone.reload()
    alone.goto(alone.url.replace("text=", "text=0"))
    expect(alone.get_by_role("note")).to_contain_text("has changed")
    expect(alone.locator("mark")).to_have_count(0)
    window.check()


def test_what_happened_when_is_told_in_order(browser: Browser, url: str) -> None:
    window = Watched(browser, url)
    page = window.page
    window.ask("Wann trafen sich Macron und Selenskyj?")
    page.locator("#chatbot a.timeline").click()
    entries = page.locator("#sources .timeline li")
    expect(entries.first).to_be_visible()
    assert [entry.split(" ")[2] for entry in entries.locator("strong").all_inner_texts()] == ["2025", "2025"]
    expect(entries.first).to_contain_text("27. März 2025 · im Satz genannt")
    expect(entries.last).to_contain_text("4. September 2025 · Erscheinungstag des Artikels")
    entries.first.locator("a.cite").click()
    expect(page.locator("#sources mark.active")).to_contain_text("27. März")
    window.check()


@pytest.fixture
def twice_built(real_embedder: Embedder, tmp_path: Path) -> Settings:
    """Settings of an index of the five articles, and then of a sixth whose publisher and file name are hostile."""
    shutil.copytree(SEEDS, tmp_path / "articles")
    settings = Settings(articles=tmp_path / "articles", index=tmp_path / "index")
    build(settings, real_embedder, no_progress)
    told = "---\nsource: '<img src=http://evil.invalid/x.png>'\ndate: 2025-09-12\n---\n\nDer Leuchtturm steht.\n"
    (tmp_path / "articles" / "<img src=x>.md").write_text(told, encoding="utf-8")
    build(settings, real_embedder, no_progress)
    return settings


def test_a_filter_is_seen_and_lifted(browser: Browser, real_embedder: Embedder, twice_built: Settings) -> None:
    with served(twice_built, real_embedder) as address:
        window = Watched(browser, address)
        page = window.page

        # The words of a question limit it; one click asks it of all.
        asked, chip = COUNTRIES.replace("sich", "sich laut taz"), page.locator("#chatbot .chip")
        assert window.ask(asked).startswith("Gesucht nur in Artikeln: taz.")
        expect(chip).to_have_text("nur: taz")
        chip.click()
        expect(chip).to_have_count(0)
        assert "26 Länder" in window.answer_to(asked) and "Gesucht nur" not in window.answer_to(asked)
        assert window.questions() == [asked]
        said = window.ask("Was sagte Sacharowa laut dpa?")
        assert said.startswith("Artikel „dpa“ sagen es nicht; gesucht wurde in allen.") and "Sacharowa" in said

        # So does the menu beside the box, until its chip is taken away. Publishers are other people's words.
        bar = page.locator("#filter")
        expect(bar).to_contain_text("Stand: 12. September 2025")
        bar.locator("summary").click()
        expect(bar.locator("option", has_text="<img")).to_have_count(1)
        bar.get_by_label("Quelle").select_option("taz")
        bar.get_by_label("Erschienen ab").fill("2025-09-01")
        window.check_for_all_readers()
        bar.get_by_role("button", name="Anwenden").click()
        expect(bar.locator(".chip")).to_have_text(["nur: taz", "nur: ab 1. September 2025"])
        said = window.ask(COUNTRIES)
        assert said.startswith("Gesucht nur in Artikeln: taz, ab 1. September 2025.") and "26 Länder" in said
        expect(chip).to_have_text("nur: taz, ab 1. September 2025")
        page.reload()
        window.errors.clear()  # Gradio reports the requests that a reload breaks off
        window.answer_to(COUNTRIES)
        chip.click()
        expect(chip).to_have_count(0)
        assert "Gesucht nur" not in window.answer_to(COUNTRIES)
        window.check()


def test_an_article_is_removed_and_the_index_before_comes_back(
    browser: Browser, real_embedder: Embedder, twice_built: Settings
) -> None:
    with served(twice_built, real_embedder) as address:
        window = Watched(browser, address)
        page = window.page
        page.get_by_role("tab", name="Artikel").click()
        page.locator("#article-table [role=gridcell]", has_text="evil.invalid").click()
        expect(page.locator("#chosen a")).to_have_attribute("href", "article/%3Cimg%20src%3Dx%3E.md")
        window.check_for_all_readers()
        page.once("dialog", lambda dialog: dialog.accept())
        page.locator("#chosen .remove").click()
        expect(page.locator(".toast-body")).to_contain_text(".<img src=x>.md.old")
        page.locator("#rebuild").click()
        expect(page.locator("#job")).to_contain_text("5 Artikel sind durchsuchbar", timeout=WAIT_MS)
        expect(page.locator("#job")).to_contain_text("entfernt: <img src=x>.md")
        page.get_by_role("tab", name="Fragen").click()
        expect(page.locator("#filter")).to_contain_text("Stand: 4. September 2025")
        page.get_by_role("tab", name="Artikel").click()
        page.locator("#rollback").click()
        page.locator("#rollback-yes").click()
        expect(page.locator("#job")).to_contain_text("antwortet wieder: 6 Artikel")
        expect(page.locator("#index-status")).to_contain_text("6 Artikel")
        expect(page.locator("#rollback-yes")).to_have_count(0)
        window.check()


@pytest.mark.parametrize(
    "view",
    [
        {"viewport": {"width": 1380, "height": 860}},
        {"viewport": {"width": 1380, "height": 860}, "color_scheme": "dark", "locale": "en-US"},
        {"viewport": {"width": 390, "height": 844}, "is_mobile": True},
    ],
    ids=["wide", "dark", "phone"],
)
def test_all_can_read_and_use_the_page(browser: Browser, url: str, view: dict[str, object]) -> None:
    window = Watched(browser, url, **view)
    page = window.page
    window.ask(SACHAROWA)
    page.locator("#chatbot .act.down").click()
    expect(page.locator("#rating form")).to_be_visible()
    page.locator("#conversations summary").click()
    window.check_for_all_readers()
    assert page.evaluate("document.documentElement.scrollWidth") <= view["viewport"]["width"]  # type: ignore[index]
    page.get_by_role("tab").last.click()
    expect(page.locator("#article-table .search-input")).to_be_visible()
    expect(page.locator("#rebuild")).to_be_visible()
    window.check_for_all_readers()
    window.check()
