"""How good rankings are: recall and nDCG at ten, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K = 10
RESAMPLES = 10_000
SEED = 0


@dataclass(frozen=True)
class Quality:
    """Means over questions, each with its 95 % interval.

    Attributes:
        recall_1: Share of a question's articles that come first (at most 1 / number of its articles).
        recall_10: Share of a question's articles among the first ten.
        ndcg_10: nDCG of the first ten, every article that answers worth the same.
    """

    recall_1: Interval
    recall_10: Interval
    ndcg_10: Interval


@dataclass(frozen=True)
class Interval:
    """A mean, and the 2.5 % and 97.5 % percentiles of the means of samples drawn with replacement."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} ({self.low:.3f}–{self.high:.3f})"


def recall_at(k: int, ranking: Sequence[int], gold: Collection[int]) -> float:
    """Return the share of ``gold`` among the first ``k`` of a ranking without repeats.

    Raises:
        ValueError: If there is no gold.
    """
    if not gold:
        raise ValueError("Recall needs at least one article that answers.")
    return sum(article in gold for article in ranking[:k]) / len(gold)


def ndcg_at(k: int, ranking: Sequence[int], gold: Collection[int]) -> float:
    """Return the normalised discounted cumulative gain of the first ``k`` (Järvelin and Kekäläinen 2002).

    Gain 1 for each article in ``gold``, discount ``log2(rank + 1)``, divided by that of the best ranking.

    Raises:
        ValueError: If there is no gold.
    """
    if not gold:
        raise ValueError("nDCG needs at least one article that answers.")
    gain = sum(1 / np.log2(rank + 2) for rank, article in enumerate(ranking[:k]) if article in gold)
    best = sum(1 / np.log2(rank + 2) for rank in range(min(k, len(gold))))
    return float(gain / best)


def judge(rankings: Sequence[Sequence[int]], golds: Sequence[Collection[int]]) -> NDArray[np.float64]:
    """Return recall at 1, recall at 10 and nDCG at 10 of each question, shape ``(n_questions, 3)``."""
    rows = [
        (recall_at(1, ranking, gold), recall_at(K, ranking, gold), ndcg_at(K, ranking, gold))
        for ranking, gold in zip(rankings, golds, strict=True)
    ]
    return np.array(rows, dtype=np.float64)


def quality(judged: NDArray[np.float64]) -> Quality:
    """Return means and intervals of what ``judge`` gave; the same input gives the same intervals."""
    return Quality(*(interval(column) for column in judged.T))


def interval(values: NDArray[np.float64]) -> Interval:
    """Return the mean of values, shape ``(n,)``, and its 95 % bootstrap interval (Efron 1979)."""
    draws = np.random.default_rng(SEED).integers(len(values), size=(RESAMPLES, len(values)))
    means = values[draws].mean(axis=1)
    return Interval(float(values.mean()), *(float(edge) for edge in np.quantile(means, [0.025, 0.975])))


def overlap(rankings: Sequence[Sequence[int]], exact: Sequence[Sequence[int]], k: int) -> float:
    """Return the mean share of the exact rankings' first ``k`` that the other rankings have among theirs."""
    shares = [
        len(set(found[:k]) & set(wanted[:k])) / len(wanted[:k])
        for found, wanted in zip(rankings, exact, strict=True)
    ]
    return float(np.mean(shares))
