"""Questions to begin with, made of the articles' own sentences and asked before they are shown.

A sentence that opens with a number, a name or a cause is turned into the question it answers; only shapes that need
no more grammar than a word put in front are used. A question is shown if the chatbot answers it with that sentence.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

from rag.errors import RagError
from rag.filing import sentences_of
from rag.focus import Asked, find_focus
from rag.page.articles import examples_for
from rag.page.service import Service
from rag.page.turns import Turns
from rag.records import Answer, Article, BlockKind, Confidence, Language, Passage

SHOWN = 4
FURTHER = 2
TRIED = 40
"""Candidates that are asked at most for one list: seconds on two cores."""

_TOLD = frozenset({BlockKind.LEAD, BlockKind.BODY})
_SENTENCES = 30
"""Sentences of an article that are looked at: what it is about stands at its top."""
_WORDS = range(5, 14)
"""Length of a question worth reading."""
_SURE = frozenset({Confidence.STRONG, Confidence.MODERATE})

_LEANING = re.compile(
    r"[„“”\"»«:;–()]|\b(?:er|sie|es|ihn|ihm|ihre?[nmrs]?|seine?[nmrs]?|dies\w*|das|dabei|dazu|dort|damit|auch|aber|"
    r"he|she|it|they|him|his|hers?|their|this|that|these|there|also|but|however)\b"
)
"""What a question must not hold: half a quotation, or a word that points out of the sentence."""

_COUNTED: Mapping[Language, tuple[re.Pattern[str], str]] = {
    "de": (re.compile(r"(?:\d[\d.]*|[A-ZÄÖÜ]?[a-zäöü]*(?:zehn|zig)|Zwei|Drei|Vier|Fünf|Sechs|Sieben|Acht|Neun)\s"
                      r"(?P<rest>[A-ZÄÖÜ][\w-]+n?\s[a-zäöü]\w+\s.+)\."), "Wie viele {rest}?"),
    "en": (re.compile(r"(?:\d[\d,]*|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten)\s(?P<rest>[a-z]+s\s[a-z]+\s.+)\."),
           "How many {rest}?"),
}  # fmt: skip
_SAID: Mapping[Language, Mapping[str, str]] = {
    "de": {verb: f"Was {verb} {{who}}?" for verb in ("sagte", "sagt", "erklärte", "forderte", "fordert", "betonte")}
    | {verb: f"Wovor {verb} {{who}}?" for verb in ("warnte", "warnt")},
    "en": {
        "said": "What did {who} say?",
        "says": "What does {who} say?",
        "announced": "What did {who} announce?",
        "warned": "What did {who} warn of?",
    },
}
_CAUSE = re.compile(r"(?P<verb>[a-zäöü]\w*)\s(?P<rest>[^,]+), (?:weil|da) ")
_DOES = re.compile(r"(?P<rest>[a-zäöü]\w*\s[^,]+)\.")
_WHO: Mapping[Language, str] = {"de": "Wer {rest}?", "en": "Who {rest}?"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question and the sentence that it was made of."""

    question: str
    quote: Passage


class Suggestions:
    """The questions of the index in use, asked in the background while nobody waits for them."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._checking = threading.Lock()
        self._checked: tuple[tuple[Article, ...], list[Suggestion]] | None = None

    def ready(self) -> bool:
        """Whether the questions of the index in use are known; if not, has them made."""
        articles = self._service.articles()
        if not articles or (self._checked is not None and self._checked[0] is articles):
            return True
        if self._checking.acquire(blocking=False):
            threading.Thread(target=self._check, args=(articles,), name="suggest", daemon=True).start()
        return False

    def opening(self, language: Language) -> list[str]:
        """Questions to begin with, those in the visitor's language first."""
        shipped = examples_for(self._service.articles())
        own = [question for spoken, question in shipped if spoken == language]
        foreign = [question for spoken, question in shipped if spoken != language]
        found = self._checked[1] if self._checked is not None else []
        made = sorted(found, key=lambda one: one.quote.article.language != language)
        return list(dict.fromkeys([*own, *(one.question for one in made), *foreign]))[:SHOWN]

    def further(self, turns: Turns) -> list[str]:
        """Questions that the articles just cited answer and nobody has asked yet."""
        answer = turns[-1].answer
        if answer is None or not self._service.model_loaded:
            return []
        cited = list({c.quote.article.id: c.quote.article for c in answer.citations}.values())
        asked = [turn.asked for turn in turns]
        quoted = {(c.quote.article.id, c.quote.start) for t in turns if t.answer for c in t.answer.citations}
        ask = self._service.chatbot().ask
        new = suggest(cited[:1], ask, FURTHER, known=asked, tried=2 * FURTHER + 1)
        return [one.question for one in new if (one.quote.article.id, one.quote.start) not in quoted]

    def _check(self, articles: tuple[Article, ...]) -> None:
        try:
            self._checked = (articles, list(suggest(articles, self._service.chatbot().ask, SHOWN)))
        except RagError:
            self._checked = (articles, [])
        finally:
            self._checking.release()


def suggest(
    articles: Sequence[Article], ask: Callable[[str], Answer], count: int, known: Sequence[str] = (), tried: int = TRIED
) -> Iterator[Suggestion]:
    """Questions that the chatbot answers well, an article after the other, newest first; none of the ``known``."""
    dated = sorted(articles, key=lambda article: article.published.toordinal() if article.published else 0)
    asked = {question.lower() for question in known}
    found = 0
    for candidate in islice(_in_turns(map(candidates, reversed(dated))), tried):
        if candidate.question.lower() in asked:
            continue
        asked.add(candidate.question.lower())
        answer = ask(candidate.question)
        if answer.confidence in _SURE and any(_holds(c.quote, candidate.quote) for c in answer.citations):
            yield candidate
            found += 1
            if found == count:
                return


def candidates(article: Article) -> Iterator[Suggestion]:
    """The questions that sentences of an article answer by their shape."""
    blocks = (Passage(article, block.start, block.end) for block in article.blocks if block.kind in _TOLD)
    sentences = (sentence for block in blocks for sentence in sentences_of(block))
    for sentence in islice(sentences, _SENTENCES):
        question = _question(" ".join(sentence.text.split()), article.language)
        if question and not _LEANING.search(question):
            yield Suggestion(question, sentence)


def _question(text: str, language: Language) -> str | None:
    counted, template = _COUNTED[language]
    if match := counted.fullmatch(text):
        return _of_length(template.format(rest=match["rest"]))
    if (span := find_focus(Asked.PERSON, "", text)) is None:
        return None
    who, behind = text[slice(*span)], text[span[1] :].lstrip()
    verb = behind.partition(" ")[0]
    if said := _SAID[language].get(verb):
        return said.format(who=who)
    if span[0] > 0:
        return None
    if language == "de" and (match := _CAUSE.match(behind)):
        return _of_length(f"Warum {match['verb']} {who} {match['rest']}?")
    match = _DOES.fullmatch(behind)
    return _of_length(_WHO[language].format(rest=match["rest"])) if match else None


def _of_length(question: str) -> str | None:
    return question if len(question.split()) in _WORDS else None


def _holds(quote: Passage, sentence: Passage) -> bool:
    return quote.article == sentence.article and quote.start <= sentence.start and sentence.end <= quote.end


def _in_turns(each: Iterator[Iterator[Suggestion]]) -> Iterator[Suggestion]:
    """The first of each article, then the second of each, and so on."""
    for round_ in zip_longest(*each):
        yield from (one for one in round_ if one is not None)
