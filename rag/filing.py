"""What a passage is found by: its own words, and those of its surroundings that people ask with."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from rag.records import Article, BlockKind, Passage
from rag.splitting import split_sentences

_ASKED_WITH = {
    BlockKind.BYLINE: "Autor Autorin Verfasser geschrieben verfasst schrieb author wrote written byline",
    BlockKind.DATE: "Datum erschienen erschien veröffentlicht aktualisiert date published appeared updated",
    BlockKind.CAPTION: "Bild Foto Fotograf Aufnahme picture photo photographer image",
}
"""The small print of an article says what it is only by where it stands: in which words it is asked for."""

_OVER = frozenset({BlockKind.TITLE, BlockKind.HEADING})

SECTION_BLOCKS = 20
"""How many blocks up a heading is looked for."""


def searched_text(passage: Passage) -> str:
    """The passage's text with its article's title and publisher, the question that it answers there, and the words its
    kind is asked for with.

    A teaser speaks of another article, so it is left to its own words.
    """
    if passage.kind is BlockKind.TEASER:
        return passage.text
    article = passage.article
    title = article.title if article.title and passage.kind is not BlockKind.TITLE else ""
    parts = (title, article.publisher, question_above(passage), _ASKED_WITH.get(passage.kind), passage.text)
    return "\n".join(filter(None, parts))


def question_above(passage: Passage) -> str:
    """The heading that asks for what the passage tells, as above an interview's answer; empty where none does."""
    article = passage.article
    row = bisect_right(article.blocks, passage.start, key=lambda block: block.start) - 1
    before = reversed(article.blocks[max(0, row - SECTION_BLOCKS) : row])
    above = next((block for block in before if block.kind in _OVER), None)
    if above is None or above.kind is BlockKind.TITLE or article.blocks[row].kind is not BlockKind.BODY:
        return ""
    text = article.text[above.start : above.end]
    return text if text.endswith("?") else ""


def sentences_of(passage: Passage) -> list[Passage]:
    """The sentences of a passage, in order, as passages of their own."""
    return [
        Passage(passage.article, passage.start + start, passage.start + end)
        for start, end in split_sentences(passage.text)
    ]


def subjects(article: Article, sentences: Iterable[Passage]) -> Iterator[str]:
    """What stands over each of an article's sentences and tells what "the agency" or "he" means: the question that it
    answers there, the title, or of an untitled article the heading above. A teaser has its own. Empty where there is
    none.
    """
    headings = [] if article.title else [block for block in article.blocks if block.kind is BlockKind.HEADING]
    ends = [block.end for block in headings]
    for sentence in sentences:
        above = bisect_right(ends, sentence.start)
        heading = article.text[headings[above - 1].start : ends[above - 1]] if above else ""
        yield _subject(sentence, question_above(sentence) or article.title or heading)


def _subject(sentence: Passage, over: str) -> str:
    article, block = sentence.article, sentence.block
    if block.kind is BlockKind.TEASER:
        own = article.text[block.start : block.end].split("\n")[0]
        return own if sentence.start > block.start else ""
    return "" if block.kind is BlockKind.TITLE else over
