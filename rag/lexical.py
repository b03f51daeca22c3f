"""The best rows for words, by BM25 (Robertson & Zaragoza 2009) over any terms: stems or 4-grams."""

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

_NO_TERM = ""


class WordIndex:
    """BM25 in Lucene's form, every weight computed when the index is built."""

    def __init__(self, index: bm25s.BM25) -> None:
        self._index = index

    @classmethod
    def build(cls, rows: Sequence[Sequence[str]], k1: float, b: float) -> "WordIndex":
        """``rows``: the terms of each row, repeated as often as they occur."""
        index = bm25s.BM25(k1=k1, b=b, method="lucene")
        filled = rows if any(rows) else [[_NO_TERM] for _ in rows]  # bm25s cannot index nothing at all
        index.index([list(terms) for terms in filled], show_progress=False)
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> "WordIndex":
        return cls(bm25s.BM25.load(folder, load_corpus=False, allow_pickle=False))

    def save(self, folder: Path) -> None:
        self._index.save(folder, allow_pickle=False, show_progress=False)

    def __len__(self) -> int:
        return int(self._index.scores["num_docs"])

    def scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """The BM25 score of every row; a term given twice counts twice, an unknown one nothing."""
        known = self._index.get_tokens_ids(list(terms))
        if not known:
            return np.zeros(len(self), np.float32)
        scores: NDArray[np.float32] = self._index.get_scores_from_ids(known)
        return scores

    def frequency(self, term: str) -> int:
        """How many rows hold the term."""
        column = self._index.vocab_dict.get(term)
        starts = self._index.scores["indptr"]
        if column is None or column + 1 >= len(starts):
            return 0
        return int(starts[column + 1] - starts[column])

    def rarity(self, term: str) -> float:
        """The term's inverse document frequency, as BM25 counts it; highest for a term of no row."""
        holding = self.frequency(term)
        return float(np.log(1 + (len(self) - holding + 0.5) / (holding + 0.5)))
