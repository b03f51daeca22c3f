"""The nouns that travel between the rooms. All are frozen: a stage returns new ones.

Every offset counts Python characters of ``Article.text``, which never changes once made.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Language: TypeAlias = Literal["de", "en"]
Age: TypeAlias = Literal["oldest", "newest"]
Sources: TypeAlias = Literal["publishers", "authors"]
Listed: TypeAlias = Literal["articles"] | Sources
Span: TypeAlias = tuple[int, int]
"""Start and end, end excluded."""
Vectors: TypeAlias = NDArray[np.float32]
"""One row a text, or one vector; each of length 1."""


class BlockKind(StrEnum):
    """What a stretch of an article is; the value is what JSON and CSS classes carry."""

    TITLE = "title"
    LEAD = "lead"
    HEADING = "heading"
    BODY = "body"
    CAPTION = "caption"
    DATELINE = "dateline"
    """Where and by whom a report was filed: ``Berlin taz |``."""
    BYLINE = "byline"
    DATE = "date"
    TEASER = "teaser"
    """Title and opening of *another* article."""
    LINKS = "links"
    TAGS = "tags"
    PROMO = "promo"


SEARCHABLE = frozenset(BlockKind) - {
    BlockKind.DATELINE,
    BlockKind.LINKS,
    BlockKind.TAGS,
    BlockKind.PROMO,
}
"""The kinds of block that become passages."""


@dataclass(frozen=True, slots=True)
class Block:
    """``article.text[start:end]`` is of one kind. Blocks are in order and do not overlap."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Copy:
    """Another file with the very text of an article."""

    id: str
    publisher: str | None
    published: date | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article, equal to another exactly when file name and text digest are."""

    id: str
    """Its path inside the articles folder, with forward slashes."""
    digest: str
    """SHA-256 of ``text`` in UTF-8, hexadecimal: what every offset was counted on."""
    text: str = field(compare=False, repr=False)
    """Clean reading text: NFC, paragraphs unwrapped and parted by a blank line, marks gone."""
    blocks: tuple[Block, ...] = field(compare=False, repr=False)
    title: str | None = field(compare=False, default=None)
    publisher: str | None = field(compare=False, default=None)
    authors: tuple[str, ...] = field(compare=False, default=())
    published: date | None = field(compare=False, default=None)
    language: Language = field(compare=False, default="de")
    copies: tuple[Copy, ...] = field(compare=False, default=())
    """The other files that hold the same text: it is indexed once and cited under all their names."""

    pages: tuple[int, ...] = field(compare=False, default=(), repr=False)
    """Where in ``text`` each page begins; empty for what has no pages."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Every file that holds it."""
        return self.id, *(copy.id for copy in self.copies)

    @property
    def name(self) -> str:
        """What to call it where people read: its title, or else its file name."""
        return self.title or self.id

    def block_at(self, offset: int) -> Block:
        """The last block that starts at or before ``offset``; the first one starts at 0."""
        return self.blocks[bisect_right(self.blocks, offset, key=lambda block: block.start) - 1]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles are searched; an empty one leaves all. False where it is empty."""

    publisher: str | None = None
    author: str | None = None
    since: date | None = None
    until: date | None = None
    """Both days included; an article without a date lies in no period."""

    def __bool__(self) -> bool:
        return self != Filter()

    @property
    def source(self) -> "Filter":
        """Without its period."""
        return replace(self, since=None, until=None)

    def leaves(self, publishers: Iterable[str], authors: Iterable[str], published: date | None) -> bool:
        """Whether an article of these is searched; one that several papers print has several publishers."""
        in_period = (self.since is None and self.until is None) or (
            published is not None and (self.since or date.min) <= published <= (self.until or date.max)
        )
        return (
            in_period
            and (self.publisher is None or self.publisher.casefold() in map(str.casefold, publishers))
            and (self.author is None or self.author.casefold() in map(str.casefold, authors))
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one article; its text is a slice, so text and offsets cannot disagree."""

    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def block(self) -> Block:
        """The block it begins in."""
        return self.article.block_at(self.start)

    @property
    def page(self) -> int | None:
        """The page it begins on, counted from 1; None where its article has no pages."""
        return bisect_right(self.article.pages, self.start) if self.article.pages else None

    @property
    def kind(self) -> BlockKind:
        return self.block.kind


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and what is searched for it."""

    typed: str
    asked: str
    """What it asks by itself: a misspelt word is what was meant, and the "And" in front of a follow-up is gone."""
    language: Language
    earlier: str = ""
    """Of a follow-up what it leans on; else empty."""
    where: str = ""
    """All that it says by itself, if that is only where to look: ``asked`` is then the question before."""
    _: KW_ONLY
    filter: Filter = Filter()
    further: int = 0
    """How often more was asked for behind it: what was shown before is left out."""
    follows: tuple[str, ...] = ()
    """Of a follow-up the articles, by id, that were cited for what it follows, in that order, or else came nearest."""
    bound: bool = False
    """Whether these alone may answer, as it names nothing of its own: "What did the mayor say?"."""

    @property
    def text(self) -> str:
        """The question as it was read."""
        return " ".join(filter(None, (self.earlier, self.asked, self.where)))

    @property
    def is_follow_up(self) -> bool:
        return bool(self.earlier)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a found passage, and how it bears on the question."""

    quote: Passage
    words: float
    """Share of the question's word mass (idf) that the sentence holds, 0 to 1."""
    grams: float
    """The same over character 4-grams."""
    meaning: float
    """Nearness of the sentence to the question on the model's scale: about 0 unrelated, 1 a plain answer."""
    matches: tuple[tuple[str, str], ...] = ()
    """Words of the question, as asked, and the words of the sentence, as written, that they were matched by."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question."""

    passage: Passage
    score: float
    """Fused, in standard deviations from the candidates' mean; comparable within one question only."""
    word_rank: int | None
    gram_rank: int | None
    meaning_rank: int
    """Places in the three rankings, from 1; equals share theirs. None where it holds no word or 4-gram asked for."""
    evidence: tuple[Evidence, ...]
    """Its sentences, in order; behind them those of passages that say the same."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote: ``quote.text`` is what is shown, and a slice of its article."""

    number: int
    quote: Passage
    focus: Span | None
    """Where in ``article.text`` the words stand that answer; None where that is not sure."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer and the numbers of the citations that prove it."""

    text: str
    citations: tuple[int, ...]


class Outcome(StrEnum):
    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    """The articles do not say."""
    SMALL_TALK = "small_talk"
    """What asks nothing of the articles: nothing is claimed and nothing searched."""


class Talk(StrEnum):
    """What small talk is of."""

    GREETING = "greeting"
    """Or thanks, or nothing at all."""
    SELF = "self"
    """Who or what Belegt is, and what it is good for."""
    WORKINGS = "workings"
    LANGUAGES = "languages"
    PRIVACY = "privacy"
    OPINION = "opinion"
    """What it thinks itself."""
    CANNOT = "cannot"
    """That it should say something in other words than an article does, or write."""
    COMPLAINT = "complaint"
    SOURCE = "source"
    """Where an answer stands, or whether it is true."""
    MORE = "more"
    """More, where nothing was asked before."""


class Confidence(StrEnum):
    """How often answers judged like this one quote the evidence, on questions the model was not trained on."""

    STRONG = "strong"
    """Nine in ten."""
    MODERATE = "moderate"
    """Eight in ten."""
    WEAK = "weak"
    """Six in ten."""


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher or author that an answer names by one of its articles."""

    name: str
    articles: int
    """How many of those that are meant are its."""
    citation: int
    """The number of that which stands for them: the newest."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """That a list goes by those whose the articles are."""

    kind: Sources
    count: int
    """How many there are; not all need be named."""
    named: tuple[Source, ...]
    """Those with most articles first."""


@dataclass(frozen=True, slots=True)
class Listing:
    """That an answer names articles, by their titles."""

    count: int
    """Articles that are meant; not all need be named."""
    exact: bool
    """Whether there are no more than were counted."""
    words: tuple[str, ...]
    """Of the question: what the articles are to be about. Empty where all are listed."""
    ages: tuple[Age, ...] = ()
    """What those named are by their days; both where the oldest and the newest are. Empty where all are named."""
    sources: Sourced | None = None
    """Of a list of publishers or authors; ``count`` is then that of the articles that name theirs."""


@dataclass(frozen=True, slots=True)
class Answer:
    question: Question
    outcome: Outcome
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    """The passages found, best first, whether or not they answer."""
    nearest: tuple[Passage, ...] = ()
    """Of a refusal the sentences that come nearest, the likeliest first; none where none was judged."""
    unsure: bool = False
    """Of a refusal, that it may as well be wrong: one of ``nearest`` may answer."""
    unknown_words: tuple[str, ...] = ()
    """Words of the question that stand nowhere in the articles; of an answered one only names and years."""
    searched: int = 0
    """Articles that were searched."""
    differing: tuple[int, ...] = ()
    """Numbers of citations from different articles that give different numbers for what is asked."""
    confidence: Confidence | None = None
    """None where nothing was to be judged: a refusal, small print, small talk, what is shown further."""
    talk: Talk | None = None
    """Of small talk, what it is of."""
    listing: Listing | None = None
    """Of an answer that lists articles, or finds none to list."""
    compared: tuple[Filter, ...] = ()
    """The periods that the question was asked of one by one, as it compares them; the sentences are in that order."""
    unheard: str = ""
    """Of a refusal, whose words were asked for where nothing found is told as theirs."""
    widened: Filter = Filter()
    """What the question's words limit it to; nothing there answers it, so others were searched."""

    @property
    def supported(self) -> bool:
        return bool(self.citations)

    def cited(self, sentence: Sentence) -> list[Citation]:
        """The citations that prove one of its sentences, in their order there."""
        by_number = {citation.number: citation for citation in self.citations}
        return [by_number[number] for number in sentence.citations]
