"""The small fitted models of an index, and how they are applied. ``embeddings.fitting`` fits them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from embeddings.encoder import Vector
from embeddings.errors import IndexDamagedError
from embeddings.evidence import Evidence, FloatArray


@dataclass(frozen=True)
class Linear:
    """A logistic model: ``sigmoid(coefficients · (x - mean) / scale + intercept)``.

    Attributes:
        threshold: Log-odds from which the model says yes.
    """

    mean: FloatArray
    scale: FloatArray
    coefficients: FloatArray
    intercept: float
    threshold: float

    def log_odds(self, x: FloatArray) -> float:
        """Return the log-odds for one example of shape ``(n_features,)``."""
        return float((x - self.mean) / self.scale @ self.coefficients + self.intercept)


@dataclass(frozen=True)
class Models:
    """All fitted models of one index.

    Attributes:
        fusion: Weights of the three measurements of ``Evidence``, shape ``(3,)``.
        topic: From the query's vector: is this about the document's matters at all?
        scope: From the retrieval's signals and ``topic``: does the document answer it?
        detail: From the query's vector: does it ask for a detail (fee, address, deadline …)?
    """

    fusion: FloatArray
    topic: Linear
    scope: Linear
    detail: Linear

    def clause_logits(self, evidence: Evidence) -> FloatArray:
        """Return the fused score of each clause, shape ``(n_clauses,)``; higher is better."""
        logits: FloatArray = self.fusion @ evidence.scaled()
        return logits

    def scope_log_odds(self, evidence: Evidence, vector: Vector, n_characters: int) -> float:
        """Return the log-odds that the document answers the query."""
        signals = scope_signals(evidence, self.clause_logits(evidence), n_characters)
        return self.scope.log_odds(np.append(signals, self.topic.log_odds(vector.astype(np.float64))))

    def save(self, path: Path) -> None:
        """Write all models to an ``.npz`` file."""
        linears = {name: asdict(getattr(self, name)) for name in ("topic", "scope", "detail")}
        flat = {f"{name}.{field}": value for name, parts in linears.items() for field, value in parts.items()}
        np.savez(path, fusion=self.fusion, **flat)

    @classmethod
    def load(cls, path: Path) -> Models:
        """Read models that ``save`` wrote.

        Raises:
            IndexDamagedError: If the file is missing or not such a file.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                linears = {name: _linear(arrays, name) for name in ("topic", "scope", "detail")}
                return cls(fusion=arrays["fusion"], **linears)
        except (OSError, ValueError, KeyError) as error:
            raise IndexDamagedError(path=path, reason=str(error)) from error


def _linear(arrays: np.lib.npyio.NpzFile, name: str) -> Linear:
    mean, scale, coefficients, intercept, threshold = (arrays[f"{name}.{field.name}"] for field in fields(Linear))
    return Linear(mean, scale, coefficients, float(intercept), float(threshold))


def softmax(logits: FloatArray) -> FloatArray:
    """Return probabilities proportional to ``exp(logits)``."""
    exponents = np.exp(logits - logits.max())
    probabilities: FloatArray = exponents / exponents.sum()
    return probabilities


def sigmoid(log_odds: float) -> float:
    """Return the probability of given log-odds."""
    return float(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


def scope_signals(evidence: Evidence, logits: FloatArray, n_characters: int) -> FloatArray:
    """Return the retrieval's signals on whether the document answers at all, shape ``(6,)``.

    The lexical signal is per character of the query, so that a long message gains nothing by its length.
    """
    top = np.sort(logits)[::-1]
    return np.array(
        [
            evidence.question.max(),
            evidence.clause.max(),
            evidence.nearest_similarity.max(),
            float(np.log(softmax(logits).max())),
            top[0] - top[min(3, len(top) - 1)],
            evidence.lexical.max() / (n_characters + 1),
        ]
    )
