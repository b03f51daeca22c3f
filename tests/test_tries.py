"""How a chatbot chooses among the ways a question may be meant: on finds and answers that are set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from rag.chatbot import Chatbot
from rag.records import Answer, Citation, Confidence, Evidence, Filter, Hit, Outcome, Passage, Question, Sentence
from rag.rendering.proof import nearest_passages
from rag.retrieval import Retriever
from tests.conftest import LetterEmbedder, make_article, make_index

BATH = make_article("Das Bad öffnet im Mai. Es kostet nichts.", name="bath.txt", publisher="taz")
ELEPHANT = make_article("Der Elefant heißt Paul.", name="elephant.txt", publisher="dpa")
EARLIER, SHORT = "Wann öffnet das Bad?", "Wie heißt der Elefant?"
"""The second may follow the first, or change the subject."""


def found(quote: Passage, rank: int = 1, **evidence: float | tuple[tuple[str, str], ...]) -> Hit:
    told = {"words": 1.0, "grams": 1.0, "meaning": 1.0, "matches": ()} | evidence
    return Hit(quote, 1.0, rank, rank, 1, (Evidence(quote, **told),))  # type: ignore[arg-type]


PAUL = Passage(ELEPHANT, 0, len(ELEPHANT.text))
MAY = Passage(BATH, 0, 22)


class Finder(Retriever):
    """Finds the same for each question."""

    def __init__(self, *hits: Hit, unknown: tuple[str, ...] = ()) -> None:
        super().__init__(make_index(BATH, ELEPHANT), LetterEmbedder())
        self._hits, self._unknown = hits, unknown

    def search(self, question: Question, count: int) -> list[Hit]:
        return list(self._hits)

    def unknown_words(self, question: Question) -> tuple[str, ...]:
        return self._unknown


@dataclass
class Writer:
    """Answers with one quote those questions that it is told to."""

    answered: Callable[[Question], bool] = lambda question: False
    confidence: Confidence | None = Confidence.STRONG
    strange: list[bool] = field(default_factory=list)

    def write(
        self,
        question: Question,
        hits: Sequence[Hit],
        names: Sequence[str] = (),
        telling: Sequence[str] = (),
        strange: bool = False,
    ) -> Answer:
        self.strange.append(strange)
        refused = Answer(question, Outcome.NOT_FOUND, hits=tuple(hits))
        if not self.answered(question):
            return refused
        cited, said = (Citation(1, PAUL, None),), (Sentence(PAUL.text, (1,)),)
        return replace(refused, outcome=Outcome.ANSWERED, sentences=said, citations=cited, confidence=self.confidence)


def is_alone(question: Question) -> bool:
    return question.text == SHORT


@pytest.mark.parametrize(("rank", "changes"), [(1, True), (2, False)])
def test_the_subject_is_changed_only_by_the_passage_that_is_first_by_words_or_letters(rank: int, changes: bool) -> None:
    answer = Chatbot(Finder(found(PAUL, rank)), Writer(is_alone), 10, 90).ask(SHORT, [EARLIER])
    assert answer.supported is changes
    assert answer.question.is_follow_up is not changes


def test_the_subject_may_always_be_changed_by_what_is_said_of_an_article_itself() -> None:
    assert Chatbot(Finder(found(PAUL, 2)), Writer(is_alone, confidence=None), 10, 90).ask(SHORT, [EARLIER]).supported


def test_the_story_of_a_refused_question_is_the_article_found_first() -> None:
    answer = Chatbot(Finder(found(MAY), found(PAUL)), Writer(), 10, 90).ask("Und wie teuer ist es?", [EARLIER])
    assert answer.question.follows == ("bath.txt",)


def test_of_refusals_the_first_that_looked_in_all_articles_is_shown() -> None:
    answer = Chatbot(Finder(found(MAY)), Writer(), 10, 90).ask("Wo laut dpa?", [EARLIER])
    assert answer.question.is_follow_up and not answer.question.filter
    assert answer.searched == 2 and answer.widened == Filter("dpa")
    chosen = Chatbot(Finder(found(MAY)), Writer(), 10, 90).ask(SHORT, [EARLIER], Filter("dpa"))
    assert chosen.question.filter == Filter("dpa") and chosen.question.is_follow_up


@pytest.mark.parametrize(("asked", "strange"), [("Wo wohnt xyz?", True), ("Wo wohnt der Elefant?", False)])
def test_a_question_of_which_no_article_holds_a_word_is_strange(asked: str, strange: bool) -> None:
    writer = Writer()
    Chatbot(Finder(found(PAUL)), writer, 10, 90).ask(asked)
    assert writer.strange == [strange]


def test_what_was_matched_in_another_spelling_is_not_missed() -> None:
    finder = Finder(found(PAUL, matches=(("Pavel", "Paul"),)), unknown=("Pavel", "Xaver"))
    assert Chatbot(finder, Writer(), 10, 90).ask("Heißt Pavel auch Xaver?").unknown_words == ("Xaver",)


def test_of_a_passage_the_sentence_nearest_by_meaning_is_shown() -> None:
    far, near = (
        found(Passage(BATH, *span), meaning=meaning).evidence[0] for *span, meaning in ((0, 22, 0.1), (23, 40, 0.9))
    )
    hit = replace(found(MAY), evidence=(near, far))
    for evidence in ((near, far), (far, near)):
        answer = Answer(Question("?", "?", "de"), Outcome.NOT_FOUND, hits=(replace(hit, evidence=evidence),))
        assert nearest_passages(answer) == ["- Es kostet nichts. (bath.txt:23-40)"]
