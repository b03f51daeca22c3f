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


def embedded_text(sentence: Passage, predecessor: Passage | None) -> str:
    """What the model reads for a sentence: the one before it tells whom "he" means."""
    if sentence.kind in _ASKED_WITH and sentence.article.title:
        return f"{sentence.article.title}: {sentence.text}"
    return f"{predecessor.text} {sentence.text}" if predecessor else sentence.text
