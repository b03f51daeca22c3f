"""Questions that are offered are answered, and what happened when is told by the sentence or by its article."""

import time
from datetime import date

import pytest

from rag.chatbot import Chatbot
from rag.corpus import Corpus
from rag.embedding import Embedder
from rag.page.service import Service
from rag.page.suggestions import Suggestions, candidates, suggest
from rag.page.timeline import timeline
from rag.page.turns import Turn
from rag.reading.drafting import Draft, Part, assemble
from rag.records import Answer, Article, BlockKind, Citation, Outcome, Passage, Question, Sentence
from rag.settings import Settings
from tests.conftest import make_article


def dated(*sentences: str, published: date | None = date(2025, 9, 4)) -> Article:
    return assemble("a.txt", Draft([Part(BlockKind.BODY, sentence) for sentence in sentences], published=published))


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("26 Länder wollen sich an der Truppe beteiligen.", "Wie viele Länder wollen sich an der Truppe beteiligen?"),
        ("Kremlchef Wladimir Putin sagte am Mittwoch, man werde sehen.", "Was sagte Kremlchef Wladimir Putin?"),
        ("„Es geht weiter“, warnte Trainer Franco Foda am Abend.", "Wovor warnte Trainer Franco Foda?"),
        ("Angela Merkel lehnte den Plan ab, weil er zu teuer sei.", "Warum lehnte Angela Merkel den Plan ab?"),
        ("Er sagte, man werde sehen, was der Tag noch bringen wird.", None),
        ("26 Länder, darunter Polen, wollen sich an der Truppe beteiligen.", None),
        ("Die Präsidentin der Universitätenkonferenz sagte nichts.", None),
        ("Viele Flüchtlinge wollen bleiben, weil sie Angst haben.", None),
    ],
)
def test_a_sentence_becomes_the_question_it_answers_or_none(sentence: str, question: str | None) -> None:
    found = [candidate.question for candidate in candidates(make_article(sentence))]
    assert found == ([question] if question else [])


def test_english_sentences_make_english_questions() -> None:
    article = make_article(
        "The council met on Monday. Ten members of it were there, and they said that it was fine.",
        "Harriet Tubman said on Tuesday that the plan was good and that it would be carried out.",
        "43 states have signed the treaty on the ban of mines.",
    )
    assert article.language == "en"
    assert [candidate.question for candidate in candidates(article)] == [
        "What did Harriet Tubman say?",
        "How many states have signed the treaty on the ban of mines?",
    ]


def test_every_suggestion_is_answered_by_the_sentence_it_was_made_of(
    seeds_settings: Settings, real_embedder: Embedder
) -> None:
    chatbot = Chatbot.open(seeds_settings)
    made = list(suggest(chatbot.retriever.index.articles, chatbot.ask, 5, (), 60))
    assert made
    for one in made:
        cited = [citation.quote for citation in chatbot.ask(one.question).citations]
        assert any(quote.start <= one.quote.start < quote.end and quote.article == one.quote.article for quote in cited)
    assert not list(suggest(chatbot.retriever.index.articles, chatbot.ask, 5, (), -1))
    told = [made[0].quote]
    assert made[0] not in list(suggest(chatbot.retriever.index.articles, chatbot.ask, 5, told, 60))
    assert not list(suggest(chatbot.retriever.index.articles, refusal, 5, (), 60))


def refusal(asked: str) -> Answer:
    return Answer(Question(asked, asked, "de"), Outcome.NOT_FOUND)


def test_suggestions_are_for_the_index_in_use_and_the_visitor(
    seeds_settings: Settings, real_embedder: Embedder
) -> None:
    service = Service(seeds_settings, lambda _: real_embedder)
    service.start()
    suggestions = Suggestions(service)
    for _ in range(200):
        if suggestions.ready():
            break
        time.sleep(0.1)
    assert suggestions.ready()
    german, english = suggestions.opening("de"), suggestions.opening("en")
    assert len(german) == len(set(german)) == len(english)
    assert german[0].startswith("Wie viele") and english[0].startswith("What will")
    for asked, about in (("de", german[-1]), ("en", english[-1])):
        overview = service.chatbot().ask(about)
        assert overview.listing is not None and overview.question.language == asked
    sacharowa = Turn(german[0], service.chatbot().ask(german[0]))
    assert suggestions.further((sacharowa,)) == ["Was sagte Außenamtssprecherin Maria Sacharowa?"]
    assert suggestions.further((Turn("?", None),)) == []


def test_no_question_is_offered_on_articles_that_are_gone(
    seeds_settings: Settings, real_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(seeds_settings, lambda _: real_embedder)
    service.start()
    suggestions = Suggestions(service)
    while not suggestions.ready():
        time.sleep(0.1)
    assert suggestions.opening("de")
    left = Corpus.of([make_article("Der Hund schläft im Garten.")])
    monkeypatch.setattr(service, "articles", lambda: left)
    assert suggestions.opening("de") == ["Worum geht es in den Artikeln?"]


def answer_of(article: Article) -> Answer:
    """An answer that quotes every paragraph."""
    paragraphs = [(article.text.index(one), one) for one in article.text.split("\n\n")]
    quotes = [Passage(article, start, start + len(one)) for start, one in paragraphs]
    citations = tuple(Citation(number, quote, None) for number, quote in enumerate(quotes, 1))
    sentences = tuple(Sentence(citation.quote.text, (citation.number,)) for citation in citations)
    return Answer(Question("?", "?", "de"), Outcome.ANSWERED, sentences, citations)


@pytest.mark.parametrize(
    ("sentence", "written", "told"),
    [
        ("Am 12. März 2024 begann es.", "12. März 2024", True),
        ("Am 12.03.2024 begann es.", "12. März 2024", True),
        ("Seit 2024-03-12 gilt es.", "12. März 2024", True),
        ("Am 27. Dezember begann es.", "27. Dezember 2025", True),
        ("Seit Anfang März läuft es.", "März 2025", True),
        ("Im Juni 2014 begann es.", "Juni 2014", True),
        ("Seit 2014 läuft es.", "2014", True),
        ("It began on March 12, 2024.", "12. März 2024", True),
        ("It began on the 3rd of May.", "3. Mai 2025", True),
        ("Das war gestern, am Montag.", "4. September 2025", False),
        ("Rund 2000 Soldaten kamen in 1900 Zelten unter.", "4. September 2025", False),
        ("Am 31. Februar begann es.", "4. September 2025", False),
        ("It may march on.", "4. September 2025", False),
        ("He may 10 times say so.", "4. September 2025", False),
        ("Die Rede war von 2000 neuen Soldaten.", "4. September 2025", False),
        ("Die Kosten sinken von 2000 auf 1500 Euro.", "4. September 2025", False),
        ("The rule applies in 1500 municipalities.", "4. September 2025", False),
        ("Prices rose by 1700 percent in two years.", "4. September 2025", False),
        ("Schnee fällt ab 1500 m Höhe.", "4. September 2025", False),
        ("Die Zahl stieg von 1500 im Vorjahr auf 1800.", "4. September 2025", False),
        ("It was attended by 1850 guests.", "4. September 2025", False),
        ("The plan put forward by May was rejected.", "4. September 2025", False),
        ("It was over by May 2024.", "Mai 2024", True),
        ("It was over by June.", "Juni 2025", True),
        ("Von 2020 bis 2024 war er Minister.", "2020", True),
        ("In 2014 prices rose.", "2014", True),
    ],
)
def test_a_quote_stands_under_the_date_it_names_or_its_articles(sentence: str, written: str, told: bool) -> None:
    (one,) = timeline(answer_of(dated(sentence)))
    assert (one.written("de"), one.told) == (written, told)


def test_a_timeline_is_in_order_and_leaves_out_what_has_no_date() -> None:
    article = dated("Am 5. Mai 2024 begann es.", "Seit 2014 läuft es.", "Heute ruht es.", published=None)
    assert [one.written("en") for one in timeline(answer_of(article))] == ["2014", "5 May 2024"]
