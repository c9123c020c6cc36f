from __future__ import annotations

import numpy as np

from embeddings.fitting import fit_fusion


def test_fit_fusion_trusts_the_measurement_that_finds_the_answer() -> None:
    rng = np.random.default_rng(1)
    answers = rng.integers(0, 5, 200)
    good = rng.normal(size=(200, 5))
    good[np.arange(200), answers] += 2
    noise = rng.normal(size=(200, 5))

    weights = fit_fusion(np.stack([good, noise], axis=1), answers)

    assert weights[0] > 1
    assert weights[1] < 0.2


def test_fit_fusion_never_gives_a_negative_weight() -> None:
    misleading = np.eye(3)[[1, 2, 0]][:, None, :]

    assert fit_fusion(misleading, np.array([0, 1, 2])).tolist() == [0.0]
