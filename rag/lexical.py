"""The best rows for words, by BM25 (Robertson & Zaragoza 2009) over any terms: stems or 4-grams."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

_NO_TERM = ""


class WordIndex:
    """BM25 in Lucene's form, every weight computed when the index is built."""

    def __init__(self, index: bm25s.BM25) -> None:
        self._index = index
        self._starts, self._rows, self._weights = (
            np.asarray(index.scores[name]) for name in ("indptr", "indices", "data")
        )

    @classmethod
    def build(cls, rows: Sequence[Sequence[str]], k1: float, b: float) -> "WordIndex":
        """``rows``: the terms of each row, repeated as often as they occur."""
        index = bm25s.BM25(k1=k1, b=b, method="lucene")
        filled = rows if any(rows) else [[_NO_TERM] for _ in rows]  # bm25s cannot index nothing at all
        index.index([list(terms) for terms in filled], show_progress=False)
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> "WordIndex":
        return cls(bm25s.BM25.load(folder, load_corpus=False, mmap=True, allow_pickle=False))

    def save(self, folder: Path) -> None:
        self._index.save(folder, allow_pickle=False, show_progress=False)

    def __len__(self) -> int:
        return int(self._index.scores["num_docs"])

    def scores(self, terms: Mapping[str, float]) -> NDArray[np.float32]:
        """The BM25 score of every row, each term's part of it times its weight; unknown terms count nothing."""
        scores = np.zeros(len(self), np.float32)
        for term, weight in terms.items():
            column = self._column(term)
            if column is not None:
                entries = slice(self._starts[column], self._starts[column + 1])
                scores[self._rows[entries]] += np.float32(weight) * self._weights[entries]
        return scores

    def frequency(self, term: str) -> int:
        """How many rows hold the term."""
        column = self._column(term)
        if column is None:
            return 0
        return int(self._starts[column + 1] - self._starts[column])

    def _column(self, term: str) -> int | None:
        """The term's column in the score matrix; bm25s knows one term, the empty one, that has none."""
        column = self._index.vocab_dict.get(term)
        return column if column is not None and column + 1 < len(self._starts) else None

    def rarity(self, term: str) -> float:
        """The term's inverse document frequency, as BM25 counts it; highest for a term of no row."""
        holding = self.frequency(term)
        return float(np.log(1 + (len(self) - holding + 0.5) / (holding + 0.5)))
