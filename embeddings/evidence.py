"""What speaks for each clause as the answer to a query: three measurements, each on its own scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vector

# A clause's question similarity is the mean of its best three: one lucky question counts for less.
BEST_QUESTIONS = 3
# Brings the measurements to one order of magnitude, so that one penalty fits all fusion weights.
COSINE_SCALE = 20.0
BM25_SCALE = 0.2

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """Measurements for one query, each of shape ``(n_clauses,)``; higher is better.

    Attributes:
        question: Mean cosine similarity to the clause's three nearest questions.
        clause: Cosine similarity to the clause's own text.
        lexical: BM25 score over the clause and its questions.
        nearest_question: Position of the clause's nearest question among all questions.
        nearest_similarity: Its cosine similarity.
    """

    question: FloatArray
    clause: FloatArray
    lexical: FloatArray
    nearest_question: NDArray[np.int64]
    nearest_similarity: FloatArray

    def scaled(self) -> FloatArray:
        """Return the measurements as the fusion takes them, shape ``(3, n_clauses)``."""
        return np.stack([self.question * COSINE_SCALE, self.clause * COSINE_SCALE, self.lexical * BM25_SCALE])


class QuestionGroups:
    """The questions of each clause, laid out for taking the best few of every clause at once."""

    def __init__(self, question_clauses: NDArray[np.int64], n_clauses: int) -> None:
        members = [np.flatnonzero(question_clauses == clause) for clause in range(n_clauses)]
        width = max(BEST_QUESTIONS, *(len(m) for m in members))
        self._ids = np.full((n_clauses, width), -1, dtype=np.int64)
        for clause, ids in enumerate(members):
            self._ids[clause, : len(ids)] = ids

    def best(self, similarities: Vector) -> tuple[FloatArray, NDArray[np.int64], FloatArray]:
        """Return per clause: mean of its best similarities, its nearest question, that one's similarity.

        A clause without questions gets 0, -1 and 0; with fewer than three, the mean of those it has.

        Args:
            similarities: Cosine similarity of each question, shape ``(n_questions,)``; ``-inf`` leaves one out.
        """
        padded = np.append(similarities.astype(np.float64), -np.inf)[self._ids]
        top = -np.partition(-padded, BEST_QUESTIONS - 1, axis=1)[:, :BEST_QUESTIONS]
        known = np.isfinite(top)
        sums = np.where(known, top, 0.0).sum(axis=1)
        means = np.divide(sums, known.sum(axis=1), out=np.zeros_like(sums), where=known.any(axis=1))
        columns = padded.argmax(axis=1)
        rows = np.arange(len(padded))
        nearest = padded[rows, columns]
        found = np.isfinite(nearest)
        return means, np.where(found, self._ids[rows, columns], -1), np.where(found, nearest, 0.0)
