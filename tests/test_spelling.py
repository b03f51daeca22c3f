"""A slip of the finger is read as what was meant; what is known, or may be a name, stays as it was typed."""

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.spelling import MOST, mended
from tests.test_retrieval import asked, retriever


class Articles:
    """Articles that hold some words, and no other form of them."""

    def __init__(self, *words: str) -> None:
        self.words = set(words)

    def indexed(self, words: Collection[str]) -> Collection[str]:
        return self.words & set(words)

    def written(self, word: str) -> bool:
        return word in self.words


ARTICLES = Articles(
    "sicherungstruppe", "setanta", "urban", "göttingen", "soldaten", "bleiben", "universität", "regierung"
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wie vile soldatn wolen bleibn?", "wie viele soldaten wollen bleiben?"),
        ("Welche Sicherungstrupe?", "Welche Sicherungstruppe?"),
        ("wich goverment, adn abuot what", "which government, adn about what"),
        ("univrsität göttingn", "universität göttingen"),
    ],
)
def test_misspelt_words_are_read_as_known_ones(typed: str, meant: str) -> None:
    assert mended(typed, "en" if "what" in typed else "de", ARTICLES) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "Was sagt Orban?",  # a short name, though "urban" is known
        "wer ist musk und was sagt orban zu söder",  # "muss", "urban", "seder"
        "Wer ist Setant?",
        "Was kostet der CO2-Ausstoß die EUZ 2024?",
        "wieviele baumarten gibt es im amazonasregenwald",  # compounds no dictionary has
        "What is the busiest airport of the Länder?",
        "Whatever they didnt or cant agree on",
        "",
    ],
)
def test_names_numbers_compounds_and_known_words_stay(typed: str) -> None:
    assert mended(typed, "en" if typed.startswith("What") else "de", ARTICLES) == typed


@pytest.mark.parametrize(
    ("typed", "near"),
    [("weidel", "weiden"), ("kickl", "kick"), ("mbappe", "mappe"), ("wirtz", "wirt"), ("babler", "basler")],
)
def test_a_name_in_lower_case_is_not_read_as_a_word_that_is_near(typed: str, near: str) -> None:
    assert mended(f"was sagte {typed} gestern", "de", Articles(near)) == f"was sagte {typed} gestern"


def test_a_word_that_finds_nothing_is_not_what_was_meant() -> None:
    """The dictionary alone has "schlummernd": neither the lexicon nor an article holds it."""
    assert mended("wer schlummrnd", "de", Articles()) == "wer schlummrnd"
    assert mended("wer schlummrnd", "de", Articles("schlummernd")) == "wer schlummernd"


@given(st.lists(st.sampled_from(["wer", "Soldaten", "Haus", "laufen", "grün", "gegen", "Göttingen", "7,5", "–"])))
def test_known_words_are_never_touched(words: list[str]) -> None:
    assert mended(" ".join(words), "de", ARTICLES) == " ".join(words)


def test_a_long_text_is_looked_through_for_so_many_words_alone() -> None:
    assert mended("soldatn " * 40, "de", ARTICLES) == "soldaten " * MOST + "soldatn " * (40 - MOST)


def test_what_the_articles_hold_in_any_form_is_known_and_meant() -> None:
    assert retriever().spelled("welche steurn erhöt die regirung") == "welche steuern erhöht die regierung"
    assert retriever().spelled("Bis wnan?") == "Bis wann?", "German, by its only word that is well spelt"
    assert retriever().spelled("Wann war das Konzrt in Köln?") == "Wann war das Konzrt in Köln?"


def test_a_question_is_found_by_what_was_meant() -> None:
    find = retriever()
    first = find.search(asked(find.spelled("steurn auf benzn")), 1)[0]
    assert first.passage.article.id == "steuer.txt"
    assert first.word_rank == 1
