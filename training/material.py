"""Every text of the training as word pieces, encoded once."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records import Language
from training.corpus import Pair, Question, QuestionSet, Told, TrainingPassage
from training.student import Ids, Tokenizers


@dataclass(frozen=True, slots=True)
class Pieces:
    """A passage in one language."""

    title: Ids
    whole: Ids
    """Behind its title."""
    sentences: list[Ids]


class Material:
    def __init__(self, questions: QuestionSet, pairs: Sequence[Pair], tokenizers: Tokenizers) -> None:
        self.tokenizers = tokenizers
        self.passages: list[TrainingPassage] = questions.passages
        self.unanswerable = questions.unanswerable
        self.answerable: list[Question] = [*questions.answerable, *(answered for answered, _ in questions.twins)]
        """The answered one of twins counts as any question."""
        self.german = self._pieces(self.passages, "de")
        told = {number: told for number, passage in enumerate(self.passages) if (told := passage.english)}
        self.english = dict(zip(told, self._pieces(list(told.values()), "en"), strict=True))
        """By the number of the passage, of those that are translated."""
        self.asked = tokenizers.encode(
            [question.text for question in self.answerable], [question.language for question in self.answerable]
        )
        self.english_pairs = tokenizers.encode([pair.en for pair in pairs], ["en"] * len(pairs))
        self.german_pairs = tokenizers.encode([pair.de for pair in pairs], ["de"] * len(pairs))

    def told(self, passage: int, language: Language) -> Pieces:
        return self.english[passage] if language == "en" else self.german[passage]

    def text(self, passage: int, language: Language) -> Told:
        told = self.passages[passage]
        return (told.english or told) if language == "en" else told

    def drawn_language(self, passage: int, english: float, draw: random.Random) -> Language:
        """Which one a passage is read in: English so often, if it is translated."""
        return "en" if passage in self.english and draw.random() < english else "de"

    def kin(self) -> dict[int, list[int]]:
        """The other passages on the story of each, of those that share one."""
        of: dict[str, list[int]] = {}
        for number, passage in enumerate(self.passages):
            if passage.family:
                of.setdefault(passage.family, []).append(number)
        return {one: [other for other in family if other != one] for family in of.values() for one in family}

    def _pieces(self, passages: Sequence[Told], language: Language) -> list[Pieces]:
        def encoded(texts: list[str]) -> list[Ids]:
            return self.tokenizers.encode(texts, [language] * len(texts))

        titles = encoded([told.title for told in passages])
        whole = encoded([f"{told.title}: {' '.join(told.sentences)}" for told in passages])
        sentences = iter(encoded([text for told in passages for text in told.sentences]))
        return [
            Pieces(title, text, [next(sentences) for _ in told.sentences])
            for told, title, text in zip(passages, titles, whole, strict=True)
        ]
