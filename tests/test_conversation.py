"""Follow-ups are understood with what they follow; greetings are no questions."""

import pytest

from rag.conversation import EARLIER_CHARS, readings, small_talk


@pytest.mark.parametrize(
    ("earlier", "asked"),
    [
        ("Will Macron Truppen entsenden?", "Und was sagt Merz dazu?"),
        ("Hat Macron mit Putin gesprochen?", "Wozu hat er ihn aufgefordert?"),
        ("Soll Meloni teilnehmen?", "Was hat sie gesagt?"),
        ("How did Russia react?", "Which spokesperson commented on that?"),
        ("What is the coalition?", "Who leads it?"),
    ],
)
def test_what_points_back_is_read_behind_what_it_follows(earlier: str, asked: str) -> None:
    (question,) = readings(asked, [earlier])
    assert question.text == f"{earlier} {asked}"
    assert question.asked == asked


@pytest.mark.parametrize("asked", ["Um wie viel pro Jahr?", "Why?", "Wer regiert Italien?", "Wo liegt Odessa?"])
def test_what_is_merely_short_is_read_alone_first(asked: str) -> None:
    earlier = "Will Deutschland mehr für die Flugabwehr tun?"
    assert [question.text for question in readings(asked, [earlier])] == [asked, f"{earlier} {asked}"]


@pytest.mark.parametrize(
    "asked",
    [
        "Wie viele Länder wollen eine Truppe stellen?",
        "Alaska Gipfel",
        "Stolperdraht",
        "Warum vertagt Deutschland die Entscheidung über eigene Soldaten?",
        "Was fordert Merz, damit die Ukraine sicher ist?",
        "Who said that Russia would attack again?",
        "Is there a ceasefire in eastern Ukraine now?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(asked: str) -> None:
    assert [question.text for question in readings(asked, ["Hat Macron mit Putin gesprochen?"])] == [asked]


def test_a_chain_of_follow_ups_reaches_back_to_its_subject_and_no_further() -> None:
    history = ["Wie ist das Wetter in Paris heute?", "Hat Macron mit Putin telefoniert?", "Und was sagte er?"]
    assert readings("Und wann?", history)[0].text == "Hat Macron mit Putin telefoniert? Und was sagte er? Und wann?"
    assert readings("Und wann?", ["Und?"] * 5000)[0].text == "Und? Und? Und wann?"


def test_a_long_earlier_question_does_not_crowd_out_this_one() -> None:
    text = readings("Und warum?", ["Wort " * 1000])[0].text
    assert len(text) <= EARLIER_CHARS + len(" Und warum?")


def test_a_question_of_its_own_is_no_follow_up_for_its_word_of_saying() -> None:
    assert len(readings("Was sagte Lula über Brasilien?", ["Wie viele Länder sind es?"])) == 1


def test_without_a_history_nothing_is_followed() -> None:
    assert [question.text for question in readings("Und warum?", [])] == ["Und warum?"]


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "Hallo!", "Guten Tag", "hi there", "Danke schön", "How are you?", "Ok, thank you!"]
)
def test_greetings_and_empty_input_are_small_talk(text: str) -> None:
    assert small_talk(text)


@pytest.mark.parametrize("text", ["Hallo, wer regiert Italien?", "Wer sagte danke?", "Test der Rakete", "Hilfe"])
def test_questions_are_not(text: str) -> None:
    assert small_talk(text) is None
