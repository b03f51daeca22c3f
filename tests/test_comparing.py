"""What compares two times is asked of each, where articles are of each."""

from dataclasses import replace
from datetime import date

import pytest

from rag.chatbot import Chatbot
from rag.comparing import parts_of
from rag.corpus import Corpus
from rag.embedding import Embedder
from rag.language import detect
from rag.records import Article, Filter, Question
from rag.rendering import answer_json, answer_text
from rag.settings import Settings
from rag.store import load_index
from tests.conftest import make_article


@pytest.fixture(scope="module")
def chatbot(seeds_settings: Settings, real_embedder: Embedder) -> Chatbot:
    return Chatbot.of(load_index(seeds_settings.index), real_embedder, seeds_settings)


def dated(name: str, day: date, text: str = "Ein Satz.") -> Article:
    return replace(make_article(text, name=name, publisher="taz"), published=day)


APRIL, MAY, SEPTEMBER = (dated(f"{month}.txt", date(2025, month, 4)) for month in (4, 5, 9))
IN_APRIL, IN_SEPTEMBER = (
    Filter(since=date(2025, 4, 1), until=date(2025, 4, 30)),
    Filter(since=date(2025, 9, 1), until=date(2025, 9, 30)),
)


def parts(text: str, limit: Filter = Filter()) -> list[tuple[str, str, Filter]]:  # noqa: B008
    question = Question(text, text, detect(text), filter=limit)
    return [(one.earlier, one.asked, one.filter) for one in parts_of(question, Corpus.of([APRIL, MAY, SEPTEMBER]))]


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("Wie viele waren im April bereit, wie viele im September?", "Wie viele waren bereit?", "wie viele?"),
        ("Wer half im April, und wie viele sind es im September 2025?", "Wer half?", "wie viele sind es?"),
        ("Which countries helped in April, and how many by September?", "Which countries helped?", "how many?"),
    ],
)
def test_each_time_is_asked_of_its_own_articles(text: str, first: str, second: str) -> None:
    assert parts(text) == [("", first, IN_APRIL), (first, second, IN_SEPTEMBER)]


def test_one_clause_is_asked_of_both() -> None:
    asked = "How did the circle grow?"
    assert parts("How did the circle grow between April and September?") == [
        ("", asked, IN_APRIL),
        ("", asked, IN_SEPTEMBER),
    ]


def test_a_source_stays_and_its_words_go() -> None:
    (_, asked, limit), _ = parts(
        "Wie viele waren laut der taz im April bereit und wie viele im September?", Filter("taz")
    )
    assert (asked, limit) == ("Wie viele waren bereit?", replace(IN_APRIL, publisher="taz"))


def test_a_period_that_it_is_limited_to_is_not_left() -> None:
    text = "Wie viele waren im April bereit, wie viele im September?"
    assert parts(text) and not parts(text, IN_SEPTEMBER)


@pytest.mark.parametrize(
    "text",
    [
        "Wie viele waren im April bereit?",
        "Wie viele waren im April 2019 bereit, wie viele im September 2020?",
        "Wie viele waren 2025 bereit, wie viele im April?",
        "Wie viele waren im April bereit, wie viele im April?",
    ],
)
def test_other_questions_compare_no_times(text: str) -> None:
    assert not parts(text)


def test_the_answer_has_the_sentences_of_each_time_and_says_of_when_they_are(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Wie viele Länder wollten im April Soldaten stellen, wie viele im September?")
    days = [citation.quote.article.published for citation in answer.citations]
    assert [day and day.month for day in days] == sorted(day.month for day in days if day)
    assert {day.month for day in days if day} == {4, 9}
    assert answer.compared == (IN_APRIL, IN_SEPTEMBER)
    text = answer_text(answer)
    assert text.startswith("Gefragt nacheinander in Artikeln: 1. April 2025 – 30. April 2025; 1. September 2025")
    assert text.count("(taz · 10. April 2025 · Anastasia Zejneli)") == sum(day.month == 4 for day in days if day)
    assert answer_json(answer, {})["compared"][0]["until"] == "2025-04-30"
