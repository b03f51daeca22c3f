"""What a question is limited to is told from its words, by the articles there are; and it limits the search."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from rag.answering import ExtractiveWriter
from rag.chatbot import Chatbot
from rag.conversation import readings
from rag.corpus import Corpus
from rag.filters import asks_only_where, find_filter, unmet
from rag.language import detect
from rag.records import Article, Filter, Question
from rag.rendering import answer_text
from rag.rendering.labels import filter_text
from rag.retrieval import Retriever
from tests.conftest import LetterEmbedder, make_article, make_index

TODAY = date(2026, 11, 26)  # a Thursday


def dated(name: str, publisher: str | None, published: date | None, *authors: str, text: str = "Ein Satz.") -> Article:
    return replace(make_article(text, name=name, publisher=publisher), published=published, authors=authors)


ARTICLES = [
    dated("1.txt", "taz", date(2026, 11, 20), "Barbara Oertel"),
    dated("2.txt", "dpa", date(2026, 10, 5), "dpa"),
    dated("3.txt", "Die Welt", date(2025, 9, 4), "Max Kurz"),
    dated("4.txt", "Welt", date(2025, 9, 30)),
    dated("5.txt", None, None),
]


def found(text: str, articles: Sequence[Article] = ARTICLES) -> Filter:
    return find_filter(Question(text, text, detect(text)), Corpus.of(articles), TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Was sagte Macron laut dpa?", Filter(publisher="dpa")),
        ("Was steht in der taz über die Ukraine?", Filter(publisher="taz")),
        ("Der taz zufolge: wie viele Länder machen mit?", Filter(publisher="taz")),
        ("What did Macron say according to dpa?", Filter(publisher="dpa")),
        ("Was schreibt die taz über Merz?", Filter(publisher="taz")),
        ("What does taz say about Merz?", Filter(publisher="taz")),
        ("Was sagt die Welt zu Merz?", Filter()),
        ("Was schreibt die Welt zu Merz?", Filter(publisher="Die Welt")),
        ("Was steht laut Welt fest?", Filter(publisher="Welt")),
        ("Was sagte Macron laut „dpa“ zur „taz“-Umfrage?", Filter(publisher="dpa")),
        ("Was ist der höchste Berg in der Welt?", Filter()),
        ("Wer spricht im taz-Artikel?", Filter()),
        ("Wer schrieb den taz-Artikel?", Filter(publisher="taz")),
        ("Wann erschien der Welt-Artikel?", Filter(publisher="Welt")),
        ("Wer schrieb den Artikel über die Welt?", Filter()),
        ("Wer hat den Artikel über die Welt geschrieben?", Filter()),
        ("Wann ist der Bericht zur Krise der Welt erschienen?", Filter()),
        ("Wann sind die Artikel von taz und dpa erschienen?", Filter()),
        ("Wer schrieb den Bericht ‚Lob der taz‘?", Filter()),
        ("Wer schrieb den Artikel über den Gipfel im September 2025?", Filter()),
        ("Who wrote the November article?", Filter(since=date(2026, 11, 1), until=date(2026, 11, 30))),
        (
            "Was sagte Macron letzte Woche zum Gipfel vom September 2025?",
            Filter(since=date(2026, 11, 16), until=date(2026, 11, 22)),
        ),
        ("Was sagen Artikel aus dem September?", Filter(since=date(2025, 9, 1), until=date(2025, 9, 30))),
        ("Was sagen Artikel aus dem November?", Filter(since=date(2026, 11, 1), until=date(2026, 11, 30))),
        ("Wer schrieb den Artikel vom 5.10.2026?", Filter(since=date(2026, 10, 5), until=date(2026, 10, 5))),
        ("Who wrote the article of October 5?", Filter(since=date(2026, 10, 5), until=date(2026, 10, 5))),
        ("Who wrote the article of 4 Sep 2025?", Filter(since=date(2025, 9, 4), until=date(2025, 9, 4))),
        ("Wer schrieb den Artikel von Ende 2025?", Filter(since=date(2025, 1, 1), until=date(2025, 12, 31))),
        ("Wer schrieb den Text der 2025 Soldaten?", Filter()),
        ("Wer schrieb den Bericht „Lob der taz 2025“?", Filter()),
        ("Who wrote the September article?", Filter(since=date(2025, 9, 1), until=date(2025, 9, 30))),
        ("Who may have written the article?", Filter()),
        (
            "Welche Schlagwörter hat der dpa-Text von Anfang Oktober?",
            Filter(publisher="dpa", since=date(2026, 10, 1), until=date(2026, 10, 10)),
        ),
        ("Wie lautet die Überschrift von Ende September?", Filter(since=date(2025, 9, 21), until=date(2025, 9, 30))),
        ("What was the headline in mid-September?", Filter()),
        ("Was schreibt der Spiegel laut Reuters?", Filter()),
        ("Was hält der Essay von Barbara Oertel fest?", Filter(author="Barbara Oertel")),
        ("Was ist seit Oktober geschehen?", Filter(since=date(2026, 10, 1))),
        ("Was ist seit 5. September 2025 geschehen?", Filter(since=date(2025, 9, 5))),
        ("Was geschah letzte Woche?", Filter(since=date(2026, 11, 16), until=date(2026, 11, 22))),
        ("Was geschah diesen Monat?", Filter(since=date(2026, 11, 1), until=TODAY)),
        ("Was geschah im vergangenen Monat?", Filter(since=date(2026, 10, 1), until=date(2026, 10, 31))),
        ("What happened in the last two months?", Filter(since=date(2026, 9, 25))),
        ("What happened last year?", Filter(since=date(2025, 1, 1), until=date(2025, 12, 31))),
        ("Was sagen Artikel aus dem September 2025?", Filter(since=date(2025, 9, 1), until=date(2025, 9, 30))),
        ("Was sagte Macron im September?", Filter()),
        ("Was geschah im September?", Filter(since=date(2025, 9, 1), until=date(2025, 9, 30))),
        ("What happened on 4 September?", Filter(since=date(2025, 9, 4), until=date(2025, 9, 4))),
        ("Was geschah am 24. Februar 2022?", Filter()),
        ("Wer regiert seit 2022 Italien?", Filter(since=date(2022, 1, 1))),
        ("Was geschah seit dem 25. November 2026?", Filter(since=date(2026, 11, 25))),  # no article is so new
        ("Was geschah letzten Jahres?", Filter(since=date(2025, 1, 1), until=date(2025, 12, 31))),
        ("Was geschah Ende letzten Monats?", Filter(since=date(2026, 10, 1), until=date(2026, 10, 31))),
        ("Seit 2026 fordern Frauen was?", Filter(since=date(2026, 1, 1))),
        ("Wer regiert seit 2018 Bayern?", Filter(since=date(2018, 1, 1))),
        ("Since 2022 Russia has fought whom?", Filter(since=date(2022, 1, 1))),
    ],
)
def test_the_words_of_a_question_limit_it(text: str, expected: Filter) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Was prägte die Kunst dieses Jahrhunderts?",
        "Wer gehört zu diesem Jahrgang?",
        "Was sagt der letzte Jahresbericht?",
        "Wer erlebte die letzten zwei Jahrhunderte?",
        "Who fought in this year-long war?",
        "Wann ist der letzte Tag der Ausstellung?",
        "When is the last day of the fair?",
        "Was geschah an diesem Tag?",
        "Was sagte sie in der letzten Woche vor der Wahl?",
        "Who fell in the last year of the war?",
        "Was kostet das Ticket ab 1. November 2026?",
    ],
)
def test_a_word_that_begins_like_a_period_is_none(text: str) -> None:
    assert found(text) == Filter()


@pytest.mark.parametrize(
    ("earlier", "asked", "expected", "only_where"),
    [
        ("Was sagte Macron laut dpa?", "Laut taz?", Filter(publisher="taz"), True),
        ("Was sagte Macron laut dpa?", "Was laut taz?", Filter(publisher="taz"), False),
        ("Was sagte Macron laut dpa?", "Laut taz, wann?", Filter(publisher="taz"), False),
        ("Was sagte Macron laut dpa?", "Und Merz?", Filter(publisher="dpa"), False),
        ("Was sagte Macron laut dpa?", "Von Barbara Oertel?", Filter(author="Barbara Oertel"), True),
        ("Was geschah letzten Monat?", "Diesen Monat?", Filter(since=date(2026, 11, 1), until=TODAY), True),
        ("Was sagte Macron seit Oktober?", "Laut dpa?", Filter(publisher="dpa", since=date(2026, 10, 1)), True),
        ("Was sagte Macron laut dpa?", "Und wann?", Filter(publisher="dpa"), False),
        ("Was sagte Macron?", "Und nach Angaben der dpa?", Filter(publisher="dpa"), True),
        ("Was sagte Macron?", "Nach Informationen der dpa?", Filter(publisher="dpa"), True),
    ],
)
def test_a_follow_up_that_says_where_to_look_is_no_longer_limited_to_where_its_forerunner_was(
    earlier: str, asked: str, expected: Filter, only_where: bool
) -> None:
    question = readings(asked, [earlier])[0]
    limit = find_filter(question, Corpus.of(ARTICLES), TODAY)
    assert limit == expected
    assert asks_only_where(question.asked, "de", limit, TODAY) is only_where


def test_of_several_sources_the_first_counts_and_an_agency_is_not_also_its_author() -> None:
    articles = [*ARTICLES, dated("6.txt", "Stadtpost", None), dated("7.txt", "AFP", None, "afp")]
    assert found("Was sagte Macron laut dpa und was in der Stadtpost?", articles) == Filter("dpa")
    assert found("Was kam von AFP?", articles) == Filter("AFP")


def test_what_is_limited_otherwise_than_it_says_asks_more_than_where() -> None:
    for limit in (Filter("taz"), Filter("taz", since=date(2026, 9, 1))):
        assert not asks_only_where("Und seit Oktober?", "de", limit, TODAY)
    assert asks_only_where("And as reported by dpa?", "en", Filter("dpa"), TODAY)


def test_a_publisher_is_told_behind_any_preposition_unless_it_is_a_word() -> None:
    names = ("Nordhessen-Kurier", "Stadtblatt", "Spiegel")
    articles = [*ARTICLES, *(dated(name, name, None) for name in names)]
    assert found("Was steht im Nordhessen-Kurier über Macron?", articles) == Filter("Nordhessen-Kurier")
    assert found("Was heißt es beim Stadtblatt?", articles) == found("Was kam vom Stadtblatt?", articles)
    assert found("Was heißt es beim Stadtblatt?", articles) == Filter("Stadtblatt")
    assert found("Was hängt links vom Spiegel?", articles) == Filter()


@pytest.mark.parametrize("text", ["Was geschah auf dieser Tagung?", "Was stand in der letzten Tageszeitung?"])
def test_a_word_that_begins_like_a_day_is_none(text: str) -> None:
    assert found(text, [*ARTICLES, *(dated(f"{day}", None, TODAY.replace(day=day)) for day in (25, 26))]) == Filter()


@pytest.mark.parametrize(
    "text",
    [
        "Was gilt ab 2000 Teilnehmern?",
        "Was kostet es ab 2000 Euro?",
        "Was gibt es seit 2000 Jahren?",
        "Since 2000 people died, what changed?",
        "Was sagen Berichte von 2000 Menschen?",
    ],
)
def test_a_number_of_things_is_no_year(text: str) -> None:
    assert found(text, [*ARTICLES, dated("old.txt", None, date(2000, 5, 1))]) == Filter()


@pytest.mark.parametrize(
    ("filter", "why"),
    [
        (Filter("Tatz"), "no article has the publisher 'Tatz'; there are 'taz', 'dpa', 'Welt', 'Die Welt'"),
        (Filter(author="Oertel"), "'Oertel'; there are 'Barbara Oertel', "),
        (Filter("taz", since=TODAY), "published since 2026-11-26; the dated ones are of 2025-09-04 to 2026-11-20"),
        (Filter("taz", "Max Kurz"), "leave one of them out"),
    ],
)
def test_a_filter_that_no_article_meets_is_told_with_what_there_is(filter: Filter, why: str) -> None:
    assert why in (unmet(filter, Corpus.of(ARTICLES)) or "")


def test_a_filter_that_an_article_meets_is_not_complained_of() -> None:
    assert unmet(Filter("TAZ", "barbara oertel", until=TODAY), Corpus.of(ARTICLES)) is None


def test_articles_without_names_and_days_are_told_to_have_none() -> None:
    bare = Corpus.of([dated("a.txt", None, None)])
    assert "none names one" in (unmet(Filter("taz"), bare) or "")
    assert "none is dated" in (unmet(Filter(since=TODAY), bare) or "")


def test_of_many_names_the_likest_are_told() -> None:
    many = [dated(f"{number}.txt", f"Bote {number}", None) for number in range(50)] + [dated("taz.txt", "taz", None)]
    why = unmet(Filter("Tatz"), Corpus.of(many)) or ""
    assert "there are 'taz', " in why and why.endswith(", ...") and len(why) < 120


def test_a_month_is_one_in_which_the_publisher_published() -> None:
    articles = [dated("a", "taz", date(2025, 4, 10)), dated("b", "dpa", date(2026, 4, 3)), dated("c", "taz", date.min)]
    april = Filter("taz", since=date(2025, 4, 1), until=date(2025, 4, 30))
    assert found("Which tags does the April taz article carry?", articles) == april
    assert found("Which tags does the May taz article carry?", articles) == Filter("taz")


def test_an_english_name_that_is_a_word_counts_only_in_front_of_the_article() -> None:
    articles = [dated("a", "The Sun", None), dated("b", "Time", None), dated("c", None, None)]
    assert found("Who wrote the article about the sun?", articles) == Filter()
    assert found("When was the story of our time published?", articles) == Filter()
    assert found("Who wrote the Time article?", articles) == Filter("Time")


def test_what_leaves_all_articles_is_no_filter() -> None:
    assert found("Was sagte Macron seit 2022?", ARTICLES[:4]) == Filter()


def test_a_filter_is_told_in_few_words() -> None:
    limit = Filter("taz", "Max Kurz", date(2025, 9, 1), date(2025, 9, 30))
    assert filter_text(limit, "de") == "taz, von Max Kurz, 1. September 2025 – 30. September 2025"
    assert filter_text(Filter(since=date(2025, 9, 1)), "en") == "from 1 September 2025"
    assert filter_text(Filter(), "de") == ""


def chatbot() -> Chatbot:
    index = make_index(
        dated("1.txt", "taz", date(2025, 9, 4), text="Der Hund schläft im Garten. Es regnet in Köln."),
        dated("2.txt", "dpa", date(2025, 9, 5), text="Der Hund schläft im Keller. Die Katze wacht im Haus."),
    )
    return Chatbot(Retriever(index, LetterEmbedder()), ExtractiveWriter(90), 10, 90)


def test_only_the_articles_that_a_filter_leaves_are_searched() -> None:
    answer = chatbot().ask("Wo schläft der Hund?", filter=Filter(publisher="DPA"))
    assert {hit.passage.article.id for hit in answer.hits} == {"2.txt"}
    assert answer.searched == 1
    assert {hit.passage.article.id for hit in chatbot().ask("Wo schläft der Hund?").hits} == {"1.txt", "2.txt"}
    nothing = chatbot().ask("Wo schläft der Hund?", filter=Filter(publisher="AFP"))
    assert not nothing.supported and nothing.searched == 0


def test_where_the_filter_of_the_words_finds_nothing_all_are_searched_and_it_is_said() -> None:
    limited = chatbot().ask("Wo schläft laut dpa der Hund?")
    assert limited.question.filter == Filter(publisher="dpa")
    assert "Gesucht nur in Artikeln: dpa." in answer_text(limited)
    widened = chatbot().ask("Wo wacht laut taz die Katze im Haus?")
    assert widened.supported and widened.question.filter == Filter()
    assert widened.widened == Filter(publisher="taz")
    assert "Nicht gesagt in Artikeln: taz; gesucht wurde in allen." in answer_text(widened)


def test_a_period_without_articles_is_said_and_its_words_are_not_missed() -> None:
    answered = chatbot().ask("Wo wacht seit Mai 2026 die Katze im Haus?")
    assert answered.supported and answered.widened == Filter(since=date(2026, 5, 1))
    assert answered.unknown_words == ()
    assert "Nicht gesagt in Artikeln: ab 1. Mai 2026; gesucht wurde in allen." in answer_text(answered)
    elsewhere = chatbot().ask("Laut dpa?", ["Wo schläft seit Mai 2026 der Hund?"])
    assert {citation.quote.article.id for citation in elsewhere.citations} == {"2.txt"}
    assert elsewhere.question.filter == Filter("dpa") and elsewhere.widened == Filter("dpa", since=date(2026, 5, 1))
    said = "Nicht gesagt in Artikeln: dpa, ab 1. Mai 2026; gesucht wurde nur in Artikeln: dpa."
    assert said in answer_text(elsewhere)
    refused = chatbot().ask("Was sagte Xaver letzte Woche?")
    assert not refused.supported and refused.searched == 2
    assert refused.unknown_words == ("Xaver",)


@pytest.mark.parametrize(
    "text",
    ["Welche Artikel sind nicht von der taz?", "Artikel über Regen, außer taz", "Which articles are not by taz?"],
)
def test_a_source_that_is_ruled_out_is_not_the_one_that_is_searched(text: str) -> None:
    assert found(text).publisher is None


@pytest.mark.parametrize("asked", ["Und die dpa?", "Und nur die dpa?", "And dpa?"])
def test_behind_one_source_another_is_asked_by_its_name_alone(asked: str) -> None:
    (before,) = readings("Was schreibt die taz über Merz?", [])
    for question in readings(asked, [before.asked]):
        assert find_filter(question, Corpus.of(ARTICLES), TODAY).publisher == "dpa"


@pytest.mark.parametrize("asked", ["Und alle anderen?", "wieder alle", "Und in allen Artikeln?", "And all of them?"])
def test_a_follow_up_leaves_its_forerunners_source(asked: str) -> None:
    question = readings(asked, ["Was sagte Macron laut dpa?"])[0]
    limit = find_filter(question, Corpus.of(ARTICLES), TODAY)
    assert not limit
    assert asks_only_where(question.asked, question.language, limit, TODAY)
