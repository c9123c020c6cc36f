"""The parts that build something: indexes, moments, vectors of the questions; each in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.scale.known import KnownQuestions
from bench.scale.questions import Articles, Split, read_articles, read_questions, split
from bench.scale.searching import Moments, Searcher
from embeddings import Vector, load_encoder
from embeddings.analysis import analyse
from embeddings.lexical import LexicalIndex
from embeddings.vector_index import Kind, VectorIndex


@dataclass(frozen=True)
class Files:
    """Where everything is that a search needs, but for the vector index.

    Attributes:
        data: Folder with articles and questions.
        vectors: ``.npy`` with the articles' vectors.
        questions: ``.npy`` with the questions' vectors: those to fit on, then those to measure on.
        moments: ``.npz`` of the articles' vectors.
        lexical: ``.npz`` of the lexical index.
    """

    data: Path
    vectors: Path
    questions: Path
    moments: Path
    lexical: Path


@dataclass(frozen=True)
class Opened:
    """A searcher with the questions for it.

    Attributes:
        searcher: Knows the questions to fit on.
        split: All questions.
        fitted: Vectors of the questions to fit on, shape ``(n, dimensions)``.
        measured: Vectors of the questions to measure on.
    """

    searcher: Searcher
    split: Split
    fitted: Vector
    measured: Vector


def read_data(folder: Path) -> tuple[Articles, Split]:
    """Read articles and questions.

    Raises:
        DataMissingError: If a file is not there.
    """
    articles = read_articles(folder)
    return articles, split(read_questions(folder, articles))


def open_searcher(files: Files, index: Path) -> Opened:
    """Open a searcher on the vector index in the file ``index``."""
    articles, questions = read_data(files.data)
    vectors = np.load(files.questions)
    n_fitted = len(questions.fitted)
    searcher = Searcher(
        articles,
        VectorIndex.load(index),
        LexicalIndex.load(files.lexical),
        Moments.load(files.moments),
        KnownQuestions(questions.fitted, vectors[:n_fitted], articles.laws),
    )
    return Opened(searcher, questions, vectors[:n_fitted], vectors[n_fitted:])


def build_lexical(files: Files) -> dict[str, int]:
    """Build and save the lexical index; return the number of its terms."""
    index = LexicalIndex.build(analyse(text) for text in read_articles(files.data).texts)
    index.save(files.lexical)
    return {"terms": len(index.terms), "weights": int(index.weights.nnz)}


def build_vectors(vectors: Path, n: int, kind: Kind, index: Path) -> dict[str, int]:
    """Build and save the index of the first ``n`` vectors."""
    built = VectorIndex.build(np.load(vectors, mmap_mode="r")[:n], kind=kind)
    built.save(index)
    return {"vectors": len(built)}


def build_moments(files: Files) -> None:
    """Measure and save the moments of all vectors."""
    Moments.of(np.load(files.vectors)).save(files.moments)


def encode_questions(files: Files) -> None:
    """Encode and save all questions, each on its own as the product does."""
    questions = read_data(files.data)[1]
    encoder = load_encoder(threads=1)
    np.save(
        files.questions, np.stack([encoder.encode_query(q.text) for q in (*questions.fitted, *questions.measured)])
    )
