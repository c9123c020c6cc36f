"""What speaks for each clause as the answer to a query: measurements, each on its own scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vector

# Bring the measurements to one order of magnitude, so that one penalty fits all fusion weights.
COSINE_SCALE = 20.0
BM25_SCALE = 0.2

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """Measurements for one query, each of shape ``(n_clauses,)``; higher is better.

    Attributes:
        question: Cosine similarity to the clause's nearest message.
        clause: Cosine similarity to the clause's own text.
        lexical: BM25 score over the clause and its messages.
        classifier: The clause classifier's log-odds for the query's vector.
        service: Share of a service that the query names and the clause has; see ``embeddings.naming``.
        nearest: Position of the clause's nearest message among all messages, -1 if it has none.
        n_terms: How many different terms the query has.
    """

    question: FloatArray
    clause: FloatArray
    lexical: FloatArray
    classifier: FloatArray
    service: FloatArray
    nearest: NDArray[np.int64]
    n_terms: int

    def scaled(self) -> FloatArray:
        """Return the measurements as the fusion takes them, shape ``(len(MEASUREMENTS), n_clauses)``."""
        return np.stack(
            [
                self.question * COSINE_SCALE,
                self.clause * COSINE_SCALE,
                self.lexical * BM25_SCALE,
                self.lexical / (self.n_terms + 1) ** 0.5,
                self.classifier,
                self.service,
            ]
        )


MEASUREMENTS = ("question_similarity", "clause_similarity", "lexical", "lexical_per_term", "classifier", "service")


class MessageGroups:
    """Messages by what they belong to (a clause, a matter), laid out to take the best of every group at once."""

    def __init__(self, groups: NDArray[np.int64], n_groups: int) -> None:
        """Arrange messages.

        Args:
            groups: Each message's group, shape ``(n_messages,)``; a negative one belongs to none.
            n_groups: How many groups there are.
        """
        members = [np.flatnonzero(groups == group) for group in range(n_groups)]
        width = max(1, *(len(m) for m in members)) if members else 1
        self._ids = np.full((n_groups, width), -1, dtype=np.int64)
        for group, ids in enumerate(members):
            self._ids[group, : len(ids)] = ids

    def nearest(self, similarities: Vector) -> tuple[FloatArray, NDArray[np.int64]]:
        """Return the similarity and the position of each group's nearest message; 0 and -1 where there is none.

        Args:
            similarities: Cosine similarity of each message, shape ``(n_messages,)``; ``-inf`` leaves one out.
        """
        padded = np.append(similarities.astype(np.float64), -np.inf)[self._ids]
        columns = padded.argmax(axis=1)
        rows = np.arange(len(padded))
        best = padded[rows, columns]
        found = np.isfinite(best)
        return np.where(found, best, 0.0), np.where(found, self._ids[rows, columns], -1)
