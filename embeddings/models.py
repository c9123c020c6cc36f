"""The small fitted models of an index, and how they are applied. ``embeddings.fitting`` fits them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vector
from embeddings.errors import IndexDamagedError
from embeddings.evidence import Evidence, FloatArray
from embeddings.naming import TELLING_KINDS
from embeddings.passages import LABELS

# What the judges say yes or no to, each from the vector (kernel machine) and from the terms (linear).
JUDGEMENTS = ("in scope", "detail asked for", "vague")
NEIGHBOURS = 5
CLOSE_CLAUSES = 3

Outcome = Literal["answer", "no_detail", "clarify", "abstain"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True)
class VectorClassifier:
    """Multinomial logistic regression from a query's vector to the clause that it is about.

    Attributes:
        coefficients: Shape ``(n_classes, dimensions)``.
        intercepts: Shape ``(n_classes,)``.
    """

    coefficients: FloatArray
    intercepts: FloatArray

    def log_odds(self, vectors: Vector) -> FloatArray:
        """Return unnormalised log-probabilities for vectors of shape ``(…, dimensions)``: ``(…, n_classes)``."""
        odds: FloatArray = vectors.astype(np.float64) @ self.coefficients.T + self.intercepts
        return odds


@dataclass(frozen=True)
class KernelJudges:
    """Support vector machines with a Gaussian kernel over the messages of the index, one for each judgement.

    Attributes:
        gamma: Of the kernel ``exp(-gamma · |x - y|²)``.
        duals: Weight of each message, shape ``(n_messages, len(JUDGEMENTS))``; 0 for what supports nothing.
        intercepts: Shape ``(len(JUDGEMENTS),)``.
    """

    gamma: FloatArray
    duals: FloatArray
    intercepts: FloatArray

    def judge(self, similarities: Vector) -> FloatArray:
        """Return the distances to the margins for cosine similarities of shape ``(…, n_messages)``."""
        kernel = np.exp(-2 * float(self.gamma) * (1 - similarities.astype(np.float64)))
        distances: FloatArray = kernel @ self.duals + self.intercepts
        return distances


@dataclass(frozen=True)
class KernelMatters:
    """Kernel ridge regression over the messages about outside matters, from a message to the matter.

    Attributes:
        gamma: Of the kernel ``exp(-gamma · |x - y|²)``.
        members: Positions of the messages about a matter, shape ``(n_members,)``.
        duals: Weight of each of them for each matter, shape ``(n_members, n_matters)``.
    """

    gamma: FloatArray
    members: NDArray[np.int64]
    duals: FloatArray

    def scores(self, similarities: Vector) -> FloatArray:
        """Return how much speaks for each matter, shape ``(n_matters,)``, by similarities to all messages."""
        near = similarities[self.members].astype(np.float64)
        scores: FloatArray = np.exp(-2 * float(self.gamma) * (1 - near)) @ self.duals
        return scores


@dataclass(frozen=True)
class TermJudges:
    """Logistic regressions over TF-IDF of a query's terms, one for each judgement.

    Attributes:
        terms: The known terms, shape ``(n_terms,)``, sorted.
        idf: Inverse document frequency of each.
        coefficients: Shape ``(n_terms, len(JUDGEMENTS))``.
        intercepts: Shape ``(len(JUDGEMENTS),)``.
    """

    terms: np.ndarray[Any, np.dtype[np.str_]]
    idf: FloatArray
    coefficients: FloatArray
    intercepts: FloatArray

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {term: column for column, term in enumerate(self.terms.tolist())}

    def judge(self, terms: Sequence[str]) -> FloatArray:
        """Return the log-odds of each judgement, shape ``(len(JUDGEMENTS),)``."""
        columns, weights = self._weigh(terms)
        log_odds: FloatArray = weights @ self.coefficients[columns] + self.intercepts
        return log_odds

    def contributions(self, terms: Sequence[str], judgement: int) -> dict[str, float]:
        """Return what each known term adds to a judgement's log-odds, what weighs most either way first."""
        columns, weights = self._weigh(terms)
        shares = weights * self.coefficients[columns, judgement]
        order = np.argsort(-np.abs(shares), kind="stable")
        return {str(self.terms[columns[i]]): float(shares[i]) for i in order.tolist()}

    def _weigh(self, terms: Sequence[str]) -> tuple[NDArray[np.int64], FloatArray]:
        """Return the columns of the known terms, and their TF-IDF weights, of length 1 together."""
        counts = Counter(self._columns[term] for term in terms if term in self._columns)
        columns = np.array(list(counts), dtype=np.int64)
        weights = (1 + np.log(np.array(list(counts.values()), dtype=np.float64))) * self.idf[columns]
        return columns, weights / np.linalg.norm(weights)


@dataclass(frozen=True)
class LabelModel:
    """Multinomial logistic regression from all signals of a query to its label.

    Attributes:
        mean: Of each signal, shape ``(n_signals,)``.
        scale: Standard deviation of each signal.
        coefficients: Shape ``(len(LABELS), n_signals)``.
        intercepts: Shape ``(len(LABELS),)``.
    """

    mean: FloatArray
    scale: FloatArray
    coefficients: FloatArray
    intercepts: FloatArray

    def probabilities(self, signals: FloatArray) -> FloatArray:
        """Return the probability of each of ``LABELS`` for signals of shape ``(n_signals,)``."""
        return softmax(self.coefficients @ ((signals - self.mean) / self.scale) + self.intercepts)


@dataclass(frozen=True)
class Policy:
    """From which probabilities on a message gets which outcome.

    Attributes:
        answer: Probability of being in scope from which a message is answered.
        offer: The same from which readings are offered; below it the message is refused.
        clear: Probability of the first clause, given that a message is in scope, from which it is answered; below
            it, the call is close and readings are offered.
        related: Probability of being in scope and about the first clause from which a question for a detail gets
            that clause; below it, it is refused.
        detail: Probability, given that a message is in scope, from which it asks for a detail.
        vague: Probability from which one asks back.
    """

    answer: float
    offer: float
    clear: float
    related: float
    detail: float
    vague: float

    def choose(self, probabilities: FloatArray, first: float) -> Outcome:
        """Return the outcome of a message.

        Args:
            probabilities: Of ``LABELS``.
            first: Probability of the first clause, given that the message is in scope.
        """
        answer, detail, _, vague = probabilities.tolist()
        in_scope = answer + detail
        if vague >= self.vague:
            return "clarify"
        if detail >= self.detail * in_scope:
            return "no_detail" if in_scope * first >= self.related else "abstain"
        if in_scope >= self.answer and first >= self.clear:
            return "answer"
        return "clarify" if in_scope >= self.offer else "abstain"


@dataclass(frozen=True)
class Models:
    """All fitted models of one index.

    Attributes:
        fusion: Weight of each of ``evidence.MEASUREMENTS``.
        classifier: Of clauses; one measurement of the evidence.
        matters: Of outside matters.
        kernel: Judges by the query's similarity to every message.
        terms: Judges by the query's terms.
        label: Weighs all signals.
        policy: Chooses the outcome.
        matter_margin: Lead in score from which the first outside matter is named.
    """

    fusion: FloatArray
    classifier: VectorClassifier
    matters: KernelMatters
    kernel: KernelJudges
    terms: TermJudges
    label: LabelModel
    policy: Policy
    matter_margin: float

    def clause_logits(self, evidence: Evidence) -> FloatArray:
        """Return the fused score of each clause, shape ``(n_clauses,)``; higher is better."""
        logits: FloatArray = self.fusion @ evidence.scaled()
        return logits

    def save(self, path: Path) -> None:
        """Write all models to an ``.npz`` file."""
        parts = {name: asdict(getattr(self, name)) for name in _PARTS}
        flat = {f"{name}.{field}": value for name, values in parts.items() for field, value in values.items()}
        np.savez(path, fusion=self.fusion, matter_margin=self.matter_margin, **flat)

    @classmethod
    def load(cls, path: Path) -> Models:
        """Read models that ``save`` wrote.

        Raises:
            IndexDamagedError: If the file is missing or not such a file.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                parts = {
                    name: part(**{field.name: arrays[f"{name}.{field.name}"] for field in fields(part)})
                    for name, part in _PARTS.items()
                }
                policy = Policy(**{field.name: float(arrays[f"policy.{field.name}"]) for field in fields(Policy)})
                parts |= {"fusion": arrays["fusion"], "policy": policy}
                return cls(matter_margin=float(arrays["matter_margin"]), **parts)
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise IndexDamagedError(path=path, reason=str(error)) from error


_PARTS: dict[str, Any] = {
    "classifier": VectorClassifier,
    "matters": KernelMatters,
    "kernel": KernelJudges,
    "terms": TermJudges,
    "label": LabelModel,
    "policy": Policy,
}


def softmax(logits: FloatArray) -> FloatArray:
    """Return probabilities proportional to ``exp(logits)``."""
    exponents = np.exp(logits - logits.max())
    probabilities: FloatArray = exponents / exponents.sum()
    return probabilities


SIGNALS = (
    *(f"kernel: {judgement}" for judgement in JUDGEMENTS),
    *(f"terms: {judgement}" for judgement in JUDGEMENTS),
    *("nearest in scope", "near in scope", "nearest outside", "near outside"),
    *("first clause", "first three clauses", "nearest message of a clause", "nearest clause", "lexical per term"),
    "clauses undecided",
    *(f"names a {kind}" for kind in TELLING_KINDS),
)


def gather_signals(
    evidence: Evidence,
    logits: FloatArray,
    judged: FloatArray,
    similarities: Vector,
    labels: NDArray[np.int64],
    kinds: FloatArray,
) -> FloatArray:
    """Return all signals on what a message comes to, shape ``(len(SIGNALS),)``.

    None of them grows with the message's length as such.

    Args:
        evidence: Of the message.
        logits: Fused score of each clause.
        judged: What the kernel judges and the term judges say, one after the other.
        similarities: Of the message to each known message; ``-inf`` leaves one out.
        labels: Position of each known message's label in ``LABELS``.
        kinds: Which of ``naming.TELLING_KINDS`` the message names.
    """
    probabilities = softmax(logits)
    top = np.sort(probabilities)[::-1]
    outside = labels == LABELS.index("oos")
    in_scope = (labels == LABELS.index("answer")) | (labels == LABELS.index("detail"))
    return np.array(
        [
            *judged,
            *_nearness(similarities[in_scope]),
            *_nearness(similarities[outside]),
            np.log(top[0]),
            np.log(top[:CLOSE_CLAUSES].sum()),
            evidence.question.max(),
            evidence.clause.max(),
            evidence.lexical.max() / (evidence.n_terms + 1) ** 0.5,
            np.log(-(probabilities * np.log(probabilities + 1e-12)).sum() + 1e-3),
            *kinds,
        ]
    )


def _nearness(similarities: Vector) -> tuple[float, float]:
    """Return the greatest similarity, and the mean of the greatest few."""
    if len(similarities) < NEIGHBOURS:
        similarities = np.append(similarities, np.zeros(NEIGHBOURS, dtype=np.float32))
    best = np.partition(similarities, -NEIGHBOURS)[-NEIGHBOURS:]
    best = np.where(np.isfinite(best), best, 0)
    return float(best.max()), float(best.mean())
