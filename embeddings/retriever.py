"""Retrieves the clauses that answer a query, and says what made each score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from embeddings.analysis import analyse, count_word_characters
from embeddings.encoder import Vector
from embeddings.evidence import Evidence, QuestionGroups
from embeddings.lexical import LexicalIndex
from embeddings.models import Models, sigmoid, softmax
from embeddings.passages import Corpus
from embeddings.vector_index import VectorIndex

MATCHED_TERMS_SHOWN = 8


@dataclass(frozen=True)
class Hit:
    """One clause retrieved for a query.

    Attributes:
        clause_id: ``measure.sentence``, e.g. ``"2.4"``.
        score: Probability in [0, 1] that the clause answers the query; higher is better.
        why: If asked for, what made the score: each measurement and its share, nearest question, matched terms.
    """

    clause_id: str
    score: float
    why: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Retrieval:
    """The outcome of one query: what was found, and how sure the index is.

    Attributes:
        hits: Best first, ties in document order; at most ``k``.
        scope_probability: Probability that the document answers the query at all.
        detail_probability: Probability that the query asks for a detail such as a fee or an address.
        in_scope: Whether ``scope_probability`` reaches the threshold chosen when the index was built.
        asks_detail: Whether ``detail_probability`` reaches its threshold.
    """

    hits: tuple[Hit, ...]
    scope_probability: float
    detail_probability: float
    in_scope: bool
    asks_detail: bool


class Retriever:
    """Fuses similarity to questions, similarity to clauses and BM25 with fitted weights.

    Deterministic and safe for several threads.
    """

    def __init__(self, *, corpus: Corpus, vectors: VectorIndex, lexical: LexicalIndex, models: Models) -> None:
        self._corpus, self._vectors, self._lexical, self._models = corpus, vectors, lexical, models
        self._groups = QuestionGroups(corpus.question_clauses, len(corpus.clause_ids))

    @property
    def dimensions(self) -> int:
        """Length of the query vectors that ``retrieve`` takes."""
        return self._vectors.dimensions

    def retrieve(self, text: str, vector: Vector, *, k: int = 10, explain: bool = True) -> Retrieval:
        """Return the clauses that answer a query best.

        Args:
            text: The query in Simplified Chinese or English.
            vector: Its unit vector, shape ``(dimensions,)``.
            k: How many hits to return at most.
            explain: Whether hits say what made their score; half of the time goes into that.

        Raises:
            VectorShapeError: If the vector is not of the index's dimensions.
        """
        terms = analyse(text)
        evidence = self.gather(terms, vector)
        logits = self._models.clause_logits(evidence)
        scope = self._models.scope_log_odds(evidence, vector, count_word_characters(text))
        detail = self._models.detail.log_odds(vector.astype(np.float64))
        probabilities = softmax(logits) * sigmoid(scope)
        order = np.argsort(-probabilities, kind="stable")[:k]
        return Retrieval(
            hits=tuple(
                Hit(
                    self._corpus.clause_ids[clause],
                    float(probabilities[clause]),
                    self._explain(clause, evidence, terms) if explain else {},
                )
                for clause in order.tolist()
            ),
            scope_probability=sigmoid(scope),
            detail_probability=sigmoid(detail),
            in_scope=scope >= self._models.scope.threshold,
            asks_detail=detail >= self._models.detail.threshold,
        )

    def gather(self, terms: list[str], vector: Vector) -> Evidence:
        """Return the measurements of every clause for a query's terms and vector."""
        ids, found = self._vectors.search(vector, len(self._vectors))
        similarities = np.empty(len(self._vectors), dtype=np.float32)
        similarities[ids] = found
        n_clauses = len(self._corpus.clause_ids)
        question, nearest, nearest_similarity = self._groups.best(similarities[n_clauses:])
        return Evidence(
            question=question,
            clause=similarities[:n_clauses].astype(np.float64),
            lexical=self._lexical.score(terms).astype(np.float64),
            nearest_question=nearest,
            nearest_similarity=nearest_similarity,
        )

    def _explain(self, clause: int, evidence: Evidence, terms: list[str]) -> dict[str, Any]:
        shares = self._models.fusion * evidence.scaled()[:, clause]
        nearest = int(evidence.nearest_question[clause])
        matched = list(self._lexical.contributions(terms, clause).items())[:MATCHED_TERMS_SHOWN]
        return {
            "question_similarity": _part(evidence.question[clause], shares[0]),
            "clause_similarity": _part(evidence.clause[clause], shares[1]),
            "lexical": _part(evidence.lexical[clause], shares[2]),
            "nearest_question": self._corpus.questions[nearest] if nearest >= 0 else None,
            "matched_terms": {term: round(share, 3) for term, share in matched},
        }


def _part(value: float, share: float) -> dict[str, float]:
    return {"value": round(float(value), 4), "share": round(float(share), 4)}
