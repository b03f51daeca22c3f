"""Which articles there are, what they are about, and what one says in short: answered by their titles and openings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice

from rag.answering import quoting
from rag.filing import sentences_of
from rag.focus import is_date
from rag.language import spoken_in
from rag.overview import Overview, age_asked, is_sure, names_title, one_asked, points_back, subject_words
from rag.records import Answer, Article, BlockKind, Hit, Language, Listing, Outcome, Passage, Question
from rag.retrieval import Retriever
from rag.small_print import led_by, words_held

MOST_LISTED = 10
"""Articles that a list names at most."""

MOST_DIGESTED = 5
"""The same where each is told by its opening too."""

LOOKED_AT = 80
"""Passages looked at for articles on a subject."""

ABOUT = 2 / 3
"""Share of the subject's words from which an article is listed: of one or two words all."""

SURELY_ABOUT = 0.6
"""The same of the one article that is to be summed up."""

NEARLY_ABOUT = 0.5
"""The same where an article must be meant, as the filter leaves no other, and of the words of a question before."""

_OPENING = (BlockKind.LEAD, BlockKind.BODY)
_NOT_ITS_OWN = frozenset({BlockKind.TEASER, BlockKind.LINKS, BlockKind.PROMO})

_PLACES: dict[Language, tuple[str, ...]] = {
    "de": ("erste", "zweite", "dritte", "vierte", "fünfte"),
    "en": ("first", "second", "third", "fourth", "fifth"),
}


def overview(
    question: Question, wanted: Overview, hits: Sequence[Hit], retriever: Retriever, target_words: int
) -> Answer | None:
    """The answer to a question for an overview; ``hits`` are what was found for it.

    A summary is of the article that the question names, or, where it names none, of the one cited for what it follows;
    without either it is a digest of all. None where the question may mean no article, but a report in the news.
    """
    read = replace(question, language=spoken_in(question.asked))  # a question asked again is in the language of before
    answer = _overview(read, wanted, hits, retriever, target_words)
    return answer and replace(answer, question=question)


def _overview(
    question: Question, wanted: Overview, hits: Sequence[Hit], retriever: Retriever, target_words: int
) -> Answer | None:
    sure = is_sure(question.asked, question.language)
    if wanted is Overview.SUMMARY:
        article = _meant(question, hits, retriever)
        if article is not None:
            return _summary(question, article, hits, target_words)
        if subject_of(question):
            return Answer(question, Outcome.NOT_FOUND, hits=tuple(hits)) if sure else None
        wanted = Overview.DIGEST
    answer = _listing(question, retriever, wanted)
    return answer if answer.supported or sure else None


def subject_of(question: Question) -> list[str]:
    """The words that say what the articles are to be about: its own, or of what it follows where it points there.

    Without those that its filter sees to.
    """
    names = " ".join(filter(None, (question.filter.publisher, question.filter.author))).casefold()
    filtered = set(re.findall(r"\w+", names))
    of_story = _asks_for_more(question)
    said = subject_words(question.earlier if of_story else question.asked, question.language)
    of_time = question.filter.since or question.filter.until
    return [
        word for word in said if word.casefold() not in filtered and not (of_time and (is_date(word) or word.isdigit()))
    ]


def _asks_for_more(question: Question) -> bool:
    """Whether its subject is what was asked before."""
    return question.is_follow_up and points_back(question.asked, question.language)


def _listing(question: Question, retriever: Retriever, wanted: Overview) -> Answer:
    """The articles that the filter leaves and that hold the subject, nearest first; without one the newest first."""
    articles, words = retriever.index.articles, subject_of(question)
    age = age_asked(question.asked, question.language)
    most = 1 if one_asked(question.asked, question.language) else MOST_LISTED
    hits: Sequence[Hit] = ()
    if words:
        hits, found = _about(question, words, retriever, NEARLY_ABOUT if _asks_for_more(question) else ABOUT)
        # what is listed only for passages found late may not be all
        count, exact = len(found), len(hits) < LOOKED_AT or not _are_late(found, hits)
        if age is not None:
            found = sorted(found, key=lambda one: one.published or date.min, reverse=age == "newest")
    else:
        found = list(articles.by_day(question.filter, most, newest=age != "oldest"))
        count, exact = articles.left_by(question.filter), True
    told = wanted is Overview.DIGEST and count <= MOST_DIGESTED
    quotes = [quote for article in found[:most] for quote in islice(_opening(article), 2 if told else 1)]
    answer = quoting(question, [[quote] for quote in quotes], led_by(quotes, hits) if hits else (), {}, None)
    return replace(answer, listing=Listing(count, exact, tuple(words)))


def _about(
    question: Question, words: Sequence[str], retriever: Retriever, least: float
) -> tuple[list[Hit], list[Article]]:
    """What is found for the words, and the articles that hold all names and at least that share of them.

    Those that hold more come first, of equal ones the one found first.
    """
    about = replace(question, asked=" ".join(words), earlier="", where="")
    hits = retriever.search(about, LOOKED_AT)
    names = retriever.names(about)
    articles = {hit.passage.article.id: hit.passage.article for hit in hits if hit.passage.kind not in _NOT_ITS_OWN}
    shares: dict[str, float] = {}
    for name, article in articles.items():
        own = "\n".join(article.text[b.start : b.end] for b in article.blocks if b.kind not in _NOT_ITS_OWN)
        told = (one for hit in hits if hit.passage.article == article for one in hit.evidence)
        spelled = {asked for one in told if one.quote.kind not in _NOT_ITS_OWN for asked, _ in one.matches}
        holds = words_held(own, article, about, about.asked)
        held = {word for word, is_held in holds.items() if is_held or word in spelled}
        if held.issuperset(word for word in names if word in holds):
            shares[name] = len(held) / len(holds) if holds else 0.0
    found = [article for name, article in articles.items() if shares.get(name, 0.0) >= least]
    return hits, sorted(found, key=lambda article: -shares[article.id])


def _are_late(found: Sequence[Article], hits: Sequence[Hit]) -> bool:
    """Whether an article was found by passages in the worse half of the hits alone."""
    early = {hit.passage.article.id for hit in hits[: len(hits) // 2]}
    return any(article.id not in early for article in found)


def _opening(article: Article) -> Iterator[Passage]:
    """Its title, and its sentences; of an untitled one these alone."""
    titles = (Passage(article, block.start, block.end) for block in article.blocks if block.kind is BlockKind.TITLE)
    sentences = (
        sentence
        for block in article.blocks
        if block.kind in _OPENING
        for sentence in sentences_of(Passage(article, block.start, block.end))
    )
    return chain(islice(titles, 1), sentences)


def _meant(question: Question, hits: Sequence[Hit], retriever: Retriever) -> Article | None:
    """The article to be summed up, if the question says which."""
    titled = (hit.passage.article for hit in hits if names_title(question.asked, hit.passage.article.title or ""))
    if (article := next(titled, None)) is not None:
        return article
    words = subject_of(question)
    if question.follows and not words:
        places = _PLACES[question.language][: len(question.follows)]
        place = next((at for at, word in enumerate(places) if word in question.asked.lower()), 0)
        return retriever.index.articles.named(question.follows[place])
    left = retriever.index.articles.by_day(question.filter, 2, newest=True)
    if words:
        return next(iter(_about(question, words, retriever, NEARLY_ABOUT if len(left) == 1 else SURELY_ABOUT)[1]), None)
    return left[0] if len(left) == 1 else None


def _summary(question: Question, article: Article, hits: Sequence[Hit], target_words: int) -> Answer:
    """Its title and first sentences, as news tell the main thing first: by what they hold others are no better
    (``evals/README.md``).
    """
    quotes: list[Passage] = []
    words = 0
    for quote in _opening(article):
        words += len(quote.text.split())
        if len(quotes) > 1 and words > target_words:
            break
        quotes.append(quote)
    of_article = [hit for hit in hits if hit.passage.article == article]
    return quoting(question, [[quote] for quote in quotes], of_article, {}, None)
