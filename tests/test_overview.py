"""Questions about the articles as a whole are told from those about what they tell."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import browsing, holdings
from rag.asking import Overview, pattern_of
from rag.bilingual.lexicon import forms
from rag.browsing import DIGEST, LISTING, OF_ONE, SHORTENED, SHOWING
from rag.holdings import AUTHORS, DAYS, MENTIONS, NEWS, PUBLISHERS, asks_what_happened
from rag.language import LANGUAGES
from rag.overview import means_articles, names_title, overview_asked, subject_words
from rag.picking import age_asked, number_asked, place_asked
from rag.records import Language

TITLE = "Streit um Brücken: Die Stadt baut nicht"


@pytest.mark.parametrize(
    ("question", "language", "wanted"),
    [
        ("Welche Artikel gibt es hier?", "de", Overview.LISTING),
        ("Wie viele Artikel hast du?", "de", Overview.LISTING),
        ("Welche Beiträge behandeln den Brückenstreit?", "de", Overview.LISTING),
        ("In welchen Artikeln wird Kickl erwähnt?", "de", Overview.LISTING),
        ("Gibt es Artikel über Brücken?", "de", Overview.LISTING),
        ("Hast du etwas zu Brücken?", "de", Overview.LISTING),
        ("Was habt ihr über Brücken?", "de", Overview.LISTING),
        ("Zeig mir bitte alle Artikel der taz.", "de", Overview.LISTING),
        ("Könnten Sie mir die Artikel zur Brücke heraussuchen?", "de", Overview.LISTING),
        ("Artikel von Anna Beer", "de", Overview.LISTING),
        ("neueste Artikel", "de", Overview.LISTING),
        ("Welcher Artikel ist der älteste?", "de", Overview.LISTING),
        ("Was hat die taz geschrieben?", "de", Overview.LISTING),
        ("Was ist der neueste Artikel über Brücken?", "de", Overview.LISTING),
        ("Die drei neuesten Artikel", "de", Overview.LISTING),
        ("Welcher Artikel berichtet über Brücken?", "de", Overview.LISTING),
        ("Guten Tag, könnten Sie mir sagen, welche Artikel es über Brücken gibt?", "de", Overview.LISTING),
        ("Gibt es Artikel ueber Bruecken?", "de", Overview.LISTING),
        ("Was schreibt die taz?", "de", Overview.LISTING),
        ("Haben Sie auch etwas zu Brücken?", "de", Overview.LISTING),
        ("Liste alle Artikel auf", "de", Overview.LISTING),
        ("Worum geht's?", "de", Overview.DIGEST),
        ("Gib mir einen Überblick", "de", Overview.DIGEST),
        ("Könnten Sie mir den Artikel über Brücken zusammenfassen?", "de", Overview.SUMMARY),
        ("Worum geht es im dritten?", "de", Overview.SUMMARY),
        ("alles von der taz", "de", Overview.LISTING),
        ("Welche Zeitungen gibt es?", "de", Overview.PUBLISHERS),
        ("Welche Quellen hast du?", "de", Overview.PUBLISHERS),
        ("Von welchen Zeitungen sind die Artikel?", "de", Overview.PUBLISHERS),
        ("Woher stammen die Artikel?", "de", Overview.PUBLISHERS),
        ("Welche Autoren gibt es?", "de", Overview.AUTHORS),
        ("Wer hat die Artikel geschrieben?", "de", Overview.AUTHORS),
        ("Welche Autoren hat die taz?", "de", Overview.AUTHORS),
        ("Wer schrieb über Brücken?", "de", Overview.AUTHORS),
        ("Von wann ist der neueste Artikel?", "de", Overview.DAYS),
        ("Wie aktuell bist du?", "de", Overview.DAYS),
        ("Aus welchem Zeitraum sind die Artikel?", "de", Overview.DAYS),
        ("Was gibt es Neues?", "de", Overview.NEWS),
        ("Was gibt es Neues zur Brücke?", "de", Overview.NEWS),
        ("Neuigkeiten?", "de", Overview.NEWS),
        ("Was ist zuletzt passiert?", "de", Overview.NEWS),
        ("Wie oft wird Kickl erwähnt?", "de", Overview.LISTING),
        ("Welcher davon ist der neueste?", "de", Overview.LISTING),
        ("Zeig mir den ganzen Artikel", "de", Overview.SUMMARY),
        ("Öffne den dritten", "de", Overview.SUMMARY),
        ("Lies mir den Artikel über die Brücke vor", "de", Overview.SUMMARY),
        ("Which newspapers are there?", "en", Overview.PUBLISHERS),
        ("Where do the articles come from?", "en", Overview.PUBLISHERS),
        ("Who wrote the articles?", "en", Overview.AUTHORS),
        ("Which authors wrote about bridges?", "en", Overview.AUTHORS),
        ("When was the latest article published?", "en", Overview.DAYS),
        ("How recent are the articles?", "en", Overview.DAYS),
        ("What's new?", "en", Overview.NEWS),
        ("What's the latest on the bridge?", "en", Overview.NEWS),
        ("How often is Kickl mentioned?", "en", Overview.LISTING),
        ("Which of them is the newest?", "en", Overview.LISTING),
        ("Show me the whole article about bridges", "en", Overview.SUMMARY),
        ("Open the second one", "en", Overview.SUMMARY),
        ("Worum geht es in den Artikeln?", "de", Overview.DIGEST),
        ("Welche Themen gibt es?", "de", Overview.DIGEST),
        ("Welche Themen werden hier behandelt?", "de", Overview.DIGEST),
        ("Gib mir einen Überblick über die Artikel.", "de", Overview.DIGEST),
        ("Fasse alle Artikel zusammen.", "de", Overview.DIGEST),
        ("Was kann ich dich hier fragen?", "de", Overview.DIGEST),
        ("Fasse den Artikel über die Brücke zusammen.", "de", Overview.SUMMARY),
        ("Worum geht es im taz-Artikel?", "de", Overview.SUMMARY),
        ("Wovon handelt der Kommentar von Anna Beer?", "de", Overview.SUMMARY),
        ("Was steht in dem Bericht der taz?", "de", Overview.SUMMARY),
        ("Kannst du das bitte kurz zusammenfassen?", "de", Overview.SUMMARY),
        (f"Fasse „{TITLE}“ zusammen.", "de", Overview.SUMMARY),
        (f"Kurzfassung: {TITLE}", "de", Overview.SUMMARY),
        ("Which articles are there?", "en", Overview.LISTING),
        ("How many articles mention the bridge?", "en", Overview.LISTING),
        ("Do you have any articles about bridges?", "en", Overview.LISTING),
        ("Is there anything on bridges?", "en", Overview.LISTING),
        ("Show me all articles by taz", "en", Overview.LISTING),
        ("articles published in 2024", "en", Overview.LISTING),
        ("What is the newest article?", "en", Overview.LISTING),
        ("What has taz written?", "en", Overview.LISTING),
        ("Northern Ledger articles", "en", Overview.LISTING),
        ("Which article mentions bridges?", "en", Overview.LISTING),
        ("the five newest articles", "en", Overview.LISTING),
        ("latest news", "en", Overview.NEWS),
        ("Any article on bridges?", "en", Overview.LISTING),
        ("Could you tell me which articles there are on bridges?", "en", Overview.LISTING),
        ("What are these articles about?", "en", Overview.DIGEST),
        ("Which topics are covered?", "en", Overview.DIGEST),
        ("Summarize all the articles", "en", Overview.DIGEST),
        ("What can I ask you?", "en", Overview.DIGEST),
        ("Summarise the article about the bridge", "en", Overview.SUMMARY),
        ("What is the taz piece about?", "en", Overview.SUMMARY),
        ("tl;dr of the report by taz", "en", Overview.SUMMARY),
        (f"Summarize '{TITLE}'", "en", Overview.SUMMARY),
        (f"Summarize the article '{TITLE}'", "de", Overview.SUMMARY),
    ],
)
def test_an_overview_is_told_by_the_form_of_the_question(question: str, language: Language, wanted: Overview) -> None:
    assert overview_asked(question, language, [TITLE], ["taz", "Anna Beer", "The Northern Ledger"]) is wanted


@pytest.mark.parametrize(
    ("forms", "parts"),
    [
        *((forms, browsing.PARTS) for forms in (LISTING, DIGEST, SHORTENED, OF_ONE, SHOWING)),
        *((forms, holdings.PARTS) for forms in (PUBLISHERS, AUTHORS, DAYS, NEWS, MENTIONS)),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_accepts_the_example_beside_it_which_none_before_it_does(
    forms: Mapping[Language, Mapping[str, str]], parts: Mapping[Language, Mapping[str, str]], language: Language
) -> None:
    patterns = {example: pattern_of([form], language, parts[language]) for example, form in forms[language].items()}
    for example in patterns:
        accepting = [other for other, pattern in patterns.items() if pattern.search(example)]
        assert accepting[:1] == [example], f"{example!r} is accepted by the form of {accepting}"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Was steht in Artikel 5 des Nato-Vertrags?", "de"),
        ("Worum geht es im Streit um die Brücke?", "de"),
        ("Worum geht es im Bericht des Rechnungshofs?", "de"),
        ("Was steht in den Artikeln über Kickl?", "de"),
        ("Welche Artikel verkauft der Laden?", "de"),
        ("Welche Artikel der Verfassung sind umstritten?", "de"),
        ("Welcher Bericht wurde gestrichen?", "de"),
        ("Was schreibt die Ministerin über die Brücke?", "de"),
        ("Welche Themen sprach der Minister an?", "de"),
        ("Gibt es Hinweise auf einen Täter?", "de"),
        ("Gibt es Berichte, dass die Brücke gesperrt wird?", "de"),
        ("Wie viele Seiten hat der Bericht?", "de"),
        ("Gibt es zur Brücke schon einen Zeitplan?", "de"),
        ("Gibt es von der Regierung eine Stellungnahme?", "de"),
        ("Haben wir etwas zu befürchten?", "de"),
        ("Was ist neu an der Brücke?", "de"),
        ("Welche Quellen nennt der Minister?", "de"),
        ("Welche Zeitungen gibt es in Finnland?", "de"),
        ("Welche Medien hat die Ministerin verklagt?", "de"),
        ("Welche Autoren haben die Studie verfasst?", "de"),
        ("Wer hat die Gesetze geschrieben?", "de"),
        ("Wer schrieb über die Lage der Arbeiter in den Häfen von Rostock?", "de"),
        ("Von wann ist die älteste Brücke?", "de"),
        ("Aus welchem Zeitraum sind die Funde?", "de"),
        ("Was ist zuletzt im Gericht passiert?", "de"),
        ("Wie oft wird der Preis vergeben?", "de"),
        ("Zeig mir den Weg zur Brücke", "de"),
        ("Öffne Artikel 3 des Grundgesetzes", "de"),
        ("Which newspapers did he buy?", "en"),
        ("Which sources does the minister cite?", "en"),
        ("Who wrote the letter?", "en"),
        ("When was the oldest bridge built?", "en"),
        ("How recent is the report of the court?", "en"),
        ("What is new about the law?", "en"),
        ("How often is the prize awarded?", "en"),
        ("Open the second gate", "en"),
        ("Gibt es etwas, was die Stadt tun kann?", "de"),
        ("Haben Sie von dem Unfall gehört?", "de"),
        ("Was haben die Länder von der Reform?", "de"),
        ("Welche Länder gibt es in der Koalition?", "de"),
        ("Gib die Zahl der Soldaten an.", "de"),
        ("Nenne die Länder, die Truppen stellen.", "de"),
        ("Was ist da los?", "de"),
        ("Fasst die Halle 500 Menschen?", "de"),
        ("Fasse zusammen, was Kickl im Artikel sagt.", "de"),
        ("Wer schrieb den Artikel über die Brücke?", "de"),
        ("Was hat die taz über die Brücke geschrieben?", "de"),
        ("Was sagt Kickl zu „alle Artikel“?", "de"),
        ("What is the coalition about?", "en"),
        ("What was the letter from the landlords about?", "en"),
        ("Which articles cannot be sold by the machines?", "en"),
        ("Which articles of the treaty mention fish?", "en"),
        ("What articles of clothing were found?", "en"),
        ("Which reports did the agency withhold?", "en"),
        ("Which topics came up in the phone call?", "en"),
        ("What is the police report about?", "en"),
        ("Are there any details yet?", "en"),
        ("What do we know about the driver?", "en"),
        ("Did anything on board burn?", "en"),
        ("List the countries that send troops.", "en"),
        ("Give the number of soldiers.", "en"),
        ("What is there to fear?", "en"),
        ("Which stories did the witness tell the court?", "en"),
        ("How many files were stolen?", "en"),
        ("What documents were found in the car?", "en"),
        ("What does the article say about Kickl?", "en"),
        ("When was the article published?", "en"),
    ],
)
def test_what_asks_of_the_story_is_no_overview(question: str, language: Language) -> None:
    assert overview_asked(question, language, [TITLE], ["taz"]) is None


@pytest.mark.parametrize(
    ("question", "language", "words"),
    [
        ("Gibt es Artikel über den Streit um die Brücke?", "de", ["Streit", "Brücke"]),
        ("Welche Artikel hast du?", "de", []),
        ("Zeig mir bitte alle Artikel, in denen Kickl vorkommt", "de", ["Kickl"]),
        ("Zeig mir alle Interviews", "de", ["Interviews"]),
        ("Fasse das Interview mit Kickl zusammen", "de", ["Kickl"]),
        ("Do you have any articles on nuclear power?", "en", ["nuclear", "power"]),
        ("What is the newest article?", "en", []),
        ("Was gibt es Neues zur Brücke?", "de", ["Brücke"]),
        ("Wie oft wird die Brücke erwähnt?", "de", ["Brücke"]),
        ("Who wrote about open source?", "en", ["open", "source"]),
        ("Show me the whole article about open source", "en", ["open", "source"]),
        ("Aus welchem Zeitraum sind die Artikel?", "de", []),
    ],
)
def test_the_subject_is_what_remains(question: str, language: Language, words: list[str]) -> None:
    assert subject_words(question, language) == words


def test_a_title_is_named_whole_or_in_quotation_marks() -> None:
    assert names_title(f"Was steht in {TITLE.lower()}?", TITLE)
    assert names_title("Was steht in „Die Stadt baut nicht“?", TITLE)
    assert not names_title("Die Stadt baut nicht, warum?", TITLE)
    assert not names_title("Was steht in „Stadt“?", TITLE)
    assert not names_title("Fasse „…“ zusammen", "!?")
    assert not names_title(f"Warum {TITLE}s?", TITLE)
    assert not names_title("Neue Brücke", "Neue Brücke"), "so short a title may be any words"


def test_the_newest_and_the_oldest_are_told() -> None:
    assert age_asked("die neuesten Artikel", "de") == age_asked("latest articles", "en") == "newest"
    assert age_asked("Welcher Artikel ist der älteste?", "de") == age_asked("the oldest piece", "en") == "oldest"
    assert age_asked("alle Artikel", "de") is age_asked("all articles", "en") is None
    assert (
        number_asked("Welcher Artikel ist der neueste?", "de") == number_asked("What is the latest article?", "en") == 1
    )
    assert number_asked("die drei neuesten", "de") == number_asked("the 3 newest articles", "en") == 3
    assert number_asked("die sechs neuesten Artikel", "de") == number_asked("the six newest articles", "en") == 6
    assert number_asked("die neuesten Artikel", "de") is number_asked("the latest articles", "en") is None
    assert number_asked("Artikel über die letzten drei Kanzler", "de") is None
    assert (
        age_asked("Artikel über den letzten Gipfel", "de") is age_asked("articles about the last summit", "en") is None
    )


def test_a_place_in_a_list_is_told() -> None:
    assert [place_asked(f"Fasse den {which} Artikel zusammen", "de") for which in ("ersten", "zehnten")] == [0, 9]
    assert [place_asked(f"Summarize {which}", "en") for which in ("the third one", "article 4", "the last one")] == [
        2,
        3,
        -1,
    ]
    assert place_asked("Fasse den letzten zusammen", "de") == -1
    assert place_asked("Fasse den Artikel zusammen", "de") is None


@pytest.mark.parametrize(
    "unit", ["bitte ", "please ", "alle die ", "!", "den Artikel ", "was steht in ", "über ", "x-"]
)
def test_what_is_longer_than_any_such_question_is_none(unit: str) -> None:
    assert overview_asked((unit * 2000)[:2000], "de", [TITLE, "Sehr langer Titel " * 1000], ["taz"]) is None


@pytest.mark.parametrize(
    "question",
    [
        "Was geschah am 4. September?",
        "Was war im April 2025 los?",
        "What happened last week?",
        "Was ist 2024 passiert?",
    ],
)
def test_what_happened_in_a_period_and_of_nothing_else(question: str) -> None:
    assert asks_what_happened(question, "en" if question.startswith("What") else "de")


@pytest.mark.parametrize(
    "question",
    ["Was geschah am 4. September in Paris?", "Was geschah mit der Brücke?", "Was war 2024 teurer?", "Was geschah?"],
)
def test_what_happened_to_something_is_of_the_story(question: str) -> None:
    assert not asks_what_happened(question, "de")


def test_words_of_asking_are_no_source() -> None:
    assert overview_asked("Welche Artikel gibt es?", "de", [], ["Artikel", "alle", "Was"]) is Overview.LISTING


def test_reports_may_be_those_of_the_news() -> None:
    assert means_articles("Gibt es Artikel über Brücken?") and means_articles("anything on bridges")
    assert not means_articles("Welche Berichte gibt es?") and not means_articles("Which reports are there?")


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_any_text_can_be_looked_at(question: str, language: Language) -> None:
    overview_asked(question, language, [TITLE], ["taz"])
    assert all(word in question for word in subject_words(question, language))


def test_what_stood_beside_a_rare_word_by_chance_is_no_translation_of_it() -> None:
    assert forms("penguins", "en", "de") == ["penguins", "pinguine"]
    assert "zeit" not in forms("volcanoes", "en", "de")
    assert "wahl" in forms("election", "en", "de")
