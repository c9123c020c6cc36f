"""What every kind of vector index must do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings import Vector, VectorShapeError
from embeddings.vector_index import Kind, VectorIndex, n_cells

DIMENSIONS = 16


@pytest.fixture(scope="module")
def vectors() -> Vector:
    """400 unit vectors around 20 centres."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(20, DIMENSIONS))
    found = np.repeat(centres, 20, axis=0) + 0.4 * rng.normal(size=(400, DIMENSIONS))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize("kind", Kind)
def test_search_finds_the_nearest(kind: Kind, vectors: Vector) -> None:
    index = VectorIndex.build(vectors, kind=kind)
    wanted = np.argsort(-(vectors @ vectors.T), axis=1)[:, :5]

    found = [index.search(vector, 5)[0].tolist() for vector in vectors]

    assert [ids[0] for ids in found] == list(range(400))
    assert np.mean([len(set(f) & set(w)) / 5 for f, w in zip(found, wanted, strict=True)]) > 0.98


@pytest.mark.parametrize("kind", Kind)
def test_search_gives_cosine_similarities_best_first(kind: Kind, vectors: Vector) -> None:
    ids, similarities = VectorIndex.build(vectors, kind=kind).search(vectors[7], 5)

    assert similarities == pytest.approx(vectors[ids] @ vectors[7], abs=1e-3)
    assert similarities.tolist() == sorted(similarities, reverse=True)


@pytest.mark.parametrize("kind", Kind)
def test_load_gives_back_an_index_of_the_same_kind(kind: Kind, vectors: Vector, tmp_path: Path) -> None:
    built = VectorIndex.build(vectors, kind=kind)
    built.save(tmp_path / "passages.faiss")

    loaded = VectorIndex.load(tmp_path / "passages.faiss")

    assert (loaded.kind, len(loaded), loaded.dimensions) == (kind, 400, DIMENSIONS)
    assert loaded.search(vectors[3], 9)[0].tolist() == built.search(vectors[3], 9)[0].tolist()


@pytest.mark.parametrize("kind", Kind)
def test_similarities_are_those_of_the_vectors_asked_for(kind: Kind, vectors: Vector) -> None:
    found = VectorIndex.build(vectors, kind=kind).similarities(vectors[0], np.array([8, 0]))

    assert found == pytest.approx([float(vectors[8] @ vectors[0]), 1.0], abs=1e-3)


@pytest.mark.parametrize("kind", Kind)
def test_an_index_of_few_vectors_can_be_built(kind: Kind, vectors: Vector) -> None:
    index = VectorIndex.build(vectors[:3], kind=kind)

    assert index.search(vectors[1], 10)[0][0] == 1
    assert index.vectors() == pytest.approx(vectors[:3], abs=1e-3)


@pytest.mark.parametrize("kind", Kind)
def test_a_vector_of_other_dimensions_is_refused(kind: Kind, vectors: Vector) -> None:
    index = VectorIndex.build(vectors, kind=kind)

    with pytest.raises(VectorShapeError, match=r"Expected a vector of 16 dimensions, got shape \(3,\)"):
        index.similarities(np.zeros(3, dtype=np.float32), np.array([0]))


def test_fewer_cells_find_fewer_vectors(vectors: Vector) -> None:
    index = VectorIndex.build(vectors, kind=Kind.IVF_PQ)

    assert (
        len(index.search(vectors[0], 400, nprobe=1)[0]) < len(index.search(vectors[0], 400, nprobe=10)[0]) == 400
    )


def test_n_cells_leaves_enough_vectors_for_each() -> None:
    assert [n_cells(n) for n in (3, 400, 57_692)] == [1, 10, 961]
