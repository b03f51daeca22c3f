"""The nearest rows to a vector, by FAISS: each row compared while they are few, a graph of them walked beyond."""

import math
import os
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.records import Vectors

EXACT_ROWS = 50_000
"""Up to so many rows each is compared, which takes one core 4 ms. ``evals/README.md`` has what the graph costs."""

NEIGHBOURS = 32
"""Links of each row in the graph (HNSW, Malkov & Yashunin 2018)."""

MAPPED_BYTES = 100_000_000
"""A larger file is read from the disk as it is needed."""

VECTORS, GRAPH = "vectors.faiss", "graph.faiss"


def unit(vector: Vectors) -> Vectors:
    """The vector at length 1; a zero vector as it is."""
    length = np.sqrt(vector @ vector)
    return vector / length if length else vector


def considered(rows: int, count: int) -> int:
    """How many of so many rows a search of the graph for ``count`` keeps in view.

    Of the exact first 10 it finds .99 among a hundred thousand and .98 among two million (``evals/README.md``).
    """
    return max(count, int(2.5 * math.sqrt(rows)))


class VectorIndex:
    """Search by inner product, which for unit vectors is the cosine. Rows are kept in half precision."""

    def __init__(self, rows: faiss.Index, graph: faiss.Index | None) -> None:
        """``graph`` over the same rows, where they are too many to compare each."""
        self._rows = rows
        self._graph = graph

    @classmethod
    def build(cls, vectors: Vectors) -> "VectorIndex":
        """``vectors``: (rows, dimension) float32 of length 1."""
        count, dimension = vectors.shape
        rows = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        rows.add(np.ascontiguousarray(vectors))
        return cls(rows, _graph_of(vectors) if count > EXACT_ROWS else None)

    @classmethod
    def load(cls, folder: Path) -> "VectorIndex":
        """What ``save`` wrote; raises ``OSError`` or ``RuntimeError`` where it cannot be read."""
        graph = folder / GRAPH
        return cls(_read(folder / VECTORS), _read(graph) if graph.exists() else None)

    def save(self, folder: Path) -> None:
        (folder / VECTORS).write_bytes(faiss.serialize_index(self._rows).tobytes())
        if self._graph is not None:
            (folder / GRAPH).write_bytes(faiss.serialize_index(self._graph).tobytes())

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
        if self._graph is None or left <= EXACT_ROWS:
            how = faiss.SearchParameters(sel=self._only(among))  # type: ignore[call-arg]  # as FAISS's guide does
            _, rows = self._rows.search(vector[None, :], min(count, left), params=how)
        else:
            view = considered(len(self), count)
            how = faiss.SearchParametersHNSW(sel=self._only(among), efSearch=view)  # type: ignore[attr-defined]  # its stubs lack it
            _, rows = self._graph.search(vector[None, :], min(count, left), params=how)
        found: NDArray[np.int64] = rows[0]
        return found[found >= 0]

    def cosines(self, vector: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosines of the given rows, in their order; where there is a graph, of its rows, which were just read."""
        chosen: Vectors = (self._graph or self._rows).reconstruct_batch(rows)
        found: NDArray[np.float32] = np.einsum(
            "rd,d->r", chosen, vector
        )  # BLAS would start threads that wait on, busily
        return found

    def _only(self, among: NDArray[np.int64] | None) -> faiss.IDSelector | None:
        if among is None:
            return None
        left = np.zeros(len(self), np.bool_)
        left[among] = True
        return faiss.IDSelectorBitmap(np.packbits(left, bitorder="little"))  # type: ignore[call-arg, arg-type]  # wrapped


def _graph_of(vectors: Vectors) -> faiss.Index:
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    bits = faiss.ScalarQuantizer.QT_8bit
    graph = faiss.IndexHNSWSQ(vectors.shape[1], bits, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)  # type: ignore[arg-type]  # wrapped
    graph.train(vectors)
    graph.add(vectors)
    return graph


def _read(path: Path) -> faiss.Index:
    if path.stat().st_size > MAPPED_BYTES and str(path).isascii():  # FAISS itself fails on "Jürgen" on Windows
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    return faiss.deserialize_index(np.frombuffer(path.read_bytes(), np.uint8))
