"""Which articles there are, what they are about, and what one says in short: verbatim, complete, or not found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import quoting
from rag.chatbot import Chatbot, verify
from rag.index import LocalIndex
from rag.reading.drafting import Draft, Part, assemble
from rag.records import Answer, Article, BlockKind, Copy, Filter, Hit, Listing, Outcome, Question
from rag.rendering import answer_json, answer_text
from rag.retrieval import Retriever
from tests.conftest import LetterEmbedder, make_article, make_index


class NoWriter:
    """Answers nothing of the story."""

    def write(self, question: Question, hits: Sequence[Hit], *_: object, **__: object) -> Answer:
        return Answer(question, Outcome.NOT_FOUND, hits=tuple(hits))


def article(name: str, title: str | None, *body: str, by: str = "", day: str = "", teaser: str = "") -> Article:
    parts = [Part(BlockKind.TITLE, title)] if title else []
    parts += [Part(BlockKind.BODY, text) for text in body]
    parts += [Part(BlockKind.TEASER, teaser)] if teaser else []
    return assemble(
        name,
        Draft(
            parts,
            publisher="taz" if by else None,
            authors=[by] if by else [],
            published=date.fromisoformat(day) if day else None,
        ),
    )


BRIDGE = article(
    "bridge.txt",
    "Streit um die Brücke in Wolfhagen",
    "Die Brücke wird gesperrt. Der Rat streitet darüber.",
    "Sie ist alt.",
    by="Anna Beer",
    day="2024-03-05",
)
HARBOUR = article("harbour.txt", "Der Hafen wächst", "Der Hafen von Rostock bekommt Kräne.", day="2024-05-01")
SHOW = article("show.txt", "Zirkus im Ort", "Der Zirkus kommt.", by="Carl Dorn", day="2023-01-01", teaser="Die Brücke")
BARE = article("bare.txt", None, "Ein Storch ist gelandet. Er blieb lange.")
ALL = (BRIDGE, HARBOUR, SHOW, BARE)
SMALL = make_index(*ALL)


def chatbot(index: LocalIndex | None = None) -> Chatbot:
    return Chatbot(Retriever(index or make_index(*ALL), LetterEmbedder()), NoWriter(), 10, 20)


def named(answer: Answer) -> list[str]:
    return [citation.quote.article.id for citation in answer.citations]


def test_more_behind_a_list_names_the_next_articles_and_behind_a_summary_the_next_sentences() -> None:
    many = [article(f"{number:02}.txt", f"Nummer {number}", "Ein Satz.") for number in range(23)]
    bot = chatbot(make_index(*many))
    asked = "Welche Artikel gibt es?"
    pages = [bot.ask(asked), bot.ask("mehr", [asked]), bot.ask("Weitere Artikel", [asked, "mehr"])]
    assert [len(named(page)) for page in pages] == [10, 10, 3]
    assert len({name for page in pages for name in named(page)}) == 23
    assert answer_text(pages[2]).startswith("Gefunden: 23 Artikel; hier 3 weitere:")
    over = bot.ask("die nächsten", [asked, "mehr", "mehr"])
    assert answer_text(over).startswith("Weitere solche Artikel sind nicht zu finden.")
    second = bot.ask("Fasse den zweiten zusammen", [asked, "mehr"])
    assert named(second)[0] == named(pages[1])[1], "of those named last"
    again = bot.ask("Fasse den zweiten zusammen", [asked, "mehr", "mehr", "mehr"])
    assert named(again)[0] == named(pages[0])[1], "of the first, as no others were named last"


def test_more_of_articles_on_a_subject_and_of_the_newest_goes_on_with_these() -> None:
    newest = "Die zwei neuesten Artikel"
    assert named(chatbot().ask("mehr", [newest])) == ["show.txt", "bare.txt"]
    assert not chatbot().ask("mehr", ["Gibt es Artikel über die Brücke?"]).supported


def test_more_of_a_summary_goes_on_in_the_article() -> None:
    sentences = [f"Satz Nummer {number} vom Hafen." for number in range(9)]
    bot = chatbot(make_index(article("long.txt", "Der Hafen", *sentences), BRIDGE))
    asked = "Fasse den Artikel über den Hafen zusammen"
    pages = [bot.ask(asked), bot.ask("mehr", [asked]), bot.ask("mehr", [asked, "mehr"])]
    told = [[citation.quote.text for citation in page.citations] for page in pages]
    assert told == [["Der Hafen", *sentences[:3]], sentences[3:7], sentences[7:]]
    assert not bot.ask("mehr", [asked, "mehr", "mehr"]).supported


@pytest.mark.parametrize(
    ("asked", "articles"),
    [
        ("Welche Artikel gibt es?", ["harbour.txt", "bridge.txt", "show.txt", "bare.txt"]),
        ("Which articles are there?", ["harbour.txt", "bridge.txt", "show.txt", "bare.txt"]),
        ("Zeig mir die ältesten Artikel", ["show.txt", "bridge.txt", "harbour.txt", "bare.txt"]),
        ("Welcher Artikel ist der neueste?", ["harbour.txt"]),
        ("Welche Artikel hat die taz?", ["bridge.txt", "show.txt"]),
        ("Artikel von Carl Dorn", ["show.txt"]),
        ("Welche Artikel sind aus dem Jahr 2024?", ["harbour.txt", "bridge.txt"]),
        ("Gibt es Artikel über die Brücke?", ["bridge.txt"]),
        ("Gibt es Artikel über Störche?", ["bare.txt"]),
        ("Welche Artikel sind vor 2024 erschienen?", ["show.txt"]),
        ("Artikel nach April 2024", ["harbour.txt"]),
        ("Gibt es Artikel seit März 2024?", ["harbour.txt", "bridge.txt"]),
        ("Welche Artikel sind von Januar bis April 2024 erschienen?", ["bridge.txt"]),
        ("Which articles appeared between January 2023 and March 2024?", ["bridge.txt", "show.txt"]),
        ("Artikel aus dem Frühjahr 2024", ["harbour.txt", "bridge.txt"]),
        ("Artikel aus dem 1. Quartal 2024", ["bridge.txt"]),
        ("Artikel aus dem März", ["bridge.txt"]),
        ("Gibt es Artikel über die Brücke vom März 2024?", ["bridge.txt"]),
        ("Gibt es Artikel über die Brücke von der taz?", ["bridge.txt"]),
        ("Die zwei neuesten Artikel", ["harbour.txt", "bridge.txt"]),
    ],
)
def test_articles_are_listed_by_what_is_asked_of_them(asked: str, articles: list[str]) -> None:
    answer = chatbot().ask(asked)
    assert named(answer) == articles
    verify(answer)
    assert answer.listing is not None and answer.listing.exact
    assert answer.confidence is None
    opening = {one.id: one.title or one.text.split(". ")[0] + "." for one in ALL}
    assert [sentence.text for sentence in answer.sentences] == [opening[name] for name in articles]


@pytest.mark.parametrize(
    "asked",
    [
        "Gibt es Artikel über Fußball?",
        "Gibt es Artikel über den Streit um Kräne?",
        "Welche Artikel sind aus dem Jahr 2019?",
        "Gibt es Artikel über die Brücke vom Mai 2024?",
        "Gibt es Artikel über Hafenarbeiter?",
        "Do you have any articles on nuclear power?",
    ],
)
def test_where_no_article_meets_it_none_is_listed(asked: str) -> None:
    answer = chatbot().ask(asked)
    assert answer.outcome is Outcome.NOT_FOUND and answer.listing is not None and answer.listing.count == 0
    assert answer_text(answer).startswith(("Solche Artikel sind nicht zu finden.", "No such articles are found."))


def test_a_list_says_how_many_there_are_whose_they_are_and_of_which_day() -> None:
    many = [
        article(f"{at:02}.txt", f"Bericht {at}", "Es regnet.", by="A", day=f"2024-01-{at + 1:02}") for at in range(12)
    ]
    answer = chatbot(make_index(*many)).ask("Wie viele Artikel gibt es?")
    assert answer.listing == Listing(12, True, ())
    first, second, *_ = answer_text(answer).split("\n")
    assert first == "Gefunden: 12 Artikel; hier 10:"
    assert second == "Bericht 11 [1] (taz · 12. Januar 2024 · A)"
    one = chatbot().ask("Gibt es Artikel über Störche?")
    assert answer_text(one) == "Gefunden: 1 Artikel zu „Störche“.\nEin Storch ist gelandet. [1] (bare.txt)"
    assert answer_json(one, {})["listing"] == {
        "count": 1,
        "exact": True,
        "words": ("Störche",),
        "ages": (),
        "sources": None,
    }


def test_what_few_articles_are_about_is_told_by_their_openings() -> None:
    answer = chatbot().ask("Worum geht es in den Artikeln?")
    assert named(answer)[:4] == ["harbour.txt", "harbour.txt", "bridge.txt", "bridge.txt"]
    assert answer.sentences[1].text == "Der Hafen von Rostock bekommt Kräne."
    many = [article(f"{at}.txt", f"Bericht {at}", "Es regnet.") for at in range(6)]
    assert len(chatbot(make_index(*many)).ask("Worum geht es in den Artikeln?").citations) == len(many)


@pytest.mark.parametrize(
    ("asked", "history"),
    [
        ("Fasse den Artikel über die Brücke zusammen.", []),
        ("Fasse „Streit um die Brücke“ zusammen.", []),
        ("Summarize the article 'Streit um die Brücke in Wolfhagen'", []),
        ("Worum geht es im Artikel von Anna Beer?", []),
        ("Fasse den zweiten Artikel zusammen", ["Welche Artikel gibt es?"]),
        ("Worum geht es in dem Artikel?", ["Gibt es Artikel über die Brücke?"]),
    ],
)
def test_an_article_is_summed_up_by_its_title_and_its_first_sentences(asked: str, history: list[str]) -> None:
    answer = chatbot().ask(asked, history)
    assert set(named(answer)) == {"bridge.txt"} and answer.listing is None
    said = [sentence.text for sentence in answer.sentences]
    assert said[:2] == ["Streit um die Brücke in Wolfhagen", "Die Brücke wird gesperrt."]
    assert sum(len(text.split()) for text in said) <= 20
    assert answer_text(answer).startswith("Gesucht nur") or "(taz · 5" in answer_text(answer).split("\n")[0]


def test_an_article_that_is_not_here_is_not_summed_up() -> None:
    assert not chatbot().ask("Fasse den Artikel über Fußball zusammen.").supported
    assert not chatbot().ask("Fasse den Artikel über den Zoo in Wolfhagen zusammen.").supported


def test_what_was_not_cited_is_not_summed_up() -> None:
    listed = ["Gibt es Artikel über die Brücke?"]
    assert not chatbot().ask("Fasse den dritten Artikel zusammen", listed).supported, "there is one"
    assert set(named(chatbot().ask("Fasse den letzten Artikel zusammen", ["Welche Artikel gibt es?"]))) == {"bare.txt"}
    refused = chatbot().ask("Fasse den Artikel zusammen", ["Wer ist der Papst?"])
    assert refused.listing is not None and set(named(refused)) == {one.id for one in ALL}


def test_a_list_goes_on_with_another_subject() -> None:
    answer = chatbot().ask("Und über den Hafen?", ["Gibt es Artikel über die Brücke?"])
    assert named(answer) == ["harbour.txt"]
    assert named(chatbot().ask("Und im Mai 2024?", ["Welche Artikel sind aus dem März 2024?"])) == ["harbour.txt"]
    assert named(chatbot().ask("And from January 2023?", ["Which articles are there from 2024?"])) == ["show.txt"]


def test_behind_a_summary_it_is_the_article() -> None:
    told = {BlockKind.TITLE: "Regen in Rom", BlockKind.BODY: "Es regnet.", BlockKind.BYLINE: "Eva Fink"}
    parts = [Part(kind, text) for kind, text in told.items()]
    rain = assemble("e.txt", Draft(parts, publisher="dpa", published=date(2024, 4, 2)))
    for summed_up in ("Fasse den Artikel über den Regen in Rom zusammen", "Fasse den dpa-Artikel vom April zusammen"):
        answer = chatbot(make_index(*ALL, rain)).ask("Wer hat ihn geschrieben?", [summed_up])
        assert [sentence.text for sentence in answer.sentences] == ["Eva Fink"], summed_up


def test_without_an_article_named_all_are_told() -> None:
    answer = chatbot().ask("Fasse zusammen")
    assert set(named(answer)) == {one.id for one in ALL}


def test_the_story_of_a_question_before_is_looked_for_where_more_is_asked() -> None:
    more = chatbot().ask("Gibt es mehr Artikel dazu?", ["Warum streitet der Rat über die Brücke?"])
    assert named(more) == ["bridge.txt"]
    new = chatbot().ask("Welche Artikel gibt es?", ["Warum streitet der Rat über die Brücke?"])
    assert len(named(new)) == len(ALL), "a question of its own"


def test_a_filter_that_is_set_holds_for_lists() -> None:
    assert named(chatbot().ask("Welche Artikel gibt es?", filter=Filter(publisher="taz"))) == ["bridge.txt", "show.txt"]


def test_reports_that_the_news_tell_of_are_left_to_the_story() -> None:
    answer = chatbot().ask("Welche Berichte gibt es zum Kanal?")
    assert answer.listing is None


def test_an_article_is_not_about_what_its_teaser_speaks_of() -> None:
    assert named(chatbot().ask("Welche Artikel erwähnen die Brücke?")) == ["bridge.txt"]


def test_a_list_of_a_subject_goes_by_how_much_of_it_an_article_holds() -> None:
    near = make_article("In Rom regnet es. Der Zug hält.", name="near.txt", title="Regen")
    whole = make_article("In Rom steht der Zug wegen Regen und Sturm.", name="whole.txt", title="Verkehr")
    answer = chatbot(make_index(near, whole)).ask("Artikel über Regen und Sturm in Rom")
    assert named(answer) == ["whole.txt", "near.txt"]


def test_a_list_asked_again_of_a_source_is_read_in_its_own_language() -> None:
    again = chatbot().ask("Und von der taz?", ["What are the articles about?"])
    assert named(again) == ["bridge.txt", "bridge.txt", "show.txt", "show.txt"]
    assert again.question.language == "de"
    alone = chatbot().ask("Und von der taz?", ["Gibt es Artikel über die Brücke?", "Which articles are there?"])
    assert named(alone) == ["bridge.txt", "show.txt"], "a list is a question of its own"


def test_another_source_takes_the_place_of_the_first_and_an_author_may_be_the_subject() -> None:
    two = [make_article("Es regnet.", name=f"{name}.txt", title="Regen", publisher=name) for name in ("taz", "dpa")]
    answer = chatbot(make_index(*two)).ask("Und von der dpa?", ["Welche Artikel gibt es von der taz?"])
    assert named(answer) == ["dpa.txt"]
    of_her = article("c.txt", "Anna Beer gewinnt", "Anna Beer gewinnt den Preis.", day="2024-06-01")
    assert named(chatbot(make_index(*ALL, of_her)).ask("Artikel über Anna Beer")) == ["c.txt"]
    inflected = make_article("Es regnet.", name="d.txt", title="Regen", publisher="Süddeutsche Zeitung")
    asked = "Gibt es Artikel von der Süddeutschen Zeitung?"
    assert named(chatbot(make_index(*ALL, inflected)).ask(asked)) == ["d.txt"]


def test_a_period_that_leaves_all_is_no_subject() -> None:
    assert named(chatbot(make_index(BRIDGE, HARBOUR)).ask("Artikel über die Brücke von 2024")) == ["bridge.txt"]


def test_a_headline_that_asks_is_a_question_of_the_story() -> None:
    asking = article("ask.txt", "Warum streitet der Rat über die Brücke?", "Der Rat streitet, weil sie alt ist.")
    assert chatbot(make_index(asking)).ask("Warum streitet der Rat über die Brücke?").listing is None
    assert chatbot(make_index(asking)).ask("Fasse „Warum streitet der Rat über die Brücke?“ zusammen").supported


def test_how_many_there_are_is_at_least_so_many_where_not_all_were_seen() -> None:
    def told(name: str, days: int) -> Article:
        return make_article(*(f"Es regnet am {day}. Tag in Rom bei {name}." for day in range(days)), name=f"{name}.txt")

    long, short = told("Ostia", 3000), [told(name, 1) for name in ("Trier", "Verona", "Bonn")]
    answer = chatbot(make_index(long, *short)).ask("Gibt es Artikel über Rom?")
    assert answer.listing is not None and not answer.listing.exact
    assert answer_text(answer).startswith("Gefunden: mindestens ")
    few = chatbot(make_index(*short)).ask("Gibt es Artikel, in denen es regnet?")
    assert few.listing == Listing(3, True, ("regnet",))


def test_a_list_of_a_subject_can_be_by_age() -> None:
    rain = [article(f"{at}.txt", f"Regen {at}", "Es regnet in Rom.", day=f"2024-0{at}-01") for at in (2, 3, 1)]
    bot = chatbot(make_index(*rain, article("0.txt", "Regen", "Es regnet in Rom.")))
    assert named(bot.ask("Die neuesten Artikel über Rom")) == ["3.txt", "2.txt", "1.txt", "0.txt"]
    assert named(bot.ask("Die ältesten Artikel über Rom")) == ["1.txt", "2.txt", "3.txt", "0.txt"]
    assert set(named(bot.ask("Fasse den neuesten Artikel über Rom zusammen"))) == {"3.txt"}
    assert set(named(bot.ask("Fasse den ältesten Artikel zusammen", ["Welche Artikel gibt es?"]))) == {"1.txt"}


def test_every_name_of_the_subject_must_be_held() -> None:
    one = article("one.txt", "Wahl", "Petra Kranz gewinnt die Wahl in Rom knapp.")
    assert named(chatbot(make_index(one, *ALL)).ask("Artikel über Petra Kranz und die Wahl")) == ["one.txt"]
    assert not chatbot(make_index(one, *ALL)).ask("Artikel über Petra Quast und die Wahl in Rom").supported


def test_what_an_article_begins_with_stands_for_it_where_it_has_no_title() -> None:
    led = assemble("led.txt", Draft([Part(BlockKind.LEAD, "Ein Vorspann."), Part(BlockKind.BODY, "Ein Text.")]))
    shown = assemble("shown.txt", Draft([Part(BlockKind.CAPTION, "Ein Bild.")]))
    answer = chatbot(make_index(led, shown)).ask("Welche Artikel gibt es?")
    assert [sentence.text for sentence in answer.sentences] == ["Ein Vorspann.", "Ein Bild."]


def test_a_list_comes_with_as_many_passages_as_other_answers_and_with_no_words_that_are_not_of_its_subject() -> None:
    many = [article(f"{at:02}.txt", f"Bericht {at}", "Es regnet in Rom.", day="2024-01-01") for at in range(30)]
    answer = chatbot(make_index(*many)).ask("Artikel über Rom vor 2025")
    assert len(answer.hits) == 10 and answer.unknown_words == ()
    everywhere = chatbot(make_index(*many)).ask("Artikel über Rom aus dem Jahr 2024", filter=Filter())
    assert everywhere.listing is not None and everywhere.listing.words == ("Rom",)


def test_the_name_of_a_file_forges_no_line() -> None:
    forged = chatbot(make_index(make_article("Es regnet.", name="a\nGefunden: 99 Artikel.txt"))).ask(
        "Welche Artikel gibt es?"
    )
    assert len(answer_text(forged).split("\n")) == 2


@given(
    st.sampled_from(["vor", "nach", "bis", "seit", "aus dem", "von 2023 bis", "before", "in"]),
    st.sampled_from(
        ["Sommer 0000", "Winter 9999", "Winter 2099", "0001-01-01", "9999-12-31", "99.99.2024", "Q4 2024", "Mai"]
    ),
)
def test_whatever_period_is_named_articles_are_listed_or_none(when: str, named_period: str) -> None:
    assert chatbot(SMALL).ask(f"Artikel {when} {named_period}").question.language in ("de", "en")


def test_the_sources_there_are_are_told_by_an_article_each_those_of_most_articles_first() -> None:
    answer = chatbot().ask("Welche Zeitungen gibt es?")
    verify(answer)
    assert answer_text(answer).split("\n") == [
        "Gefunden: 1 Quelle in 2 von 4 Artikeln; hier ein Artikel:",
        "taz (2 Artikel): Streit um die Brücke in Wolfhagen [1] (taz · 5. März 2024 · Anna Beer)",
    ]
    rain = article("rain.txt", "Regen", "Es regnet auf die Brücke.", by="Carl Dorn", day="2024-06-01")
    wrote = chatbot(make_index(*ALL, rain)).ask("Who wrote the articles?")
    assert [line.split(":")[0] for line in answer_text(wrote).split("\n")[1:]] == [
        "Carl Dorn (2 articles)",
        "Anna Beer (1 article)",
    ]
    assert answer_json(wrote, {})["listing"]["sources"] == {
        "kind": "authors",
        "count": 2,
        "named": (
            {"name": "Carl Dorn", "articles": 2, "citation": 1},
            {"name": "Anna Beer", "articles": 1, "citation": 2},
        ),
    }


def test_the_authors_on_a_subject_or_of_a_source_are_told() -> None:
    assert named(chatbot().ask("Wer schrieb über die Brücke?")) == ["bridge.txt"]
    for asked in (
        "Welche Autoren hat die taz?",
        "Which journalists write for taz?",
        "Wer hat die Artikel der taz geschrieben?",
    ):
        assert named(chatbot().ask(asked)) == ["bridge.txt", "show.txt"], asked
    assert named(chatbot().ask("Wer hat diese Artikel geschrieben?", ["Gibt es Artikel über die Brücke?"])) == [
        "bridge.txt"
    ]
    assert chatbot().ask("Wer schrieb über den Hafen?").listing is None, "none names its author: of the story"


def test_of_many_sources_ten_are_told_and_those_of_one_article_together() -> None:
    papers = [
        make_article("Es regnet.", name=f"{at}.txt", title="Regen", publisher=f"Blatt {at:02}") for at in range(12)
    ]
    answer = chatbot(make_index(*papers)).ask("Which newspapers are there?")
    assert answer.listing is not None and answer.listing.sources is not None
    assert answer.listing.sources.count == 12 and len(answer.listing.sources.named) == 10
    two = replace(BRIDGE, authors=("Anna Beer", "Eva Fink"))
    assert (
        answer_text(chatbot(make_index(two)).ask("Wer sind deine Autoren?"))
        .split("\n")[1]
        .startswith("Anna Beer (1 Artikel), Eva Fink (1 Artikel): Streit")
    )


def test_where_no_article_names_its_source_that_is_said() -> None:
    answer = chatbot(make_index(BARE)).ask("Wer hat die Artikel geschrieben?")
    assert answer_text(answer).startswith("Keiner dieser Artikel nennt seinen Autor.")
    assert answer_text(chatbot(make_index(BARE)).ask("Which sources are there?")).startswith(
        "None of these articles names its source."
    )


def test_the_ends_of_the_period_are_told() -> None:
    newest = chatbot().ask("Von wann ist der neueste Artikel?")
    assert answer_text(newest).split("\n")[0] == "Gefunden: 4 Artikel; hier der neueste:"
    assert named(newest) == ["harbour.txt"]
    both = chatbot().ask("What period do the articles cover?")
    assert answer_text(both).split("\n")[0] == "Found: 4 articles; here the oldest and the newest:"
    assert named(both) == ["show.txt", "harbour.txt"]
    assert not chatbot(make_index(BARE)).ask("Wie alt ist der älteste Artikel?").supported, "it has no day"


def test_what_is_new_is_told_by_the_newest_articles_and_their_openings() -> None:
    rain = [article(f"{at}.txt", f"Regen {at}", "Es regnet in Rom.", day=f"2024-0{at}-01") for at in range(1, 9)]
    answer = chatbot(make_index(*rain)).ask("Was gibt es Neues?")
    assert named(answer) == [f"{at}.txt" for at in (8, 7, 6, 5, 4) for _ in range(2)]
    assert answer_text(answer).startswith("Gefunden: 8 Artikel; hier die 5 neuesten:")
    of_bridge = chatbot().ask("Was gibt es Neues zur Brücke?")
    assert named(of_bridge) == ["bridge.txt", "bridge.txt"]
    assert chatbot().ask("Was gibt es Neues zum Zoo?").listing is None, "left to the story"


def test_what_happened_then_is_told_by_the_articles_of_that_time_unless_a_text_names_the_day() -> None:
    assert named(chatbot().ask("Was geschah im März 2024?")) == ["bridge.txt", "bridge.txt"]
    assert named(chatbot().ask("What happened on March 5?")) == ["bridge.txt", "bridge.txt"]
    assert chatbot().ask("Was geschah am 24. Februar 2022?").listing is None


class FirstWriter(NoWriter):
    """Answers by the best passage found."""

    def write(self, question: Question, hits: Sequence[Hit], *_: object, **__: object) -> Answer:
        return quoting(question, [[hits[0].passage]], hits, {}, None)


def test_where_a_text_names_the_day_it_comes_before_the_articles_of_that_day() -> None:
    of_day = article("day.txt", None, "Am 5. März 2024 fiel die Brücke.", day="2025-01-01")
    other = article("other.txt", None, "Am 5. März 2023 fiel die Brücke.", day="2025-01-01")
    asked = "Was geschah am 5. März 2024?"
    for told, wanted in ((of_day, ["day.txt"]), (other, ["bridge.txt", "bridge.txt"])):
        bot = Chatbot(Retriever(make_index(*ALL, told), LetterEmbedder()), FirstWriter(), 10, 20)
        answer = bot.ask(asked)
        assert named(answer) == wanted and not answer.widened


def test_how_often_something_is_mentioned_is_how_many_articles_hold_it() -> None:
    answer = chatbot().ask("Wie oft wird die Brücke erwähnt?")
    assert answer_text(answer).startswith("Gefunden: 1 Artikel zu „Brücke“.")
    assert named(chatbot().ask("In wie vielen Artikeln kommt die Brücke vor?")) == ["bridge.txt"]


@pytest.mark.parametrize(
    ("asked", "history"),
    [
        ("Zeig mir den ganzen Artikel", ["Gibt es Artikel über die Brücke?"]),
        ("Öffne den zweiten", ["Welche Artikel gibt es?"]),
        ("Show me the whole article about the Brücke", []),
        ("Lies mir den Artikel über die Brücke vor", []),
        ("Show me the latest article by taz", []),
    ],
)
def test_an_article_is_opened_by_what_it_begins_with(asked: str, history: list[str]) -> None:
    answer = chatbot().ask(asked, history)
    assert set(named(answer)) == {"bridge.txt"} and answer.listing is None


def test_of_a_list_before_one_is_the_newest() -> None:
    assert named(chatbot().ask("Welcher davon ist der neueste?", ["Welche Artikel hat die taz?"])) == ["bridge.txt"]
    assert named(chatbot().ask("Which of them is the oldest?", ["Which articles are there?"])) == ["show.txt"]
    of_the_story = chatbot().ask("Welche davon ist die älteste?", ["Warum streitet der Rat über die Brücke?"])
    assert of_the_story.listing is None


def test_a_day_that_articles_are_dated_with_is_not_said_to_stand_nowhere() -> None:
    refused = chatbot().ask("Was sagte Quast am 5. März 2024?")
    assert "März" not in refused.unknown_words and "Quast" in refused.unknown_words
    assert "April" in chatbot().ask("Was sagte Quast am 5. April 2024?").unknown_words


def test_authors_of_one_article_go_on_and_their_end_is_told_as_such() -> None:
    together = replace(BRIDGE, authors=tuple(f"Eva Fink {at:02}" for at in range(12)))
    bot, asked = chatbot(make_index(together)), "Welche Autoren gibt es?"
    more = bot.ask("Weitere Autoren", [asked])
    assert more.listing is not None and more.listing.sources is not None
    assert [source.name for source in more.listing.sources.named] == ["Eva Fink 10", "Eva Fink 11"]
    assert answer_text(bot.ask("mehr", [asked, "mehr"])).startswith("Weitere Autoren sind nicht zu finden.")
    papers = bot.ask("More newspapers", ["Which newspapers are there?"])
    assert answer_text(papers).startswith("No further sources are found.")


def test_where_there_are_no_such_articles_it_is_not_said_that_they_name_no_source() -> None:
    none = chatbot().ask("Von welchen Zeitungen stammen die Artikel über Zebras?")
    assert answer_text(none).startswith("Solche Artikel sind nicht zu finden.")
    of_none = chatbot().ask("Wer hat diese Artikel geschrieben?", ["Wie wird das Wetter auf Teneriffa?"])
    assert of_none.listing == Listing(0, True, ()) and not of_none.supported


def test_a_source_that_is_searched_alone_stands_on_no_article_of_another() -> None:
    both = replace(BRIDGE, copies=(Copy("copy.txt", "dpa", BRIDGE.published, ("Zoe Zett",)),))
    newer = replace(
        article("dpa.txt", "Schnee", "Es schneit.", day="2025-01-01"), publisher="dpa", authors=("Zoe Zett",)
    )
    bot = chatbot(make_index(both, newer))
    for asked, limit in (
        ("Welche Zeitungen gibt es?", Filter(publisher="taz")),
        ("Welche Autoren gibt es?", Filter(author="Anna Beer")),
    ):
        assert named(bot.ask(asked, filter=limit)) == ["bridge.txt"], asked


def test_a_source_is_one_however_it_is_written() -> None:
    papers = [make_article("Es regnet.", name=f"{name}.txt", publisher=name) for name in ("dpa", "DPA", "taz")]
    answer = chatbot(make_index(*papers)).ask("Welche Zeitungen gibt es?")
    assert answer.listing is not None and answer.listing.sources is not None
    assert [(one.name, one.articles) for one in answer.listing.sources.named] == [("dpa", 2), ("taz", 1)]


def test_a_source_whose_name_begins_as_another_s_is_asked_for_and_its_list_goes_on() -> None:
    many = [
        make_article("Es regnet.", name=f"{at:02}.txt", title=f"Regen {at}", publisher="taz Berlin") for at in range(12)
    ]
    bot, asked = chatbot(make_index(*many, BRIDGE)), "Was schreibt die taz Berlin?"
    assert len(named(bot.ask(asked))) == 10
    assert named(bot.ask("Weitere Artikel", [asked])) == ["10.txt", "11.txt"]
