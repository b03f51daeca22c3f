"""The nearest rows to a vector, by FAISS: each row compared while they are few, lists of like ones beyond."""

import math
import os
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.records import Vectors

EXACT_ROWS = 50_000
"""Up to so many rows each is compared, which takes one core 4 ms. ``evals/README.md`` has what the lists cost."""

VIEWED = 512
"""Lists that a search looks into; all of them up to some 58,000 rows, an eighth of them for two million."""

REFINED = 1000
"""Rows taken from the lists by their codes, and then compared as they are."""

SCANNED = 100
"""All rows are gone through for some if they are no more than so many times these: FAISS compares rows as they are
kept, in less than half the time that it takes to decode them first."""

CODE_NUMBERS = 4
"""Numbers of a vector that share a half-byte of its code (product quantisation, Jégou et al. 2011, by the fast scan
of André et al. 2017). With half as many the recall is the same, as the rows that come near are compared anyhow."""

PER_LIST, ROUNDS = 50, 8
"""Rows a list to find the lists by (k-means), and how often they are gone through."""

RANGES, TINY = 8, 1e-6
"""Ranges of numbers kept in 8 bits, a doubling; and the least one."""

MAPPED_BYTES = 100_000_000
"""A larger file is read from the disk as it is needed."""

VECTORS, LISTS = "vectors.faiss", "lists.faiss"


def unit(vector: Vectors) -> Vectors:
    """The vector at length 1; a zero vector as it is."""
    length = np.sqrt(vector @ vector)
    return vector / length if length else vector


class VectorIndex:
    """Search by inner product, which for unit vectors is the cosine.

    Rows are kept in half precision, and in 8 bits where lists are made of them: built in again, such a row stays the
    same while the ranges of its columns do.
    """

    def __init__(self, rows: faiss.Index, lists: faiss.Index | None) -> None:
        """``lists`` of the same rows, where they are too many to compare each."""
        self._rows = rows
        self._lists = lists

    @classmethod
    def build(cls, vectors: Vectors) -> "VectorIndex":
        """``vectors``: (rows, dimension) float32 of length 1."""
        few = len(vectors) <= EXACT_ROWS
        rows = _halves(vectors.shape[1]) if few else _bytes(vectors)
        rows.add(np.ascontiguousarray(vectors))
        return cls(rows, None if few else _lists_of(vectors))

    @classmethod
    def load(cls, folder: Path) -> "VectorIndex":
        """What ``save`` wrote; raises ``OSError`` or ``RuntimeError`` where it cannot be read."""
        lists = folder / LISTS
        return cls(_read(folder / VECTORS), _read(lists) if lists.exists() else None)

    def save(self, folder: Path) -> None:
        (folder / VECTORS).write_bytes(faiss.serialize_index(self._rows).tobytes())
        if self._lists is not None:
            (folder / LISTS).write_bytes(faiss.serialize_index(self._lists).tobytes())

    def __len__(self) -> int:
        return int(self._rows.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._rows.d)

    def vector(self, row: int) -> Vectors:
        copied: Vectors = self._rows.reconstruct_n(row, 1)[0]
        return copied

    def vectors(self) -> Vectors:
        """A copy of all rows, (rows, dimension)."""
        copied: Vectors = self._rows.reconstruct_n(0, len(self))
        return copied

    def nearest(self, vector: Vectors, count: int, among: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """The ``count`` nearest rows, nearest first; fewer where there are fewer. With ``among`` only of these."""
        if among is not None and not len(among):
            return among
        faiss.omp_set_num_threads(1)  # one question is too little work for two: they wait for each other
        left = len(self) if among is None else len(among)
        if self._lists is None or left <= EXACT_ROWS:
            how = faiss.SearchParameters(sel=self._only(among))  # type: ignore[call-arg]  # as FAISS's guide does
            _, rows = self._rows.search(vector[None, :], min(count, left), params=how)
            exact: NDArray[np.int64] = rows[0]
            return exact[exact >= 0]
        within = faiss.IVFSearchParameters(sel=self._only(among), nprobe=VIEWED)  # type: ignore[call-arg]
        _, rows = self._lists.search(vector[None, :], min(max(count, REFINED), left), params=within)
        near: NDArray[np.int64] = np.sort(rows[0][rows[0] >= 0])  # as they lie on the disk
        return near[np.argsort(-self.cosines(vector, near), kind="stable")[:count]]

    def cosines(self, vector: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosines of the given rows, in their order."""
        if len(self) <= SCANNED * len(rows):
            faiss.omp_set_num_threads(1)
            only = faiss.SearchParameters(sel=self._only(rows))  # type: ignore[call-arg]
            cosines, found = (of_one[0] for of_one in self._rows.search(vector[None, :], len(rows), params=only))
            order = np.argsort(found)
            in_order: NDArray[np.float32] = cosines[order][np.searchsorted(found, rows, sorter=order)]
            return in_order
        chosen: Vectors = self._rows.reconstruct_batch(rows)
        # not by BLAS, which would start threads that wait on, busily
        decoded: NDArray[np.float32] = np.einsum("rd,d->r", chosen, vector)
        return decoded

    def _only(self, among: NDArray[np.int64] | None) -> faiss.IDSelector | None:
        if among is None:
            return None
        left = np.zeros(len(self), np.bool_)
        left[among] = True
        return faiss.IDSelectorBitmap(np.packbits(left, bitorder="little"))  # type: ignore[call-arg, arg-type]  # wrapped


def _halves(dimension: int) -> faiss.Index:
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _bytes(vectors: Vectors) -> faiss.Index:
    """Each number in 8 bits, over the range of its column: a range of few sizes, which seldom changes with the rows."""
    most = np.maximum(np.abs(vectors).max(0), TINY)
    most = np.exp2(np.ceil(np.log2(most) * RANGES) / RANGES)
    kind = faiss.ScalarQuantizer.QT_8bit
    rows = faiss.IndexScalarQuantizer(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    rows.train(np.stack([-most, most]).astype(np.float32))
    return rows


def _lists_of(vectors: Vectors) -> faiss.Index:
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    count, dimension = vectors.shape
    number = 2 ** round(math.log2(3 * math.sqrt(count)))
    parts = dimension // math.gcd(dimension, CODE_NUMBERS)
    middles = faiss.IndexFlatIP(dimension)
    lists = faiss.IndexIVFPQFastScan(middles, dimension, number, parts, 4, faiss.METRIC_INNER_PRODUCT)
    lists.cp.niter, lists.cp.max_points_per_centroid = ROUNDS, PER_LIST
    lists.train(vectors)
    lists.add(vectors)
    return lists


def _read(path: Path) -> faiss.Index:
    if path.stat().st_size > MAPPED_BYTES and str(path).isascii():  # FAISS itself fails on "Jürgen" on Windows
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    return faiss.deserialize_index(np.frombuffer(path.read_bytes(), np.uint8))
