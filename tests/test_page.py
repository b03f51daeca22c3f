"""What the page makes of answers: text that stays text, marks where the quotes are, one job for all windows."""

import html
import re
import shutil
import threading
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from gradio.utils import get_upload_folder
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.building import build
from rag.corpus import Corpus
from rag.errors import ArticleError, IndexMissing
from rag.page.answers import answer_markdown, escape_markdown
from rag.page.articles import SKIPPED_SHOWN, article_rows, chosen_html, examples_for, job_html, status_html
from rag.page.chat import messages, waiting
from rag.page.filtering import filter_bar_html
from rag.page.service import Job, Service
from rag.page.sources import Mark, article_html, sources_html
from rag.page.texts import TEXTS, visitor_language
from rag.page.turns import Turn, ask
from rag.page.uploads import add_articles, own_files, set_aside
from rag.records import (
    Answer,
    Citation,
    Evidence,
    Filter,
    Hit,
    Listing,
    Outcome,
    Passage,
    Question,
    Sentence,
    Source,
    Sourced,
)
from rag.settings import Settings
from tests.conftest import LetterEmbedder, make_article, no_progress

MARKDOWN = MarkdownIt("gfm-like", {"html": True})
"""With links made of bare addresses, as the chat makes them."""

HOSTILE = "<script>window.pwned=1</script> <img src=x onerror=alert(1)> ${1+1} {{value}} [x](http://evil) `a` *b* $$c$$"


class Text(HTMLParser):
    """The text of an HTML fragment, its tags and the text inside its marks."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.text, self.tags, self.marked, self._inside = "", set[str](), "", False
        self.feed(fragment)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._inside = self._inside or tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self._inside else ""


def answer_quoting(*stretches: tuple[int, int], text: str = "Eins zwei. Drei vier.\n\nFünf sechs.") -> Answer:
    article = make_article(*text.split("\n\n"), title="Titel & <b>mehr</b>")
    shift = article.text.index("\n\n") + 2
    citations = tuple(
        Citation(number, Passage(article, start + shift, end + shift), None)
        for number, (start, end) in enumerate(stretches, 1)
    )
    sentences = tuple(Sentence(citation.quote.text, (citation.number,)) for citation in citations)
    return Answer(Question("Was?", "Was?", "de"), Outcome.ANSWERED, sentences, citations)


@given(st.text(max_size=200))
def test_escaped_markdown_renders_as_the_very_text(text: str) -> None:
    rendered = (
        MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough").render(escape_markdown(text))
    )
    shown = Text(rendered)
    assert shown.tags <= {"p"}
    assert shown.text.split() == text.replace("\x00", "\N{REPLACEMENT CHARACTER}").split()


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "# Titel",
        "- Punkt",
        "1. Punkt",
        "> Zitat",
        "| a | b |",
        "WWW.evil.org",
        "http://evil.org",
        "a@evil.org",
        "~~x~~",
    ],
)
def test_article_text_never_becomes_markup(text: str) -> None:
    shown = Text(MARKDOWN.render(escape_markdown(text)))
    assert shown.tags <= {"p"}
    assert shown.text.split() == text.split()


@pytest.mark.parametrize("place", ["chat", "waiting", "sources", "filter"])
def test_what_is_shown_reads_no_article_so_that_a_damaged_one_spoils_no_answer(place: str) -> None:
    answer = answer_quoting((0, 10))
    read: list[int] = []
    shipped = Corpus.of([answer.citations[0].quote.article])
    articles = Corpus((*shipped.entries, *Corpus.of([make_article("x", name="b.txt")]).entries), read.append, b"")  # type: ignore[arg-type, func-returns-value]
    turns = (Turn("Was?", answer),)
    show = {
        "chat": lambda: messages(turns, articles, "de", votes=True),
        "waiting": lambda: waiting(turns, "Und?", articles, "de", loaded=True),
        "sources": lambda: sources_html(answer, 1, "de", articles),
        "filter": lambda: filter_bar_html(Filter(), articles, "de"),
    }
    assert "gone" not in str(show[place]()) and read == []


def test_each_citation_is_an_anchor_and_its_focus_is_strong() -> None:
    answer = answer_quoting((0, 10), (11, 21))
    first = answer.citations[0]
    focused = Citation(1, first.quote, (first.quote.start + 5, first.quote.start + 9))
    shown = answer_markdown(
        Answer(answer.question, Outcome.ANSWERED, answer.sentences, (focused, answer.citations[1])), 3, "de"
    )
    assert re.findall(r'href="#(src-\d-\d)"', shown) == ["src-3-1", "src-3-2"]
    assert "Eins <strong>zwei</strong>.</span> <a" in shown
    assert 'title="Titel &amp; &lt;b&gt;mehr&lt;/b&gt;"' in shown


def test_where_sources_differ_their_numbers_are_anchors_too() -> None:
    articles = [make_article(f"{count} Länder.", name=f"{count}.txt", publisher="[7]") for count in (26, 30)]
    citations = tuple(
        Citation(number, Passage(article, 0, 10), (0, 2)) for number, article in enumerate(articles, start=1)
    )
    sentences = tuple(Sentence(one.quote.text, (one.number,)) for one in citations)
    answer = Answer(Question("?", "?", "de"), Outcome.ANSWERED, sentences, citations, differing=(1, 2))
    told = answer_markdown(answer, 3, "de").split("\n\n")[-1]
    assert re.findall(r'href="#(src-3-\d)"', told) == ["src-3-1", "src-3-2"]
    assert r"\[7\]" in told


def test_the_name_of_a_source_is_shown_as_it_is() -> None:
    article = make_article("Es regnet.", title="Regen", publisher="<b>*Blatt*</b>")
    citation = Citation(1, Passage(article, 0, 5), None)
    sources = Sourced("publishers", 1, (Source("<b>*Blatt*</b>", 1, 1),))
    question = Question("Welche Zeitungen gibt es?", "Welche Zeitungen gibt es?", "de")
    told = Answer(
        question,
        Outcome.ANSWERED,
        (Sentence("Regen", (1,)),),
        (citation,),
        searched=1,
        listing=Listing(1, True, (), sources=sources),
    )
    shown = answer_markdown(told, 1, "de")
    assert "Gefunden: 1 Quelle in 1 Artikel; hier ein Artikel:" in shown
    assert "*&lt;b&gt;\\*Blatt\\*&lt;/b&gt; (1 Artikel):*" in shown


def test_a_quote_in_the_chat_carries_the_language_of_its_article() -> None:
    answer = answer_quoting((0, 10), text="He said that it was so. The dog is in the garden.")
    assert answer_markdown(answer, 1, "de").startswith('<span lang="en">He said th</span> <a')


def test_a_quote_over_two_paragraphs_is_marked_in_both() -> None:
    answer = answer_quoting((11, 34))
    article, quote = answer.citations[0].quote.article, answer.citations[0].quote
    shown = article_html(article, [Mark(quote.start, quote.end, "mark-1-1", 1, None)], "de")
    assert shown.count("<mark") == 2 and shown.count('id="mark-1-1"') == 1
    assert Text(shown).marked == "Drei vier.Fünf sechs.[1]"
    assert shown.count("<p") == shown.count("</p>")


@given(st.integers(0, 33), st.integers(1, 20))
def test_the_marked_text_is_the_quote_wherever_it_stands(start: int, length: int) -> None:
    text = "Eins <zwei>. Drei & vier.\n\nFünf."
    end = min(start + length, len(text))
    if not text[start:end].strip():
        return
    article = answer_quoting((0, 4), text=text).citations[0].quote.article
    shift = article.text.index("\n\n") + 2
    shown = Text(article_html(article, [Mark(start + shift, end + shift, "m", 1, None)], "de"))
    assert shown.marked.replace("[1]", "").replace("\n", "") == text[start:end].replace("\n", "")
    assert shown.tags <= {"h2", "p", "mark", "sup", "span"}


def test_hostile_text_is_escaped_in_the_sources() -> None:
    article = make_article(HOSTILE, title=HOSTILE, publisher=HOSTILE)
    quote = Passage(article, article.text.rindex("<script>"), len(article.text))
    answer = Answer(
        Question("?", "?", "de"), Outcome.ANSWERED, (Sentence(quote.text, (1,)),), (Citation(1, quote, None),)
    )
    shown = sources_html(
        Answer(answer.question, answer.outcome, answer.sentences, answer.citations, (Hit(quote, 1, 1, 1, 1, ()),)),
        1,
        "de",
        [article],
    )
    assert "<script" not in shown and "<img" not in shown
    assert html.escape("<script>window.pwned=1</script>") in shown


def test_of_a_refusal_the_nearest_sentences_are_set_off_in_their_passages_and_escaped() -> None:
    article = make_article("<b>Eins.</b> Zwei & drei. Vier.", "Fünf.")
    whole, of = Passage(article, 0, len(article.text)), Corpus.of([article])
    start = article.text.index("Zwei")
    near = (Passage(article, start, start + len("Zwei & drei.")), Passage(article, 0, len("<b>Eins.</b>")))
    question, hits = Question("?", "?", "de"), (Hit(whole, 1, 1, 1, 1, ()),)
    shown = sources_html(Answer(question, Outcome.NOT_FOUND, hits=hits, nearest=near, unsure=True), 1, "de", of)
    expected = '<b class="near">&lt;b&gt;Eins.&lt;/b&gt;</b> <b class="near">Zwei &amp; drei.</b> Vier.<br>'
    assert expected in shown and "Unsicher." in shown and "<mark" not in shown
    elsewhere = make_article("Vier.", name="b.txt")
    copied = (Hit(whole, 1, 1, 1, 1, (Evidence(Passage(elsewhere, 0, 5), 0, 0, 0),)),)
    of_copy = Answer(question, Outcome.NOT_FOUND, hits=copied, nearest=(Passage(elsewhere, 0, 5),))
    assert '<b class="near">Vier.</b>' in sources_html(of_copy, 1, "de", of), "told by another paper"
    answered = Answer(question, Outcome.ANSWERED, hits=hits, citations=(Citation(1, near[0], None),))
    assert 'class="near"' not in sources_html(answered, 1, "de", of)


def test_both_languages_say_the_same_things() -> None:
    assert TEXTS["de"].keys() == TEXTS["en"].keys()
    for key, text in TEXTS["de"].items():
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", TEXTS["en"][key]), key


def test_the_visitor_is_spoken_to_in_the_browsers_language() -> None:
    class Request:
        def __init__(self, accepted: str) -> None:
            self.headers = {"accept-language": accepted}

    assert visitor_language(Request("de-AT,de;q=0.9,en;q=0.8")) == "de"  # type: ignore[arg-type]
    assert visitor_language(Request("fr-FR,en;q=0.8,de;q=0.7")) == "en"  # type: ignore[arg-type]
    assert visitor_language(Request("fr")) == visitor_language(None) == "en"  # type: ignore[arg-type]


@pytest.fixture
def service(tmp_path: Path) -> Service:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("Der Hund schläft im Garten. Die Katze wacht.", encoding="utf-8")
    service = Service(Settings(articles=folder, index=tmp_path / "index"), lambda _: LetterEmbedder())
    service.start()
    return service


def finished(service: Service) -> Job:
    for _ in range(200):
        if service.job.phase != "running":
            return service.job
        time.sleep(0.05)
    raise AssertionError("the build did not end")


def test_without_an_index_the_question_fails_with_the_remedy_and_a_build_mends_it(service: Service) -> None:
    failed = ask(service, "Wo schläft der Hund?", ())
    assert failed.answer is None
    assert failed.error == ""
    assert service.rebuild()
    assert finished(service).phase == "done"
    answered = ask(service, "Wo schläft der Hund?", ())
    assert answered.answer is not None and answered.answer.hits


def test_a_filter_that_no_article_meets_is_named_and_can_be_lifted(service: Service) -> None:
    service.rebuild()
    finished(service)
    turn = ask(service, "Wo schläft der Hund?", (), Filter("Bote"))
    assert turn.answer is None
    shown = str(messages((turn,), service.articles(), "de", votes=True)[1]["content"])
    assert "Kein Artikel hat die Quelle 'Bote'" in shown and 'id="everywhere-1"' in shown
    lifted = ask(service, turn.asked, (), Filter())
    assert lifted.answer is not None


@pytest.mark.parametrize("loss", ["removed", "damaged", "of another model"])
def test_a_loaded_index_goes_on_answering_whatever_happens_to_its_files(service: Service, loss: str) -> None:
    service.rebuild()
    finished(service)
    assert ask(service, "Wo schläft der Hund?", ()).answer
    if loss == "removed":
        shutil.rmtree(service.settings.index)
    elif loss == "damaged":
        (service.settings.index / "CURRENT").write_text("x", encoding="utf-8")
    else:
        other = LetterEmbedder()
        other.fingerprint = "letters-2"
        build(service.settings, other, no_progress)
    assert ask(service, "Wo schläft der Hund?", ()).answer
    assert "rag build" in service.problem


def test_a_new_generation_is_picked_up_without_a_restart(service: Service) -> None:
    service.rebuild()
    finished(service)
    assert len(service.index().articles) == 1
    (service.settings.articles / "b.txt").write_text("Der Vogel singt.", encoding="utf-8")
    service.rebuild()
    finished(service)
    assert len(service.index().articles) == 2


def test_one_build_at_a_time_and_it_can_be_cancelled(tmp_path: Path) -> None:
    reached, go_on = threading.Event(), threading.Event()

    class Waiting(LetterEmbedder):
        def embed_passages(self, texts):  # type: ignore[no-untyped-def]
            reached.set()
            go_on.wait(10)
            return super().embed_passages(texts)

    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text("Der Hund schläft.", encoding="utf-8")
    service = Service(Settings(articles=tmp_path / "articles", index=tmp_path / "index"), lambda _: Waiting())
    service.start()
    assert service.rebuild()
    assert reached.wait(10)
    assert not service.rebuild()
    service.cancel()
    go_on.set()
    assert finished(service).phase == "cancelled"
    assert not (tmp_path / "index" / "CURRENT").exists()


def test_a_failed_build_says_why(service: Service) -> None:
    (service.settings.articles / "a.txt").unlink()
    service.rebuild()
    job = finished(service)
    assert job.phase == "failed" and "no file of articles" in job.message
    assert "no file of articles" in job_html(job, 0, "en")


@pytest.mark.parametrize("phase", ["running", "cancelled", "failed"])
def test_only_where_there_is_an_index_it_is_said_to_go_on_answering(phase: str) -> None:
    job = Job(phase, message="no file of articles in x: put some there")  # type: ignore[arg-type]
    for cancelling in (False, phase == "running"):
        assert "antwortet" not in job_html(job, 0, "de", cancelling)
        assert ". The old index goes on answering." in job_html(job, 1, "en", cancelling)


def test_a_model_that_cannot_load_is_an_error_not_a_refusal(tmp_path: Path) -> None:
    def broken(_: str) -> LetterEmbedder:
        raise ValueError("no such thing")

    service = Service(Settings(articles=tmp_path, index=tmp_path / "index"), broken)
    service.start()
    (tmp_path / "a.txt").write_text("Der Hund schläft.", encoding="utf-8")
    service.rebuild()
    assert "no such thing" in finished(service).message


def test_earlier_questions_are_the_history_and_greetings_are_not(service: Service) -> None:
    service.rebuild()
    finished(service)
    hello = ask(service, "Hallo", ())
    first = ask(service, "Wo schläft der Hund?", (hello,))
    second = ask(service, "Und die Katze?", (hello, first))
    assert second.answer is not None
    assert second.answer.question.text == "Wo schläft der Hund? Die Katze?"
    assert isinstance(first, Turn)


def test_uploads_are_read_before_they_are_let_in(service: Service) -> None:
    folder = Path(get_upload_folder()) / "test-uploads"
    folder.mkdir(parents=True, exist_ok=True)
    good, empty, other = folder / "neu.txt", folder / "leer.txt", folder / "bild.png"
    good.write_text("Der Fuchs rennt.", encoding="utf-8")
    empty.write_bytes(b"")
    other.write_bytes(b"\x89PNG")
    foreign = service.settings.articles / "a.txt"
    uploaded = add_articles([str(good), str(empty), str(other), str(foreign)], service.settings)
    assert (uploaded.added, uploaded.replaced) == (("neu.txt",), ())
    assert [reason.split()[0] for reason in uploaded.rejected] == ["leer.txt", "bild.png", "a.txt"]
    assert (service.settings.articles / "neu.txt").read_text(encoding="utf-8") == "Der Fuchs rennt."
    assert len(list(service.settings.articles.iterdir())) == 2


def test_an_article_that_is_replaced_is_kept_aside(service: Service) -> None:
    folder = Path(get_upload_folder()) / "test-replaced"
    folder.mkdir(parents=True, exist_ok=True)
    for text in ("Der Hund ist wach.", "Der Hund ist wieder müde."):
        (folder / "a.txt").write_text(text, encoding="utf-8")
        uploaded = add_articles([str(folder / "a.txt")], service.settings)
        assert (uploaded.added, uploaded.replaced) == ((), ("a.txt",))
        assert (service.settings.articles / "a.txt").read_text(encoding="utf-8") == text
    assert "schläft" in (service.settings.articles / ".a.txt.old").read_text(encoding="utf-8")
    assert "wach" in (service.settings.articles / ".a.txt.old2").read_text(encoding="utf-8")


def test_of_two_uploads_with_one_name_the_first_is_let_in_and_the_article_before_is_kept(service: Service) -> None:
    paths = []
    for number, text in enumerate(("Der Hund ist wach.", "Der Hund ist müde.")):
        folder = Path(get_upload_folder()) / f"test-namesakes-{number}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "a.txt").write_text(text, encoding="utf-8")
        paths.append(str(folder / "a.txt"))
    uploaded = add_articles(paths, service.settings)
    assert uploaded.replaced == ("a.txt",) and "rename one" in uploaded.rejected[0]
    files = {path.name: path.read_text(encoding="utf-8") for path in service.settings.articles.iterdir()}
    assert files["a.txt"] == "Der Hund ist wach."
    assert "schläft" in files[".a.txt.old"] and len(files) == 2


def test_a_build_tells_what_changed_and_the_index_before_comes_back(service: Service) -> None:
    assert service.rebuild() and finished(service).phase == "done"
    assert "hinzugekommen: a.txt" in job_html(service.job, 1, "de")
    with pytest.raises(IndexMissing):
        service.roll_back()
    (service.settings.articles / "<b>.txt").write_text("Der Vogel singt.", encoding="utf-8")
    service.rebuild()
    assert "added: &lt;b&gt;.txt" in job_html(finished(service), 2, "en")
    built = service.job
    service.rebuild()
    assert "Nothing has changed" in job_html(finished(service), 2, "en")
    assert service.roll_back()
    assert [article.id for article in service.articles()] == ["a.txt"]
    assert "answers again: 1 articles" in job_html(service.job, 1, "en")
    assert service.roll_back()
    assert len(service.articles()) == 2
    service.job = replace(built, phase="running")
    assert not service.roll_back()


def test_the_time_left_is_told_once_it_can_be() -> None:
    job = Job("running", "embedding", 10, 40, began=time.monotonic() - 20)
    assert "Noch etwa 70 Sekunden." in job_html(job, 0, "de")
    assert "About 10 minutes left." in job_html(replace(job, total=300), 0, "en")
    for early in (replace(job, began=time.monotonic()), replace(job, step="words"), replace(job, done=0)):
        assert early.seconds_left is None


def test_many_files_that_were_not_read_are_folded_away(service: Service) -> None:
    for count, listed in ((SKIPPED_SHOWN, "<details open>"), (SKIPPED_SHOWN + 1, "<details>")):
        for number in range(count):
            (service.settings.articles / f"empty{number}.txt").touch()
        service.rebuild()
        finished(service)
        assert f"{listed}<summary>Nicht gelesen: {count}</summary>" in status_html(service, "de")
        assert status_html(service, "de").count("<li>") == count


def test_the_table_tells_copies_and_a_chosen_article_can_be_read_and_removed(service: Service) -> None:
    folder = service.settings.articles
    (folder / "b.txt").write_text((folder / "a.txt").read_text(encoding="utf-8"), encoding="utf-8")
    with ZipFile(folder / "box.zip", "w") as box:
        box.writestr("inner.txt", "Der Vogel singt.")
    service.rebuild()
    finished(service)
    dog = article_rows(service.index(), "de")[0]
    assert dog[3:] == ["de", "8", "1", "a.txt, auch in b.txt"]
    shown = chosen_html(service.articles()[0], own_files(service.settings), "de")
    assert 'href="article/a.txt"' in shown and shown.count("data-file") == 2
    assert 'data-sure="b.txt aus dem Artikelordner entfernen?' in shown
    packed = chosen_html(service.articles()[1], own_files(service.settings), "de")
    assert "article/box.zip%2Finner.txt" in packed and "data-file" not in packed
    assert "data-file" not in chosen_html(service.articles()[0], (), "de")
    hostile = chosen_html(make_article("x", name=HOSTILE, title=HOSTILE, publisher=HOSTILE), {HOSTILE}, "de")
    assert Text(hostile).tags == {"h3", "p", "a", "ul", "li", "button"}

    assert set_aside("a.txt", service.settings) == ".a.txt.old"
    for name in ("a.txt", "../index/CURRENT", "box.zip/inner.txt", "None"):
        with pytest.raises(ArticleError, match="build the index anew"):
            set_aside(name, service.settings)
    service.rebuild()
    finished(service)
    assert [article.id for article in service.articles()] == ["b.txt", "box.zip/inner.txt"]


def test_examples_are_shown_only_for_the_articles_that_answer_them(service: Service, seeds_settings: Settings) -> None:
    assert examples_for(service.articles()) == []
    service.rebuild()
    finished(service)
    assert examples_for(service.articles()) == []
    assert len(examples_for(Service(seeds_settings, lambda _: LetterEmbedder()).articles())) >= 4
