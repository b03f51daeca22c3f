"""Every text of the training as word pieces, encoded once."""

from collections.abc import Sequence

from training.corpus import Pair, Question, QuestionSet, TrainingPassage
from training.student import Ids, Tokenizers


class Material:
    def __init__(self, questions: QuestionSet, pairs: Sequence[Pair], tokenizers: Tokenizers) -> None:
        self.tokenizers = tokenizers
        self.passages: list[TrainingPassage] = questions.passages
        self.unanswerable = questions.unanswerable
        self.answerable: list[Question] = [*questions.answerable, *(answered for answered, _ in questions.twins)]
        """The answered one of twins counts as any question."""
        self.titles = self._german([passage.title for passage in self.passages])
        self.whole = self._german([f"{passage.title}: {' '.join(passage.sentences)}" for passage in self.passages])
        """Each passage behind its title."""
        sentences = iter(self._german([text for passage in self.passages for text in passage.sentences]))
        self.sentences = [[next(sentences) for _ in passage.sentences] for passage in self.passages]
        self.asked = tokenizers.encode(
            [question.text for question in self.answerable], [question.language for question in self.answerable]
        )
        self.english_pairs = tokenizers.encode([pair.en for pair in pairs], ["en"] * len(pairs))
        self.german_pairs = self._german([pair.de for pair in pairs])

    def _german(self, texts: Sequence[str]) -> list[Ids]:
        return self.tokenizers.encode(texts, ["de"] * len(texts))
