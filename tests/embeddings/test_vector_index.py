from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings import IndexDamagedError, VectorShapeError
from embeddings.vector_index import VectorIndex

NORTH = np.array([0, 1], dtype=np.float32)
EAST = np.array([1, 0], dtype=np.float32)
BETWEEN = np.array([0.6, 0.8], dtype=np.float32)


def test_search_returns_the_nearest_first() -> None:
    ids, similarities = VectorIndex.build(np.stack([EAST, NORTH, BETWEEN])).search(NORTH, 2)

    assert ids.tolist() == [1, 2]
    assert similarities.tolist() == pytest.approx([1.0, 0.8])


def test_search_for_more_than_there_are_returns_all() -> None:
    ids, _ = VectorIndex.build(np.stack([EAST, NORTH])).search(NORTH, 10)

    assert ids.tolist() == [1, 0]


def test_search_refuses_a_vector_of_other_dimensions() -> None:
    with pytest.raises(VectorShapeError, match=r"Expected a vector of 2 dimensions, got shape \(3,\)"):
        VectorIndex.build(np.stack([EAST])).search(np.zeros(3, dtype=np.float32), 1)


def test_load_gives_back_what_save_wrote(tmp_path: Path) -> None:
    VectorIndex.build(np.stack([EAST, NORTH])).save(tmp_path / "passages.faiss")

    assert VectorIndex.load(tmp_path / "passages.faiss").vectors().tolist() == [[1, 0], [0, 1]]


def test_load_of_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match=r"passages.faiss cannot be used.*make index"):
        VectorIndex.load(tmp_path / "passages.faiss")
