"""Fits the models of an index: fusion, judges, labels and policy. Runs only while an index is built.

What weighs signals is fitted on signals that a message gets from models which have not seen it (five folds),
as a visitor's message would. A clause's questions were written a batch at a time by one hand after the other, so
neighbours in its list share a fold: a model that has seen the writer's other questions is not a visitor's.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.optimize import minimize
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from embeddings.analysis import analyse
from embeddings.encoder import Vector
from embeddings.evidence import MEASUREMENTS, Evidence, FloatArray, MessageGroups
from embeddings.lexical import LexicalIndex
from embeddings.models import (
    JUDGEMENTS,
    SIGNALS,
    KernelJudges,
    KernelMatters,
    LabelModel,
    Models,
    Outcome,
    Policy,
    TermJudges,
    VectorClassifier,
    gather_signals,
    softmax,
)
from embeddings.naming import Finder, Namer
from embeddings.passages import LABELS, NOTHING, Corpus, Origin

FOLDS = 5
SEED = 0
WORKERS = 2
FUSION_PENALTY = 1e-4
CLASSIFIER_C = 100.0  # unit vectors need large coefficients
KERNEL_C = 10.0
KERNEL_GAMMA = 5.0
TERMS_C = 5.0
UNSEEN_LOG_ODDS = -30.0
LABEL_C = 0.3
# What was written with the document at hand flatters: it uses the document's words more than people do. There is
# also far more of it than of natural messages.
JUDGE_WEIGHTS: dict[Origin, float] = {"natural": 1.0, "outside": 0.5, "scope": 0.3, "written": 0.1}
LABEL_WEIGHTS: dict[Origin, float] = {"natural": 1.0, "outside": 0.3, "scope": 0.3, "written": 0.05}
FUSION_WEIGHTS: dict[Origin, float] = {"natural": 1.0, "outside": 0.0, "scope": 0.0, "written": 0.3}
# The policy's limits, as shares of natural messages that nothing in the index is learnt from.
MAX_FALSE_ANSWERS = 0.02
MAX_FALSE_OFFERS = 0.21
# What is most likely outside is not answered, however seldom that would be wrong.
LEAST_ANSWER = 0.2
DETAIL_THRESHOLD = 0.33
VAGUE_THRESHOLD = 0.5
CLEAR_THRESHOLD = 0.2
# How often the outside matter that is named has to be the right one, among some three hundred.
MATTER_PRECISION = 0.85
MATTERS_GAMMA, MATTERS_PENALTY = 3.0, 0.1

Report = Callable[[str], None]
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class _Base:
    """The models that read a message itself, and the lexical index that goes with them."""

    classifier: VectorClassifier
    kernel: KernelJudges
    terms: TermJudges
    lexical: LexicalIndex


@dataclass(frozen=True)
class _Measured:
    """What base models that have not seen a message say of it."""

    evidence: Evidence
    judged: FloatArray
    similarities: Vector
    kinds: FloatArray


def fit_models(
    corpus: Corpus, clause_vectors: Vector, message_vectors: Vector, finder: Finder, report: Report = print
) -> Models:
    """Fit all models of an index; the same input gives the same models.

    Args:
        corpus: Clauses and messages.
        clause_vectors: Unit vectors, shape ``(n_clauses, dimensions)``.
        message_vectors: Unit vectors, shape ``(n_messages, dimensions)``.
        finder: Finds what messages name.
        report: Takes lines about the progress.
    """
    fitting = _Fitting(corpus, clause_vectors, message_vectors, finder)
    # Threads of the algebra beside ours would only wait for each other.
    with ThreadPoolExecutor(WORKERS) as pool, threadpool_limits(1):
        folds = [pool.submit(fitting.measure_held_out, fold) for fold in range(FOLDS)]
        whole = pool.submit(fitting.fit_base, np.arange(len(corpus.messages)))
        named = pool.submit(fitting.fit_matters)
        found: dict[int, _Measured] = {}
        for number, fold in enumerate(folds, 1):
            found |= fold.result()
            report(f"measured fold {number} of {FOLDS}")
        base, (matters, matter_margin) = whole.result(), named.result()
    measured = [found[i] for i in range(len(corpus.messages))]
    fusion = _fit_fusion_of(corpus, measured)
    report("fusion: " + ", ".join(f"{name} {w:.2f}" for name, w in zip(MEASUREMENTS, fusion, strict=True)))
    labels = corpus.message_labels
    logits = [fusion @ m.evidence.scaled() for m in measured]
    signals = np.stack(
        [
            gather_signals(m.evidence, logit, m.judged, m.similarities, labels, m.kinds)
            for m, logit in zip(measured, logits, strict=True)
        ]
    )
    label_model, probabilities = _fit_labels(corpus, signals, fitting.folds)
    firsts = np.array([softmax(logit).max() for logit in logits])
    natural = _are(corpus, "natural")
    policy = choose_policy(probabilities[natural], firsts[natural], labels[natural])
    report("policy: " + ", ".join(f"{name} {value:.3f}" for name, value in vars(policy).items()))
    report(f"outside matters: named from a lead of {matter_margin:.2f}")
    return Models(
        fusion=fusion,
        matters=matters,
        classifier=base.classifier,
        kernel=base.kernel,
        terms=base.terms,
        label=label_model,
        policy=policy,
        matter_margin=matter_margin,
    )


def fit_fusion(evidence: FloatArray, answers: Positions, weights: FloatArray) -> FloatArray:
    """Fit non-negative fusion weights by conditional logit (McFadden 1974).

    Args:
        evidence: Scaled measurements, shape ``(n_queries, n_measurements, n_clauses)``.
        answers: Position of the clause that answers each query, shape ``(n_queries,)``.
        weights: How much each query counts, shape ``(n_queries,)``.

    Returns:
        Weights that make the answers likeliest, shape ``(n_measurements,)``.
    """
    rows = np.arange(len(answers))
    shares = weights / weights.sum()

    def loss(fusion: FloatArray) -> tuple[float, FloatArray]:
        logits = np.einsum("k,nkc->nc", fusion, evidence)
        logits -= logits.max(axis=1, keepdims=True)
        exponents = np.exp(logits)
        probabilities = exponents / exponents.sum(axis=1, keepdims=True)
        expected = np.einsum("nc,nkc->nk", probabilities, evidence)
        value = -(shares * np.log(probabilities[rows, answers] + 1e-300)).sum() + FUSION_PENALTY * fusion @ fusion
        difference = (expected - evidence[rows, :, answers]) * shares[:, None]
        return float(value), difference.sum(axis=0) + 2 * FUSION_PENALTY * fusion

    n_measurements = evidence.shape[1]
    found = minimize(loss, np.full(n_measurements, 0.5), jac=True, bounds=[(0, None)] * n_measurements)
    return np.asarray(found.x, dtype=np.float64)


def choose_policy(probabilities: FloatArray, firsts: FloatArray, labels: Positions) -> Policy:
    """Choose the lowest thresholds that keep within the limits for what the document does not cover.

    Args:
        probabilities: Of ``LABELS`` for each message, from models that have not seen it, shape ``(n, 4)``.
        firsts: Probability of each message's first clause, given that it is in scope.
        labels: Position of each message's label.
    """
    outside = labels == LABELS.index("oos")
    rows = list(zip(probabilities[outside], firsts[outside].tolist(), strict=True))
    closed = Policy(
        answer=1.0, offer=1.0, clear=CLEAR_THRESHOLD, related=1.0, detail=DETAIL_THRESHOLD, vague=VAGUE_THRESHOLD
    )

    def lowest(limit: float, outcomes: tuple[Outcome, ...], at: Callable[[float], Policy]) -> float:
        for threshold in np.linspace(0.02, 0.98, 97).tolist():
            policy = at(threshold)
            if sum(policy.choose(*row) in outcomes for row in rows) <= limit * len(rows):
                return float(threshold)
        return 1.0

    answer = max(LEAST_ANSWER, lowest(MAX_FALSE_ANSWERS, ("answer",), lambda t: replace(closed, answer=t)))
    offer = lowest(
        MAX_FALSE_OFFERS, ("clarify", "no_detail"), lambda t: replace(closed, answer=answer, offer=t, related=t)
    )
    return replace(closed, answer=answer, offer=offer, related=offer)


def lead_for_precision(leads: FloatArray, right: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest lead from which guesses are right often enough; infinity if there is none.

    Args:
        leads: Of each guess over the next one.
        right: Which guesses are right.
        precision: Share that has to be right among those with at least that lead.
    """
    order = np.argsort(-leads, kind="stable")
    reached = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(reached >= precision)
    return float(leads[order[enough[-1]]]) if len(enough) else float(np.inf)


def assign_folds(corpus: Corpus) -> Positions:
    """Return each message's fold: a clause's written messages in blocks by their order, all others at random."""
    folds = np.random.default_rng(SEED).permutation(len(corpus.messages)) % FOLDS
    written = _are(corpus, "written")
    for clause in range(len(corpus.clause_ids)):
        block = np.flatnonzero(written & (corpus.message_clauses == clause))
        folds[block] = (np.arange(len(block)) * FOLDS) // max(1, len(block))
    return folds


class _Fitting:
    """Holds what all fits share: texts, vectors, folds and their similarities."""

    def __init__(self, corpus: Corpus, clause_vectors: Vector, message_vectors: Vector, finder: Finder) -> None:
        self._corpus, self._clauses, self._messages = corpus, clause_vectors, message_vectors
        self._terms = [analyse(message.text) for message in corpus.messages]
        self.folds = assign_folds(corpus)
        self._groups = MessageGroups(corpus.message_clauses, len(corpus.clause_ids))
        namer = Namer(finder, corpus.clause_ids)
        self._namings = [namer.measure(message.text) for message in corpus.messages]

    def fit_base(self, train: Positions) -> _Base:
        """Fit the models that read a message on the messages at the given positions."""
        terms = [self._terms[i] for i in train]
        targets = self._targets(train)
        weights = np.array([JUDGE_WEIGHTS[self._corpus.messages[i].origin] for i in train])
        return _Base(
            classifier=self._fit_classifier(train),
            kernel=self._fit_kernel(train, targets, weights),
            terms=_fit_terms(terms, targets, weights),
            lexical=LexicalIndex.build(self._corpus.lexical_documents(self._terms, train.tolist())),
        )

    def measure_held_out(self, fold: int) -> dict[int, _Measured]:
        """Return what models that have not seen the messages of a fold say of each of them, by position."""
        left_out = self.folds == fold
        base = self.fit_base(np.flatnonzero(~left_out))
        return {i: self._measure(i, base, left_out=left_out) for i in np.flatnonzero(left_out).tolist()}

    def fit_matters(self) -> tuple[KernelMatters, float]:
        """Return the model of outside matters, and the lead from which its first is named."""
        about = np.flatnonzero(self._corpus.message_matters != NOTHING)
        matters, n_matters = self._corpus.message_matters[about], len(self._corpus.matters)
        gamma = np.array(MATTERS_GAMMA)
        if len(set(matters.tolist())) < 2:
            return KernelMatters(gamma, about, np.zeros((len(about), n_matters))), np.inf
        vectors = self._messages[about].astype(np.float64)
        kernel = np.exp(-2 * MATTERS_GAMMA * (1 - vectors @ vectors.T))
        targets = np.eye(n_matters)[matters]
        scores = np.zeros_like(targets)
        for fold in range(FOLDS):
            left_out = self.folds[about] == fold
            seen, unseen = np.flatnonzero(~left_out), np.flatnonzero(left_out)
            duals = _solve_ridge(kernel[np.ix_(seen, seen)], targets[seen])
            scores[unseen] = kernel[np.ix_(unseen, seen)] @ duals
        top = np.sort(scores, axis=1)
        margin = lead_for_precision(top[:, -1] - top[:, -2], scores.argmax(axis=1) == matters, MATTER_PRECISION)
        return KernelMatters(gamma, about, _solve_ridge(kernel, targets)), margin

    def _measure(self, i: int, base: _Base, *, left_out: NDArray[np.bool_]) -> _Measured:
        vector, terms = self._messages[i], self._terms[i]
        similarities = np.where(left_out, -np.inf, self._messages @ vector).astype(np.float32)
        question, nearest = self._groups.nearest(similarities)
        evidence = Evidence(
            question=question,
            clause=(self._clauses @ vector).astype(np.float64),
            lexical=base.lexical.score(terms).astype(np.float64),
            classifier=base.classifier.log_odds(vector),
            service=self._namings[i].services,
            nearest=nearest,
            n_terms=len(set(terms)),
        )
        judged = np.concatenate([base.kernel.judge(similarities), base.terms.judge(terms)])
        return _Measured(evidence, judged, similarities, self._namings[i].kinds)

    def _fit_classifier(self, train: Positions) -> VectorClassifier:
        clauses = self._corpus.message_clauses[train]
        n_clauses = len(self._corpus.clause_ids)
        x = np.vstack([self._messages[train[clauses != NOTHING]], self._clauses])
        y = np.append(clauses[clauses != NOTHING], np.arange(n_clauses))
        model = LogisticRegression(C=CLASSIFIER_C, max_iter=300).fit(x, y)
        if n_clauses == 2:
            return VectorClassifier(
                np.vstack([-model.coef_, model.coef_]), np.append(-model.intercept_, model.intercept_)
            )
        return VectorClassifier(model.coef_.astype(np.float64), model.intercept_.astype(np.float64))

    def _fit_kernel(self, train: Positions, targets: list[FloatArray], weights: FloatArray) -> KernelJudges:
        duals = np.zeros((len(self._corpus.messages), len(JUDGEMENTS)))
        intercepts = np.zeros(len(JUDGEMENTS))
        # Once for all judgements: computing it anew for each pair is most of a machine's work.
        messages = self._messages[train].astype(np.float64)
        kernel = np.exp(-2 * KERNEL_GAMMA * (1 - messages @ messages.T))
        for judgement, target in enumerate(targets):
            known = np.flatnonzero(~np.isnan(target))
            if len(set(target[known])) == 1:  # nothing to tell apart
                intercepts[judgement] = 1.0 if target[known[0]] else -1.0
                continue
            model = SVC(C=KERNEL_C, kernel="precomputed", class_weight="balanced", cache_size=500)
            model.fit(kernel[np.ix_(known, known)], target[known], sample_weight=weights[known])
            duals[train[known[model.support_]], judgement] = model.dual_coef_[0]
            intercepts[judgement] = model.intercept_[0]
        return KernelJudges(np.array(KERNEL_GAMMA), duals, intercepts)

    def _targets(self, train: Positions) -> list[FloatArray]:
        """Return for each of ``JUDGEMENTS`` 1 or 0 for each message, NaN where it does not apply."""
        labels = self._corpus.message_labels[train]
        answer, detail, _, vague = (labels == i for i in range(len(LABELS)))
        in_scope = np.where(vague, np.nan, answer | detail)
        asks_detail = np.where(answer | detail, detail.astype(np.float64), np.nan)
        return [in_scope, asks_detail, vague.astype(np.float64)]


def _solve_ridge(kernel: FloatArray, targets: FloatArray) -> FloatArray:
    """Return the duals of a kernel ridge regression."""
    penalised = kernel + MATTERS_PENALTY * np.eye(len(kernel))
    return np.asarray(linalg.solve(penalised, targets, assume_a="pos", overwrite_a=True), dtype=np.float64)


def _fit_terms(terms: list[list[str]], targets: list[FloatArray], weights: FloatArray) -> TermJudges:
    vectorizer = TfidfVectorizer(analyzer=_unchanged, sublinear_tf=True, min_df=2)
    x = vectorizer.fit_transform(terms)
    coefficients = np.zeros((x.shape[1], len(JUDGEMENTS)))
    intercepts = np.zeros(len(JUDGEMENTS))
    for judgement, target in enumerate(targets):
        known = np.flatnonzero(~np.isnan(target))
        if len(set(target[known])) == 1:
            intercepts[judgement] = 1.0 if target[known[0]] else -1.0
            continue
        model = LogisticRegression(C=TERMS_C, max_iter=500, class_weight="balanced")
        model.fit(x[known], target[known], sample_weight=weights[known])
        coefficients[:, judgement], intercepts[judgement] = model.coef_[0], model.intercept_[0]
    return TermJudges(
        np.array(vectorizer.get_feature_names_out(), dtype=np.str_), vectorizer.idf_, coefficients, intercepts
    )


def _unchanged(terms: list[str]) -> list[str]:
    return terms


def _are(corpus: Corpus, origin: Origin) -> NDArray[np.bool_]:
    return np.array([message.origin == origin for message in corpus.messages])


def _fit_fusion_of(corpus: Corpus, measured: list[_Measured]) -> FloatArray:
    answered = np.flatnonzero(corpus.message_clauses != NOTHING)
    return fit_fusion(
        np.stack([measured[i].evidence.scaled() for i in answered]),
        corpus.message_clauses[answered],
        np.array([FUSION_WEIGHTS[corpus.messages[i].origin] for i in answered]),
    )


def _fit_labels(corpus: Corpus, signals: FloatArray, folds: Positions) -> tuple[LabelModel, FloatArray]:
    """Return the label model, and the probabilities of messages from a model fitted without their fold."""
    labels = corpus.message_labels
    weights = np.array([LABEL_WEIGHTS[message.origin] for message in corpus.messages])
    mean, scale = signals.mean(axis=0), signals.std(axis=0) + 1e-9
    x = (signals - mean) / scale
    held_out = np.zeros((len(labels), len(LABELS)))
    for fold in range(FOLDS):
        fitted, measured = folds != fold, folds == fold
        model = _fit_label_regression(x[fitted], labels[fitted], weights[fitted])
        held_out[np.ix_(measured, model.classes_)] = model.predict_proba(x[measured])
    model = _fit_label_regression(x, labels, weights)
    coefficients = np.zeros((len(LABELS), len(SIGNALS)))
    intercepts = np.full(len(LABELS), UNSEEN_LOG_ODDS)
    if len(model.classes_) == 2:
        coefficients[model.classes_] = np.vstack([np.zeros_like(model.coef_), model.coef_])
        intercepts[model.classes_] = [0.0, model.intercept_[0]]
    else:
        coefficients[model.classes_], intercepts[model.classes_] = model.coef_, model.intercept_
    return LabelModel(mean, scale, coefficients, intercepts), held_out


def _fit_label_regression(x: FloatArray, labels: Positions, weights: FloatArray) -> LogisticRegression:
    return LogisticRegression(C=LABEL_C, max_iter=2000).fit(x, labels, sample_weight=weights)
