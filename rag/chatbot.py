"""Question -> answer: the one place where the parts are joined."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from rag.answering import AnswerWriter, ExtractiveWriter, quoting
from rag.asking import Overview
from rag.catalogue import overview, told_of_day
from rag.comparing import parts_of
from rag.conversation import FEW_WORDS, asked_again, leaned_on, legible, past_of, readings
from rag.cross_encoder import CrossEncoder
from rag.embedding import Embedder, load_embedder
from rag.errors import QuoteError
from rag.filters import asks_only_where, asks_what_is_printed, dated_words, find_filter
from rag.holdings import asks_what_happened
from rag.index import Index
from rag.language import asks, in_the_same_words
from rag.overview import overview_asked
from rag.periods import period_words
from rag.pieces import asked_of_it, asked_of_pieces
from rag.records import Answer, Confidence, Filter, Hit, Language, Outcome, Passage, Question, Span, Talk
from rag.retrieval import Retriever
from rag.settings import Settings
from rag.small_print import MOST, of_cited, small_print
from rag.store import require_model
from rag.stores import store_of
from rag.talk import more_asked, small_talk

OF_EACH_PERIOD = 2
"""Sentences quoted at most for each period that a question compares."""

OF_BOUND = 40
"""Passages found for a question that a few articles alone may answer; those of others are left out."""

REMEMBERED = 32
"""Answers kept: a follow-up asks which articles its forerunner was answered by."""


class Chatbot:
    """Answers questions from one index. Holds no conversation: each call brings its own history."""

    def __init__(self, retriever: Retriever, writer: AnswerWriter, hits: int, answer_words: int) -> None:
        self.retriever = retriever
        self.writer = writer
        self.hits = hits
        self.answer_words = answer_words
        self._answered = lru_cache(REMEMBERED)(self._answer)

    @classmethod
    def of(cls, index: Index, embedder: Embedder, settings: Settings) -> "Chatbot":
        """Raises ``IndexMismatch`` unless ``embedder`` made the vectors of ``index``."""
        require_model(index, embedder.name, embedder.fingerprint)
        words = settings.answer_words
        return cls(Retriever(index, embedder), ExtractiveWriter(words, CrossEncoder()), settings.hits, words)

    @classmethod
    def open(cls, settings: Settings) -> "Chatbot":
        """The index and the model that the settings name; the index is checked first, it loads faster."""
        return cls.of(store_of(settings).index(), load_embedder(settings.model), settings)

    def ask(self, asked: str, history: Sequence[str] = (), filter: Filter | None = None) -> Answer:
        """The answer to a question; ``history`` holds the earlier questions, oldest first.

        Of the ways a short question may be meant, the first that is answered counts; one that may be a follow-up is
        answered alone only from the passage that holds most of what it names. Only articles that ``filter``
        leaves are searched; with None those that the question's words ask for, where these do not answer all of the
        source they name, and then all.
        Slips of the finger are read as what was meant. One for more shows what bears on the last question and was not
        shown yet.
        Raises ``QuoteError`` rather than return a quote that is not in its article.
        """
        articles = self.retriever.index.articles
        typed, past = legible(asked), past_of(history, (*articles.publishers, *articles.authors))
        today = date.today()
        if past.asks_for_more(typed):
            *earlier, last = past.questions
            before = self._answered(last, tuple(leaned_on(earlier)), (0, past.further[0]), filter, today)
            return self._further(typed, before, past.further[1] + 1)
        past = past.behind(typed)
        return self._answered(typed, tuple(leaned_on(past.questions)), past.further, filter, today)

    def _answer(
        self, typed: str, told: tuple[str, ...], further: tuple[int, int], filter: Filter | None, today: date
    ) -> Answer:
        """``told`` is what it may lean on; ``further`` as in ``Past``."""
        if said := _talked(typed):
            talk, language = said
            return Answer(Question(typed, typed, language, filter=filter or Filter()), Outcome.SMALL_TALK, talk=talk)
        meant = self._meant(typed, told, further, filter, today)
        answer = self._first_answered(meant)
        verify(answer)
        return self._finished(answer, limit=meant[0].filter)

    def _further(self, typed: str, before: Answer, count: int) -> Answer:
        """What else there is to the question before, the ``count``-th time that more is asked for.

        What was shown before is nothing else, as of an author; behind a refusal it is the same again.
        """
        if not before.supported:
            return replace(before, question=replace(before.question, typed=typed))
        question, limit = replace(before.question, typed=typed, further=count), before.widened or before.question.filter
        answer = self._write(question, limit)
        verify(answer)
        is_new = answer.supported and _shown(before).isdisjoint(_shown(answer))
        if is_new and (answer.listing is None) == (before.listing is None):
            return self._finished(answer, limit)
        return Answer(question, Outcome.NOT_FOUND, searched=before.searched, listing=before.listing)

    def _meant(
        self, typed: str, told: Sequence[str], further: tuple[int, int], given: Filter | None, today: date
    ) -> list[Question]:
        """The questions to try, in this order: behind what it may follow, then alone, each where its words say to look;
        then both in all that is of the source they name, and in all articles.
        """
        earlier = [self.retriever.spelled(text) for text in told]
        read = [replace(one, typed=typed) for one in readings(self.retriever.spelled(typed), earlier)]
        meant = [self._limited(one, earlier, given, today) for one in read]
        meant = [one for one in meant if one.where] or meant
        if given is None:
            meant = [other for one in meant for other in self._told_first(one)]
            meant += [replace(one, filter=one.filter.source) for one in meant if one.filter.source]
        if told and any(one.is_follow_up or self._is_generic(one) for one in meant):
            before = self._answered(told[-1], tuple(told[:-1]), (0, further[0]), given, today)
            meant = self._of_the_story(meant, before, self._further("", before, further[1]) if further[1] else before)
        if given is not None:
            return meant
        everywhere = [replace(one, filter=Filter()) for one in meant if one.filter]
        return list(dict.fromkeys([*meant, *everywhere]))

    def _told_first(self, question: Question) -> list[Question]:
        """Of what happened on a day a text may tell by that date: then this comes before the articles of that day."""
        if asks_what_happened(question.asked, question.language) and told_of_day(question, self.retriever):
            return [replace(question, filter=question.filter.source), question]
        return [question]

    def _of_the_story(self, meant: Sequence[Question], before: Answer, last: Answer) -> list[Question]:
        """With the articles of the answer before as the story of follow-ups, unless others are where they look.

        One that may stand alone but names nothing of its own is bound to that story, and read in all articles too only
        if it leans on nothing and is not short.

        ``last`` is what was shown of it last: of a list its articles alone are those that "the second" counts.
        """
        citations = last.citations if last.listing and last.supported else (*before.citations, *last.citations)
        cited = tuple(dict.fromkeys(citation.quote.article.id for citation in citations))
        nearest = tuple(hit.passage.article.id for hit in before.hits[:1])
        searched = {Filter(), before.question.filter, before.widened}
        searched |= {one.filter for one in meant if not self.retriever.index.articles.left_by(one.filter)}
        read: list[Question] = []
        must_lean = all(one.is_follow_up for one in meant if one.filter in searched)
        for one in meant:
            bound = bool(cited) and not must_lean and self._is_generic(one)
            of_it = overview_asked(one.asked, one.language) or asked_of_it(one.asked, one.language)
            story = cited or (() if of_it else nearest)
            in_story = one.filter in searched and (one.is_follow_up or bound)
            read.append(replace(one, follows=story, bound=bound) if in_story else one)
            if in_story and bound and not meant[0].is_follow_up and len(self.retriever.terms(one)) > FEW_WORDS:
                read.append(one)
        return read

    def _is_generic(self, question: Question) -> bool:
        """Whether it is a question of what only common words name: "What did the mayor say?"."""
        asked, language = question.asked, question.language
        generic = asks(asked, language) and self.retriever.is_generic(replace(question, earlier="", where=""))
        return generic and not overview_asked(asked, language)

    def _first_answered(self, meant: Sequence[Question]) -> Answer:
        """The answer to the first question that has one; else the refusal that looked in all articles, or the first."""
        refused: list[Answer] = []
        for question in meant:
            answer = self._write(question, limit=meant[0].filter)
            if answer.listing:
                return answer
            if not answer.supported or answer.confidence is Confidence.WEAK:
                printed = self._printed(question)
                if printed is not None and printed.supported:
                    return printed
            if not answer.supported:
                refused.append(answer)
            elif question.is_follow_up or not meant[0].is_follow_up or _is_named(answer):
                return answer
        compared = self._compared(meant[0])
        return compared or next((answer for answer in refused if not answer.question.filter), refused[0])

    def _printed(self, question: Question) -> Answer | None:
        """The articles of the publisher or the author on the subject, where it is asked what these print on it; of all,
        where a question for one is asked of all again.
        """
        of_one = question.filter.publisher or question.filter.author or question.where
        if not of_one or not asks_what_is_printed(question, self.retriever.index.articles):
            return None
        return overview(question, Overview.DIGEST, (), self.retriever, self.answer_words)

    def _compared(self, question: Question) -> Answer | None:
        """The answers for the periods that it compares, as one: as sure as the least sure; None unless each has one."""
        parts = parts_of(question, self.retriever.index.articles)
        answers = [self._write(part, limit=part.filter) for part in parts]
        if not answers or not all(answer.supported for answer in answers):
            return None
        groups: list[list[Passage]] = []
        focuses: dict[Passage, Span | None] = {}
        for answer in answers:
            focuses |= {citation.quote: citation.focus for citation in answer.citations}
            groups += [[one.quote for one in answer.cited(said)] for said in answer.sentences[:OF_EACH_PERIOD]]
        hits = [hit for found in zip(*(answer.hits for answer in answers), strict=False) for hit in found][: self.hits]
        confidence = max(
            (answer.confidence for answer in answers if answer.confidence), key=list(Confidence).index, default=None
        )
        joined = quoting(question, groups, hits, focuses, confidence)
        return replace(joined, compared=tuple(part.filter for part in parts))

    def _finished(self, answer: Answer, limit: Filter) -> Answer:
        """With what was searched; ``limit`` is what was searched first. A refusal with the words that stand nowhere."""
        asked = answer.question
        searched = len(asked.follows) if asked.bound else self.retriever.index.articles.left_by(asked.filter)
        answer = replace(answer, searched=searched, widened=Filter() if answer.question.filter == limit else limit)
        if answer.listing:
            answer = replace(answer, unknown_words=_only(answer.unknown_words, answer.listing.words))
        if answer.supported:
            return answer
        spelled_otherwise = {asked for hit in answer.hits for one in hit.evidence for asked, _ in one.matches}
        known = spelled_otherwise | _period_words(answer.question, limit)
        known |= dated_words(answer.question.text, self.retriever.index.articles)
        unknown = self.retriever.unknown_words(answer.question)
        if answer.listing:
            unknown = _only(unknown, answer.listing.words)
        elif answer.question.is_follow_up:
            unknown = tuple(word for word in unknown if word in answer.question.asked)
        return replace(answer, unknown_words=tuple(word for word in unknown if word not in known))

    def _limited(self, question: Question, earlier: Sequence[str], given: Filter | None, today: date) -> Question:
        """The question with its filter; a follow-up that only says where to look asks again what it follows."""
        found = find_filter(question, self.retriever.index.articles, today) if given is None else given
        if question.is_follow_up and asks_only_where(question.asked, question.language, found, today):
            asking = [text for text in earlier if not self._says_only_where(text, today)]
            question = asked_again(question, asking) if asking else question
        return replace(question, filter=found)

    def _says_only_where(self, text: str, today: date) -> bool:
        (alone,) = readings(text, ())
        found = find_filter(alone, self.retriever.index.articles, today)
        return asks_only_where(text, alone.language, found, today)

    def _write(self, question: Question, limit: Filter) -> Answer:
        strangers = self._strangers(question, limit)
        hits = self.retriever.search(question, OF_BOUND if question.bound else self.hits)
        if question.bound:
            hits = [hit for hit in hits if hit.passage.article.id in question.follows][: self.hits]
        answer = self._of_articles(question, hits)
        if answer is None and question.is_follow_up and self._is_of_nothing_here(question, limit):
            answer = Answer(question, Outcome.NOT_FOUND, hits=tuple(hits))
        elif answer is None:
            strange = (
                bool(strangers) or not self.retriever.knows_of(question) or self._is_told_elsewhere(question, hits)
            )
            names, telling = self.retriever.names(question), self.retriever.telling(question)
            answer = self.writer.write(question, hits, names, telling, strange)
        return replace(answer, unknown_words=strangers)

    def _of_articles(self, question: Question, hits: Sequence[Hit]) -> Answer | None:
        """The answer to what is asked of articles themselves; None where the question asks of what they tell."""
        articles = self.retriever.index.articles
        titles = {hit.passage.article.title or "" for hit in hits}
        publishers = {hit.passage.article.publisher for hit in hits if hit.passage.article.publisher}
        if question.follows and (asked_now := asked_of_it(question.asked, question.language)):
            cited = [found for name in question.follows[:MOST] if (found := articles.named(name))]
            return of_cited(cited, question, hits, asked_now)
        # behind a summary "it" is the article
        of_it = question.is_follow_up and overview_asked(question.earlier, question.language) is Overview.SUMMARY
        said = question.text if of_it else question.asked
        sources = (*articles.publishers, *articles.authors)
        wanted = overview_asked(question.asked, question.language, titles, sources)
        of_all = wanted in (Overview.PUBLISHERS, Overview.AUTHORS, Overview.DAYS)
        if not of_all and (asked := asked_of_pieces(said, question.language, titles, publishers)):
            return small_print(question, hits, asked, articles.left_by(question.filter))
        if wanted is None and self._asks_of_a_time(question):
            wanted = Overview.DIGEST
        if wanted:
            return overview(question, wanted, hits, self.retriever, self.answer_words)
        return None

    def _asks_of_a_time(self, question: Question) -> bool:
        """Whether it asks what happened then, and its filter leaves the articles of that time."""
        limited = bool(question.filter) and asks_what_happened(question.asked, question.language)
        return limited and question.filter == find_filter(question, self.retriever.index.articles, date.today())

    def _is_of_nothing_here(self, question: Question, limit: Filter) -> bool:
        """Whether a follow-up by itself names what no article does: then what it follows does not answer it.

        A single noun may be what it asks for ("Gibt es Prozentsätze?").
        """
        alone = replace(question, earlier="", where="")
        when = _period_words(alone, limit)
        nouns = [word for word in self.retriever.unknown_words(alone) if word[0].isupper() and word not in when]
        return bool(self._strangers(alone, limit)) or len(nouns) > 1

    def _is_told_elsewhere(self, question: Question, hits: Sequence[Hit]) -> bool:
        """Whether something that it names is told of in articles, but in none of the source that it is limited to."""
        if not question.filter.source:
            return False
        held = {asked for hit in hits for one in hit.evidence for asked, _ in one.matches}
        period = _period_words(question, question.filter)
        return any(
            term.capital and term.indexed and term.asked not in held and term.asked not in period
            for term in self.retriever.terms(question)
        )

    def _strangers(self, question: Question, limit: Filter) -> tuple[str, ...]:
        when = _period_words(question, limit)
        return tuple(word for word in self.retriever.strangers(question) if word not in when)


def _talked(typed: str) -> tuple[Talk, Language] | None:
    """What is talked of: also more, as nothing was shown that there could be more of."""
    if language := more_asked(typed):
        return Talk.MORE, language
    return small_talk(typed)


def _shown(answer: Answer) -> set[Passage] | set[str]:
    """What an answer shows: the sources that it names, as several may stand on one article, or else its quotes."""
    if answer.listing and answer.listing.sources:
        return {source.name for source in answer.listing.sources.named}
    return {citation.quote for citation in answer.citations}


def _period_words(question: Question, limit: Filter) -> set[str]:
    """Those of its words that limit it to a period."""
    return period_words(question.text) if limit.since or limit.until else set()


def _only(words: Sequence[str], among: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word in among)


def _is_named(answer: Answer) -> bool:
    """Whether one of the first two quotes, as a newer article may lead, is from the passage that is first by the
    question's words or by their letters. Small print always is.
    """
    if answer.confidence is None:
        return True
    first = {citation.quote for citation in answer.citations[:2]}
    hits = (hit for hit in answer.hits if any(evidence.quote in first for evidence in hit.evidence))
    return any(1 in (hit.word_rank, hit.gram_rank) for hit in hits)


def verify(answer: Answer) -> None:
    """Raise ``QuoteError`` unless every sentence is what its first citation quotes, to the letter, and its others, but
    for case and signs; and every number is that of one citation.
    """
    quotes = {citation.number: citation.quote for citation in answer.citations}
    if len(quotes) < len(answer.citations):
        raise QuoteError("two citations have the same number")
    for citation in answer.citations:
        quote = citation.quote
        start, end = citation.focus or (quote.start, quote.end)
        if not 0 <= quote.start <= start < end <= quote.end <= len(quote.article.text):
            raise QuoteError(f"citation {citation.number} lies outside {quote.article.id}")
    for sentence in answer.sentences:
        if not sentence.citations or not quotes.keys() >= set(sentence.citations):
            raise QuoteError(f"the answer cites nothing for: {sentence.text}")
        first, *others = (quotes[number] for number in sentence.citations)
        if sentence.text != first.text or not all(in_the_same_words(sentence.text, quote.text) for quote in others):
            places = ", ".join(f"{quote.start}-{quote.end} of {quote.article.id}" for quote in (first, *others))
            raise QuoteError(f"the answer quotes what is not at {places}")
