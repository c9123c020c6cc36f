"""The one place that imports faiss: exact inner-product search over unit vectors."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vector
from embeddings.errors import IndexDamagedError, VectorShapeError

faiss.omp_set_num_threads(1)


class VectorIndex:
    """Unit vectors in a ``faiss.IndexFlatIP``; a vector's id is its position."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vector) -> VectorIndex:
        """Index unit vectors of shape ``(n, dimensions)``."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Read an index that ``save`` wrote.

        Raises:
            IndexDamagedError: If the file is missing or is not such an index.
        """
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise IndexDamagedError(path=path, reason="missing, or not a FAISS index") from error

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    def vectors(self) -> Vector:
        """Return all vectors, shape ``(len(self), dimensions)``."""
        return np.asarray(self._index.reconstruct_n(0, len(self)), dtype=np.float32)

    def search(self, vector: Vector, k: int) -> tuple[NDArray[np.int64], Vector]:
        """Return the ids and cosine similarities of the ``k`` nearest vectors, best first.

        Raises:
            VectorShapeError: If the vector is not of the index's dimensions.
        """
        if vector.shape != (self.dimensions,):
            raise VectorShapeError(expected=self.dimensions, got=vector.shape)
        similarities, ids = self._index.search(vector[None, :], min(k, len(self)))
        return ids[0], similarities[0]
