"""Text becomes terms: folded, stemmed, cut into 4-grams, and filed under the right language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language import (
    GRAM_CHARS,
    content_words,
    detect,
    english_spellings,
    german_spelling,
    grams,
    says_the_same,
    spoken_in,
    stem,
)
from rag.records import Language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie viele Länder wollen sich beteiligen?", "de"),
        ("How many countries are willing to join?", "en"),
        ("wann kommt der zug", "de"),
        ("who is the special envoy", "en"),
        ("1994", "de"),
        ("", "de"),
    ],
)
def test_the_language_of_short_questions_is_told(text: str, language: Language) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("one", "other"),
    [("Länder", "laender"), ("Straße", "STRASSE"), ("Élysée", "elysee"), ("1.000", "1000"), ("3,5", "3.5")],
)
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert [word.folded for word in content_words(one, "de")] == [word.folded for word in content_words(other, "de")]


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("zakharova", "sacharowa"),
        ("shchukin", "schtschukin"),
        ("chernobyl", "tschernobyl"),
        ("yanukovych", "janukowytsch"),
        ("mykolaiv", "mykolajiw"),
    ],
)
def test_names_of_cyrillic_languages_are_spelled_as_german_papers_do(english: str, german: str) -> None:
    assert german_spelling(english) == german


@pytest.mark.parametrize("english", ["zakharova", "shchukin", "bakhmut", "pokrovsk", "yanukovych", "mykolaiv"])
def test_what_a_german_spelling_was_made_of_is_among_its_english_ones(english: str) -> None:
    assert english in english_spellings(german_spelling(english))


def test_function_and_question_words_are_left_out() -> None:
    words = content_words("Wie viele Länder wollen sich an der Truppe beteiligen?", "de")
    assert [word.folded for word in words] == ["laender", "truppe", "beteiligen"]


def test_gender_endings_are_left_out_and_offsets_stay_true() -> None:
    text = "Die Soldat*innen kamen."
    words = content_words(text, "de")
    assert [text[word.start : word.end] for word in words] == ["Soldat", "kamen"]
    assert stem("soldat", "de") == stem("soldaten", "de")


def test_grams_carry_the_word_borders() -> None:
    assert grams("kiew") == ("_kie", "kiew", "iew_")
    assert grams("eu") == ("_eu_",)
    assert grams("x") == ("_x_",)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=30))
def test_grams_overlap_by_all_but_one_character(word: str) -> None:
    found = grams(word)
    assert all(len(gram) <= GRAM_CHARS for gram in found)
    assert found[0] + "".join(gram[-1] for gram in found[1:]) == f"_{word}_"


@given(st.text(max_size=200), st.sampled_from(["de", "en"]))
def test_offsets_point_at_the_words(text: str, language: Language) -> None:
    for word in content_words(text, language):
        assert text[word.start : word.end].strip() == text[word.start : word.end] != ""
        assert word.folded


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("tritt am ersten Mai in Kraft", "tritt am ersten Juni in Kraft", True),
        ("tritt am ersten Mai in Kraft", "tritt nie am ersten Mai in Kraft", False),
        ("it will be raised in May", "it won't be raised in May", False),
        ("it can be raised in May", "it cannot be raised in May", False),
        ("gilt in Hessen und Sachsen", "gilt in Hessen und Niedersachsen", True),
        ("gilt ab 5 Prozent", "gilt ab 6 Prozent", False),
        ("gilt für jedes Haus", "wird von vielen Leuten in anderen Orten ganz anders gesehen", False),
    ],
)
def test_texts_say_the_same_that_share_nearly_all_words_each_number_and_each_denial(
    one: str, other: str, same: bool
) -> None:
    shared = "Der Rat der Stadt hat am Montag lange über die neue Steuer auf Zweitwohnungen gestritten; sie"
    assert says_the_same(f"{shared} {one}", f"{shared} {other}") is same
    assert says_the_same(f"{shared} {other}", f"{shared} {one}") is same


@pytest.mark.parametrize("text", ["Was fordert Mangold?", "was verlangte Kern", "Was sagt Lee?"])
def test_what_and_a_german_verb_is_german(text: str) -> None:
    assert spoken_in(text) == "de"


@pytest.mark.parametrize("text", ["Was it late?", "Was that true?", "Was Lee there?", "was most of it lost?"])
def test_an_english_past_is_not(text: str) -> None:
    assert spoken_in(text) == "en"
