"""Hits -> an answer made of their own sentences, or the admission that they do not say."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from rag.cross_encoder import Read, Window
from rag.filing import question_above
from rag.focus import Asked, amount, asked_for, find_focus, is_date
from rag.hearing import Heard, hear
from rag.language import in_the_same_words, stem, stemmed, tokens
from rag.records import (
    Answer,
    Article,
    Citation,
    Confidence,
    Hit,
    Language,
    Outcome,
    Passage,
    Question,
    Sentence,
    Span,
)
from rag.scoring import (
    HEADINGS,
    KIND,
    READ_SENTENCES,
    READ_WEIGHTS,
    UNSURE_FROM,
    Scored,
    best_first,
    dot,
    is_blob,
    log_odds,
    rank_sentences,
    trust,
)

MAX_SENTENCES: Mapping[Confidence, int] = {Confidence.STRONG: 3, Confidence.MODERATE: 5, Confidence.WEAK: 5}
"""Sentences an answer quotes at most: the less sure it is that the first ones answer, the more of the next."""

MAX_SENTENCES_WIDE = 5
"""For a list, a comparison or a reason, which one sentence seldom gives whole."""

MAX_DIFFERING = 3
"""Sentences with another number at most."""

NEAREST = 3
"""Sentences shown with a refusal."""

MARGIN = 5.0
"""A further sentence is quoted while its score is so near the best one's."""

FURTHER_FROM = -3.0
"""Log-odds beyond which one is quoted where more is asked for: to a weak answer's score nearly any other is near."""

COMPARED = 10
"""Sentences looked at for other numbers, or newer ones."""

STORY_NAMES = 3
"""Names of several words ("Klinik Wolfhagen") that two articles on one story have in common."""

_FULL_NAME = re.compile(r"(?<![\w-])[A-ZÄÖÜ][\w-]++(?: [A-ZÄÖÜ][\w-]++)+")

_CHANGING = frozenset({Asked.NUMBER, Asked.DATE, Asked.PERSON, Asked.PLACE, Asked.OTHER})
"""What a newer article may tell otherwise; a reason, a quotation or a meaning stays."""

ALIKE = 0.8
"""Share of what the first sentence holds of the question's words that a sentence must hold to speak of the same."""

_WIDE = frozenset({Asked.SEVERAL, Asked.REASON})


class AnswerWriter(Protocol):
    """The seam to whatever makes an answer of hits."""

    def write(
        self,
        question: Question,
        hits: Sequence[Hit],
        names: Sequence[str] = (),
        telling: Sequence[str] = (),
        strange: bool = False,
    ) -> Answer:
        """``names`` are those in the question, ``telling`` these and what else tells which story is meant; ``strange``
        says that it names what no article does, or that none holds a word of it.
        """
        ...


class Judge(Protocol):
    """The seam to what reads a question and sentences together."""

    def read(self, question: str, language: Language, windows: Sequence[Window]) -> list[list[Read]]:
        """The sentences of each window, in order."""
        ...


HIT_COUNTS = 2.2
"""What a passage's own score adds to its best sentence's, where passages are put in order once they are read."""

POINTED_FROM = -2.0
"""Log-probability from which the words pointed at are shown; ``evals/README.md`` has how often they are the answer."""

STRANGER = 1.0
"""What it counts against an answer that the question names what no article does, or that none holds a word of it. By
hand: few of the questions fitted on do, but an answer to "What did Orbán say?" from articles without him would be none.
"""

BEHIND, ELSEWHERE, HERE = 2.0, 3.0, 1.0
"""Of a follow-up: what a sentence loses, and what an answer, of other articles than those cited for what it follows;
and what an answer of these gains. Their story is what it asks of, though a sentence of any other may fit its few words:
"Wie teuer?". Chosen on ``evals/questions/follow-ups.jsonl``.
"""


class ExtractiveWriter:
    """Answers with the sentences themselves. It can leave out, but it cannot make up."""

    def __init__(self, target_words: int, judge: Judge | None = None) -> None:
        """Without a ``judge`` nothing is read, which counts as undecided."""
        self.target_words = target_words
        self.judge = judge

    def write(
        self,
        question: Question,
        hits: Sequence[Hit],
        names: Sequence[str] = (),
        telling: Sequence[str] = (),
        strange: bool = False,
    ) -> Answer:
        """The best sentences of the hits, best first but for one that a newer article has, each with its citations.

        A sentence in the words of an earlier one becomes a further citation of that one. Without a
        citation the answer is that the articles do not say. The hits come back in the order of their best sentences.
        """
        asked = asked_for(question.asked, question.language)
        heard = hear(question, hits, names)
        lean = leaning(question, heard)
        unread = leant(rank_sentences(hits, asked, question.text, telling), lean)
        ranked = self.read(question, unread, lean)
        found = _by_best_sentence(hits, ranked)
        odds = log_odds(ranked, names) - STRANGER * strange + _story_odds(ranked, question) + heard.odds(ranked)
        confidence = trust(odds)
        if heard.unsure:
            confidence = confidence and Confidence.WEAK
        if heard.alone:
            ranked, unread = heard.of(ranked), heard.of(unread)
            confidence = Confidence.MODERATE if ranked else None
        if confidence is None or heard.unsaid:
            nearest = [group[0] for group in self._sentences([one.evidence.quote for one in ranked], NEAREST)]
            unsure = odds > UNSURE_FROM and not (strange or heard.alone or heard.unsaid)
            none = Outcome.NOT_FOUND
            return Answer(question, none, hits=found, nearest=tuple(nearest), unsure=unsure, unheard=heard.silent)
        led = _newest_first(ranked, asked, question)
        most = MAX_SENTENCES_WIDE if asked in _WIDE else MAX_SENTENCES[confidence]
        groups = self._sentences(_bearing(led, led[0].score), most)
        told = {one.evidence.quote: one.told for one in ranked if one.told}
        others = self._differing(question, unread, groups[0][0], told) if asked is Asked.NUMBER else []
        groups += [[quote] for quote in others if not any(quote in group for group in groups)]
        apart = [groups[0][0], *others] if others else []
        focuses = {one.evidence.quote: _pointed(one, question) for one in ranked}
        # where sources differ, or none is read, what is shown of each is a number and what it counts
        by_kind = apart if self.judge else [quote for group in groups for quote in group]
        focuses |= {quote: _of_kind(quote, asked, question) for quote in by_kind}
        answer = quoting(question, groups, found, focuses, confidence)
        answer = replace(answer, differing=tuple(one.number for one in answer.citations if one.quote in apart))
        if not question.further:
            return answer
        read = self.read(question, unread, lean, len(unread))
        bearing = _bearing([one for one in read if one.read > FURTHER_FROM], led[0].score)
        return self._further(answer, read, [one.evidence.quote for one in read] if heard.alone else bearing)

    def _further(self, first: Answer, read: Sequence[Scored], rest: Sequence[Passage]) -> Answer:
        """What bears on the question and was not shown before, of all passages found, as many sentences each time.

        Without a confidence: how often what comes behind an answer is evidence was never tested.
        """
        shown = [citation.quote for citation in first.citations]
        groups: list[list[Passage]] = []
        for _ in range(first.question.further):
            rest = [quote for quote in rest if not any(in_the_same_words(quote.text, one.text) for one in shown)]
            groups = self._sentences(rest, MAX_SENTENCES_WIDE)
            shown = [quote for group in groups for quote in group]
            if not groups:
                break
        focuses = {one.evidence.quote: _pointed(one, first.question) for one in read}
        return quoting(first.question, groups, first.hits, focuses, None)

    def _told(self, question: Question, first: Sequence[Scored]) -> dict[Passage, Read]:
        """What the sentences of the passages that hold the first ones are when they are read; none without a judge."""
        if self.judge is None:
            return {}
        apart = windows(first)
        found = self.judge.read(question.asked, question.language, [window for window, _ in apart])
        return {
            quote: read
            for (_, quotes), of_quotes in zip(apart, found, strict=True)
            for quote, read in zip(quotes, of_quotes, strict=True)
        }

    def _differing(
        self, question: Question, ranked: Sequence[Scored], first: Passage, told: Mapping[Passage, Read]
    ) -> list[Passage]:
        """The sentences with another number than the ``first`` that answer too; those not ``told`` are read."""
        found = differing(ranked, first, question)
        quotes = [one.evidence.quote for one in found]
        told = {**self._told(question, [one for one in found if one.evidence.quote not in told]), **told}
        return [quote for quote in quotes if quote not in told or told[quote].margin >= 0][:MAX_DIFFERING]

    def read(
        self,
        question: Question,
        ranked: Sequence[Scored],
        lean: Callable[[Scored], float] | None = None,
        most: int = READ_SENTENCES,
    ) -> Sequence[Scored]:
        """The sentences in the order that reading the passages of the ``most`` first ones leaves, then the others.

        ``lean`` is added to their scores. A follow-up is read without what it follows: two questions in one are none
        that was ever read in training.
        """
        if self.judge is None or not ranked:
            return ranked
        told = self._told(question, ranked[:most])
        read: list[Scored] = []
        others: list[Scored] = []
        for scored in ranked:
            known = replace(scored, told=told.get(scored.evidence.quote))
            known = replace(known, score=dot(READ_WEIGHTS, (*known.signs, known.read)))
            (read if known.told else others).append(known)
        return [*leant(read, lean), *leant(others, lean)]

    def _sentences(self, quotes: Sequence[Passage], most: int) -> list[list[Passage]]:
        """Quotes in groups of the same words, ``most`` at most, within the words an answer aims at."""
        groups: list[list[Passage]] = []
        words = 0
        for quote in quotes:
            same = next((group for group in groups if in_the_same_words(group[0].text, quote.text)), None)
            length = len(quote.text.split())
            if same is not None:
                same.append(quote)
            elif not groups or (len(groups) < most and words + length <= self.target_words):
                groups.append([quote])
                words += length
            else:
                break
        return [group[:most] for group in groups]


def _bearing(ranked: Sequence[Scored], best: float) -> list[Passage]:
    """The sentences whose score is near the best one's."""
    return [one.evidence.quote for one in ranked if one.score > best - MARGIN]


def quoting(
    question: Question,
    groups: Sequence[Sequence[Passage]],
    hits: Sequence[Hit],
    focuses: Mapping[Passage, Span | None],
    confidence: Confidence | None,
) -> Answer:
    """The answer of a sentence a group, its quotes numbered in their order; without a group a refusal."""
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    for group in groups:
        numbers = range(len(citations) + 1, len(citations) + len(group) + 1)
        sentences.append(Sentence(group[0].text, tuple(numbers)))
        citations += [Citation(number, quote, focuses.get(quote)) for number, quote in zip(numbers, group, strict=True)]
    outcome = Outcome.ANSWERED if groups else Outcome.NOT_FOUND
    return Answer(question, outcome, tuple(sentences), tuple(citations), tuple(hits), confidence=confidence)


def differing(ranked: Sequence[Scored], first: Passage, question: Question) -> list[Scored]:
    """Sentences of other articles on the same story that count what ``first`` counts and give another number, one for
    each number.

    Only such as hold about as much of the question as the first one does: others may count something else.
    """
    told = _amount(first, question)
    if told is None:
        return []
    least = ALIKE * next(scored.evidence.words for scored in ranked if scored.evidence.quote == first)
    numbers = {told[0]}
    found = []
    for scored in ranked[:COMPARED]:
        quote = scored.evidence.quote
        other = _amount(quote, question)
        if other is None or quote.article == first.article or scored.evidence.words < least:
            continue
        if other[1] == told[1] and other[0] not in numbers and _are_of_one_story(quote.article, first.article):
            numbers.add(other[0])
            found.append(scored)
    return found


def _amount(quote: Passage, question: Question) -> tuple[str, str] | None:
    """The number that a sentence gives for the question, and the stem of what is counted."""
    focus = find_focus(Asked.NUMBER, question.text, quote.text, quote.article.language)
    told = amount(quote.text[slice(*focus)], quote.article.language) if focus else None
    return (told[0], stem(told[1].lower(), quote.article.language)) if told else None


def _newest_first(ranked: Sequence[Scored], asked: Asked, question: Question) -> Sequence[Scored]:
    """The sentences with that first which answers in the newest article of the first one's story, as news change.

    Only for what changes and is asked of no day, and only a sentence that was read, likely answers, and tells what is
    asked for as much as the first one does.
    """
    first = ranked[0]
    day = first.evidence.quote.article.published
    dated = any(is_date(word[0]) for word in tokens(question.asked)) or question.filter.since or question.filter.until
    if day is None or dated or asked not in _CHANGING:
        return ranked

    def renews(other: Scored) -> bool:
        quote = other.evidence.quote
        return (
            other.told is not None
            and other.told.margin >= 0
            and quote.kind not in HEADINGS
            and other.signs[KIND] >= first.signs[KIND]
            and (quote.article.published or day) > day
            and _is_elsewhere(other, question) <= _is_elsewhere(first, question)
            and _are_of_one_story(quote.article, first.evidence.quote.article)
        )

    newer = filter(renews, ranked[1:COMPARED])
    newest = max(newer, key=lambda one: (one.evidence.quote.article.published or day, one.score), default=None)
    if newest is None:
        return ranked
    return [replace(newest, score=first.score), *(one for one in ranked if one is not newest)]


def _are_of_one_story(one: Article, other: Article) -> bool:
    names, others = (set(_FULL_NAME.findall(article.text)) for article in (one, other))
    return len(names & others) >= STORY_NAMES


def _by_best_sentence(hits: Sequence[Hit], ranked: Sequence[Scored]) -> tuple[Hit, ...]:
    """The hits by the score of their best sentence and by their own; those without a sentence last."""
    best: dict[Passage, float] = {}
    for scored in ranked:
        best[scored.hit.passage] = max(scored.score, best.get(scored.hit.passage, -math.inf))
    return tuple(sorted(hits, key=lambda hit: -(best.get(hit.passage, -math.inf) + HIT_COUNTS * hit.score)))


def leaning(question: Question, heard: Heard) -> Callable[[Scored], float]:
    """What a sentence gains by whose it is, and loses, for a follow-up, in another story."""
    return lambda one: heard.gain(one) - BEHIND * _is_elsewhere(one, question)


def leant(scored: Sequence[Scored], lean: Callable[[Scored], float] | None) -> list[Scored]:
    """Best first, with what they gain and lose."""
    return best_first([replace(one, score=one.score + lean(one)) for one in scored] if lean else scored)


def _story_odds(ranked: Sequence[Scored], question: Question) -> float:
    """What it adds to the log-odds of a follow-up that its first sentence is of the story it follows, or of another."""
    if not question.follows or not ranked:
        return 0.0
    return -ELSEWHERE if _is_elsewhere(ranked[0], question) else HERE


def _is_elsewhere(scored: Scored, question: Question) -> bool:
    return bool(question.follows) and scored.evidence.quote.article.id not in question.follows


def windows(first: Sequence[Scored]) -> list[tuple[Window, list[Passage]]]:
    """The sentences' passages, each once and in their order, as they are read; and the sentences of each."""
    found: dict[Passage, tuple[Window, list[Passage]]] = {}
    for scored in first:
        article = scored.evidence.quote.article
        own = [one.quote for one in scored.hit.evidence if one.quote.article == article and not is_blob(one.quote.text)]
        texts = tuple(quote.text for quote in own)
        title = "" if article.title in texts else article.title
        over = " ".join(filter(None, (title, question_above(own[0]))))
        found.setdefault(own[0], (Window(over, texts, article.language), own))
    return list(found.values())


def _of_kind(quote: Passage, asked: Asked, question: Question) -> Span | None:
    """Where in its article something of the kind stands that is asked for."""
    return _in_article(quote, find_focus(asked, question.text, quote.text, quote.article.language))


def _pointed(scored: Scored, question: Question) -> Span | None:
    """Where in its article the words stand that were pointed at as the answer.

    Only words that say what the question does not, of a sentence that likely answers; none of one not read.
    """
    quote, read = scored.evidence.quote, scored.told
    if read is None or read.margin < 0 or read.pointed < POINTED_FROM:
        return None
    news = stemmed(quote.text[slice(*read.told)], quote.article.language) - stemmed(question.asked, question.language)
    return _in_article(quote, read.told if news else None)


def _in_article(quote: Passage, span: Span | None) -> Span | None:
    return (quote.start + span[0], quote.start + span[1]) if span else None
