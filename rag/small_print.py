"""Who wrote an article, when it appeared, what its picture shows: answered by that block of it and by no other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rag.answering import quoting
from rag.bilingual.lexicon import forms
from rag.language import content_words, grams, stem, stemmed
from rag.pieces import OfPiece, about_a_piece, is_credited, is_reading_time, means_several, subject_of
from rag.records import Answer, Article, BlockKind, Hit, Passage, Question

MOST = 5
"""Blocks quoted at most."""

ABOUT = 0.5
"""Share of the question's words from which an article is what the question is about."""

HELD = 0.6
"""Share of a word's 4-grams that an article must hold to be said to hold the word: compounds and inflections."""

KINDS: Mapping[OfPiece, BlockKind] = {
    OfPiece.AUTHOR: BlockKind.BYLINE,
    OfPiece.PUBLISHED: BlockKind.DATE,
    OfPiece.PICTURE: BlockKind.CAPTION,
    OfPiece.CREDIT: BlockKind.CAPTION,
    OfPiece.TAGS: BlockKind.TAGS,
    OfPiece.HEADLINE: BlockKind.TITLE,
    OfPiece.READING: BlockKind.PROMO,
}
"""The only kind of block that answers it; a publisher stands beside the title."""

_BESIDE_TITLES: Mapping[OfPiece, Callable[[Article], object]] = {
    OfPiece.AUTHOR: lambda article: article.authors,
    OfPiece.PUBLISHED: lambda article: article.published,
    OfPiece.PUBLISHER: lambda article: article.publisher,
}
"""What stands beside a title, if an article or its file tells it."""

_NEVER_TOLD = frozenset({BlockKind.BYLINE, BlockKind.DATE, BlockKind.CAPTION, BlockKind.TAGS})
"""An article found by one of these was not found by what it tells."""


def of_cited(cited: Sequence[Article], question: Question, hits: Sequence[Hit], asked: OfPiece) -> Answer:
    """The answer for the articles that were just cited, of several by their titles."""
    told = [blocks for blocks in (_telling(article, asked, by_title=len(cited) > 1) for article in cited) if blocks]
    quotes = [block for blocks in told for block in blocks[:1]][:MOST]
    return quoting(question, [[quote] for quote in quotes], hits, {}, None)


def small_print(question: Question, hits: Sequence[Hit], asked: OfPiece, searched: int) -> Answer:
    """An answer of the blocks that tell it; ``searched`` counts the articles searched."""
    blocks = _blocks(question, hits, asked, searched)
    return quoting(question, [[block] for block in blocks], led_by(blocks, hits), {}, None)


def _blocks(question: Question, hits: Sequence[Hit], asked: OfPiece, searched: int) -> list[Passage]:
    """The blocks that tell it of the article that the question is about, or of each if it is about several."""
    several = means_several(question.asked, question.language)
    if asked is OfPiece.PUBLISHER:  # the asker knows of one, and sees by the title which is told of
        hits = [hit for hit in hits if hit.passage.article.publisher]
    quotes: list[Passage] = []
    for article in _meant(question, hits, searched, several):
        quotes += _telling(article, asked)
        if quotes and not several:
            break
    return (quotes or _agreeing(question, hits, asked, searched))[:MOST]


def _agreeing(question: Question, hits: Sequence[Hit], asked: OfPiece, searched: int) -> list[Passage]:
    """Of a question that names a source or a time and no subject, the blocks of all those few articles, if each says
    the same: then it does not matter which is meant.
    """
    found = {hit.passage.article.id: hit.passage.article for hit in hits}
    if not question.filter or subject_of(question.asked, question.language) or searched != len(found):
        return []
    told = [_telling(article, asked) for article in found.values()]
    return [blocks[0] for blocks in told] if all(told) and len({blocks[0].text for blocks in told}) == 1 else []


def _telling(article: Article, asked: OfPiece, by_title: bool = False) -> list[Passage]:
    """The blocks of the article that tell it, or its title, beside which it stands, where only its file tells it, or
    ``by_title`` where it is to be seen which article it is of.
    """
    blocks = [Passage(article, one.start, one.end) for one in article.blocks if one.kind is KINDS.get(asked)]
    if asked is OfPiece.CREDIT:
        return [block for block in blocks if is_credited(block.text)]
    if asked is OfPiece.READING:
        return [block for block in blocks if is_reading_time(block.text)]
    if asked in _BESIDE_TITLES and (by_title or not blocks):
        titles = [Passage(article, one.start, one.end) for one in article.blocks if one.kind is BlockKind.TITLE]
        return titles[:1] if _BESIDE_TITLES[asked](article) else []
    return _joined(blocks) if asked is OfPiece.TAGS else blocks


def _meant(question: Question, hits: Sequence[Hit], searched: int, several: bool) -> list[Article]:
    """The article that the question is about, in the order found; all of them if it is about several.

    Meant are those of the articles found by their text that hold the most, and at least half, of what the question
    names as its subject, or of all that it says where it names none, and where one is meant the one of them whose title
    holds the most; without a subject also those that are ``searched``, if it is one, or few and several are meant. None
    where no article is meant. A teaser found first that holds any of it speaks of an article that is not here.
    """
    subject = subject_of(question.asked, question.language)
    all_meant = not subject and (searched == 1 or (several and searched <= MOST))
    found = [hit.passage for hit in hits if hit.passage.kind not in _NEVER_TOLD]
    said = subject or question.text
    if not all_meant:
        if found and found[0].kind is BlockKind.TEASER and _share_held(found[0].text, found[0].article, question, said):
            return []
        found = [passage for passage in found if passage.kind is not BlockKind.TEASER]
    meant = list({passage.article.id: passage.article for passage in found}.values())
    if not all_meant:
        held = [
            (
                _share_held(article.text, article, question, said),
                0.0 if several else _share_held(article.title or "", article, question, said),
            )
            for article in meant
        ]
        most = max([(ABOUT, 0.0), *held])
        meant = [article for article, shares in zip(meant, held, strict=True) if shares >= most]
    return meant


def led_by(blocks: Sequence[Passage], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """As many hits, first those that hold the blocks; a block that none holds is found by its article's best hit."""
    leading: dict[Passage, Hit] = {}
    for block in blocks:
        of_article = [hit for hit in hits if _is_of(hit, block.article)]
        own = (hit for hit in of_article if hit.passage.article == block.article)
        held = (hit for hit in own if hit.passage.start <= block.start and block.end <= hit.passage.end)
        hit = next(held, None) or replace(of_article[0], passage=block, evidence=())
        leading[hit.passage] = hit
    others = (hit for hit in hits if hit.passage not in leading)
    return (*leading.values(), *others)[: max(len(hits), len(leading))]


def _is_of(hit: Hit, article: Article) -> bool:
    """Whether its passage is of the article, or one of this says the same."""
    return hit.passage.article == article or any(one.quote.article == article for one in hit.evidence)


def _joined(blocks: Sequence[Passage]) -> list[Passage]:
    """Blocks with nothing between them as one."""
    joined: list[Passage] = []
    for block in blocks:
        if joined and block.article.text[joined[-1].end : block.start].isspace():
            joined[-1] = replace(joined[-1], end=block.end)
        else:
            joined.append(block)
    return joined


def _share_held(text: str, article: Article, question: Question, said: str) -> float:
    """The share of the words of what the question ``said`` that the article's ``text`` holds, be it in translation.

    Left out are those for the piece itself, its publisher and the filter's names.
    """
    stems = stemmed(text, article.language)
    letters = {gram for word in stems for gram in grams(word)}
    names = " ".join(filter(None, [article.publisher, question.filter.publisher, question.filter.author]))
    named = {word.folded for word in content_words(names, article.language)}
    held = [
        any(
            stem(form, article.language) in stems
            or sum(gram in letters for gram in grams(form)) > HELD * len(grams(form))
            for form in forms(word.folded, question.language, article.language)
        )
        for word in content_words(said, question.language)
        if word.folded not in named and not about_a_piece(said[word.start : word.end], question.language)
    ]
    return sum(held) / len(held) if held else 0.0
