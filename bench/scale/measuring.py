"""The parts that measure: quality of all rankings, nearness of an index to the exact one, times and memory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.percentiles import percentile
from bench.processes import total_memory
from bench.scale.building import Files, Opened, open_searcher
from bench.scale.fitting import fit, held_out_ndcg, random_folds, topic_folds
from bench.scale.metrics import K, overlap
from bench.scale.searching import N_EACH, Candidates, rank
from embeddings import Vector, load_encoder
from embeddings.vector_index import VectorIndex

N_WARM_UP = 20


@dataclass(frozen=True)
class Level:
    """A hybrid ranking: how many of the signals it weighs, the earlier ones' weights fitted anew."""

    name: str
    n_signals: int

    @property
    def use_known(self) -> bool:
        """Whether questions with known articles have a part in it."""
        return self.n_signals > 6


LEVELS = (
    Level("hybrid", 2),
    Level("… and length of the article", 3),
    Level("… and laws of the candidates", 5),
    Level("hybrid with laws", 6),
    Level("… and known questions' articles", 7),
    Level("hybrid with known questions", 8),
)
# Rankings whose every figure is in the report; the others only show what a step adds.
REPORTED = ("dense", "hybrid", "hybrid with laws", "hybrid with known questions")


def fit_weights(files: Files, index: Path) -> dict[str, Any]:
    """Fit the weights of each level on the questions to fit on; check them on folds of these.

    Returns:
        For each level its ``weights``, and the nDCG at 10 of held-out folds: ``random`` ones, in which each
        question was fitted beside others of its topic, and those ``by_topic``, in which neither weights nor
        known questions are of its topic.
    """
    opened = open_searcher(files, index)
    n = len(opened.split.fitted)
    of_topic, own = topic_folds(n), np.arange(n)
    results: dict[str, Any] = {}
    gathered: dict[bool, tuple[list[Candidates], list[Candidates]]] = {}
    for level in LEVELS:
        if level.use_known not in gathered:
            alone = _gather(opened, use_known=level.use_known, groups=own)
            gathered[level.use_known] = (alone, _gather(opened, use_known=level.use_known, groups=of_topic))
        plain, strict = gathered[level.use_known]
        questions = opened.split.fitted
        results[level.name] = {
            "weights": fit(plain, questions, level.n_signals).tolist(),
            "random": held_out_ndcg(plain, questions, random_folds(n), level.n_signals),
            "by_topic": held_out_ndcg(strict, questions, of_topic, level.n_signals),
        }
    return results


def rank_all(files: Files, index: Path, weights: dict[str, list[float]]) -> dict[str, list[list[int]]]:
    """Return the first ten articles for each question to measure, by name of the ranking."""
    opened = open_searcher(files, index)
    rankings: dict[str, list[list[int]]] = {name: [] for name in ("BM25", "dense", *weights)}
    for question, vector in zip(opened.split.measured, opened.measured, strict=True):
        rankings["BM25"].append(opened.searcher.by_words(question.text, K).tolist())
        rankings["dense"].append(opened.searcher.by_vector(vector, K).tolist())
        for use_known in (False, True):
            found = opened.searcher.candidates(question.text, vector, use_known=use_known)
            for level in LEVELS:
                if level.use_known == use_known:
                    rankings[level.name].append(rank(found, np.array(weights[level.name]), K))
    return rankings


def compare(questions: Path, index: Path, exact: Path) -> dict[str, float]:
    """Compare an index with the exact one of the same vectors, at the depth that the hybrid searches.

    Returns:
        Shares of the exact index's first 10 and first ``N_EACH`` that the index finds, and the times in ms of
        its searches for ``N_EACH``.
    """
    searched, reference = VectorIndex.load(index), VectorIndex.load(exact)
    queries = np.load(questions)
    for query in queries[:N_WARM_UP]:
        searched.search(query, N_EACH)
    times, found = [], []
    for query in queries:
        started = time.perf_counter()
        found.append(searched.search(query, N_EACH)[0].tolist())
        times.append((time.perf_counter() - started) * 1000)
    wanted = [reference.search(query, N_EACH)[0].tolist() for query in queries]
    return {
        "overlap_10": overlap(found, wanted, K),
        "overlap_100": overlap(found, wanted, N_EACH),
        "p50": percentile(times, 0.5),
        "p99": percentile(times, 0.99),
    }


def time_queries(files: Files, index: Path, ranking: str, weights: dict[str, list[float]]) -> dict[str, Any]:
    """Time the questions to measure, one after another on one thread, with encoder and indexes in this process.

    Returns:
        ``encode`` (empty for BM25, which needs no vector) and ``search``: ms for each question;
        ``resident_mb``: memory of the process once everything is loaded and used; ``load``: load average of the
        machine at the end, which the process itself adds to.
    """
    opened = open_searcher(files, index)
    encode = _no_vector if ranking == "BM25" else load_encoder(threads=1).encode_query
    search = _search(opened, ranking, weights)
    for question in opened.split.fitted[:N_WARM_UP]:
        search(question.text, encode(question.text))
    encoded, searched = [], []
    for question in opened.split.measured:
        started = time.perf_counter()
        vector = encode(question.text)
        between = time.perf_counter()
        search(question.text, vector)
        encoded.append((between - started) * 1000)
        searched.append((time.perf_counter() - between) * 1000)
    return {
        "encode": [] if ranking == "BM25" else encoded,
        "search": searched,
        "resident_mb": total_memory([os.getpid()]).megabytes,
        "load": os.getloadavg()[0],
    }


def _gather(opened: Opened, *, use_known: bool, groups: NDArray[np.int64]) -> list[Candidates]:
    """Return the candidates of each question to fit on; no question of its own group is known to it."""
    return [
        opened.searcher.candidates(question.text, vector, use_known=use_known, left_out=groups == group)
        for question, vector, group in zip(opened.split.fitted, opened.fitted, groups, strict=True)
    ]


def _search(
    opened: Opened, ranking: str, weights: dict[str, list[float]]
) -> Callable[[str, Vector], Sequence[int]]:
    searcher = opened.searcher
    if ranking == "BM25":
        return lambda text, vector: searcher.by_words(text, K).tolist()
    if ranking == "dense":
        return lambda text, vector: searcher.by_vector(vector, K).tolist()
    (level,) = (level for level in LEVELS if level.name == ranking)
    own = np.array(weights[ranking])
    return lambda text, vector: rank(searcher.candidates(text, vector, use_known=level.use_known), own, K)


def _no_vector(text: str) -> Vector:
    return np.zeros(0, dtype=np.float32)
