"""Which articles there are, what they are about, and what one says in short: answered by their titles and openings."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, islice, takewhile

from rag.answering import quoting
from rag.asking import Overview
from rag.bilingual.lexicon import forms
from rag.corpus import sources_of
from rag.filing import sentences_of
from rag.filters import unfiltered
from rag.index import passage_terms
from rag.language import content_words, spoken_in, stem, stemmed
from rag.overview import is_list, means_articles, means_these, names_title, points_back, subject_said, subject_words
from rag.periods import tells_of_day
from rag.picking import age_asked, number_asked, place_asked
from rag.records import (
    Age,
    Answer,
    Article,
    BlockKind,
    Hit,
    Listing,
    Outcome,
    Passage,
    Question,
    Source,
    Sourced,
    Sources,
)
from rag.retrieval import Retriever
from rag.small_print import led_by

MOST_LISTED = 10
"""Articles that a list names at most."""

MOST_DIGESTED = 5
"""The same where each is told by its opening too."""

COMPOUND = 5
"""Letters of a word's stem that may be part of another word: "Schule" in "Grundschule"."""

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


def told_of_day(question: Question, retriever: Retriever) -> bool:
    """Whether a text tells of the one day that the question is limited to, wherever it was published."""
    day = question.filter.since
    if day is None or day != question.filter.until:
        return False
    hits = retriever.search(replace(question, filter=question.filter.source), LOOKED_AT)
    quotes = (one.quote for hit in hits for one in hit.evidence if one.quote.kind in _OPENING)
    return any(tells_of_day(quote.text, day, quote.article.published) for quote in quotes)


def _overview(
    question: Question, wanted: Overview, hits: Sequence[Hit], retriever: Retriever, target_words: int
) -> Answer | None:
    if wanted is Overview.LISTING and _of_cited(question, retriever):
        return None
    asked_alone = wanted in (Overview.PUBLISHERS, Overview.AUTHORS, Overview.DAYS)
    said = subject_said(question.asked, question.language)
    words = [] if asked_alone and said == question.asked else _subject(question, retriever)  # a source fills its form
    sure = means_articles(question.asked) and not (words and wanted in (Overview.AUTHORS, Overview.NEWS))
    if wanted is Overview.SUMMARY:
        article = _meant(question, hits, retriever)
        if article is not None:
            return _summary(question, article, hits, target_words)
        if words or question.follows:
            none = Answer(question, Outcome.NOT_FOUND, hits=tuple(hits), listing=Listing(0, True, tuple(words)))
            return none if sure else None
        wanted = Overview.DIGEST
    if wanted is Overview.PUBLISHERS or wanted is Overview.AUTHORS:
        answer = _of_sources(question, retriever, words, "publishers" if wanted is Overview.PUBLISHERS else "authors")
    else:
        answer = _listing(question, retriever, wanted, words, len(hits))
    return answer if answer.supported or sure else None


def _subject(question: Question, retriever: Retriever) -> list[str]:
    """The words that say what the articles are to be about: its own, or of what it follows where it points there.

    Without those that its filter sees to; of what it follows the names and, in German, the nouns, if there are any.
    """
    if _asks_for_more(question):
        told = subject_words(question.earlier, spoken_in(question.earlier))
        return [word for word in told if not word[0].islower()] or told
    said = question.earlier if _of_list(question, retriever) else question.asked
    language = spoken_in(said) if _of_list(question, retriever) else question.language
    said = unfiltered(subject_said(said, language), question.filter, language, retriever.index.articles)
    return subject_words(said, language)


def _asks_for_more(question: Question) -> bool:
    """Whether its subject is what was asked before."""
    return question.is_follow_up and points_back(question.asked, question.language) and not means_these(question)


def _of_list(question: Question, retriever: Retriever) -> bool:
    """Whether it is about the articles of the list before."""
    articles = retriever.index.articles
    return means_these(question) and is_list(question.earlier, (*articles.publishers, *articles.authors))


def _of_cited(question: Question, retriever: Retriever) -> bool:
    """Whether it is about the articles cited for what it follows."""
    return means_these(question) and not _of_list(question, retriever)


@dataclass(frozen=True, slots=True)
class _Found:
    """The articles that are meant: the first of them, how many there are, and what they were found by."""

    articles: list[Article]
    count: int
    exact: bool
    hits: Sequence[Hit]


def _found(question: Question, retriever: Retriever, words: Sequence[str], age: Age | None, most: int) -> _Found:
    """The articles that the filter leaves and that hold the subject, nearest first; without one the newest first.

    Where more are asked for than were cited for what it follows, these are left out; those alone are meant where it
    points to them.
    """
    if _of_cited(question, retriever):
        cited = [one for one in map(retriever.index.articles.named, question.follows) if one]
        return _Found(_by_age(cited, age), len(cited), True, ())
    if not words:
        left = retriever.index.articles.by_day(question.filter, most, newest=age != "oldest")
        return _Found(list(left), retriever.index.articles.left_by(question.filter), True, ())
    more, about = _asks_for_more(question), _about(question, words)
    hits, found = _that_hold(about, retriever, NEARLY_ABOUT if more else ABOUT)
    found = _by_age([one for one in found if not (more and one.id in question.follows)], age)
    return _Found(found, len(found), _all_seen(about, hits, retriever), hits)


def _listing(
    question: Question, retriever: Retriever, wanted: Overview, words: Sequence[str], most_hits: int
) -> Answer:
    """Articles by their titles, a digest's by their openings too; where further ones are asked for, the next as many.

    Hits come with those of a subject, ``most_hits`` or as many as are quoted.
    """
    age = age_asked(question.asked, question.language) or ("newest" if wanted is Overview.NEWS else None)
    most = min(number_asked(question.asked, question.language) or MOST_LISTED, MOST_LISTED)
    most = MOST_DIGESTED if wanted is Overview.NEWS else most
    shown = _shown(question, most)
    if wanted is Overview.DAYS:
        found, ages = _of_ages(question, retriever, words, [age] if age else ["oldest", "newest"])
    else:
        found, ages = _found(question, retriever, words, age, shown.stop), [age] if age else []
    named = found.articles[shown]
    told = wanted is Overview.NEWS or (wanted is Overview.DIGEST and found.count <= MOST_DIGESTED)
    quotes = [quote for article in named for quote in islice(_opening(article), 2 if told else 1)]
    leading = led_by(quotes, found.hits)[: max(most_hits, len(quotes))] if found.hits else ()
    answer = quoting(question, [[quote] for quote in quotes], leading, {}, None)
    of_age = len(named) < found.count and all(one.published for one in named)
    told_of = tuple(ages) if of_age and not question.further and not _asks_for_more(question) else ()
    return replace(answer, listing=Listing(found.count, found.exact, tuple(words), told_of))


def _shown(question: Question, most: int) -> slice:
    """Which of all that were found are shown, ``most`` at a time."""
    return slice(most * question.further, most * (question.further + 1))


def _of_ages(
    question: Question, retriever: Retriever, words: Sequence[str], ages: Sequence[Age]
) -> tuple[_Found, list[Age]]:
    """The oldest and the newest of the articles that have a day, each once."""
    ends = [(age, _found(question, retriever, words, age, 1)) for age in ages]
    dated = [(age, found) for age, found in ends if found.articles and found.articles[0].published]
    if not dated:
        return _Found([], 0, True, ()), []
    first = {found.articles[0].id: found.articles[0] for _, found in dated}
    return replace(dated[0][1], articles=list(first.values())), [age for age, _ in dated]


def _of_sources(question: Question, retriever: Retriever, words: Sequence[str], kind: Sources) -> Answer:
    """Publishers or authors, those of most articles first, each by the newest of its articles.

    Where the question is limited to one of them it alone: articles of others need not be within that limit.
    """
    articles, limit = retriever.index.articles, question.filter
    found = _found(question, retriever, words, "newest", 0)
    if not found.count:
        return Answer(question, Outcome.NOT_FOUND, hits=tuple(found.hits), listing=Listing(0, True, tuple(words)))
    if words or _of_cited(question, retriever):
        shares = Counter(name for one in found.articles for name in sources_of(one, kind) or ("",))
    else:
        shares = articles.shares(kind, limit)
    telling = found.count - shares.pop("", 0)
    if only := limit.publisher if kind == "publishers" else limit.author:
        shares = Counter({name: count for name, count in shares.items() if name.casefold() == only.casefold()})
    names = sorted(shares, key=lambda name: (-shares[name], name.casefold()))[_shown(question, MOST_LISTED)]

    def newest(name: str) -> Article:
        if found.articles:
            return next(one for one in found.articles if name in sources_of(one, kind))
        of_it = replace(limit, publisher=name) if kind == "publishers" else replace(limit, author=name)
        return articles.by_day(of_it, 1, newest=True)[0]

    standing = {name: newest(name) for name in names}
    cited = list(dict.fromkeys(standing.values()))
    quotes = [next(_opening(article)) for article in cited]
    leading = led_by(quotes, found.hits) if found.hits else ()
    answer = quoting(question, [[quote] for quote in quotes], leading, {}, None)
    named = tuple(Source(name, shares[name], cited.index(one) + 1) for name, one in standing.items())
    sourced = Sourced(kind, len(shares), named)
    return replace(answer, listing=Listing(telling, found.exact, tuple(words), sources=sourced))


def _by_age(found: list[Article], age: Age | None) -> list[Article]:
    """Undated ones behind; as they were where no age is asked for."""
    if age is None:
        return found
    dated = sorted((one for one in found if one.published), key=_day, reverse=age == "newest")
    return [*dated, *(one for one in found if not one.published)]


def _day(article: Article) -> date:
    return article.published or date.min


def _about(question: Question, words: Sequence[str]) -> Question:
    """The question for these words alone, where its filter looks."""
    return replace(question, asked=" ".join(words), earlier="", where="")


def _that_hold(about: Question, retriever: Retriever, least: float) -> tuple[list[Hit], list[Article]]:
    """What is found for the words, and the articles that hold all names and at least that share of them.

    Those that hold more come first, of equal ones the one found first. Only a word that no article holds is looked for
    in other spellings.
    """
    hits = retriever.search(about, LOOKED_AT)
    names = retriever.names(about)
    asked = {term.asked for term in retriever.terms(about)}
    unknown = {term.asked for term in retriever.terms(about) if not term.indexed}
    # a passage that says what a better one says comes as that one's evidence
    told = [one for hit in hits for one in hit.evidence if one.quote.kind not in _NOT_ITS_OWN]
    articles = {one.quote.article.id: one.quote.article for one in told}
    spelled: defaultdict[str, set[str]] = defaultdict(set)
    for one in told:
        spelled[one.quote.article.id].update(word for word, _ in one.matches)
    shares: dict[str, float] = {}
    for name, article in articles.items():
        held = _held(article, about) | (spelled[name] & unknown)
        if held.issuperset(asked.intersection(names)):
            shares[name] = len(held & asked) / len(asked) if asked else 0.0
    found = [article for name, article in articles.items() if shares.get(name, 0.0) >= least]
    return hits, sorted(found, key=lambda article: -shares[article.id])


def _held(article: Article, about: Question) -> set[str]:
    """The words of the question that the article's own text holds, inflected, in a compound or in translation."""
    own = " ".join(article.text[block.start : block.end] for block in article.blocks if block.kind not in _NOT_ITS_OWN)
    stems = stemmed(own, article.language)
    held = set()
    for word in content_words(about.asked, about.language):
        for form in forms(word.folded, about.language, article.language):
            root = stem(form, article.language)
            if root in stems or (len(root) >= COMPOUND and any(root in one for one in stems)):
                held.add(about.asked[word.start : word.end])
    return held


def _all_seen(about: Question, hits: Sequence[Hit], retriever: Retriever) -> bool:
    """Whether every passage is among the hits that holds a word which no listed article may lack."""
    if len(hits) < LOOKED_AT:
        return True
    terms = retriever.terms(about)
    lacking = len(terms) - math.ceil(ABOUT * len(terms))
    held = [set(passage_terms(hit.passage)[0]) for hit in hits]
    for term in sorted(terms, key=lambda term: -term.weight)[: lacking + 1]:
        stems = {reading.stem for reading in term.readings}
        if sum(retriever.index.stem_frequencies(stems).values()) > sum(not stems.isdisjoint(one) for one in held):
            return False
    return True


def _opening(article: Article) -> Iterator[Passage]:
    """Its title, and its sentences; of an untitled one these alone, and of one without either what it begins with."""
    own = [block for block in article.blocks if block.kind not in _NOT_ITS_OWN]
    titles = [block for block in own if block.kind is BlockKind.TITLE][:1]
    told = [block for block in own if block.kind in _OPENING]
    yield from (Passage(article, block.start, block.end) for block in titles)
    for block in told or ([] if titles else own[:1]):
        yield from sentences_of(Passage(article, block.start, block.end))


def _meant(question: Question, hits: Sequence[Hit], retriever: Retriever) -> Article | None:
    """The article to be summed up, if the question says which, and there is one."""
    found = {hit.passage.article.id: hit.passage.article for hit in hits}
    titled = [one for one in found.values() if one.title and names_title(question.asked, one.title)]
    if titled:
        return _by_age(titled, "newest")[0]
    words = _subject(question, retriever)
    age = age_asked(question.asked, question.language)
    place = place_asked(question.asked, question.language)
    if question.follows and not words and (place is not None or age is None):
        cited = question.follows[place or 0 :][:1] if place != -1 else question.follows[-1:]
        return retriever.index.articles.named(cited[0]) if cited else None
    left = retriever.index.articles.by_day(question.filter, 2, newest=age != "oldest")
    if words:
        _, held = _that_hold(_about(question, words), retriever, NEARLY_ABOUT if len(left) == 1 else SURELY_ABOUT)
        return next(iter(_by_age(held, age)), None)
    return left[0] if len(left) == 1 or (left and age) else None


def _summary(question: Question, article: Article, hits: Sequence[Hit], target_words: int) -> Answer:
    """Its title and first sentences, as news tell the main thing first: by what they hold others are no better
    (``evals/README.md``). The next ones where more is asked for.
    """
    rest = list(_opening(article))
    quotes: list[Passage] = []
    for _ in range(question.further + 1):
        words = accumulate(len(quote.text.split()) for quote in rest)
        fitting = sum(1 for _ in takewhile(lambda count: count <= target_words, words))
        quotes, rest = rest[: max(2, fitting)], rest[max(2, fitting) :]
    of_article = [hit for hit in hits if hit.passage.article == article]
    return quoting(question, [[quote] for quote in quotes], of_article, {}, None)
