"""The cross-encoder tells what answers a question from what merely comes near; the writer asks it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import (
    FIRST_SENTENCES,
    READ_MOST,
    ExtractiveWriter,
    bounds,
    log_odds,
    rank_sentences,
    trust,
)
from rag.cross_encoder import MAX_TOKENS, CrossEncoder, Window, encode
from rag.focus import Asked
from rag.records import Article, Confidence, Evidence, Hit, Language, Passage, Question
from rag.retrieval import Retriever
from tests.conftest import LetterEmbedder, make_article, make_index

WINDOW = Window(
    "Stadtrat beschließt Brücke",
    (
        "Der Stadtrat hat am Montag den Bau einer neuen Brücke über den Fluss beschlossen.",
        "Sie soll 40 Millionen Euro kosten.",
        "Die Arbeiten beginnen im Mai und dauern drei Jahre.",
    ),
    "de",
)


@pytest.fixture(scope="module")
def reader() -> CrossEncoder:
    return CrossEncoder()


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ("Wie viel Geld verschlingt das Bauwerk?", "de", 1),
        ("Wann wird mit dem Bau angefangen?", "de", 2),
        ("How much will the bridge cost?", "en", 1),
        ("When does construction start?", "en", 2),
    ],
)
def test_the_sentence_that_answers_stands_out(
    reader: CrossEncoder, question: str, language: Language, answer: int
) -> None:
    (margins,) = reader.margins(question, language, [WINDOW])
    assert margins.index(max(margins)) == answer
    (nothing,) = reader.margins("Wie heißt der Trainer des Vereins?", "de", [WINDOW])
    assert max(nothing) < max(margins)


def test_each_window_is_read_by_itself_and_always_alike(reader: CrossEncoder) -> None:
    other = Window("", ("Es regnet.",), "de")
    both = reader.margins("Was kostet die Brücke?", "de", [WINDOW, other])
    assert both == [reader.margins("Was kostet die Brücke?", "de", [window])[0] for window in (WINDOW, other)]
    assert [len(margins) for margins in both] == [3, 1]


def test_what_does_not_fit_is_left_out_from_the_end(reader: CrossEncoder) -> None:
    long = Window("T" * 5000, tuple(f"Satz {number} hat nur wenige Worte." for number in range(200)), "de")
    (margins,) = reader.margins("Was? " * 500, "de", [long])
    assert 0 < len(margins) < 200
    encoded = encode([7] * 500, [8] * 500, [[9] * 5] * 200, ("en", "de"))
    assert len(encoded.ids) <= MAX_TOKENS and len(encoded.ends) < 200
    assert all(encoded.ids[end] == 102 for end in encoded.ends)
    assert encoded.types == [0] * encoded.asked.count(True) + [1] * encoded.asked.count(False)


class Fixed:
    """Says the same of every sentence, and keeps what it was asked."""

    def __init__(self, margin: float) -> None:
        self.margin = margin
        self.windows: list[Window] = []

    def margins(self, question: str, language: Language, windows: Sequence[Window]) -> list[list[float]]:
        self.windows += windows
        return [[self.margin] * len(window.sentences) for window in windows]


def test_what_is_read_decides_a_doubtful_answer() -> None:
    index = make_index(make_article("Der Hund schläft im Garten. Er träumt.", title="Tiere"))
    question = Question("Wo schläft heute Mittag der Hund?", "Wo schläft heute Mittag der Hund?", "de")
    hits = Retriever(index, LetterEmbedder()).search(question, 10)
    sure, unsure = Fixed(READ_MOST), Fixed(-READ_MOST)
    assert ExtractiveWriter(90, sure).write(question, hits).supported
    assert not ExtractiveWriter(90, unsure).write(question, hits, ["Mittag"]).supported
    titles = {window.title for window in sure.windows if len(window.sentences) > 1}
    assert titles == {"Tiere"}
    assert len(sure.windows) <= FIRST_SENTENCES


class Told:
    """Says of each sentence what it was told to, and counts what it reads."""

    def __init__(self, margins: dict[str, float]) -> None:
        self.told = margins
        self.read: list[str] = []

    def margins(self, question: str, language: Language, windows: Sequence[Window]) -> list[list[float]]:
        self.read += [window.sentences[0] for window in windows]
        return [[self.told[sentence] for sentence in window.sentences] for window in windows]


ARTICLES = [make_article(f"Satz {name} ist kurz.", name=f"{name}.txt") for name in "abc"]
ASKED = Question("Was steht da?", "Was steht da?", "de")


def hits_of(meanings: Sequence[float]) -> list[Hit]:
    """A hit on each article; the sentences bear on the question as given, the first one best."""
    return [hit_of(article, meaning) for article, meaning in zip(ARTICLES, sorted(meanings, reverse=True), strict=True)]


def hit_of(article: Article, meaning: float) -> Hit:
    passage = Passage(article, 0, len(article.text))
    return Hit(passage, 1.0, 1, 1, 1, (Evidence(passage, 0.0, 0.0, meaning),))


def read_all(hits: Sequence[Hit], told: dict[str, float]) -> Confidence | None:
    """What is said when nothing is left unread."""
    ranked = rank_sentences(hits, Asked.OTHER, "")
    quotes = [scored.evidence.quote for scored in ranked[:FIRST_SENTENCES]]
    read = [max(-READ_MOST, min(READ_MOST, told[quote.text])) for quote in quotes]
    return trust(log_odds(ranked, [], (read[0] + max(read)) / 2))


@given(st.lists(st.floats(0, 2), min_size=3, max_size=3), st.lists(st.floats(-9, 9), min_size=3, max_size=3))
def test_what_is_left_unread_would_have_changed_nothing(meanings: list[float], margins: list[float]) -> None:
    told = {article.text: margin for article, margin in zip(ARTICLES, margins, strict=True)}
    hits = hits_of(meanings)
    answer = ExtractiveWriter(90, Told(told)).write(ASKED, hits)
    assert answer.confidence is read_all(hits, told)
    assert answer.supported is (answer.confidence is not None)


def read_for(meaning: float, margin: float) -> int:
    judge = Told({article.text: margin for article in ARTICLES})
    ExtractiveWriter(90, judge).write(ASKED, hits_of([meaning] * 3))
    return len(judge.read)


def test_nothing_is_read_where_it_has_no_say_and_only_the_first_where_that_decides() -> None:
    assert read_for(0.0, READ_MOST) == 0  # not even the best would make it an answer
    assert read_for(3.0, -READ_MOST) == 0  # not even the worst would shake it
    assert read_for(0.75, READ_MOST) == 1
    assert read_for(0.75, -READ_MOST) == 3


def test_the_bounds_close_as_sentences_are_read() -> None:
    first, second = (hit.passage for hit in hits_of([1, 1, 1])[:2])
    assert bounds([first, second], {}) == (-READ_MOST, READ_MOST)
    assert bounds([first, second], {first: 1.0}) == (1.0, (1.0 + READ_MOST) / 2)
    assert bounds([first, second], {first: 1.0, second: 99.0}) == ((1.0 + READ_MOST) / 2,) * 2


def test_what_lies_beyond_what_is_read_counts_as_no_answer() -> None:
    class Silent(Told):
        def margins(self, question: str, language: Language, windows: Sequence[Window]) -> list[list[float]]:
            super().margins(question, language, windows)
            return [[] for _ in windows]

    silent, denying = Silent({article.text: 0.0 for article in ARTICLES}), Fixed(-READ_MOST)
    hits = hits_of([1.0] * 3)
    confidence = [ExtractiveWriter(90, judge).write(ASKED, hits).confidence for judge in (silent, denying)]
    assert confidence[0] is confidence[1]
