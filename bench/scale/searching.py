"""Finds candidates for a query by vector and by words, and measures each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.scale.known import FloatArray, IdArray, KnownQuestions, Votes
from bench.scale.questions import Articles
from embeddings import Vector
from embeddings.analysis import analyse
from embeddings.lexical import LexicalIndex
from embeddings.vector_index import VectorIndex

# How many candidates each of the two searches gives.
N_EACH = 100

SIGNALS = (
    "dense",
    "lexical",
    "length",
    "law_votes",
    "law_best",
    "law_size",
    "known_article",
    "known_law",
)


@dataclass(frozen=True)
class Candidates:
    """What may answer a query.

    Attributes:
        ids: Positions of the articles, ascending.
        signals: One column for each of ``SIGNALS``, shape ``(len(ids), len(SIGNALS))``:
            cosine similarity and BM25 score, each standardised over all articles for this query; log of the
            text's length; log of how many candidates are of the same law; highest cosine similarity among
            these, standardised; log of the number of articles of the law; log shares of the votes of known
            questions for the article and for its law.
    """

    ids: IdArray
    signals: FloatArray


@dataclass(frozen=True)
class Moments:
    """Mean and covariance of all vectors: give the mean and deviation of a query's similarities without a scan."""

    mean: FloatArray
    covariance: FloatArray

    @classmethod
    def of(cls, vectors: Vector) -> Moments:
        """Measure vectors of shape ``(n, dimensions)``."""
        mean = vectors.mean(axis=0, dtype=np.float64)
        centred = vectors - mean.astype(np.float32)
        return cls(mean, (centred.T @ centred).astype(np.float64) / len(vectors))

    def save(self, path: Path) -> None:
        """Write both to an ``.npz`` file."""
        np.savez(path, mean=self.mean, covariance=self.covariance)

    @classmethod
    def load(cls, path: Path) -> Moments:
        """Read what ``save`` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays["mean"], arrays["covariance"])

    def standardise(self, similarities: Vector, vector: Vector) -> FloatArray:
        """Return how many deviations above the mean of all vectors some similarities to a query's vector are."""
        query = vector.astype(np.float64)
        deviation = float(np.sqrt(query @ self.covariance @ query))
        return np.asarray((similarities - query @ self.mean) / max(deviation, 1e-9), dtype=np.float64)


class Searcher:
    """Searches articles by the vector and the words of a query. Deterministic.

    Args:
        articles: What is searched; the indexes hold it in its order.
        vectors: Of any kind.
        lexical: Over ``analyse(text)`` of each article.
        moments: Of all vectors.
        known: Questions whose articles are known.
    """

    def __init__(
        self,
        articles: Articles,
        vectors: VectorIndex,
        lexical: LexicalIndex,
        moments: Moments,
        known: KnownQuestions,
    ) -> None:
        self._vectors, self._lexical, self._moments, self._known = vectors, lexical, moments, known
        self._laws = articles.laws
        self._log_lengths = np.log([max(1, len(text)) for text in articles.texts])
        self._log_sizes = np.log(np.bincount(articles.laws))

    def by_words(self, text: str, k: int) -> IdArray:
        """Return the ``k`` articles of the highest BM25 score, best first; ties in the articles' order."""
        return _best(self._lexical.score(analyse(text)), k)

    def by_vector(self, vector: Vector, k: int) -> IdArray:
        """Return the ``k`` articles nearest to a vector, best first."""
        return self._vectors.search(vector, k)[0]

    def candidates(
        self, text: str, vector: Vector, *, use_known: bool, left_out: NDArray[np.bool_] | None = None
    ) -> Candidates:
        """Return what may answer a query, measured.

        Args:
            text: The query.
            vector: Its unit vector, shape ``(dimensions,)``.
            use_known: Whether known questions add their articles, and their votes; else their two columns are 0.
            left_out: Known questions that are taken not to be known, shape ``(n_known,)``.
        """
        scores = self._lexical.score(analyse(text))
        found = np.union1d(self.by_vector(vector, N_EACH), _best(scores, N_EACH))
        votes = self._known.votes(vector, left_out) if use_known else None
        ids = found if votes is None else np.union1d(found, votes.articles)
        dense = self._moments.standardise(self._vectors.similarities(vector, ids), vector)
        laws = self._laws[ids]
        of_law = np.bincount(self._laws[found], minlength=len(self._log_sizes))
        best = np.full(len(self._log_sizes), -np.inf)
        np.maximum.at(best, laws, dense)
        columns = [
            dense,
            (scores[ids] - scores.mean()) / max(float(scores.std()), 1e-9),
            self._log_lengths[ids],
            np.log1p(of_law[laws]),
            best[laws],
            self._log_sizes[laws],
            *_shares(votes, ids, laws),
        ]
        return Candidates(ids, np.column_stack(columns).astype(np.float64))


def rank(candidates: Candidates, weights: FloatArray, k: int) -> list[int]:
    """Return the ``k`` candidates of the highest weighted sum, best first; ties in the articles' order.

    Args:
        candidates: What to rank.
        weights: One for each of the first ``len(weights)`` signals.
        k: How many at most.
    """
    totals = candidates.signals[:, : len(weights)] @ weights
    order = np.argsort(-totals, kind="stable")[:k]
    return [int(article) for article in candidates.ids[order]]


def _shares(votes: Votes | None, ids: IdArray, laws: IdArray) -> tuple[FloatArray, FloatArray]:
    if votes is None:
        return np.zeros(len(ids)), np.zeros(len(ids))
    return votes.by_article[ids], votes.by_law[laws]


def _best(scores: NDArray[np.float32], k: int) -> IdArray:
    """Return the positions of the ``k`` highest scores, best first, ties ascending."""
    k = min(k, len(scores))
    lowest = np.partition(scores, len(scores) - k)[len(scores) - k]
    above = np.flatnonzero(scores > lowest)
    tied = np.flatnonzero(scores == lowest)[: k - len(above)]
    ids = np.concatenate([above, tied])
    return np.asarray(ids[np.lexsort((ids, -scores[ids]))], dtype=np.int64)
