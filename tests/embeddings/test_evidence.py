from __future__ import annotations

import numpy as np
import pytest

from embeddings.evidence import MEASUREMENTS, Evidence, MessageGroups


def groups() -> MessageGroups:
    """Group 0 has messages 0, 1, 3 and 5, group 1 has message 2, group 2 none; message 4 belongs to none."""
    return MessageGroups(np.array([0, 0, 1, 0, -1, 0]), n_groups=3)


def test_nearest_finds_the_best_message_of_each_group() -> None:
    similarity, nearest = groups().nearest(np.array([0.5, 0.75, -0.25, 0.0, 1.0, 0.625], dtype=np.float32))

    assert similarity.tolist() == [0.75, -0.25, 0.0]
    assert nearest.tolist() == [1, 2, -1]


def test_nearest_takes_the_first_of_equals() -> None:
    _, nearest = groups().nearest(np.full(6, 0.5, dtype=np.float32))

    assert nearest.tolist() == [0, 2, -1]


def test_nearest_leaves_out_what_is_minus_infinity() -> None:
    left_out = -np.inf

    similarity, nearest = groups().nearest(
        np.array([0.5, left_out, left_out, 0.25, 0.75, left_out], dtype=np.float32)
    )

    assert similarity.tolist() == [0.5, 0.0, 0.0]
    assert nearest.tolist() == [0, -1, -1]


def test_nearest_of_no_messages_is_nothing() -> None:
    similarity, nearest = MessageGroups(np.array([], dtype=np.int64), n_groups=2).nearest(
        np.array([], dtype=np.float32)
    )

    assert similarity.tolist() == [0.0, 0.0]
    assert nearest.tolist() == [-1, -1]


def test_nearest_of_no_groups_is_empty() -> None:
    similarity, nearest = MessageGroups(np.array([-1, -1]), n_groups=0).nearest(np.ones(2, dtype=np.float32))

    assert (similarity.shape, nearest.shape) == ((0,), (0,))


def test_scaled_brings_the_measurements_to_one_order_of_magnitude() -> None:
    evidence = Evidence(
        question=np.array([0.5, 1.0]),
        clause=np.array([0.25, 0.75]),
        lexical=np.array([6.0, 0.0]),
        classifier=np.array([-1.5, 2.0]),
        service=np.array([0.5, 0.0]),
        nearest=np.array([3, 7]),
        n_terms=8,
    )

    rows = dict(zip(MEASUREMENTS, evidence.scaled().tolist(), strict=True))

    assert rows == {
        "question_similarity": [10.0, 20.0],
        "clause_similarity": [5.0, 15.0],
        "lexical": [pytest.approx(1.2), 0.0],
        "lexical_per_term": [2.0, 0.0],  # by the root of 8 terms and one
        "classifier": [-1.5, 2.0],
        "service": [0.5, 0.0],
    }
