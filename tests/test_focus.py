"""What a question asks for is told by its words, and found in the sentence that answers it."""

import pytest

from rag.focus import Asked, amount, asked_for, find_focus, holds
from rag.records import Language


@pytest.mark.parametrize(
    ("question", "language", "asked"),
    [
        ("Wie viele Länder machen mit?", "de", Asked.NUMBER),
        ("Um wie viel Prozent wächst die Hilfe?", "de", Asked.NUMBER),
        ("How old is the mayor?", "en", Asked.NUMBER),
        ("Wann endet die Frist?", "de", Asked.DATE),
        ("In welchem Jahr wurde das beschlossen?", "de", Asked.DATE),
        ("On what date did it end?", "en", Asked.DATE),
        ("Warum zögert Berlin?", "de", Asked.REASON),
        ("Why does Berlin hesitate?", "en", Asked.REASON),
        ("Wer leitet die Behörde?", "de", Asked.PERSON),
        ("Who leads the agency?", "en", Asked.PERSON),
        ("Wo steht der Turm?", "de", Asked.PLACE),
        ("Worin unterscheiden sich die beiden Pläne?", "de", Asked.SEVERAL),
        ("How do the two plans differ?", "en", Asked.SEVERAL),
        ("Was ist eine Brückenklausel?", "de", Asked.MEANING),
        ("Mit welchem Begriff spottet er?", "de", Asked.WORDS),
        ("Alaska Gipfel Ergebnis", "de", Asked.OTHER),
        ("Who carried out the attack, according to the report?", "en", Asked.PERSON),
        ("When will the trains run again, according to the article?", "en", Asked.DATE),
        ("Who has run the museum since 2019, according to the report?", "en", Asked.PERSON),
        ("Wer tötete laut Bericht den Fotografen?", "de", Asked.PERSON),
        ("Who shot the photographer, according to the report?", "en", Asked.PERSON),
        ("Welchen Titel trägt der Papst?", "de", Asked.OTHER),
        ("Wer verteidigte laut dem Bericht den Titel des Weltmeisters?", "de", Asked.PERSON),
        ("Warum machte der Minister Schlagzeilen?", "de", Asked.REASON),
        ("Who made headlines with a speech in Paris?", "en", Asked.PERSON),
        ("What title did the boxer win, according to the report?", "en", Asked.OTHER),
        ("Who is reported to have left?", "en", Asked.PERSON),
        ("An welchem Tag trafen sich die Minister?", "de", Asked.DATE),
        ("Wie läuft die Aufnahme der Ukraine in die EU?", "de", Asked.OTHER),
        ("Wann erschien Selenskyj in Paris?", "de", Asked.DATE),
        ("When did Trump appear at the summit?", "en", Asked.DATE),
        ("Was sagt der Autor über Macron?", "de", Asked.OTHER),
        ("Wer hat Putin einen Brief geschrieben?", "de", Asked.PERSON),
        ("Welches Bild zeichnet Merz von der Lage?", "de", Asked.OTHER),
        ("Welche Agentur meldet Verluste?", "de", Asked.OTHER),
        ("Wer leitet laut dem Bericht die Bundesagentur?", "de", Asked.PERSON),
        ("Who heads the agency, according to the report?", "en", Asked.PERSON),
        ("Which agency runs the bridge, according to the report?", "en", Asked.OTHER),
        ("Wann veröffentlichte der Rechnungshof seinen Bericht zur Bahn?", "de", Asked.DATE),
        ("Wer schrieb den Bericht des Rechnungshofs zur Bahn?", "de", Asked.PERSON),
        ("Wann wurde der Bildungsbericht fertiggestellt?", "de", Asked.DATE),
        ("Wer hat den Bildungsbericht vorgestellt?", "de", Asked.PERSON),
        ("Wer bildet laut Bericht die neue Regierung?", "de", Asked.PERSON),
        ("Wer schrieb Artikel 5 des Nato-Vertrags?", "de", Asked.PERSON),
        ("Wer schrieb den Text der Hymne?", "de", Asked.PERSON),
        ("Wann wurden die Anmeldungen veröffentlicht?", "de", Asked.DATE),
        ("When did the audit office publish its report on the railway?", "en", Asked.DATE),
        ("Who wrote the police report?", "en", Asked.PERSON),
        ("What was the headline inflation rate in March?", "en", Asked.MEANING),
    ],
)
def test_the_kind_of_answer_is_told_by_the_question(question: str, language: Language, asked: Asked) -> None:
    assert asked_for(question, language) is asked


@pytest.mark.parametrize(
    ("asked", "question", "sentence", "focus"),
    [
        (Asked.NUMBER, "Wie viele Länder?", "Am 4. September sagten 26 Länder zu.", "26 Länder"),
        (Asked.NUMBER, "Wie viele Brigaden?", "Berlin will vier Brigaden ausrüsten.", "vier Brigaden"),
        (Asked.NUMBER, "Um wie viel?", "Der Zuwachs beträgt 20 Prozent pro Jahr.", "20 Prozent"),
        (Asked.DATE, "Wann?", "Das Memorandum wurde 1994 unterzeichnet.", "1994"),
        (Asked.DATE, "Wann?", "Er kam am 27. März in Paris an.", "27. März"),
        (Asked.DATE, "An welchem Tag?", "Am Mittwoch wies Moskau das zurück.", "Mittwoch"),
        (Asked.PERSON, "Wer sagte das?", "In Moskau sagte Maria Sacharowa das.", "Maria Sacharowa"),
        (Asked.PERSON, "Wer ist Oberbürgermeister?", "Das sagte Oberbürgermeister Mike Josef.", "Mike Josef"),
        (Asked.NUMBER, "Wie viele wurden verletzt?", "Verletzt wurde niemand.", "niemand"),
        (Asked.NUMBER, "Wie viele Tote gab es?", "Es gab keine Toten.", "keine Toten"),
        (Asked.NUMBER, "Wie viele starben?", "Niemand bezweifelt, dass 30 Menschen starben.", "30 Menschen"),
    ],
)
def test_the_focus_is_what_was_asked_for(asked: Asked, question: str, sentence: str, focus: str) -> None:
    span = find_focus(asked, question, sentence, "de")
    assert span is not None
    assert focus in sentence[span[0] : span[1]]
    assert holds(asked, question, sentence, "de")


def test_a_number_of_years_is_a_number_and_a_year_is_none() -> None:
    for sentence in ("Er regierte 16 Jahre.", "The talk lasted two hours.", "Es waren 20 im März 2024."):
        assert holds(Asked.NUMBER, "Wie viele gab es 2024?", sentence, "de")
    for sentence in ("Das war 2024.", "Das war am 3. Mai.", "Das war 1871."):
        assert not holds(Asked.NUMBER, "Wie viele gab es 2024?", sentence, "de")


def test_what_the_question_already_says_is_not_its_answer() -> None:
    sentence = "Die 26 Länder stellen 480 Fahrzeuge."
    span = find_focus(Asked.NUMBER, "Wie viele Fahrzeuge stellen die 26 Länder?", sentence, "de")
    assert span is not None and sentence[span[0] : span[1]].startswith("480")


def test_a_sentence_without_it_does_not_hold_it() -> None:
    assert not holds(Asked.NUMBER, "", "Polen sagt nichts dazu.", "de")
    assert not holds(Asked.DATE, "", "Polen sagt nichts dazu.", "de")
    assert find_focus(Asked.NUMBER, "Wie viele?", "Polen sagt nichts dazu.", "de") is None
    assert find_focus(Asked.NUMBER, "Wie viele Verletzte?", "Dazu machte sie keine Angaben.", "de") is None
    assert find_focus(Asked.PERSON, "Wer sprach mit Merz?", "Das sagte Friedrich Merz.", "de") is None
    assert holds(Asked.OTHER, "", "Polen sagt nichts dazu.", "de")


@pytest.mark.parametrize(
    ("asked", "question", "told", "not_told"),
    [
        (Asked.NUMBER, "Wie viel kostet die Brille?", "Sie kostet 799 Dollar.", "Bestellt wurden 799 Stück."),
        (Asked.NUMBER, "Was kosten Brötchen?", "Für eines zahlt man 60 Cent.", "Täglich sind es 600."),
        (Asked.NUMBER, "How much did the state pay?", "Es waren 3 Millionen.", "Es waren 3 Gutachten."),
        (Asked.NUMBER, "How long did the call last?", "Es dauerte 20 Minuten.", "Es war der 3. Anruf."),
        (Asked.NUMBER, "Wie hoch ist der Anteil?", "Ein Drittel fiel durch.", "Es fielen 30 durch."),
        (Asked.NUMBER, "Wie lange regierte er?", "Er regierte drei Jahre.", "Im Bundestag sprachen 12."),
        (Asked.NUMBER, "How long was it?", "It was 300 km long.", "It was No. 3 of its kind."),
        (Asked.NUMBER, "Wie alt ist sie?", "Weber ist 45 Jahre alt.", "Im Jahr 2020 kamen 30."),
        (Asked.NUMBER, "Um wie viel Prozent stiegen die Kosten?", "Sie stiegen um 12 Prozent.", "Sie stiegen 12 Mal."),
        (Asked.DATE, "Welches Datum war das?", "Das war der 3. Mai.", "Im Sommer kamen 5 junge Leute."),
        (Asked.NUMBER, "How old is he?", "Der 47-Jährige lacht.", "Am Tisch saßen 35."),
        (Asked.DATE, "In welchem Jahr war das?", "Das war 1994.", "Das war im März."),
        (Asked.DATE, "On what date did they meet?", "Sie trafen sich am 3. Mai.", "Sie trafen sich 2024."),
        (Asked.DATE, "Which day was it?", "It was on Monday.", "It was last year."),
    ],
)
def test_what_is_asked_for_more_narrowly_must_be_told_as_such(
    asked: Asked, question: str, told: str, not_told: str
) -> None:
    language: Language = "en" if question[:2] in ("Ho", "On", "Wh") else "de"
    assert asked_for(question, language) is asked
    of_the_sentence: Language = "en" if told.startswith("It") else "de"
    assert holds(asked, question, told, of_the_sentence)
    assert not holds(asked, question, not_told, of_the_sentence)


def test_a_name_is_of_words_that_no_dictionary_has_and_new_to_the_question() -> None:
    assert not holds(Asked.PERSON, "Wer leitet das?", "Das Pariser Treffen leitet die Europäische Union.", "de")
    assert not holds(Asked.PERSON, "Wer traf Emmanuel Macron?", "Emmanuel Macron war in Paris.", "de")
    assert holds(Asked.PERSON, "Wer traf Emmanuel Macron?", "Emmanuel Macron empfing Keir Starmer.", "de")
    assert holds(Asked.PERSON, "Who led it?", "The talks were led by Giorgia Meloni.", "en")


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("26 Länder", "de", ("26", "Länder")),
        ("10.000 Soldaten", "de", ("10000", "Soldaten")),
        ("22,000 people", "en", ("22000", "people")),
        ("22 000 people", "en", ("22000", "people")),
        ("sechs Staaten", "de", ("6", "Staaten")),
        ("dreizehn Staaten", "de", ("13", "Staaten")),
        ("zwanzig Menschen", "de", ("20", "Menschen")),
        ("twenty people", "en", ("20", "people")),
        ("Dutzende Menschen", "de", None),
        ("12,5 Prozent", "de", ("12.5", "Prozent")),
        ("1,50 Millionen", "de", ("1.5", "Millionen")),
        ("1.5 million", "en", ("1.5", "million")),
        ("1.500 Soldaten", "de", ("1500", "Soldaten")),
        ("1.2.3 Euro", "de", ("1.2.3", "Euro")),
        ("26", "de", None),
        ("Länder", "de", None),
    ],
)
def test_an_amount_is_a_number_and_what_is_counted(text: str, language: Language, told: tuple[str, str] | None) -> None:
    assert amount(text, language) == told
