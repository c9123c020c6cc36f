"""Runs all parts in their order and collects what they found."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.scale import building, measuring
from bench.scale.building import Files, read_data
from bench.scale.encoding import Encoded, encode_all, in_processes, key_of
from bench.scale.measuring import REPORTED
from bench.scale.metrics import judge
from bench.scale.questions import Question
from bench.scale.stages import Outcome, Stages
from embeddings import encoder_id
from embeddings.encoder import BUNDLED_ENCODER
from embeddings.vector_index import Kind
from settings import ROOT

DIMENSIONS = 384
SIZES = (1_000, 10_000)  # and all articles
_EMBEDDINGS = tuple(ROOT / "embeddings" / name for name in ("analysis.py", "lexical.py", "vector_index.py"))
_SCALE = tuple(
    Path(__file__).with_name(name)
    for name in ("building.py", "fitting.py", "known.py", "measuring.py", "questions.py", "searching.py")
)


@dataclass(frozen=True)
class Built:
    """What is searched, and what building it took.

    Attributes:
        files: All but the vector indexes.
        lexical: Outcome of building the lexical index.
        indexes: Files of the vector indexes by kind and number of vectors.
        outcomes: Of building each.
    """

    files: Files
    lexical: Outcome
    indexes: dict[tuple[Kind, int], Path]
    outcomes: dict[tuple[Kind, int], Outcome]

    @property
    def sizes(self) -> list[int]:
        """Numbers of vectors, ascending; the last is that of all articles."""
        return sorted({n for _, n in self.indexes})

    def whole(self, kind: Kind) -> Path:
        """Return the file of the index of all articles."""
        return self.indexes[kind, self.sizes[-1]]


@dataclass(frozen=True)
class Measured:
    """Everything that the report tells.

    Attributes:
        n_questions: How many were fitted on, and how many measured.
        encoding: What encoding the articles took.
        built: The indexes.
        compared: Outcomes of ``measuring.compare``, by kind and number of vectors.
        fitted: Outcome of ``measuring.fit_weights``.
        judged: By kind and ranking: recall at 1, recall at 10, nDCG at 10 of each question, shape ``(n, 3)``.
        timed: By kind and ranking: outcomes of ``measuring.time_queries``.
    """

    n_questions: tuple[int, int]
    encoding: Encoded
    built: Built
    compared: dict[tuple[Kind, int], Outcome]
    fitted: Outcome
    judged: dict[tuple[Kind, str], NDArray[np.float64]]
    timed: dict[tuple[Kind, str], Outcome]


def measure(data: Path, folder: Path, workers: int, report: Callable[[str], None]) -> Measured:
    """Do what earlier runs have left of the measurement, and return all of it.

    Args:
        data: Folder with articles and questions.
        folder: Where everything is kept.
        workers: Processes that encode articles.
        report: Called with lines about the progress.

    Raises:
        DataMissingError: If the data is not there.
    """
    articles, questions = read_data(data)
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # for the parts' processes
    folder = folder / key_of(articles.digest, encoder_id(BUNDLED_ENCODER))
    encoding = encode_all(articles.texts, in_processes(workers), DIMENSIONS, folder, report)
    kept = folder / questions.digest[:8]
    built = _build(data, encoding.path, len(articles), Stages(kept, _EMBEDDINGS, report))
    stages = Stages(kept, (*_EMBEDDINGS, *_SCALE), report)
    fitted = stages.run("weights", measuring.fit_weights, built.files, built.whole(Kind.FLAT))
    weights = {name: level["weights"] for name, level in fitted.value.items()}
    return Measured(
        n_questions=(len(questions.fitted), len(questions.measured)),
        encoding=encoding,
        built=built,
        compared=_compare(built, stages),
        fitted=fitted,
        judged=_judge(built, weights, questions.measured, stages),
        timed=_time(built, weights, stages),
    )


def _build(data: Path, vectors: Path, n_articles: int, stages: Stages) -> Built:
    files = Files(
        data=data,
        vectors=vectors,
        questions=stages.file("questions.npy"),
        moments=stages.file("moments.npz"),
        lexical=stages.file("lexical.npz"),
    )
    stages.run("questions", building.encode_questions, files, makes=files.questions)
    stages.run("moments", building.build_moments, files, makes=files.moments)
    lexical = stages.run("lexical", building.build_lexical, files, makes=files.lexical)
    sizes = [*(size for size in SIZES if size < n_articles), n_articles]
    indexes = {(kind, n): stages.file(f"{kind}-{n}.faiss") for n in sizes for kind in Kind}
    outcomes = {
        (kind, n): stages.run(f"{kind}-{n}", building.build_vectors, vectors, n, kind, path, makes=path)
        for (kind, n), path in indexes.items()
    }
    return Built(files, lexical, indexes, outcomes)


def _compare(built: Built, stages: Stages) -> dict[tuple[Kind, int], Outcome]:
    return {
        (kind, n): stages.run(
            f"compare-{kind}-{n}",
            measuring.compare,
            built.files.questions,
            path,
            built.indexes[Kind.FLAT, n],
        )
        for (kind, n), path in built.indexes.items()
    }


def _judge(
    built: Built, weights: dict[str, Any], questions: tuple[Question, ...], stages: Stages
) -> dict[tuple[Kind, str], NDArray[np.float64]]:
    golds = [question.gold for question in questions]
    judged: dict[tuple[Kind, str], NDArray[np.float64]] = {}
    for kind in Kind:
        ranked = stages.run(f"rank-{kind}", measuring.rank_all, built.files, built.whole(kind), weights)
        judged |= {(kind, name): judge(rankings, golds) for name, rankings in ranked.value.items()}
    return judged


def _time(built: Built, weights: dict[str, Any], stages: Stages) -> dict[tuple[Kind, str], Outcome]:
    rankings = [(Kind.FLAT, "BM25"), *((kind, name) for name in REPORTED for kind in Kind)]
    return {
        (kind, name): stages.run(
            f"time-{kind}-{name.replace(' ', '-')}",
            measuring.time_queries,
            built.files,
            built.whole(kind),
            name,
            weights,
        )
        for kind, name in rankings
    }
