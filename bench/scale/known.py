"""What questions with known answers say about a new one: people ask the same things again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.scale.questions import Question
from embeddings import Vector

# How many of the nearest known questions put their articles forward and vote for them.
N_NEAREST = 50
# A question that is nearer by 1 / SHARPNESS of cosine similarity has e times the vote.
SHARPNESS = 30.0
# Share of the votes that an article or a law without any is taken to have.
FLOOR = 1e-3

FloatArray = NDArray[np.float64]
IdArray = NDArray[np.int64]


@dataclass(frozen=True)
class Votes:
    """What known questions say about one query.

    Attributes:
        articles: Articles that answer the nearest known questions; without repeats, ascending.
        by_article: Log share of the votes for each article, shape ``(n_articles,)``.
        by_law: Log share of the votes for each law, shape ``(n_laws,)``.
    """

    articles: IdArray
    by_article: FloatArray
    by_law: FloatArray


class KnownQuestions:
    """Questions whose articles are known, with their unit vectors, shape ``(n_questions, dimensions)``."""

    def __init__(self, questions: Sequence[Question], vectors: Vector, laws: IdArray) -> None:
        sizes = np.array([len(one.gold) for one in questions], dtype=np.int64)
        self._vectors, self._laws, self._n_laws = vectors, laws, int(laws.max()) + 1
        self._golds = np.array([article for one in questions for article in one.gold], dtype=np.int64)
        self._owners = np.repeat(np.arange(len(questions)), sizes)
        self._parts = 1 / sizes[self._owners]

    def votes(self, vector: Vector, left_out: NDArray[np.bool_] | None = None) -> Votes:
        """Return the votes on a query.

        Args:
            vector: The query's unit vector, shape ``(dimensions,)``.
            left_out: Known questions that must not vote, shape ``(n_questions,)``; at least one must be left.
        """
        similarities = (self._vectors @ vector).astype(np.float64)
        if left_out is not None:
            similarities[left_out] = -np.inf
        strengths = np.exp(SHARPNESS * (similarities - similarities.max()))
        near = np.zeros(len(similarities), dtype=bool)
        near[np.argsort(-similarities, kind="stable")[:N_NEAREST]] = True
        near &= strengths > 0
        votes = strengths[self._owners] * self._parts
        is_near = near[self._owners]
        by_article = np.bincount(self._golds[is_near], votes[is_near], minlength=len(self._laws))
        by_law = np.bincount(self._laws[self._golds], votes, minlength=self._n_laws)
        total = strengths.sum()
        return Votes(
            articles=np.unique(self._golds[is_near]),
            by_article=np.log(by_article / total + FLOOR),
            by_law=np.log(by_law / total + FLOOR),
        )
