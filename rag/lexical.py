"""The best rows for words, by BM25 (Robertson & Zaragoza 2009) over any terms: stems or 4-grams."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BUDGET = 400_000
"""Entries that the rows for a question are chosen by, its rarest terms first (an anytime ranking, Lin & Trotman
2015), in some 4 ms. Up to some 10,000 passages there are no more. The scores of chosen rows are of all terms."""

_SAMPLED, _RUNS = 8192, 64
"""Rows by which the least score worth a look is guessed, and in how many runs they lie."""

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

    def rank(self, terms: Mapping[str, float]) -> "Ranking":
        """The rows by their BM25 scores, each term's part of it times its weight; unknown terms count nothing."""
        weighed = [(self._entries(term), np.float32(weight)) for term, weight in terms.items() if term in self.columns]
        weighed.sort(key=lambda one: one[0].stop - one[0].start)
        scores = np.zeros(self.count, np.float32)
        looked_at, taken = 0, 0
        for entries, weight in weighed:
            looked_at += entries.stop - entries.start
            if taken and looked_at > BUDGET:
                break
            scores[self.rows[entries]] += weight * self.weights[entries]
            taken += 1
        return Ranking(self, scores, left=weighed[taken:])

    def frequency(self, term: str) -> int:
        """How many rows hold the term."""
        return len(self.rows[self._entries(term)])

    def _entries(self, term: str) -> slice:
        """The entries of the term's column; none for an unknown one."""
        column = self.columns.get(term)
        return slice(0, 0) if column is None else slice(int(self.starts[column]), int(self.starts[column + 1]))


@dataclass(frozen=True, eq=False)
class Ranking:
    """The rows of a word index by their scores for some terms."""

    index: WordIndex
    scores: NDArray[np.float32]
    """Of every row, for the rarest terms."""
    left: Sequence[tuple[slice, np.float32]]
    """The entries and the weight of each of the other terms."""

    def best(self, count: int, among: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """The rows of the ``count`` highest scores above zero, in no order. With ``among`` only of rows it is true of.

        By the rarest terms alone, but for the few rows that a filter leaves: of these, none may hold them.
        """
        scores = self.scores if among is None else self._scores_among(among)
        some = _some(scores)
        least = np.partition(some, -count)[-count] if len(some) > count else 0  # no more than the count-th of all
        rows = np.flatnonzero(scores >= least) if least > 0 else np.flatnonzero(scores)
        if len(rows) > count:
            rows = rows[np.argpartition(-scores[rows], count - 1)[:count]]
        return rows

    def _scores_among(self, among: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The scores of the rows that ``among`` is true of, zero elsewhere.

        For all terms where these rows are few, else for the rarest terms that any of them holds.
        """
        rows = np.flatnonzero(among)
        scores = np.where(among, self.scores, 0)
        if len(rows) * len(self.left) <= BUDGET:
            scores[rows] = self.at(rows)
            return scores
        for entries, weight in self.left:
            if scores.any():
                break
            holding = self.index.rows[entries]
            scores[holding] = weight * self.index.weights[entries] * among[holding]
        return scores

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The scores of the given rows for all terms, in their order."""
        found = self.scores[rows]
        wanted = rows.astype(np.int32)  # else each column would be copied to the type of these
        for entries, weight in self.left:
            holding = self.index.rows[entries]
            at = np.minimum(np.searchsorted(holding, wanted), len(holding) - 1)
            found += np.where(holding[at] == wanted, weight * self.index.weights[entries][at], 0)
        return found


def _some(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """``_SAMPLED`` of the scores, or all: runs from everywhere, as neighbours in memory are read together."""
    length = len(scores) // _RUNS
    if len(scores) <= _SAMPLED:
        return scores
    return scores[: length * _RUNS].reshape(_RUNS, length)[:, : _SAMPLED // _RUNS].ravel()
