from __future__ import annotations

import numpy as np

from embeddings.evidence import QuestionGroups


def groups() -> QuestionGroups:
    """Clause 0 has four questions, clause 1 has one, clause 2 none."""
    return QuestionGroups(np.array([0, 0, 1, 0, 0]), n_clauses=3)


def test_best_is_the_mean_of_the_three_best_questions() -> None:
    means, nearest, similarity = groups().best(np.array([0.5, 0.75, 0.25, 0.0, 1.0], dtype=np.float32))

    assert means.tolist() == [0.75, 0.25, 0.0]
    assert nearest.tolist() == [4, 2, -1]
    assert similarity.tolist() == [1.0, 0.25, 0.0]


def test_best_leaves_out_what_is_minus_infinity() -> None:
    means, nearest, _ = groups().best(np.array([0.5, -np.inf, -np.inf, 0.25, -np.inf], dtype=np.float32))

    assert means.tolist() == [0.375, 0.0, 0.0]
    assert nearest.tolist() == [0, -1, -1]
