"""The nearest rows to a vector, by FAISS."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.embedding import Vectors


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
        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def vectors(self) -> Vectors:
        """All rows, (rows, dimension), without a copy."""
        start = faiss.downcast_index(self._index).get_xb()  # type: ignore[attr-defined]
        flat: Vectors = faiss.rev_swig_ptr(start, len(self) * self.dimension)
        return flat.reshape(len(self), self.dimension)

    def nearest(self, vector: Vectors, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ``count`` nearest rows, nearest first, and their cosines; fewer where there are fewer."""
        scores, rows = self._index.search(vector[None, :], min(count, len(self)))
        return rows[0], scores[0]

    def cosines(self, vector: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosines of the given rows, in their order."""
        return self.vectors[rows] @ vector
