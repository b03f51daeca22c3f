"""Follow-ups are understood with what they follow; greetings are no questions."""

import pytest

from rag.conversation import is_small_talk, stand_alone


@pytest.mark.parametrize(
    ("earlier", "asked"),
    [
        ("Will Macron Truppen entsenden?", "Und was sagt Merz dazu?"),
        ("Will Deutschland mehr für die Flugabwehr tun?", "Um wie viel pro Jahr?"),
        ("Hat Macron mit Putin gesprochen?", "Wozu hat er ihn aufgefordert?"),
        ("How did Russia react?", "Which spokesperson commented on that?"),
        ("What is the coalition?", "Why?"),
    ],
)
def test_a_follow_up_is_searched_behind_what_it_follows(earlier: str, asked: str) -> None:
    question = stand_alone(asked, [earlier])
    assert question.text == f"{earlier} {asked}"
    assert question.asked == asked


@pytest.mark.parametrize("asked", ["Wie viele Länder wollen eine Truppe stellen?", "Alaska Gipfel", "Stolperdraht"])
def test_a_question_that_stands_alone_is_left_alone(asked: str) -> None:
    assert stand_alone(asked, ["Hat Macron mit Putin gesprochen?"]).text == asked


def test_a_chain_of_follow_ups_reaches_back_to_its_subject() -> None:
    question = stand_alone("Und warum?", ["Hat Macron telefoniert?", "Und was sagte er?"])
    assert question.text == "Hat Macron telefoniert? Und was sagte er? Und warum?"


def test_without_a_history_nothing_is_followed() -> None:
    assert stand_alone("Und warum?", []).text == "Und warum?"


@pytest.mark.parametrize("text", ["", "   ", "?!", "Hallo!", "Guten Tag", "hi there", "Danke schön", "How are you?"])
def test_greetings_and_empty_input_are_small_talk(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize("text", ["Hallo, wer regiert Italien?", "Wer sagte danke?", "Test der Rakete"])
def test_questions_are_not(text: str) -> None:
    assert not is_small_talk(text)
