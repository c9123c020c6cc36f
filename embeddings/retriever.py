"""Retrieves the clauses that answer a query, judges whether they do, and says what made each score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from embeddings.analysis import analyse
from embeddings.encoder import Vector
from embeddings.evidence import MEASUREMENTS, Evidence, FloatArray, MessageGroups
from embeddings.lexical import LexicalIndex
from embeddings.models import JUDGEMENTS, SIGNALS, Models, Outcome, gather_signals, softmax
from embeddings.naming import Finder, Namer, Naming
from embeddings.passages import LABELS, Corpus, Matter
from embeddings.vector_index import VectorIndex

MATCHED_TERMS_SHOWN = 8
_NEAREST_OUTSIDE, _NEAREST_IN_SCOPE = SIGNALS.index("nearest outside"), SIGNALS.index("nearest in scope")


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
    """The outcome of one query: what was found, and what to make of it.

    Attributes:
        hits: Best first, ties in document order; at most ``k``.
        outcome: What the policy chooses by the probabilities.
        probabilities: Of each label: ``answer``, ``detail``, ``oos`` and ``vague``; they add up to 1.
        matter: The matter outside the document that the query is about, if one is near enough.
        outside_lead: By how much the nearest known message outside the document is nearer than the nearest one
            that the document deals with, as a difference of cosine similarities.
        why: If asked for, all signals of the decision with their shares, the thresholds and the nearest messages.
    """

    hits: tuple[Hit, ...]
    outcome: Outcome
    probabilities: dict[str, float]
    matter: Matter | None
    outside_lead: float = 0.0
    why: dict[str, Any] = field(default_factory=dict)

    @property
    def in_scope(self) -> float:
        """Probability that the document deals with the matter."""
        return self.probabilities["answer"] + self.probabilities["detail"]

    @property
    def first(self) -> float:
        """Probability of the first clause, given that the document deals with the matter; 0 without a hit."""
        return self.hits[0].score / self.in_scope if self.hits and self.in_scope else 0.0


class Retriever:
    """Fuses similarities, BM25 and a classifier with fitted weights, and judges the message as a whole.

    Deterministic and safe for several threads.
    """

    def __init__(
        self, *, corpus: Corpus, vectors: VectorIndex, lexical: LexicalIndex, models: Models, finder: Finder
    ) -> None:
        self._namer = Namer(finder, corpus.clause_ids)
        self._corpus, self._vectors, self._lexical, self._models = corpus, vectors, lexical, models
        self._clause_groups = MessageGroups(corpus.message_clauses, len(corpus.clause_ids))

    @property
    def dimensions(self) -> int:
        """Length of the query vectors that ``retrieve`` takes."""
        return self._vectors.dimensions

    def retrieve(self, text: str, vector: Vector, *, k: int = 10, explain: bool = True) -> Retrieval:
        """Return the clauses that answer a query best, and what to make of them.

        Args:
            text: The query in Simplified Chinese or English.
            vector: Its unit vector, shape ``(dimensions,)``.
            k: How many hits to return at most.
            explain: Whether to say what made the scores; half of the time goes into that.

        Raises:
            VectorShapeError: If the vector is not of the index's dimensions.
        """
        terms = analyse(text)
        similarities = self._vectors.all_similarities(vector)
        n_clauses = len(self._corpus.clause_ids)
        of_messages = similarities[n_clauses:]
        naming = self._namer.measure(text)
        evidence = self._gather(terms, vector, similarities[:n_clauses], of_messages, naming)
        logits = self._models.clause_logits(evidence)
        judged = np.concatenate([self._models.kernel.judge(of_messages), self._models.terms.judge(terms)])
        signals = gather_signals(evidence, logits, judged, of_messages, self._corpus.message_labels, naming.kinds)
        probabilities = self._models.label.probabilities(signals)
        in_scope = float(probabilities[0] + probabilities[1])
        of_clauses = softmax(logits)
        order = np.argsort(-of_clauses, kind="stable")[:k]
        return Retrieval(
            hits=tuple(
                Hit(
                    self._corpus.clause_ids[clause],
                    float(of_clauses[clause]) * in_scope,
                    self._explain_hit(clause, evidence, terms) if explain else {},
                )
                for clause in order.tolist()
            ),
            outcome=self._models.policy.choose(probabilities, float(of_clauses.max())),
            probabilities=dict(zip(LABELS, probabilities.tolist(), strict=True)),
            matter=self._matter(of_messages),
            outside_lead=float(signals[_NEAREST_OUTSIDE] - signals[_NEAREST_IN_SCOPE]),
            why=self._explain(signals, of_clauses, terms, of_messages) if explain else {},
        )

    def _gather(
        self, terms: list[str], vector: Vector, of_clauses: Vector, of_messages: Vector, naming: Naming
    ) -> Evidence:
        question, nearest = self._clause_groups.nearest(of_messages)
        return Evidence(
            question=question,
            clause=of_clauses.astype(np.float64),
            lexical=self._lexical.score(terms).astype(np.float64),
            classifier=self._models.classifier.log_odds(vector),
            service=naming.services,
            nearest=nearest,
            n_terms=len(set(terms)),
        )

    def _matter(self, of_messages: Vector) -> Matter | None:
        if len(self._corpus.matters) < 2:
            return None
        scores = self._models.matters.scores(of_messages)
        second, first = np.partition(scores, -2)[-2:].tolist()
        return self._corpus.matters[int(scores.argmax())] if first - second >= self._models.matter_margin else None

    def _explain_hit(self, clause: int, evidence: Evidence, terms: list[str]) -> dict[str, Any]:
        scaled = evidence.scaled()[:, clause]
        nearest = int(evidence.nearest[clause])
        matched = list(self._lexical.contributions(terms, clause).items())[:MATCHED_TERMS_SHOWN]
        parts = zip(MEASUREMENTS, scaled.tolist(), (self._models.fusion * scaled).tolist(), strict=True)
        return {
            **{name: {"value": round(value, 4), "share": round(share, 4)} for name, value, share in parts},
            "nearest_question": self._corpus.messages[nearest].text if nearest >= 0 else None,
            "matched_terms": {term: round(share, 3) for term, share in matched},
        }

    def _explain(
        self, signals: FloatArray, of_clauses: FloatArray, terms: list[str], of_messages: Vector
    ) -> dict[str, Any]:
        label = self._models.label
        standardised = (signals - label.mean) / label.scale
        # For being in scope rather than outside: the difference of the rows of the two labels.
        towards = (
            label.coefficients[LABELS.index("answer")] - label.coefficients[LABELS.index("oos")]
        ) * standardised
        top = np.sort(of_clauses)[::-1]
        nearest = np.argsort(-of_messages, kind="stable")[:5]
        return {
            "signals": {
                name: {"value": round(value, 3), "towards_answer": round(share, 3)}
                for name, value, share in zip(SIGNALS, signals.tolist(), towards.tolist(), strict=True)
            },
            "judging_terms": {
                judgement: {
                    term: round(share, 2)
                    for term, share in list(self._models.terms.contributions(terms, i).items())[
                        :MATCHED_TERMS_SHOWN
                    ]
                }
                for i, judgement in enumerate(JUDGEMENTS)
            },
            "nearest_messages": [self._explain_message(i, float(of_messages[i])) for i in nearest.tolist()],
            "margin": round(float(top[0] - top[1]), 4) if len(top) > 1 else 1.0,
            "thresholds": {name: round(value, 3) for name, value in vars(self._models.policy).items()},
        }

    def _explain_message(self, position: int, similarity: float) -> dict[str, Any]:
        message = self._corpus.messages[position]
        about: str | None = None
        if message.clause >= 0:
            about = self._corpus.clause_ids[message.clause]
        elif message.matter >= 0:
            about = self._corpus.matters[message.matter].title
        return {"text": message.text, "similarity": round(similarity, 4), "label": message.label, "about": about}
