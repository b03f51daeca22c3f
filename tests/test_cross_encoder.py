"""The cross-encoder tells what answers a question from what merely comes near; the writer asks it."""

from collections.abc import Sequence

import pytest

from rag.answering import FIRST_SENTENCES, READ_MOST, ExtractiveWriter
from rag.cross_encoder import MAX_TOKENS, CrossEncoder, Window, encode
from rag.records import Language, Question
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
