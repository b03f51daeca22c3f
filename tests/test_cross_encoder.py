"""The cross-encoder tells what answers a question from what merely comes near; the writer asks it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from operator import mul

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering import POINTED_FROM, ExtractiveWriter
from rag.cross_encoder import MAX_TOKENS, CrossEncoder, Read, Window, best_span, encode, parts_of, pointed_at
from rag.focus import Asked
from rag.reading.drafting import Draft, Part, assemble
from rag.records import Article, BlockKind, Confidence, Evidence, Hit, Language, Passage, Question, Span
from rag.retrieval import Retriever
from rag.scoring import FIRST_SENTENCES, READ_MOST, READ_SENTENCES, READ_WEIGHTS, rank_sentences
from tests.conftest import NAMED, LetterEmbedder, make_article, make_index

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
    margins = margins_of(reader, question, language, WINDOW)
    assert margins.index(max(margins)) == answer
    nothing = margins_of(reader, "Wie heißt der Trainer des Vereins?", "de", WINDOW)
    assert max(nothing) < max(margins)


def margins_of(reader: CrossEncoder, question: str, language: Language, window: Window) -> list[float]:
    return [one.margin for one in reader.read(question, language, [window])[0]]


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ("Wie viel kostet die Brücke?", "de", "40 Millionen Euro"),
        ("Wann beginnen die Arbeiten?", "de", "Mai"),
        ("Wie lange dauern die Arbeiten?", "de", "drei Jahre"),
        ("How much does the bridge cost?", "en", "40 Millionen Euro"),
        ("Who wants the bridge?", "en", "Der Stadtrat"),
    ],
)
def test_it_points_at_the_words_that_answer(
    reader: CrossEncoder, question: str, language: Language, answer: str
) -> None:
    (read,) = reader.read(question, language, [WINDOW])
    best = max(range(3), key=lambda at: read[at].margin)
    told = WINDOW.sentences[best][slice(*read[best].told)]
    assert answer in told and len(told.split()) <= len(answer.split()) + 2


@given(text=st.text(max_size=200), question=st.text(max_size=60))
@settings(max_examples=40)
def test_whatever_it_reads_it_points_at_whole_words_of_it(reader: CrossEncoder, text: str, question: str) -> None:
    ((one,),) = reader.read(question, "de", [Window("", (text,), "de")])
    begin, end = one.told
    assert 0 <= begin <= end <= len(text)
    for cut in (begin, end):
        assert cut in (0, len(text)) or not (text[cut - 1].isalnum() and text[cut].isalnum())


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=12))
def test_the_best_span_is_the_best_of_all(told: list[tuple[int, int]]) -> None:
    first, last, pointed = best_span(np.array(told, np.float32))
    pairs = [
        (told[begin][0] + told[end][1], begin, end) for begin in range(len(told)) for end in range(begin, len(told))
    ]
    assert first <= last and told[first][0] + told[last][1] == max(pairs)[0]
    every = sum(math.exp(begin + end) for begin, _ in told for _, end in told)
    assert pointed == pytest.approx(math.log(math.exp(max(pairs)[0]) / every), abs=1e-4)


def test_each_window_is_read_by_itself_and_always_alike(reader: CrossEncoder) -> None:
    other = Window("", ("Es regnet.",), "de")
    both = reader.read("Was kostet die Brücke?", "de", [WINDOW, other])
    assert both == [reader.read("Was kostet die Brücke?", "de", [window])[0] for window in (WINDOW, other)]
    assert [len(read) for read in both] == [3, 1]


TOLD = "Außenamtssprecherin Maria Sacharowa widersprach Macrons Plan. Selenskyj traf die Iraner in Paris."


@pytest.mark.parametrize(
    ("question", "read_as"),
    [
        ("What did Zakharova say?", ["Sacharowa"]),
        ("Does Zelensky agree with Macron?", ["Selenskyj", "Macrons"]),
        ("Is Paris happy with Iran?", ["Paris", "Iraner"]),
        ("Paris?", []),
        ("What did the spokeswoman say in Germany?", []),
        ("Who's Maria's boss?", ["Maria"]),
    ],
)
def test_names_are_read_as_the_text_spells_them_and_in_its_language(question: str, read_as: list[str]) -> None:
    parts = parts_of(question, "en", TOLD, "de")
    assert [text for text, language in parts if language == "de"] == read_as
    assert parts_of(question, "de", TOLD, "de") == [(question, "de")]


def test_a_place_is_read_as_the_text_calls_it() -> None:
    assert parts_of("Was hat Kyjiw vor?", "de", "Kiews Plan", "de") == [
        ("Was hat ", "de"),
        ("Kiews", "de"),
        (" vor?", "de"),
    ]
    assert parts_of("Was hat Kyjiw vor?", "de", "Kiew und Kyjiw", "de") == [("Was hat Kyjiw vor?", "de")]
    assert ("Kiew", "de") in parts_of("What does Kyiv plan?", "en", "Was Kiew plant", "de")


def test_a_name_typed_in_haste_is_read_as_one() -> None:
    told = "Die Sprecherin Maria Sacharowa sprach in Kiew mit dem Minister."
    assert parts_of("what did zakharova say?", "en", told, "de") == [
        ("what did ", "en"),
        ("Sacharowa", "de"),
        (" say?", "en"),
    ]
    assert ("Kiew", "de") in parts_of("was sagte sie in kyjiw?", "de", told, "de")
    assert parts_of("Who met the minister, zakharova?", "en", told, "de") == [
        ("Who met the minister, zakharova?", "en")
    ]
    assert parts_of("did she meet the minister?", "en", told, "de") == [("did she meet the minister?", "en")]


@given(st.text(), st.text())
def test_without_a_name_in_common_a_question_is_read_as_it_stands(question: str, told: str) -> None:
    parts = parts_of(question, "en", told, "de")
    read = {text for text, language in parts if language == "de"}
    assert all(name in told for name in read)
    assert read or parts == [(question, "en")]


def test_who_is_spelled_otherwise_in_the_text_is_still_who_is_asked_about(reader: CrossEncoder) -> None:
    window = Window("", ("Es regnete.", "Sprecherin Maria Sacharowa sagte, man werde nicht verhandeln."), "de")
    asked, stranger = (margins_of(reader, f"What did {name} say?", "en", window) for name in ("Zakharova", "Orban"))
    assert asked[1] > 0 > stranger[1]


def test_a_long_window_is_read_to_its_end(reader: CrossEncoder) -> None:
    before = tuple(f"Satz {number} hat nur wenige Worte." for number in range(40))
    long = Window(WINDOW.title, (*before, *WINDOW.sentences), "de")
    margins = margins_of(reader, "Was kostet die neue Brücke?", "de", long)
    assert len(margins) == len(long.sentences)
    assert margins.index(max(margins)) == len(before) + 1
    endless = Window("T" * 5000, tuple("Wort " * 400 for _ in range(3)), "de")
    assert len(margins_of(reader, "Was? " * 500, "de", endless)) == 3


def test_what_does_not_fit_is_left_out_from_the_end() -> None:
    encoded = encode([([7] * 500, "en")], [8] * 500, [[9] * 5] * 200, "de")
    assert len(encoded.ids) <= MAX_TOKENS and len(encoded.ends) < 200
    assert all(encoded.ids[end] == 102 for end in encoded.ends)
    assert encoded.types == [0] * encoded.asked.count(True) + [1] * encoded.asked.count(False)


class Fixed:
    """Says the same of every sentence, and keeps what it was asked."""

    def __init__(self, margin: float) -> None:
        self.margin = margin
        self.windows: list[Window] = []

    def read(self, question: str, language: Language, windows: Sequence[Window]) -> list[list[Read]]:
        self.windows += windows
        return [[Read(self.margin, (0, 1), 0.0)] * len(window.sentences) for window in windows]


def test_what_is_read_decides_a_doubtful_answer() -> None:
    index = make_index(make_article("Der Hund schläft im Garten. Er träumt.", title="Tiere"))
    question = Question("Wo schläft heute Mittag der Hund?", "Wo schläft heute Mittag der Hund?", "de")
    hits = Retriever(index, LetterEmbedder()).search(question, 10)
    sure, unsure = Fixed(READ_MOST), Fixed(-READ_MOST)
    assert ExtractiveWriter(90, sure).write(question, hits).supported
    assert not ExtractiveWriter(90, unsure).write(question, hits, ["Mittag"], strange=True).supported
    titles = {window.title for window in sure.windows if len(window.sentences) > 1}
    assert titles == {"Tiere"}
    assert len(sure.windows) <= READ_SENTENCES


def interview() -> Article:
    parts = [
        Part(BlockKind.TITLE, "Gespräch über Hitze"),
        Part(BlockKind.HEADING, "Hilft ein Ventilator?"),
        Part(BlockKind.BODY, "Bis 35 Grad ja."),
        Part(BlockKind.HEADING, "Rat der Ärzte"),
        Part(BlockKind.BODY, "Viel trinken."),
    ]
    return assemble("a.txt", Draft(parts))


def test_an_answer_in_an_interview_is_found_and_read_with_its_question_which_is_not_quoted() -> None:
    asked = "Hilft ein Ventilator gegen Hitze?"
    question = Question(asked, asked, "de")
    hits = Retriever(make_index(interview()), LetterEmbedder()).search(question, 10)
    answered = next(hit for hit in hits if hit.passage.text == "Bis 35 Grad ja.")
    assert answered.word_rank <= 2
    judge = Fixed(READ_MOST)
    answer = ExtractiveWriter(90, judge).write(question, hits)
    titles = {window.sentences[0]: window.title for window in judge.windows}
    assert titles["Bis 35 Grad ja."] == "Gespräch über Hitze Hilft ein Ventilator?"
    assert titles["Viel trinken."] == "Gespräch über Hitze"
    assert "Hilft ein Ventilator?" not in [sentence.text for sentence in answer.sentences]


class Told:
    """Says of each sentence what it was told to, and keeps what it reads."""

    def __init__(self, margins: dict[str, float], told: Span = (0, 0), pointed: float = -math.inf) -> None:
        self.margins = margins
        self.told = told, pointed
        self.seen: list[str] = []

    def read(self, question: str, language: Language, windows: Sequence[Window]) -> list[list[Read]]:
        self.seen += [sentence for window in windows for sentence in window.sentences]
        return [[Read(self.margins[sentence], *self.told) for sentence in window.sentences] for window in windows]


ARTICLES = [make_article(f"Satz {name} ist kurz.", name=f"{name}.txt") for name in "abcdefg"]
ASKED = Question("Was steht da?", "Was steht da?", "de")


def hits_of(meanings: Sequence[float]) -> list[Hit]:
    """A hit on each of the first articles, whose sentence bears on the question as given."""
    return [hit_of(article, meaning) for article, meaning in zip(ARTICLES, meanings, strict=False)]


def hit_of(article: Article, meaning: float) -> Hit:
    passage = Passage(article, 0, len(article.text))
    return Hit(passage, 1.0, 1, 1, 1, (Evidence(passage, 0.0, 0.0, meaning),))


SEVEN = {"min_size": 7, "max_size": 7}


@given(st.lists(st.floats(1, 2), **SEVEN), st.lists(st.floats(-9, 9), **SEVEN))
def test_of_the_best_sentences_the_one_that_reads_best_is_quoted_first(
    meanings: list[float], margins: list[float]
) -> None:
    told = {article.text: margin for article, margin in zip(ARTICLES, margins, strict=True)}
    hits, judge = hits_of(meanings), Told(told)
    answer = ExtractiveWriter(90, judge).write(ASKED, hits)
    best = rank_sentences(hits, Asked.OTHER, ASKED.text)[:READ_SENTENCES]
    assert judge.seen == [scored.evidence.quote.text for scored in best]
    if answer.supported:
        bounded = {text: max(-READ_MOST, min(READ_MOST, margin)) for text, margin in told.items()}
        scores = {
            text: sum(map(mul, READ_WEIGHTS, (*scored.signs, bounded[text])))
            for scored in best
            for text in [scored.evidence.quote.text]
        }
        assert scores[answer.sentences[0].text] == max(scores.values())


@pytest.mark.parametrize(
    ("asked", "margin", "pointed", "shown"),
    [
        ("Was steht da?", READ_MOST, POINTED_FROM, (0, 6)),
        ("Was steht da?", READ_MOST, POINTED_FROM - 0.1, None),
        ("Was steht da?", -0.1, POINTED_FROM, None),
        ("Steht da Satz a?", READ_MOST, POINTED_FROM, None),
    ],
)
def test_the_words_pointed_at_are_shown_if_it_is_sure_of_them_and_they_are_news(
    asked: str, margin: float, pointed: float, shown: Span | None
) -> None:
    judge = Told({ARTICLES[0].text: margin}, (0, 6), pointed)
    answer = ExtractiveWriter(90, judge).write(Question(asked, asked, "de"), hits_of([2.0]))
    assert [citation.focus for citation in answer.citations] == [shown]


NUMBERS = [
    make_article("26 Länder stellen die Truppe.", NAMED, name="a.txt", publisher="taz"),
    make_article("Die Truppe stellen 30 Länder.", NAMED, name="b.txt", publisher="dpa"),
]
COUNTED = Question("Wie viele Länder stellen die Truppe?", "Wie viele Länder stellen die Truppe?", "de")


@pytest.mark.parametrize(("margin", "told"), [(0.0, ["26 Länder", "30 Länder"]), (-0.1, [])])
def test_other_numbers_differ_only_if_what_tells_them_answers_too(margin: float, told: list[str]) -> None:
    hits = Retriever(make_index(*NUMBERS), LetterEmbedder()).search(COUNTED, 10)
    judge = Told(
        {"26 Länder stellen die Truppe.": READ_MOST, "Die Truppe stellen 30 Länder.": margin, NAMED: -READ_MOST}
    )
    answer = ExtractiveWriter(90, judge).write(COUNTED, hits)
    shown = {one.number: one.quote.article.text[slice(*one.focus)] for one in answer.citations if one.focus}
    assert [shown[number] for number in answer.differing] == told


def of_day(day: int, text: str, name: str) -> Article:
    parts = [Part(BlockKind.BODY, f"Klinik Wolfhagen, Anna Beer und Carl Dorn. {text}")]
    return assemble(name, Draft(parts, published=date(2025, 4, day)))


@pytest.mark.parametrize(
    ("margins", "asked", "led"),
    [
        ((3, 1), Asked.DATE, "new.txt"),
        ((3, -1), Asked.DATE, "old.txt"),
        ((3, 1), Asked.REASON, "old.txt"),
        ((3, 1), Asked.NUMBER, "old.txt"),
    ],
)
def test_of_one_story_the_newest_article_that_answers_leads(margins: tuple[int, int], asked: Asked, led: str) -> None:
    texts = ("Sie schließt am 30. Juni.", "Sie schließt am 31. Dezember.")
    old, new = of_day(1, texts[0], "old.txt"), of_day(2, texts[1], "new.txt")
    other = make_article(texts[1], name="other.txt")
    question = {
        Asked.DATE: "Wann schließt sie?",
        Asked.REASON: "Warum schließt sie?",
        Asked.NUMBER: "Wie oft schließt sie im Juni?",
    }[asked]
    judge = Told(dict(zip(texts, margins, strict=True)))

    def first_of(*articles: Article) -> str:
        passages = [Passage(one, one.text.index("Sie"), len(one.text)) for one in articles]
        hits = [Hit(one, 1.0, 1, 1, 1, (Evidence(one, 0.9, 0.9, 2.0),)) for one in passages]
        answer = ExtractiveWriter(90, judge).write(Question(question, question, "de"), hits)
        return answer.citations[0].quote.article.id

    assert first_of(old, new) == led
    assert first_of(old, other) == "old.txt", "another story"


def test_of_a_sentence_not_read_no_words_are_shown_as_the_answer() -> None:
    articles = [make_article(f"Um {hour} Uhr kamen {hour + 20} Gäste.", name=f"{hour}.txt") for hour in range(7)]
    passages = [Passage(article, 0, len(article.text)) for article in articles]
    hits = [Hit(one, 1.0, 1, 1, 1, (Evidence(one, 0.9, 0.9, 2.0),)) for one in passages]
    judge = Told(dict.fromkeys((article.text for article in articles), -1.0))
    asked = Question("Wer kam?", "Wer kam?", "de")
    for judging, marked in ((judge, False), (None, True)):
        answer = ExtractiveWriter(900, judging).write(replace(asked, asked="Wie viele kamen?"), hits)
        assert answer.supported
        assert any(citation.focus for citation in answer.citations) is marked


@pytest.mark.parametrize(
    ("sentence", "told", "whole"),
    [
        ("Es waren 4,9 Millionen.", "9 Millionen", "4,9 Millionen"),
        ("Es sind minus 6 Grad.", "6 Grad", "minus 6 Grad"),
        ("Es sind -6 Grad.", "6", "-6"),
        ("Es stieg um 2,5 % auf 9.", "5", "2,5 %"),
        ("Der Ost-West-Gipfel tagt.", "st-West", "Ost-West"),
        ("Das Spiel endete 3:1.", "1", "3:1"),
        ("It is worth $5 million.", "5 million", "$5 million"),
        ("It is worth $5 million.", "worth", "worth"),
        ("Between £3 and £20 a head.", "3", "£3"),
    ],
)
def test_words_and_numbers_are_pointed_at_whole(sentence: str, told: str, whole: str) -> None:
    begin = sentence.index(told)
    places = [(at, at + 1) for at in range(len(sentence))]
    scores = np.full((len(sentence), 2), -9, np.float32)
    scores[begin, 0] = scores[begin + len(told) - 1, 1] = 9
    span, _ = pointed_at(sentence, places, scores)
    assert sentence[slice(*span)] == whole


def test_reading_turns_an_answer_into_a_refusal_and_back() -> None:
    hits = hits_of([1.0] * FIRST_SENTENCES)
    said = [
        ExtractiveWriter(90, Told(dict.fromkeys((article.text for article in ARTICLES), margin)))
        .write(ASKED, hits)
        .confidence
        for margin in (-READ_MOST, 0.0, READ_MOST)
    ]
    assert said == [None, Confidence.MODERATE, Confidence.STRONG]
