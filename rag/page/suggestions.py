"""Questions to begin with, made of the articles' own sentences and asked before they are shown.

A sentence that opens with a number, a name or a cause is turned into the question it answers; only shapes that need
no more grammar than a word put in front are used. A question is shown if the chatbot answers it with that sentence.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from time import monotonic, sleep

from rag.corpus import Articles
from rag.errors import RagError
from rag.filing import sentences_of
from rag.focus import Asked, find_focus
from rag.page.articles import examples_for
from rag.page.service import Service
from rag.page.texts import say
from rag.page.turns import Turns
from rag.records import Answer, Article, BlockKind, Confidence, Language, Passage

SHOWN = 4
FURTHER = 2
TRIED = 40
"""Candidates that are asked at most for one list."""
OPENING_SECONDS, FURTHER_SECONDS = 20.0, 1.0
"""How long questions are looked for in the background, and once an answer stands."""

_TOLD = frozenset({BlockKind.LEAD, BlockKind.BODY})
_SENTENCES = 30
"""Sentences of an article that are looked at: what it is about stands at its top."""
_CHARS = 300
"""A longer sentence is not one to be looked for."""
_WORDS = range(5, 14)
"""Length of a question worth reading."""
_SURE = frozenset({Confidence.STRONG, Confidence.MODERATE})

_LEANING = re.compile(
    r"[„“”\"»«:;–()]|\b(?:er|sie|es|ihn|ihm|ihre?[nmrs]?|seine?[nmrs]?|diese?[mnrs]?|das|da(?:bei|durch|für|gegen|mit|"
    r"ran|rauf|rin|rüber|rum|von|zu)|dort|hier|nun|jedoch|auch|aber|he|she|it|they|him|his|hers?|their|this|that|these|"
    r"those|there|also|but|however)\b"
)
"""What a question must not hold: half a quotation, or a word that points out of the sentence."""

_COUNTED: Mapping[Language, tuple[re.Pattern[str], str]] = {
    "de": (
        re.compile(
            r"(?:\d[\d.]*|\w+(?:zehn|zig)|Zwei|Drei|Vier|Fünf|Sechs|Sieben|Acht|Neun)\s"
            r"(?P<rest>(?!Uhr|Prozent)[A-ZÄÖÜ][\w-]+\s[a-zäöü]\w+\s[^,]+)\."
        ),
        "Wie viele {rest}?",
    ),
    "en": (
        re.compile(
            r"(?:\d[\d,]*|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten)\s(?P<rest>[a-z]+s\s(?!of\b)[a-z]+\s[^,]+)\."
        ),
        "How many {rest}?",
    ),
}
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
_NO_PERSON = re.compile(r"(?:Viele|Einige|Mehrere|Alle|Manche|Beide|Keine|Many|Some|Several|Most)\b|.* (?:der|des|of) ")


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
        self._checked: tuple[Sequence[Article], list[Suggestion]] = ((), [])
        """The questions found last, and the articles that they are of."""

    def ready(self) -> bool:
        """Whether the questions of the index in use are known; if not, has them made."""
        articles = self._service.articles()
        if not articles or self._checked[0] is articles:
            return True
        if self._checking.acquire(blocking=False):
            threading.Thread(target=self._check, args=(articles,), name="suggest", daemon=True).start()
        return False

    def opening(self, language: Language) -> list[str]:
        """Questions to begin with, those in the visitor's language first; fewer until ``ready``.

        The last one asks what the articles are about, which any articles answer.
        """
        articles = self._service.articles()
        shipped = examples_for(articles)
        own = [question for spoken, question in shipped if spoken == language]
        foreign = [question for spoken, question in shipped if spoken != language]
        checked, found = self._checked
        made = sorted(found if checked is articles else (), key=lambda one: one.quote.article.language != language)
        found_first = list(dict.fromkeys([*own, *(one.question for one in made), *foreign]))[: SHOWN - 1]
        return [*found_first, say("overview", language)] if articles else []

    def further(self, turns: Turns) -> list[str]:
        """Questions that the articles just cited answer and nobody has asked yet."""
        answer = turns[-1].answer
        if answer is None or not self._service.model_loaded:
            return []
        cited = list({c.quote.article.id: c.quote.article for c in answer.citations}.values())
        quoted = [citation.quote for turn in turns if turn.answer for citation in turn.answer.citations]
        ask = self._service.chatbot().ask
        new = suggest(cited[:1], ask, FURTHER, quoted, FURTHER_SECONDS)
        return [one.question for one in new]

    def _check(self, articles: Articles) -> None:
        try:
            ask = _unhurried(self._service.chatbot().ask)
            told = [c.quote for _, question in examples_for(articles) for c in ask(question).citations]
            self._checked = (articles, list(suggest(articles, ask, SHOWN, told, OPENING_SECONDS)))
        except RagError:
            self._checked = (articles, [])
        finally:
            self._checking.release()


def suggest(
    articles: Sequence[Article], ask: Callable[[str], Answer], count: int, told: Sequence[Passage], seconds: float
) -> Iterator[Suggestion]:
    """Questions that the chatbot answers well, an article after the other, newest first.

    None is made of a sentence that has answered another one, or that is ``told`` already; none is looked for when
    the ``seconds`` are over.
    """
    dated = sorted(articles, key=lambda article: article.published.toordinal() if article.published else 0)
    heard, found, until = list(told), 0, monotonic() + seconds
    for candidate in islice(_in_turns(map(candidates, reversed(dated))), TRIED):
        if monotonic() > until:
            return
        if any(_holds(quote, candidate.quote) for quote in heard):
            continue
        answer = ask(candidate.question)
        quotes = [citation.quote for citation in answer.citations]
        if answer.confidence in _SURE and any(_holds(quote, candidate.quote) for quote in quotes):
            yield candidate
            heard += quotes
            found += 1
            if found == count:
                return


def _unhurried(ask: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """The same, resting as long as it has worked: readers' own questions go before."""

    def asked(question: str) -> Answer:
        started = monotonic()
        answer = ask(question)
        sleep(monotonic() - started)
        return answer

    return asked


def candidates(article: Article) -> Iterator[Suggestion]:
    """The questions that sentences of an article answer by their shape."""
    blocks = (Passage(article, block.start, block.end) for block in article.blocks if block.kind in _TOLD)
    sentences = (sentence for block in blocks for sentence in sentences_of(block))
    for sentence in islice(sentences, _SENTENCES):
        text = " ".join(sentence.text.split())
        question = _question(text, article.language) if len(text) < _CHARS else None
        if question and not _LEANING.search(question):
            yield Suggestion(question, sentence)


def _question(text: str, language: Language) -> str | None:
    counted, template = _COUNTED[language]
    if match := counted.fullmatch(text):
        return _of_length(template.format(rest=match["rest"]))
    for verb, template in _SAID[language].items():
        behind = re.search(rf"[,“”\"«»] {verb} (?P<who>.+)", text)
        if behind and (who := _name_at_start(behind["who"], language)):
            return template.format(who=who)
    if (who := _name_at_start(text, language)) is None:
        return None
    behind_name = text[len(who) :].lstrip()
    if said := _SAID[language].get(behind_name.partition(" ")[0]):
        return said.format(who=who)
    cause = _CAUSE.match(behind_name) if language == "de" else None
    return _of_length(f"Warum {cause['verb']} {who} {cause['rest']}?") if cause else None


def _name_at_start(text: str, language: Language) -> str | None:
    span = find_focus(Asked.PERSON, "", text, language)
    if span is None or span[0] > 0 or _NO_PERSON.match(text[: span[1] + 1]):
        return None
    return text[: span[1]]


def _of_length(question: str) -> str | None:
    return question if len(question.split()) in _WORDS else None


def _holds(quote: Passage, sentence: Passage) -> bool:
    return quote.article == sentence.article and quote.start <= sentence.start and sentence.end <= quote.end


def _in_turns(each: Iterator[Iterator[Suggestion]]) -> Iterator[Suggestion]:
    """The first of each article, then the second of each, and so on."""
    for round_ in zip_longest(*each):
        yield from (one for one in round_ if one is not None)
