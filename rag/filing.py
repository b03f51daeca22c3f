"""What a passage is found by: its own words, and those of its surroundings that people ask with."""

from rag.records import BlockKind, Passage
from rag.splitting import split_sentences

_ASKED_WITH = {
    BlockKind.BYLINE: "Autor Autorin Verfasser geschrieben verfasst schrieb author wrote written byline",
    BlockKind.DATE: "Datum erschienen erschien veröffentlicht aktualisiert date published appeared updated",
    BlockKind.CAPTION: "Bild Foto Fotograf Aufnahme picture photo photographer image",
}
"""The small print of an article says what it is only by where it stands: in which words it is asked for."""


def searched_text(passage: Passage) -> str:
    """The passage's text with its article's title and publisher, and the words its kind is asked for with.

    A teaser speaks of another article, so it is left to its own words.
    """
    if passage.kind is BlockKind.TEASER:
        return passage.text
    article = passage.article
    title = article.title if article.title and passage.kind is not BlockKind.TITLE else ""
    parts = (title, article.publisher, _ASKED_WITH.get(passage.kind), passage.text)
    return "\n".join(filter(None, parts))


def sentences_of(passage: Passage) -> list[Passage]:
    """The sentences of a passage, in order, as passages of their own."""
    return [
        Passage(passage.article, passage.start + start, passage.start + end)
        for start, end in split_sentences(passage.text)
    ]


def subject(sentence: Passage) -> str:
    """What stands over a sentence and tells what "the agency" or "he" means: the title of its article, or of an
    untitled one the heading above. A teaser has its own. Empty where there is none.
    """
    article, block = sentence.article, sentence.block
    if block.kind is BlockKind.TEASER:
        own = article.text[block.start : block.end].split("\n")[0]
        return own if sentence.start > block.start else ""
    if block.kind is BlockKind.TITLE:
        return ""
    if article.title:
        return article.title
    headings = [b for b in article.blocks if b.kind is BlockKind.HEADING and b.end <= sentence.start]
    return article.text[headings[-1].start : headings[-1].end] if headings else ""
