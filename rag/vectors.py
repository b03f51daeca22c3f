"""The nearest rows to a vector, by FAISS."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.records import Vectors


def unit(vector: Vectors) -> Vectors:
    """The vector at length 1; a zero vector as it is."""
    length = np.sqrt(vector @ vector)
    return vector / length if length else vector


class VectorIndex:
    """Exact search by inner product, which for unit vectors is the cosine."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> "VectorIndex":
        """``vectors``: (rows, dimension) float32 of length 1."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        return cls(faiss.deserialize_index(np.frombuffer(path.read_bytes(), np.uint8)))

    def save(self, path: Path) -> None:
        path.write_bytes(faiss.serialize_index(self._index).tobytes())  # FAISS itself fails on "Jürgen" on Windows

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def vector(self, row: int) -> Vectors:
        copied: Vectors = self._index.reconstruct_n(row, 1)[0]
        return copied

    def vectors(self) -> Vectors:
        """A copy of all rows, (rows, dimension)."""
        copied: Vectors = self._index.reconstruct_n(0, len(self))
        return copied

    def nearest(
        self, vector: Vectors, count: int, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ``count`` nearest rows, nearest first, and their cosines; fewer where there are fewer.

        With ``among`` only these rows are searched.
        """
        if among is not None and not len(among):
            return among, np.zeros(0, np.float32)
        if among is None:
            scores, rows = self._index.search(vector[None, :], min(count, len(self)))
        else:
            chosen = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]  # as FAISS's guide does
            scores, rows = self._index.search(vector[None, :], min(count, len(among)), params=chosen)
        return rows[0], scores[0]

    def cosines(self, vector: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosines of the given rows, in their order."""
        chosen: Vectors = self._index.reconstruct_batch(rows)
        return chosen @ vector
