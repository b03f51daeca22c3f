"""The best rows for words, by BM25 (Robertson & Zaragoza 2009) over any terms: stems or 4-grams."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_TERMS = "terms.txt"
_ARRAYS = ("starts", "rows", "weights")


@dataclass(frozen=True, eq=False)
class WordIndex:
    """BM25 in Lucene's form, every weight computed when the index is built: a sparse matrix by columns."""

    columns: Mapping[str, int]
    """The column of each term."""
    count: int
    """Rows, those without any term included."""
    starts: NDArray[np.int64]
    """(terms + 1,): where in ``rows`` and ``weights`` each column begins."""
    rows: NDArray[np.int32]
    """The rows that hold a term, ascending within its column."""
    weights: NDArray[np.float32]
    """What the term counts in each of them."""

    @classmethod
    def build(cls, rows: Iterable[Sequence[str]], k1: float, b: float) -> "WordIndex":
        """``rows``: the terms of each row, repeated as often as they occur. Each is looked at once, in order."""
        known: dict[str, int] = {}
        columns, counts, lengths, distinct = array("i"), array("i"), array("i"), array("i")
        for terms in rows:
            counted = Counter(terms)
            columns.extend(known.setdefault(term, len(known)) for term in counted)
            counts.extend(counted.values())
            lengths.append(len(terms))
            distinct.append(len(counted))
        column, length = np.asarray(columns), np.asarray(lengths, dtype=np.float32)
        order = np.argsort(column, kind="stable")
        holding = np.bincount(column, minlength=len(known))
        rarity = np.log(1 + (len(length) - holding + 0.5) / (holding + 0.5)).astype(np.float32)
        row = np.repeat(np.arange(len(length), dtype=np.int32), np.asarray(distinct))[order]
        count = np.asarray(counts)[order].astype(np.float32)
        usual = k1 * (1 - b + b * length / (length.mean() or 1))
        return cls(
            columns=known,
            count=len(length),
            starts=np.concatenate([[0], np.cumsum(holding)]).astype(np.int64),
            rows=row,
            weights=(np.repeat(rarity, holding) * count / (count + usual[row])).astype(np.float32),
        )

    @classmethod
    def load(cls, folder: Path) -> "WordIndex":
        """What ``save`` wrote, read from the disk as it is needed; raises ``OSError`` or ``ValueError``."""
        count, *terms = (folder / _TERMS).read_text(encoding="utf-8").split("\n")
        starts, rows, weights = (
            np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)) for name in _ARRAYS
        )
        return cls({term: column for column, term in enumerate(terms)}, int(count), starts, rows, weights)

    def save(self, folder: Path) -> None:
        folder.mkdir()
        (folder / _TERMS).write_text("\n".join([str(self.count), *self.columns]), encoding="utf-8", newline="\n")
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)

    def __len__(self) -> int:
        return self.count

    def scores(self, terms: Mapping[str, float]) -> NDArray[np.float32]:
        """The BM25 score of every row, each term's part of it times its weight; unknown terms count nothing."""
        scores = np.zeros(self.count, np.float32)
        for term, weight in terms.items():
            if term in self.columns:
                entries = self._entries(term)
                scores[self.rows[entries]] += np.float32(weight) * self.weights[entries]
        return scores

    def frequency(self, term: str) -> int:
        """How many rows hold the term."""
        return len(self.rows[self._entries(term)])

    def _entries(self, term: str) -> slice:
        """The entries of the term's column; none for an unknown one."""
        column = self.columns.get(term)
        return slice(0, 0) if column is None else slice(int(self.starts[column]), int(self.starts[column + 1]))
