"""An index as the rows of Milvus's collections; ``layout`` says what these hold."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any, TypeAlias

import numpy as np

from rag.corpus import article_fields, words_of
from rag.index import GRAMS_B, GRAMS_K1, WORDS_B, WORDS_K1, LocalIndex, passage_terms
from rag.milvus import layout
from rag.store import Manifest, Source

BATCH = 500
"""Rows written at once: some 4 MB of passages, where Milvus takes 64."""

Row: TypeAlias = dict[str, Any]
Terms: TypeAlias = Sequence[Sequence[str]]
"""Of each passage, repeated as often as they occur."""


def rows_of(index: LocalIndex, manifest: Manifest, sources: Sequence[Source]) -> dict[str, Iterator[Row]]:
    """The rows of each collection, made as they are iterated."""
    stems, grams = zip(*(passage_terms(index.passage(row)) for row in range(index.passage_count)), strict=True)
    of_article = [
        layout.catalogue(
            entry.publishers, entry.authors, entry.published.toordinal() if entry.published else layout.NONE
        )
        for entry in index.articles.entries
    ]
    return {
        "articles": _articles(index, of_article),
        "passages": _passages(index, of_article, stems, grams),
        "sentences": _sentences(index, of_article),
        "names": _names(index, stems, grams),
        "facts": _facts(index, manifest, sources),
    }


def batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _articles(index: LocalIndex, of_article: Sequence[Row]) -> Iterator[Row]:
    passages = index.passages_by_article().tolist()
    for row, article in enumerate(index.articles):
        for number, text in enumerate(_pieces(json.dumps(article_fields(article)))):
            yield of_article[row] | {
                "row": row * layout.PIECES + number,
                "article": row,
                "piece": number,
                "passages": passages[row],
                "text": text,
                "unused": layout.UNUSED,
            }


def _passages(index: LocalIndex, of_article: Sequence[Row], stems: Terms, grams: Terms) -> Iterator[Row]:
    by_stems = layout.weighed(stems, WORDS_K1, WORDS_B)
    by_grams = layout.weighed(grams, GRAMS_K1, GRAMS_B)
    for row, (words, letters) in enumerate(zip(by_stems, by_grams, strict=True)):
        article, start, end = index.passage_rows[row].tolist()
        yield of_article[article] | {
            "row": row,
            "article": article,
            "start": start,
            "end": end,
            "stems": {layout.NONE: 1.0} | layout.sparse(words),
            "grams": {layout.NONE: 1.0} | layout.sparse(letters),
        }


def _sentences(index: LocalIndex, of_article: Sequence[Row]) -> Iterator[Row]:
    together = np.bincount(index.sentence_rows[:, 0]).tolist()
    for row, (passage, start, end) in enumerate(index.sentence_rows.tolist()):
        article = int(index.passage_rows[passage, 0])
        yield of_article[article] | {
            "row": row,
            "passage": passage,
            "together": together[passage],
            "article": article,
            "start": start,
            "end": end,
            "vector": index.vectors.vector(row),
        }


def _names(index: LocalIndex, stems: Terms, grams: Terms) -> Iterator[Row]:
    numbers = {layout.key("stem", stem): holding for stem, holding in layout.frequencies(stems).items()}
    numbers |= {layout.key("gram", gram): holding for gram, holding in layout.frequencies(grams).items()}
    numbers |= {layout.key("word", word): 0 for word in words_of(index.articles)}
    numbers |= {layout.key("file", name): row for row, entry in enumerate(index.articles.entries) for name in entry.ids}
    return ({"key": key, "number": number, "unused": layout.UNUSED} for key, number in numbers.items())


def _facts(index: LocalIndex, manifest: Manifest, sources: Sequence[Source]) -> Iterator[Row]:
    articles = index.articles
    known = {
        "publishers": articles.publishers,
        "authors": articles.authors,
        "published": sorted(day.isoformat() for day in articles.published),
        "languages": sorted(articles.languages),
    }
    documents = {
        "layout": str(layout.LAYOUT),
        "manifest": json.dumps(asdict(manifest)),
        "known": json.dumps(known),
        "sources": "".join(json.dumps(asdict(source)) + "\n" for source in sources),
    }
    for name, text in documents.items():
        for number, piece in enumerate(_pieces(text)):
            yield {"key": f"{name}/{number:09}", "text": piece, "unused": layout.UNUSED}


def _pieces(text: str) -> list[str]:
    """A text of ASCII, cut to what a field holds."""
    return [text[first : first + layout.PIECE] for first in range(0, len(text), layout.PIECE)]
