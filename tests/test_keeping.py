"""Conversations and ratings on disk: what comes back is what was said, or it is said to be gone."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from rag.answering import ExtractiveWriter
from rag.chatbot import Chatbot, verify
from rag.corpus import Corpus
from rag.embedding import Embedder
from rag.errors import IndexDamaged, KeepingError
from rag.page.answers import answer_markdown
from rag.page.chat import asked_of, messages
from rag.page.export import answer_as_text, conversation_as_markdown
from rag.page.feedback import Feedback, find_sentence, rate
from rag.page.keeping import Keeper, gone
from rag.page.sources import sources_html
from rag.page.turns import Conversation, Turn, told_last
from rag.questions import read_cases
from rag.records import (
    Answer,
    Article,
    Citation,
    Copy,
    Evidence,
    Filter,
    Hit,
    Listing,
    Outcome,
    Passage,
    Question,
    Sentence,
)
from rag.retrieval import Retriever
from rag.settings import Settings
from tests.conftest import NAMED, LetterEmbedder, make_article, make_index

TAZ = Filter(publisher="taz")
ASKED = ["Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?", "Und was sagt Merz dazu?", "Hallo"]

NO_ARTICLES = Corpus.of(())


@pytest.fixture(scope="module")
def chatbot(seeds_settings: Settings, real_embedder: Embedder) -> Chatbot:
    return Chatbot.open(seeds_settings)


@pytest.fixture(scope="module")
def talk(chatbot: Chatbot) -> Conversation:
    refused = "Wie wird das Wetter auf Teneriffa?"
    turns = [Turn(asked, chatbot.ask(asked, ASKED[:number])) for number, asked in enumerate(ASKED)]
    return Conversation((*turns, Turn(refused, chatbot.ask(refused)), Turn("Und?", None, "kein Modell")))


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(tmp_path / "data")


def test_a_kept_conversation_comes_back_with_its_sources(keeper: Keeper, chatbot: Chatbot, talk: Conversation) -> None:
    articles = chatbot.retriever.index.articles
    kept = keeper.save(talk)
    opened = keeper.open(kept.id, articles)
    assert opened == replace(talk, id=kept.id, version=1)
    for was, turn in zip(talk.turns, opened.turns, strict=True):
        assert turn.id == was.id
        if was.answer is not None and turn.answer is not None:
            verify(turn.answer)
            assert sources_html(turn.answer, 1, "de", articles) == sources_html(was.answer, 1, "de", articles)


def test_a_list_of_articles_comes_back_as_one(keeper: Keeper, chatbot: Chatbot) -> None:
    asked = "Gibt es Artikel über Kuleba?"
    kept = keeper.save(Conversation((Turn(asked, chatbot.ask(asked)),)))
    (turn,) = keeper.open(kept.id, chatbot.retriever.index.articles).turns
    assert turn.answer is not None and turn.answer.listing == Listing(1, True, ("Kuleba",))


@pytest.mark.parametrize("asked", ["Wer hat die Artikel geschrieben?", "Von wann ist der neueste Artikel?"])
def test_sources_and_days_come_back_as_they_were_told(keeper: Keeper, chatbot: Chatbot, asked: str) -> None:
    kept = keeper.save(Conversation((Turn(asked, chatbot.ask(asked)),)))
    (turn,) = keeper.open(kept.id, chatbot.retriever.index.articles).turns
    assert turn.answer is not None and turn.answer.listing == chatbot.ask(asked).listing


def test_talk_and_what_was_shown_further_come_back_as_they_were(keeper: Keeper, chatbot: Chatbot) -> None:
    asked = "Was sagte Macron?"
    answers = [chatbot.ask(asked), chatbot.ask("mehr", [asked]), chatbot.ask("Das ist falsch", [asked])]
    answers.append(replace(chatbot.ask("Wie wird das Wetter auf Teneriffa?"), unheard="Macron"))
    answers.append(chatbot.ask("Was sagt der Präsident?", [asked]))
    assert answers[-1].question.bound and answers[-1].question.follows
    turns = tuple(Turn(answer.question.typed, answer) for answer in answers)
    opened = keeper.open(keeper.save(Conversation(turns)).id, chatbot.retriever.index.articles)
    assert opened is not None and [turn.answer for turn in opened.turns] == answers
    kept = conversation_as_markdown(opened.turns, "de")
    assert f"## mehr\n\nMehr zu: {asked}" in kept and "## Das ist falsch\n\nDas kann sein" in kept


def test_talk_leaves_the_sources_before_it_open(talk: Conversation) -> None:
    asked, follow_up, greeting, *_ = talk.turns
    assert told_last((asked, follow_up, greeting)) == 2
    assert told_last((greeting,)) == told_last(()) == 0


def test_evidence_from_other_papers_comes_back_as_theirs(keeper: Keeper) -> None:
    report = "An der Truppe wollen sich nach Angaben aus Paris 26 Länder beteiligen."
    index = make_index(
        make_article(f"Kurz gesagt: {report}", NAMED, name="a.txt", publisher="taz"),
        make_article(report, NAMED, name="b.txt", publisher="dpa"),
        make_article("An der Truppe wollen sich nach Angaben aus Rom 30 Länder beteiligen.", NAMED, name="c.txt"),
    )
    answer = Chatbot(Retriever(index, LetterEmbedder()), ExtractiveWriter(90), 10, 90).ask(
        "Wie viele Länder wollen sich an der Truppe beteiligen?"
    )
    papers = [{e.quote.article.id for e in hit.evidence} for hit in answer.hits]
    assert answer.differing and {"a.txt", "b.txt"} in papers
    kept = keeper.save(Conversation((Turn("Wie viele?", answer),)))
    opened = keeper.open(kept.id, index.articles)
    assert opened is not None and opened.turns[0].answer == answer
    shown = answer_markdown(answer, 1, "de")
    assert "nennen verschiedene Zahlen" in shown


def test_of_a_changed_article_only_the_quotes_come_back(keeper: Keeper, chatbot: Chatbot, talk: Conversation) -> None:
    kept = keeper.save(talk)
    first = talk.turns[0].answer
    assert first is not None
    cited = first.citations[0].quote.article
    changed = replace(cited, digest="0" * 64, text="x" * len(cited.text))
    articles = Corpus.of([changed if article == cited else article for article in chatbot.retriever.index.articles])
    opened = keeper.open(kept.id, articles)
    assert opened is not None
    answer = opened.turns[0].answer
    assert answer is not None
    verify(answer)
    assert [citation.quote.text for citation in answer.citations] == [c.quote.text for c in first.citations]
    assert gone(answer, articles) == {cited.id}
    shown = sources_html(answer, 1, "de", articles)
    assert "seither geändert oder entfernt" in shown and "Artikel allein" not in shown and "xxx" not in shown
    assert "geändert" in answer_markdown(answer, 1, "de", gone(answer, articles))
    assert answer_as_text(answer).splitlines()[0] == answer_as_text(first).splitlines()[0]


def test_an_uncertain_refusal_comes_back_though_what_came_nearest_is_gone(keeper: Keeper) -> None:
    article = make_article("Es regnet. Der Himmel ist grau.", publisher="taz")
    near, whole = Passage(article, 0, len("Es regnet.")), Passage(article, 0, len(article.text))
    question, hits = (
        Question("Schneit es?", "Schneit es?", "de"),
        (Hit(whole, 1, 1, 1, 1, (Evidence(near, 1, 1, 1, ()),)),),
    )
    refused = Answer(question, Outcome.NOT_FOUND, hits=hits, nearest=(near,), unsure=True, searched=1)
    kept = keeper.save(Conversation((Turn("Schneit es?", refused),)))

    def shown(articles: Corpus) -> str:
        opened = keeper.open(kept.id, articles)
        assert opened is not None and opened.turns[0].answer is not None
        assert sources_html(opened.turns[0].answer, 1, "de", articles)
        return answer_as_text(opened.turns[0].answer)

    assert "Am nächsten kommt: „Es regnet.“ (taz)" in shown(Corpus.of([article]))
    assert "unsicher" in shown(NO_ARTICLES) and "Am nächsten" not in shown(NO_ARTICLES)


def test_the_list_is_newest_first_and_forgets_what_is_deleted_or_emptied(keeper: Keeper, talk: Conversation) -> None:
    first = keeper.save(Conversation(talk.turns[:1]))
    second = keeper.save(Conversation(talk.turns[3:]))
    assert [kept.title for kept in keeper.listed()] == ["Wie wird das Wetter auf Teneriffa?", ASKED[0]]
    keeper.delete(first.id)
    assert keeper.save(replace(second, turns=())) == Conversation()
    assert keeper.listed() == []
    assert keeper.open(first.id, NO_ARTICLES) is None


def test_every_conversation_is_listed_however_many_there_are(
    keeper: Keeper, talk: Conversation, tmp_path: Path
) -> None:
    first = keeper.save(Conversation(talk.turns[:1]))
    with sqlite3.connect(tmp_path / "data" / "conversations.sqlite") as database:
        later = [(f"{number:032x}", "9999-01-01T00:00:00+00:00") for number in range(1000)]
        database.executemany("INSERT INTO conversations VALUES (?, 1, ?, '?', '[]')", later)
    listed = keeper.listed()
    assert len(listed) == 1001 and listed[-1].id == first.id


def test_two_windows_on_one_conversation_lose_nothing(keeper: Keeper, talk: Conversation) -> None:
    here = there = keeper.save(Conversation(talk.turns[:1]))
    here = keeper.save(replace(here, turns=talk.turns[:2]))
    there = keeper.save(replace(there, turns=(talk.turns[0], talk.turns[3])))
    assert there.id != here.id
    assert len(keeper.listed()) == 2


def test_the_last_question_taken_back_in_one_window_leaves_what_another_has_asked(
    keeper: Keeper, talk: Conversation
) -> None:
    here = there = keeper.save(Conversation(talk.turns[:1]))
    here = keeper.save(replace(here, turns=talk.turns[:4]))
    assert keeper.save(replace(there, turns=())) == Conversation()
    assert keeper.open(here.id, NO_ARTICLES) is not None
    assert keeper.save(replace(here, turns=())) == Conversation()
    assert keeper.listed() == []


def test_what_is_deleted_while_its_answer_is_awaited_does_not_come_back(keeper: Keeper, talk: Conversation) -> None:
    asked = keeper.save(Conversation(talk.turns[:1]))
    keeper.delete(asked.id)
    with pytest.raises(KeepingError, match="deleted"):
        keeper.save(replace(asked, turns=talk.turns[:2]))
    assert keeper.listed() == []


def test_only_the_articles_of_a_conversation_are_read_to_open_it(keeper: Keeper) -> None:
    index = make_index(make_article("Der Hund schläft."), make_article("Die Katze wacht.", name="b.txt"))
    cited = index.articles[0]
    quote = Passage(cited, 0, len(cited.text))
    answer = Answer(
        Question("Wo?", "Wo?", "de"), Outcome.ANSWERED, (Sentence(quote.text, (1,)),), (Citation(1, quote, None),)
    )
    kept = keeper.save(Conversation((Turn("Wo?", answer),) * 2))
    read: list[int] = []

    def fetch(row: int) -> Article:
        read.append(row)
        return cited

    assert isinstance(index.articles, Corpus)
    opened = keeper.open(kept.id, Corpus(index.articles.entries, fetch, b""))
    assert opened is not None and opened.turns[0].answer == answer and read == [0]


def test_conversations_kept_before_questions_said_what_they_follow_still_open(
    keeper: Keeper, talk: Conversation, tmp_path: Path
) -> None:
    kept = keeper.save(Conversation(talk.turns[:1]))
    with sqlite3.connect(tmp_path / "data" / "conversations.sqlite") as database:
        ((saved,),) = database.execute("SELECT turns FROM conversations")
        turns = json.loads(saved)
        turns[0]["answer"]["question"] = turns[0]["answer"]["question"][:3]
        database.execute("UPDATE conversations SET turns = ?", (json.dumps(turns),))
    opened = keeper.open(kept.id, NO_ARTICLES)
    assert opened is not None and opened.turns[0].answer is not None and talk.turns[0].answer is not None
    assert opened.turns[0].answer.question == talk.turns[0].answer.question


def test_what_is_damaged_is_named_with_a_remedy(keeper: Keeper, talk: Conversation, tmp_path: Path) -> None:
    kept = keeper.save(talk)
    file = tmp_path / "data" / "conversations.sqlite"
    with sqlite3.connect(file) as database:
        database.execute("UPDATE conversations SET turns = '[{}]'")
    with pytest.raises(KeepingError, match="delete it"):
        keeper.open(kept.id, NO_ARTICLES)
    with sqlite3.connect(file) as database:
        database.execute("UPDATE conversations SET turns = '7'")
    with pytest.raises(KeepingError, match="delete it"):
        keeper.open(kept.id, NO_ARTICLES)
    file.write_bytes(b"no database" * 200)
    with pytest.raises(KeepingError, match="RAG_DATA"):
        keeper.listed()


def test_articles_that_cannot_be_read_keep_a_conversation_from_being_opened(
    keeper: Keeper, chatbot: Chatbot, talk: Conversation
) -> None:
    def damaged(row: int) -> Article:
        raise IndexDamaged(f"row {row} is not what it was")

    kept = keeper.save(talk)
    articles = Corpus.of(tuple(chatbot.retriever.index.articles))
    with pytest.raises(KeepingError, match="cannot be read: row"):
        keeper.open(kept.id, Corpus(articles.entries, damaged, b""))


def test_ratings_are_cases_that_evaluate_reads(tmp_path: Path, chatbot: Chatbot, talk: Conversation) -> None:
    articles = chatbot.retriever.index.articles
    feedback = Feedback(tmp_path / "data")
    wrong, refused = rate(talk.turns, 1, "down", "", articles), rate(talk.turns, 4, "down", "", articles)
    assert wrong.stored and not refused.stored
    feedback.store(wrong.turn, wrong.history)
    limited = (talk.turns[0], replace(talk.turns[1], filter=TAZ), *talk.turns[2:])
    second = rate(limited, 2, "up", "", articles)
    feedback.store(second.turn, second.history)
    mended = rate(talk.turns, 4, "down", "Das erklärte der französische Präsident\nEmmanuel Macron", articles)
    assert mended.stored and mended.better is not None
    feedback.store(mended.turn, mended.history, mended.better)
    cases = read_cases(feedback.path.read_text(encoding="utf-8").splitlines(), "feedback.jsonl")
    assert [(case.kind, case.answerable) for case in cases] == [
        ("disliked", False),
        ("liked", True),
        ("disliked", True),
    ]
    assert cases[1].history == (ASKED[0],)
    assert [case.filter for case in cases] == [None, TAZ, None]
    feedback.store(replace(wrong.turn, vote="up"), wrong.history)
    assert feedback.path.read_text(encoding="utf-8").count(wrong.turn.id) == 1
    feedback.store(replace(wrong.turn, vote=""), wrong.history)
    assert wrong.turn.id not in feedback.path.read_text(encoding="utf-8")


def test_of_two_pages_that_keep_votes_at_once_neither_loses_one(tmp_path: Path, talk: Conversation) -> None:
    here, there = (Feedback(tmp_path) for _ in range(2))
    with ThreadPoolExecutor() as pool:
        with FileLock(here.path.with_suffix(".lock")):
            storing = pool.submit(here.store, replace(talk.turns[0], vote="up"), [])
            assert not wait([storing], timeout=0.3).done
            here.path.write_text('{"id": "another"}\n', encoding="utf-8")
        storing.result()
    there.store(replace(talk.turns[1], vote="down"), [])
    kept = [json.loads(line)["id"] for line in here.path.read_text(encoding="utf-8").splitlines()]
    assert kept == ["another", talk.turns[0].id, talk.turns[1].id]


def test_a_sentence_is_found_over_line_breaks_and_only_verbatim() -> None:
    article = make_article("Der Hund\nschläft im  Garten.")
    found = find_sentence("Hund schläft im Garten.", [article])
    assert found is not None and found.text.startswith("Hund")
    assert find_sentence("Hund schlief", [article]) is None
    assert find_sentence(" ", [article]) is None


def test_a_copied_answer_has_footnotes_and_markdown_stays_text() -> None:
    article = make_article("Der *Hund* schläft ![x](http://evil).", title="# T <b>", publisher="Blatt")
    copies = (Copy("b.txt", "Bote"),)
    article = replace(article, copies=copies, pages=(0,))
    quote = Passage(article, article.text.index("Der"), len(article.text))
    cited = Citation(1, quote, None)
    hostile = Answer(Question("Wo?", "Wo?", "de"), Outcome.ANSWERED, (Sentence(quote.text, (1,)),), (cited,))
    text = answer_as_text(hostile)
    assert "[1] „Der *Hund* schläft" in text and "# T <b>, Blatt · auch in b.txt (Bote), S. 1" in text
    markdown = conversation_as_markdown((Turn("Wo?", hostile), Turn("Und?", None, "weg")), "de")
    assert "# Wo?" in markdown and "[^1-1]: „Der \\*Hund\\*" in markdown
    assert "![" not in markdown.replace("\\!\\[", "") and "<b>" not in markdown


def test_what_is_taken_along_says_what_the_chat_says_around_the_quotes(talk: Conversation) -> None:
    first = talk.turns[0].answer
    assert first is not None
    asked = replace(first.question, asked="Wie viele Länder wollen sich an der Truppe beteiligen?")
    sources = tuple(replace(c, focus=(c.quote.start, c.quote.start + 2)) for c in (*first.citations, *first.citations))
    cited = tuple(replace(source, number=number) for number, source in enumerate(sources[:2], 1))
    answer = replace(first, question=asked, citations=cited, differing=(1, 2), unknown_words=("Orbán",))
    for taken in (answer_as_text(answer), conversation_as_markdown((Turn("Wie viele?", answer),), "en")):
        for said in (f"Verstanden als: {asked.text}", "In keinem Artikel kommt vor: „Orbán“.", "verschiedene Zahlen"):
            assert said in taken
    refused = talk.turns[3].answer
    assert refused is not None and not refused.supported
    refused = replace(refused, question=asked)
    assert "Verstanden als: " in conversation_as_markdown((Turn("Und?", refused),), "de")
    assert "no index yet" in conversation_as_markdown((Turn("Wo?", None),), "en")


class Event:
    def __init__(self, data: object) -> None:
        self._data = data


@pytest.mark.parametrize(
    ("sent", "question", "kept", "limit"),
    [
        (None, "neu", 2, None),
        ({"question": "Beispiel?"}, "Beispiel?", 2, None),
        ({"again": True}, "zwei", 1, TAZ),
        ({"everywhere": True}, "zwei", 1, Filter()),
        ({"index": 0, "value": [{"type": "text", "text": "\\*eins\\* &lt; mehr"}]}, "\\*eins\\* &lt; mehr", 0, None),
        ({"index": 2, "value": "anders"}, "anders", 1, None),
        ({"index": 99, "value": "x"}, "neu", 2, None),
        ({"index": "0", "question": 7}, "neu", 2, None),
        ("unsinn", "neu", 2, None),
    ],
)
def test_a_question_comes_from_the_box_a_suggestion_an_edit_or_a_repetition(
    sent: object, question: str, kept: int, limit: Filter | None
) -> None:
    turns = (Turn("eins", None), Turn("zwei", None, filter=TAZ))
    assert asked_of(Event(sent), "neu", turns) == (question, turns[:kept], limit)  # type: ignore[arg-type]
    own = Filter(author="Anna")
    assert asked_of(Event(sent), "neu", turns, own)[2] == (own if limit is None else limit)  # type: ignore[arg-type]


@pytest.mark.parametrize(("had", "limit"), [(TAZ, TAZ), (Filter(), Filter()), (None, Filter(author="Anna"))])
def test_a_question_asked_again_is_the_same_whatever_filter_is_set_since(had: Filter | None, limit: Filter) -> None:
    """It may have been asked of all articles; only one that had no filter takes the one that is set now."""
    turns = (Turn("eins", None, filter=had),)
    assert asked_of(Event({"again": True}), "", turns, Filter(author="Anna"))[2] == limit  # type: ignore[arg-type]


@pytest.mark.parametrize("sent", [{"again": True}, {"everywhere": True}])
def test_without_a_turn_nothing_is_asked_again(sent: object) -> None:
    assert asked_of(Event(sent), "neu", ())[0] == ""  # type: ignore[arg-type]


def test_only_the_last_turn_is_repeated_or_taken_back_and_strangers_do_not_vote(talk: Conversation) -> None:
    shown = [message["content"] for message in messages(talk.turns[:2], (), "de", votes=False)]
    assert len(shown) == 4
    assert "again-1" not in shown[1] and "again-2" in shown[3] and "takeback-2" in shown[3]
    assert "up-1" not in shown[1] and "copy-1" in shown[1]
    assert isinstance(talk.turns[0].answer, Answer) and json.dumps(shown)
