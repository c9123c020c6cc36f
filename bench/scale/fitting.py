"""Fits what each signal of a candidate weighs, and checks it on folds that it was not fitted on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.scale.known import FloatArray
from bench.scale.metrics import K, ndcg_at
from bench.scale.questions import Question
from bench.scale.searching import Candidates, rank

FOLDS = 5
SEED = 0
PENALTY = 1e-3  # on the squares of the weights of standardised signals


def fit(candidates: Sequence[Candidates], questions: Sequence[Question], n_signals: int) -> FloatArray:
    """Fit weights by conditional logit (McFadden 1974): the articles that answer become likely choices.

    A question whose articles are not among its candidates has no part in it.

    Args:
        candidates: Of each question.
        questions: With their articles.
        n_signals: How many signals to use, from the first on.

    Returns:
        Weights of the signals as they are, shape ``(n_signals,)``.

    Raises:
        ValueError: If no question has an article among its candidates.
    """
    hits = [np.isin(one.ids, question.gold) for one, question in zip(candidates, questions, strict=True)]
    used = [i for i, hit in enumerate(hits) if hit.any()]
    if not used:
        raise ValueError(f"None of {len(questions)} questions has an article among its candidates.")
    signals = np.vstack([candidates[i].signals[:, :n_signals] for i in used])
    scale = signals.std(axis=0)
    scale[scale < 1e-9] = 1.0
    x = (signals - signals.mean(axis=0)) / scale
    target = np.concatenate([hits[i] / hits[i].sum() for i in used])
    loss = _Loss(x, target, np.array([len(hits[i]) for i in used]))
    found = minimize(loss, np.zeros(n_signals), jac=True, method="L-BFGS-B")
    return np.asarray(found.x / scale, dtype=np.float64)


def random_folds(n: int) -> NDArray[np.int64]:
    """Return the fold of each of ``n`` questions, at random, shape ``(n,)``."""
    return np.asarray(np.random.default_rng(SEED).permutation(n) % FOLDS, dtype=np.int64)


def topic_folds(n: int) -> NDArray[np.int64]:
    """Return the fold of each of ``n`` questions, neighbours together: the file goes topic by topic."""
    return np.asarray(np.arange(n) * FOLDS // n, dtype=np.int64)


def held_out_ndcg(
    candidates: Sequence[Candidates], questions: Sequence[Question], folds: NDArray[np.int64], n_signals: int
) -> float:
    """Return the mean nDCG at 10 of questions under weights fitted without their fold."""
    judged = np.zeros(len(questions))
    for fold in range(FOLDS):
        others, own = np.flatnonzero(folds != fold).tolist(), np.flatnonzero(folds == fold).tolist()
        weights = fit([candidates[i] for i in others], [questions[i] for i in others], n_signals)
        for i in own:
            judged[i] = ndcg_at(K, rank(candidates[i], weights, K), questions[i].gold)
    return float(judged.mean())


class _Loss:
    """Penalised negative log-likelihood of the choices, and its gradient.

    Args:
        x: Standardised signals of all candidates, question after question.
        target: 1 / number of right candidates of the question if the candidate is right, else 0.
        sizes: Number of candidates of each question.
    """

    def __init__(self, x: FloatArray, target: FloatArray, sizes: NDArray[np.int64]) -> None:
        self._x, self._target, self._n = x, target, len(sizes)
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self._owners = np.repeat(np.arange(len(sizes)), sizes)

    def __call__(self, weights: FloatArray) -> tuple[float, FloatArray]:
        logits = self._x @ weights
        logits -= np.maximum.reduceat(logits, self._starts)[self._owners]
        exponents = np.exp(logits)
        sums = np.add.reduceat(exponents, self._starts)[self._owners]
        value = -(self._target @ (logits - np.log(sums))) / self._n + PENALTY * weights @ weights
        gradient = self._x.T @ (exponents / sums - self._target) / self._n + 2 * PENALTY * weights
        return float(value), gradient
