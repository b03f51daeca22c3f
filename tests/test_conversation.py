"""Follow-ups are understood with what they follow, and more of it is asked for."""

import pytest

from rag.conversation import EARLIER_CHARS, Past, past_of, readings
from rag.records import Language, Question


@pytest.mark.parametrize(
    ("earlier", "asked", "own"),
    [
        ("Will Macron Truppen entsenden?", "Und was sagt Merz dazu?", "Was sagt Merz dazu?"),
        ("Hat Macron mit Putin gesprochen?", "Wozu hat er ihn aufgefordert?", "Wozu hat er ihn aufgefordert?"),
        ("Soll Meloni teilnehmen?", "Was hat sie gesagt?", "Was hat sie gesagt?"),
        ("How did Russia react?", "Which spokesperson commented on that?", "Which spokesperson commented on that?"),
        ("What is the coalition?", "And who leads it?", "Who leads it?"),
        ("What is the coalition?", "And?", "And?"),
        ("Was hat Berlin zugesagt?", "Was kostet das den Bund?", "Was kostet das den Bund?"),
        ("Was hat Berlin zugesagt?", "Ab wann soll das gelten?", "Ab wann soll das gelten?"),
        ("Wer kam nach Paris?", "Wie viele Minister sind darunter?", "Wie viele Minister sind darunter?"),
        ("Wie wehrt sich Merz?", "Wie heißt seine Anwältin?", "Wie heißt seine Anwältin?"),
        (
            "Wo stieg das Wasser?",
            "Oder-Fischsterben: Wie viele Tonnen waren es?",
            "Oder-Fischsterben: Wie viele Tonnen waren es?",
        ),
        ("Who was hurt?", "So, how many of them died?", "How many of them died?"),
        ("Who paid the bribes?", "Was the driver charged too?", "Was the driver charged too?"),
    ],
)
def test_what_points_back_is_read_behind_what_it_follows(earlier: str, asked: str, own: str) -> None:
    (question,) = readings(asked, [earlier])
    assert question == Question(asked, own, question.language, earlier)
    assert question.text == f"{earlier} {own}"


@pytest.mark.parametrize(
    "asked",
    [
        "Um wie viel pro Jahr?",
        "Who said so?",
        "Wer regiert Italien?",
        "Wann Merz-Rede?",
        "Laut Barbara Oertel?",
        "Nach Angaben der Deutschen Welle?",
    ],
)
def test_what_is_merely_short_is_read_behind_what_it_may_follow_and_then_alone(asked: str) -> None:
    earlier = "Will Deutschland mehr für die Flugabwehr tun?"
    assert [question.text for question in readings(asked, [earlier])] == [f"{earlier} {asked}", asked]


@pytest.mark.parametrize(
    ("asked", "language"),
    [("Why?", "en"), ("Wie lange?", "de"), ("Seit wann genau?", "de"), ("Bis wann?", "de"), ("How long?", "en")],
)
def test_what_only_asks_is_never_read_alone(asked: str, language: Language) -> None:
    earlier = "Will Deutschland mehr für die Flugabwehr tun?"
    assert readings(asked, [earlier]) == [Question(asked, asked, language, earlier)]


@pytest.mark.parametrize(
    "asked",
    [
        "Wie viele Länder wollen eine Truppe stellen?",
        "Alaska Gipfel",
        "Alaska-Gipfel",
        "Oder-Hochwasser: welche Orte sind bedroht?",
        "Putin's trip",
        "Was bedeutet 'Zeitenwende' für Soldaten in Deutschland?",
        "What did Conan O'Brien say in Kyiv?",
        "Laut Merz kommen Soldaten?",
        "Stolperdraht",
        "Warum vertagt Deutschland die Entscheidung über eigene Soldaten?",
        "Was fordert Merz, damit die Ukraine sicher ist?",
        "Who said that Russia would attack again?",
        "Wann legte Ministerin Kaltenhauser ihr Amt nieder?",
        "Wie viele Tote gab es beim Angriff auf Sumy?",
        "Wie viel gibt das Land im Haushalt für die Bahn und das Rad aus?",
        "Where did lawyer Freundorfer file his objection yesterday?",
        "Is there a ceasefire in eastern Ukraine now?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(asked: str) -> None:
    assert [question.text for question in readings(asked, ["Hat Macron mit Putin gesprochen?"])] == [asked]


def test_a_word_that_says_more_with_the_next_one_is_no_and() -> None:
    asked = "So far, how many people died?"
    assert [question.asked for question in readings(asked, ["What happened in Sumy?"])] == [asked] * 2


def test_what_points_back_but_holds_more_may_stand_alone_after_all() -> None:
    earlier = "Hat Macron mit Putin gesprochen?"
    asked = "Und was sagte Merz am Donnerstag zu den Taurus-Plänen der Union?"
    own = "Was sagte Merz am Donnerstag zu den Taurus-Plänen der Union?"
    assert [question.text for question in readings(asked, [earlier])] == [f"{earlier} {own}", own]


def test_a_chain_of_follow_ups_reaches_back_to_its_subject_and_no_further() -> None:
    history = ["Wie ist das Wetter in Paris heute?", "Hat Macron mit Putin telefoniert?", "Und was sagte er?"]
    assert readings("Und wann?", history)[0].text == "Hat Macron mit Putin telefoniert? Und was sagte er? Wann?"
    history += ["Seit wann?", "Und wie lange?"]
    assert readings("Und wo?", history)[0].text == "Hat Macron mit Putin telefoniert? Und wie lange? Wo?"
    assert readings("Und wann?", ["Und?"] * 5000)[0].text == "Und? Und? Wann?"


def test_a_long_earlier_question_does_not_crowd_out_this_one() -> None:
    text = readings("Und warum?", ["Wort " * 1000])[0].text
    assert len(text) <= EARLIER_CHARS + len(" Warum?")


def test_a_question_of_its_own_is_no_follow_up_for_its_word_of_saying() -> None:
    assert len(readings("Was sagte Lula über Brasilien?", ["Wie viele Länder sind es?"])) == 1


def test_without_a_history_nothing_is_followed() -> None:
    assert [question.text for question in readings("Und warum?", [])] == ["Und warum?"]


def test_what_asks_nothing_of_the_articles_is_no_part_of_what_was_asked() -> None:
    first, second = "Was sagte Macron?", "Und wann?"
    assert past_of(["Hallo", "mehr", first, "Danke", "Wo steht das?"]) == Past((first,))
    assert past_of([first, "mehr", "Das ist falsch", "noch mehr", second]) == Past((first, second), (2, 0))
    assert past_of([first, second, "Tell me more"]).further == (0, 1)


def test_more_articles_are_more_of_the_same_only_behind_a_list() -> None:
    asked = "Gibt es noch mehr Artikel dazu?"
    assert past_of(["Welche Artikel gibt es zur Polizei?"]).asks_for_more(asked)
    assert not past_of(["Was sagte Macron?"]).asks_for_more(asked)
    assert not past_of([]).asks_for_more("mehr")


@pytest.mark.parametrize(
    ("asked", "history", "read"),
    [
        ("Und Macron?", ["Was sagt Merz zur Rente?"], "Was sagt Macron zur Rente?"),
        ("And what does Ann Lee say?", ["What did Merz say about rent?"], "What did Ann Lee say about rent?"),
        ("Und Trump?", ["Was sagt Kanzler Friedrich Merz?", "Und Macron?"], "Was sagt Trump?"),
        ("Und die Opposition?", ["Was sagt Merz zur Rente?"], "Was sagt die Opposition zur Rente?"),
        ("Was ist mit der Gewerkschaft?", ["Was fordert Merz?"], "Was fordert der Gewerkschaft?"),
        ("Was sagt Merz?", ["Welche Zeitungen gibt es?"], "Was sagt Merz?"),
    ],
)
def test_the_same_is_asked_of_somebody_else(asked: str, history: list[str], read: str) -> None:
    assert readings(asked, history)[0].text == read


def test_what_somebody_says_behind_another_question_is_about_that() -> None:
    assert readings("Und was sagt Merz?", ["Wie hoch ist die Rente?"])[0].earlier == "Wie hoch ist die Rente?"
    assert readings("Und Macron?", ["Wie alt ist Merz?"])[0].earlier == "Wie alt ist Merz?"


@pytest.mark.parametrize(
    ("asked", "before", "read"),
    [
        ("Und im Juni?", "Was ist im Mai 2025 passiert?", "Was geschah im Juni 2025"),
        ("And in November?", "What happened in December 2025?", "What happened in November 2025"),
        ("In welchen Artikeln?", "Wie oft wird Putin erwähnt?", "Wie oft wird Putin erwähnt?"),
        ("Und im Juni?", "Gibt es Artikel über die Abgabe?", "Artikel über Abgabe im Juni"),
        ("Und über Bären?", "Gibt es Artikel über Bienen?", "Artikel über Bären"),
    ],
)
def test_a_list_goes_on_with_another_time_or_subject(asked: str, before: str, read: str) -> None:
    assert [one.text for one in readings(asked, [before])] == [read]


@pytest.mark.parametrize(
    ("asked", "before", "read"),
    [
        ("den zweiten", "Welche Artikel gibt es?", "Öffne den zweiten Artikel"),
        ("und den letzten bitte", "Was geschah im Mai 2025?", "Öffne den letzten Artikel"),
        ("the third one", "Which articles are there?", "Open the third article"),
    ],
)
def test_one_of_a_list_is_opened_by_its_place_alone(asked: str, before: str, read: str) -> None:
    (question,) = readings(asked, [before])
    assert (question.asked, question.earlier) == (read, before)


def test_a_list_that_went_on_is_a_list_too() -> None:
    before = ["Welche Artikel sind vom Juni 2025?", "Und im Juli?"]
    assert readings("den ersten", before)[0].asked == "Öffne den ersten Artikel"
    assert readings("Und im Mai?", before)[0].asked == "Artikel im Mai 2025"
