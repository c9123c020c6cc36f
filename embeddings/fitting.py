"""Fits the models of an index: fusion weights, topic, scope and detail. Runs only while an index is built.

Everything is fitted on measurements that a question gets from an index which does not hold it
(five folds), as a visitor's question would.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from embeddings.analysis import analyse, count_word_characters
from embeddings.encoder import Vector
from embeddings.evidence import Evidence, FloatArray, QuestionGroups
from embeddings.lexical import LexicalIndex
from embeddings.models import Linear, Models, scope_signals
from embeddings.passages import Corpus

FOLDS = 5
SEED = 0
FUSION_PENALTY = 1e-4
VECTOR_PENALTY = 0.03  # for unit vectors, which need large coefficients
SIGNAL_PENALTY = 3.0
# In-scope questions that may be refused, and that may be taken for a question about a detail, at most.
MAX_OVER_ABSTENTION = 0.015
MAX_DETAIL_FALSE_ALARM = 0.05
# What was written with the document at hand flatters: it uses the document's words more than people do.
WRITTEN_WEIGHT = 0.1


@dataclass(frozen=True)
class Examples:
    """Messages that no clause answers in full, with their vectors.

    Attributes:
        outside: Simplified texts of what the document does not cover.
        outside_vectors: Shape ``(len(outside), dimensions)``.
        detail: Simplified texts of questions for a detail that the document does not state.
        detail_vectors: Shape ``(len(detail), dimensions)``.
        n_written: How many of the corpus's questions, the first ones, were written with the document at hand.
    """

    outside: tuple[str, ...]
    outside_vectors: Vector
    detail: tuple[str, ...]
    detail_vectors: Vector
    n_written: int


def fit_models(
    corpus: Corpus,
    clause_vectors: Vector,
    question_vectors: Vector,
    examples: Examples,
    report: Callable[[str], None] = lambda line: None,
) -> Models:
    """Fit all models of an index; the same input gives the same models."""
    measure = _Measuring(corpus, clause_vectors, question_vectors)
    in_scope = measure.held_out(report)
    fusion = fit_fusion(np.stack([e.scaled() for e in in_scope]), corpus.question_clauses)
    report(f"fusion weights: questions, clauses, lexical = {np.round(fusion, 2).tolist()}")
    n_questions, n_known = len(corpus.questions), len(corpus.questions) + len(examples.detail)
    weights = np.ones(n_known + len(examples.outside))
    weights[: examples.n_written] = WRITTEN_WEIGHT
    detail = _fit_detail(question_vectors, examples, weights[:n_known])
    topic, topic_log_odds = _fit_topic(question_vectors, examples, weights)
    texts = [*corpus.questions, *examples.detail, *examples.outside]
    evidence = [
        *in_scope,
        *measure.each(examples.detail, examples.detail_vectors),
        *measure.each(examples.outside, examples.outside_vectors),
    ]
    signals = [
        scope_signals(e, fusion @ e.scaled(), count_word_characters(t))
        for e, t in zip(evidence, texts, strict=True)
    ]
    is_in_scope = np.arange(len(texts)) < n_known
    x = np.column_stack([np.stack(signals), topic_log_odds])
    scope = _fit_scope(x, is_in_scope, weights, n_questions)
    return Models(fusion=fusion, topic=topic, scope=scope, detail=detail)


def fit_fusion(evidence: FloatArray, answers: NDArray[np.int64]) -> FloatArray:
    """Fit non-negative fusion weights by conditional logit (McFadden 1974).

    Args:
        evidence: Scaled measurements, shape ``(n_queries, n_measurements, n_clauses)``.
        answers: Position of the clause that answers each query, shape ``(n_queries,)``.

    Returns:
        Weights that make the answers likeliest, shape ``(n_measurements,)``.
    """
    rows = np.arange(len(answers))

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        logits = np.einsum("k,nkc->nc", weights, evidence)
        logits -= logits.max(axis=1, keepdims=True)
        exponents = np.exp(logits)
        probabilities = exponents / exponents.sum(axis=1, keepdims=True)
        expected = np.einsum("nc,nkc->nk", probabilities, evidence)
        value = -np.log(probabilities[rows, answers] + 1e-300).mean() + FUSION_PENALTY * weights @ weights
        gradient = (expected - evidence[rows, :, answers]).mean(axis=0) + 2 * FUSION_PENALTY * weights
        return float(value), gradient

    n_measurements = evidence.shape[1]
    found = minimize(loss, np.ones(n_measurements), jac=True, bounds=[(0, None)] * n_measurements)
    return np.asarray(found.x, dtype=np.float64)


class _Measuring:
    """Gives texts the evidence they would get from the index, or from one that does not hold them."""

    def __init__(self, corpus: Corpus, clause_vectors: Vector, question_vectors: Vector) -> None:
        self._corpus, self._clauses, self._questions = corpus, clause_vectors, question_vectors
        self._terms = [analyse(text) for text in corpus.questions]
        self._groups = QuestionGroups(corpus.question_clauses, len(corpus.clause_ids))

    def held_out(self, report: Callable[[str], None]) -> list[Evidence]:
        """Return each question's evidence from an index without its fold, in question order."""
        n_questions = len(self._corpus.questions)
        folds = np.random.default_rng(SEED).permutation(n_questions) % FOLDS
        evidence: dict[int, Evidence] = {}
        for fold in range(FOLDS):
            report(f"measuring held-out questions, fold {fold + 1} of {FOLDS}")
            lexical = LexicalIndex.build(self._corpus.lexical_documents(np.flatnonzero(folds != fold).tolist()))
            for i in np.flatnonzero(folds == fold):
                terms, vector = self._terms[i], self._questions[i]
                evidence[int(i)] = self._evidence(lexical, terms, vector, left_out=folds == fold)
        return [evidence[i] for i in range(n_questions)]

    def each(self, texts: tuple[str, ...], vectors: Vector) -> list[Evidence]:
        """Return the evidence of texts that the index does not hold."""
        lexical = LexicalIndex.build(self._corpus.lexical_documents())
        nothing = np.zeros(len(self._corpus.questions), dtype=bool)
        return [
            self._evidence(lexical, analyse(text), vector, left_out=nothing)
            for text, vector in zip(texts, vectors, strict=True)
        ]

    def _evidence(
        self, lexical: LexicalIndex, terms: list[str], vector: Vector, *, left_out: NDArray[np.bool_]
    ) -> Evidence:
        similarities = np.where(left_out, -np.inf, self._questions @ vector).astype(np.float32)
        question, nearest, nearest_similarity = self._groups.best(similarities)
        return Evidence(
            question=question,
            clause=(self._clauses @ vector).astype(np.float64),
            lexical=lexical.score(terms).astype(np.float64),
            nearest_question=nearest,
            nearest_similarity=nearest_similarity,
        )


def _fit_topic(questions: Vector, examples: Examples, weights: FloatArray) -> tuple[Linear, FloatArray]:
    """Return the topic model, and the held-out log-odds of questions, details and outside messages."""
    x = np.vstack([questions, examples.detail_vectors, examples.outside_vectors]).astype(np.float64)
    y = np.arange(len(x)) < len(x) - len(examples.outside)
    held_out = _held_out_log_odds(x, y, weights, 1 / VECTOR_PENALTY)
    return _fit_linear(x, y, weights, 1 / VECTOR_PENALTY, standardise=False), held_out


def _fit_detail(questions: Vector, examples: Examples, weights: FloatArray) -> Linear:
    x = np.vstack([questions, examples.detail_vectors]).astype(np.float64)
    y = np.arange(len(x)) >= len(questions)
    held_out = _held_out_log_odds(x, y, weights, 1 / VECTOR_PENALTY)
    threshold = float(np.quantile(held_out[: examples.n_written], 1 - MAX_DETAIL_FALSE_ALARM))
    return _fit_linear(x, y, weights, 1 / VECTOR_PENALTY, standardise=False, threshold=threshold)


def _fit_scope(x: FloatArray, y: NDArray[np.bool_], weights: FloatArray, n_questions: int) -> Linear:
    standardised = (x - x.mean(axis=0)) / x.std(axis=0)
    held_out = _held_out_log_odds(standardised, y, weights, 1 / SIGNAL_PENALTY)
    threshold = float(np.quantile(held_out[:n_questions], MAX_OVER_ABSTENTION))
    return _fit_linear(x, y, weights, 1 / SIGNAL_PENALTY, standardise=True, threshold=threshold)


def _held_out_log_odds(x: FloatArray, y: NDArray[np.bool_], weights: FloatArray, c: float) -> FloatArray:
    """Return the log-odds that each row gets from a model fitted without its fold."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    log_odds = np.zeros(len(y))
    for fitted, measured in folds.split(x, y):
        model = _logistic(c).fit(x[fitted], y[fitted], sample_weight=weights[fitted])
        log_odds[measured] = model.decision_function(x[measured])
    return log_odds


def _fit_linear(
    x: FloatArray,
    y: NDArray[np.bool_],
    weights: FloatArray,
    c: float,
    *,
    standardise: bool,
    threshold: float = 0.0,
) -> Linear:
    mean = x.mean(axis=0) if standardise else np.zeros(x.shape[1])
    scale = x.std(axis=0) if standardise else np.ones(x.shape[1])
    model = _logistic(c).fit((x - mean) / scale, y, sample_weight=weights)
    return Linear(mean, scale, model.coef_[0].astype(np.float64), float(model.intercept_[0]), threshold)


def _logistic(c: float) -> LogisticRegression:
    return LogisticRegression(C=c, class_weight="balanced", max_iter=2000)
