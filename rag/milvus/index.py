"""A generation in Milvus as retrieval sees it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from rag.errors import IndexDamaged
from rag.index import Candidates, ModelIdentity, Rows, Scores
from rag.milvus import layout
from rag.milvus.articles import MilvusArticles
from rag.milvus.server import Server
from rag.records import Filter, Passage, Vectors
from rag.store import Manifest

MOST_HITS = 16_384
"""Milvus gives no more rows to one search."""

FIRST_PASSAGES, MOST_PASSAGES = 16, 256
"""Passages fetched at once: an answer looks at about a dozen, a new build at all."""

_AT_ONCE = 4
"""Searches of one question that do not wait for each other."""


class MilvusIndex:
    """Implements ``rag.index.Index``; what a question asks of the server at once does not wait for each other."""

    def __init__(
        self, server: Server, collections: Mapping[str, str], manifest: Manifest, articles: MilvusArticles
    ) -> None:
        """``collections``: the name of each part's."""
        self.articles = articles
        self._server = server
        self._collections = collections
        self._manifest = manifest
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="milvus")

    @property
    def model(self) -> ModelIdentity:
        return self._manifest.model

    @property
    def passage_count(self) -> int:
        return self._manifest.passages

    def candidates(
        self, words: Mapping[str, float], grams: Mapping[str, float], vector: Vectors, filter: Filter, count: int
    ) -> Candidates:
        where = layout.left_by(filter)
        stems, letters = layout.sparse(words), layout.sparse(grams)
        nearest = self._threads.submit(self._nearest, vector, where, 3 * count)
        ranked = [
            self._threads.submit(self._scores, field, terms, where, count)
            for field, terms in (("stems", stems), ("grams", letters))
        ]
        owners = list(dict.fromkeys(nearest.result()))[:count]
        rows = np.array(sorted({*owners, *(row for scores in ranked for row in scores.result())}), np.int64)
        only = layout.among("row", rows)
        cosines = self._threads.submit(self._cosines, vector, rows.tolist())
        both = [
            self._threads.submit(self._scores, field, terms, only, len(rows))
            for field, terms in (("stems", stems), ("grams", letters))
        ]
        by_words, by_grams = (
            np.array([scores.result().get(row, 0.0) for row in rows.tolist()], np.float32) for scores in both
        )
        of_passages = cosines.result()
        starts = np.concatenate([[0], np.cumsum([len(one) for one in of_passages])]).astype(np.int64)
        return Candidates(rows, by_words, by_grams, np.concatenate([np.empty(0, np.float32), *of_passages]), starts)

    def passages(self, rows: Rows) -> Iterator[tuple[Passage, Iterable[Passage]]]:
        first, together = 0, FIRST_PASSAGES
        while first < len(rows):
            yield from self._passages(rows[first : first + together].tolist())
            first, together = first + together, min(2 * together, MOST_PASSAGES)

    def stem_frequencies(self, stems: Collection[str]) -> Mapping[str, int]:
        return self._frequencies("stem", stems)

    def gram_frequencies(self, grams: Collection[str]) -> Mapping[str, int]:
        return self._frequencies("gram", grams)

    def passages_by_article(self) -> Rows:
        counts = np.zeros(len(self.articles), np.int64)
        for found in self._server.all_rows(self._collections["articles"], "piece == 0", ["article", "passages"]):
            counts[found["article"]] = found["passages"]
        return counts

    def sentence_vectors(self) -> Vectors:
        vectors = np.empty((self._manifest.sentences, self.model.dimension), np.float32)
        for found in self._server.all_rows(self._collections["sentences"], "row >= 0", ["row", "vector"]):
            vectors[found["row"]] = found["vector"]
        return vectors

    def _frequencies(self, kind: layout.Name, terms: Collection[str]) -> dict[str, int]:
        if not terms:
            return {}
        found = self._server.rows(self._collections["names"], layout.named(kind, terms), ["key", "number"])
        numbers = {row["key"]: int(row["number"]) for row in found}
        return {term: numbers.get(layout.key(kind, term), 0) for term in terms}

    def _nearest(self, vector: Vectors, where: str, count: int) -> list[int]:
        """The passage of each of the ``count`` nearest sentences, nearest first."""
        view = layout.considered(self._manifest.sentences, count)
        found = self._server.search(
            self._collections["sentences"], "vector", vector, where, count, ["passage"], ef=view
        )
        return [int(hit["entity"]["passage"]) for hit in found]

    def _scores(self, field: str, terms: Mapping[int, float], where: str, count: int) -> dict[int, float]:
        """The best passages for terms, by row."""
        if not terms or not count:
            return {}
        found = self._server.search(self._collections["passages"], field, terms, where, count)
        return {int(hit["row"]): float(hit["distance"]) for hit in found}

    def _cosines(self, vector: Vectors, passages: list[int]) -> list[Scores]:
        """The cosine of each passage's sentences, in their order.

        They are searched for, so that the vectors stay where they are; those that a graph misses are fetched.
        """
        if not passages:
            return []
        sentences, where = self._collections["sentences"], layout.among("passage", passages)
        cosines: defaultdict[int, dict[int, float]] = defaultdict(dict)
        expected: dict[int, int] = {}
        for hit in self._server.search(
            sentences, "vector", vector, where, MOST_HITS, ["passage", "together"], ef=MOST_HITS
        ):
            passage = int(hit["entity"]["passage"])
            cosines[passage][int(hit["row"])] = float(hit["distance"])
            expected[passage] = int(hit["entity"]["together"])
        missed = [passage for passage in passages if len(cosines[passage]) != expected.get(passage)]
        if missed:
            for row in self._server.rows(sentences, layout.among("passage", missed), ["row", "passage", "vector"]):
                cosines[row["passage"]][row["row"]] = float(np.asarray(row["vector"], np.float32) @ vector)
        if lost := [passage for passage in passages if not cosines[passage]]:
            raise IndexDamaged(f"{self._server.address} holds no sentence of passage {lost[0]}: run `rag build --full`")
        return [np.array([cosine for _, cosine in sorted(cosines[row].items())], np.float32) for row in passages]

    def _passages(self, rows: list[int]) -> Iterator[tuple[Passage, list[Passage]]]:
        waiting = self._threads.submit(
            self._server.rows,
            self._collections["sentences"],
            layout.among("passage", rows),
            ["row", "passage", "start", "end"],
        )
        where = layout.among("row", rows)
        passages = self._server.rows(self._collections["passages"], where, ["row", "article", "start", "end"])
        found = {one["row"]: (one["article"], one["start"], one["end"]) for one in passages}
        sentences: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for one in waiting.result():
            sentences[one["passage"]].append((one["row"], one["start"], one["end"]))
        articles = self.articles.fetch([found[row][0] for row in rows])
        for row, article in zip(rows, articles, strict=True):
            _, start, end = found[row]
            yield Passage(article, start, end), [Passage(article, *span) for _, *span in sorted(sentences[row])]
