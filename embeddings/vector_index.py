"""The one place that imports faiss: inner-product search over unit vectors, exact or approximate."""

from __future__ import annotations

from enum import StrEnum
from math import sqrt
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vector
from embeddings.errors import IndexDamagedError, VectorShapeError

faiss.omp_set_num_threads(1)

# Measured with `make bench-scale`; the reasons are in docs/scale.md.
HNSW_LINKS = 32
HNSW_EF_CONSTRUCTION = 200
EF_SEARCH = 256
NPROBE = 128
# Of a vector's dimensions, how many one byte of its code stands for.
DIMENSIONS_PER_CODE = 4
# How many times as many as asked for are compared again by their 16-bit vectors after the search by codes.
REFINE_FACTOR = 4
# How many vectors FAISS wants to find the centre of each cell, and each value of a code, from.
TRAINING_VECTORS = 39
LOWER_THAN_ANY_COSINE = -2.0


class Kind(StrEnum):
    """How an index finds the nearest vectors."""

    FLAT = "flat"
    """Compares with every vector: exact."""
    HNSW = "hnsw"
    """Walks a graph of near vectors (Malkov and Yashunin 2018); holds the vectors and the graph."""
    IVF_PQ = "ivf_pq"
    """Looks into the nearest cells only, at product-quantised codes (Jégou et al. 2011), then compares the best
    again by their vectors in 16 bits."""


class VectorIndex:
    """Unit vectors in a FAISS index; a vector's id is its position."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vector, *, kind: Kind = Kind.FLAT) -> VectorIndex:
        """Index unit vectors of shape ``(n, dimensions)``, ``n`` at least 1, always to the same index."""
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        index = _empty(kind, *rows.shape)
        if not index.is_trained:
            index.train(rows)
        index.add(rows)
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Read an index of any kind that ``save`` wrote.

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
    def kind(self) -> Kind:
        """How the index finds the nearest vectors."""
        if isinstance(self._index, faiss.IndexHNSW):
            return Kind.HNSW
        return Kind.IVF_PQ if isinstance(self._index, faiss.IndexRefine) else Kind.FLAT

    @property
    def dimensions(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    def vectors(self) -> Vector:
        """Return all vectors, shape ``(len(self), dimensions)``; rounded to 16 bits if the kind is ``IVF_PQ``."""
        return np.asarray(self._index.reconstruct_n(0, len(self)), dtype=np.float32)

    def similarities(self, vector: Vector, ids: NDArray[np.int64]) -> Vector:
        """Return the cosine similarities of a vector to those with the given ids, shape ``(len(ids),)``.

        Raises:
            VectorShapeError: If the vector is not of the index's dimensions.
        """
        self._check(vector)
        return np.asarray(self._index.reconstruct_batch(ids) @ vector, dtype=np.float32)

    def search(
        self, vector: Vector, k: int, *, ef_search: int = EF_SEARCH, nprobe: int = NPROBE
    ) -> tuple[NDArray[np.int64], Vector]:
        """Return the ids and cosine similarities of the ``k`` nearest vectors, best first.

        Args:
            vector: Unit vector, shape ``(dimensions,)``.
            k: How many; all if there are fewer. An approximate index may find fewer.
            ef_search: ``HNSW`` only: how many candidates the walk keeps. More is more exact and slower.
            nprobe: ``IVF_PQ`` only: how many cells to look into. More is more exact and slower.

        Raises:
            VectorShapeError: If the vector is not of the index's dimensions.
        """
        self._check(vector)
        parameters = _search_parameters(self.kind, max(ef_search, k), nprobe)
        similarities, ids = self._index.search(vector[None, :], min(k, len(self)), params=parameters)
        found = ids[0] >= 0
        return ids[0][found], similarities[0][found]

    def all_similarities(self, vector: Vector) -> Vector:
        """Return the cosine similarities of a vector to all others by their ids, shape ``(len(self),)``.

        Only for the kind ``FLAT``, which compares with every vector anyway; nothing is sorted.

        Raises:
            VectorShapeError: If the vector is not of the index's dimensions.
        """
        self._check(vector)
        _, found, ids = self._index.range_search(vector[None, :], LOWER_THAN_ANY_COSINE)
        similarities = np.empty(len(self), dtype=np.float32)
        similarities[ids] = found
        return similarities

    def _check(self, vector: Vector) -> None:
        if vector.shape != (self.dimensions,):
            raise VectorShapeError(expected=self.dimensions, got=vector.shape)


def n_cells(n_vectors: int) -> int:
    """Return the number of cells of an ``IVF_PQ`` index: four times the square root, as FAISS advises."""
    return max(1, min(n_vectors // TRAINING_VECTORS, round(4 * sqrt(n_vectors))))


def _empty(kind: Kind, n_vectors: int, dimensions: int) -> faiss.Index:
    if kind is Kind.FLAT:
        return faiss.IndexFlatIP(dimensions)
    if kind is Kind.HNSW:
        index = faiss.IndexHNSWFlat(dimensions, HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = HNSW_EF_CONSTRUCTION
        return index
    cells = faiss.IndexFlatIP(dimensions)
    n_codes = max(1, dimensions // DIMENSIONS_PER_CODE)
    bits = min(8, max(1, (n_vectors // TRAINING_VECTORS).bit_length() - 1))
    codes = faiss.IndexIVFPQ(cells, dimensions, n_cells(n_vectors), n_codes, bits, faiss.METRIC_INNER_PRODUCT)
    exact = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    return faiss.IndexRefine(codes, exact)


def _search_parameters(kind: Kind, ef_search: int, nprobe: int) -> Any:  # noqa: ANN401
    """Return what ``index.search`` takes as ``params``."""
    # Its types know neither HNSW's parameters nor that all are given by name, which keeps inner ones alive.
    untyped: Any = faiss
    if kind is Kind.FLAT:
        return None
    if kind is Kind.HNSW:
        return untyped.SearchParametersHNSW(efSearch=ef_search)
    cells = untyped.SearchParametersIVF(nprobe=nprobe)
    return untyped.IndexRefineSearchParameters(k_factor=REFINE_FACTOR, base_index_params=cells)
