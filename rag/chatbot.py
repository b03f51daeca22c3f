"""Question -> answer: the one place where the parts are joined."""

from collections.abc import Sequence
from dataclasses import replace

from rag.answering import AnswerWriter, ExtractiveWriter
from rag.conversation import readings, small_talk
from rag.embedding import Embedder, load_embedder
from rag.errors import QuoteError
from rag.index import Index
from rag.records import Answer, Outcome, Question
from rag.retrieval import Retriever
from rag.settings import Settings
from rag.store import load_index, require_model


class Chatbot:
    """Answers questions from one index. Holds no conversation: each call brings its own history."""

    def __init__(self, retriever: Retriever, writer: AnswerWriter, hits: int) -> None:
        self.retriever = retriever
        self.writer = writer
        self.hits = hits

    @classmethod
    def of(cls, index: Index, embedder: Embedder, settings: Settings) -> "Chatbot":
        """Raises ``IndexMismatch`` unless ``embedder`` made the vectors of ``index``."""
        require_model(index, embedder.name, embedder.fingerprint)
        return cls(Retriever(index, embedder), ExtractiveWriter(settings.answer_words), settings.hits)

    @classmethod
    def open(cls, settings: Settings) -> "Chatbot":
        """The index and the model that the settings name; the index is checked first, it loads faster."""
        index = load_index(settings.index)
        return cls.of(index, load_embedder(settings.model), settings)

    def ask(self, asked: str, history: Sequence[str] = ()) -> Answer:
        """The answer to a question; ``history`` holds the earlier questions, oldest first.

        Of the ways a short question may be meant, the first that is answered counts. Raises ``QuoteError``
        rather than return a quote that is not in its article.
        """
        meant = readings(asked, history)
        if (language := small_talk(asked)) is not None:
            return Answer(replace(meant[0], language=language), Outcome.SMALL_TALK)
        tried: list[Answer] = []
        for answer in map(self._write, meant):
            tried.append(answer)
            if answer.supported:
                break
        answer = tried[-1] if tried[-1].supported else tried[0]
        verify(answer)
        if not answer.supported:
            answer = replace(answer, unknown_words=self.retriever.unknown_words(answer.question))
        return replace(answer, searched=len(self.retriever.index.articles))

    def _write(self, question: Question) -> Answer:
        strangers = self.retriever.strangers(question)
        answer = self.writer.write(question, self.retriever.search(question, self.hits), strangers)
        return replace(answer, unknown_words=strangers)


def verify(answer: Answer) -> None:
    """Raise ``QuoteError`` unless every sentence is, to the letter, what its first citation quotes."""
    quotes = {citation.number: citation.quote for citation in answer.citations}
    for sentence in answer.sentences:
        quote = quotes[sentence.citations[0]]
        if sentence.text != quote.article.text[quote.start : quote.end]:
            raise QuoteError(f"the answer quotes what is not at {quote.start}-{quote.end} of {quote.article.id}")
    for citation in answer.citations:
        start, end = citation.focus or (citation.quote.start, citation.quote.end)
        if not citation.quote.start <= start < end <= citation.quote.end <= len(citation.quote.article.text):
            raise QuoteError(f"citation {citation.number} lies outside {citation.quote.article.id}")
