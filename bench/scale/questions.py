"""Reads the articles and the questions, and splits the questions into those to fit on and those to measure on."""

from __future__ import annotations

import csv
import gzip
import hashlib
import random
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.errors import BenchError

N_TEST = 500
SEED = 0
_NUMBER = re.compile(r"第[零〇一二三四五六七八九十百千]+条")


class DataMissingError(BenchError):
    """A file with the questions or the articles is not there."""

    def __init__(self, *, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} not found. Name the folder that holds corpus.tsv.gz (docid, text) and queries.tsv "
            "(qid, docid, question): make bench-scale DATA=folder"
        )


@dataclass(frozen=True)
class Articles:
    """What is searched.

    Attributes:
        ids: Ids of the articles in the order of the file.
        texts: Their texts, name of the law and number of the article first.
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def digest(self) -> str:
        """Hexadecimal SHA-256 of ids and texts."""
        return _digest(f"{article}\t{text}" for article, text in zip(self.ids, self.texts, strict=True))

    @cached_property
    def laws(self) -> NDArray[np.int64]:
        """Which law each article belongs to, as numbers from 0, shape ``(len(self),)``.

        The law's name is what comes before the first article number; an article without one is a law of its own.
        """
        numbers: dict[str, int] = {}
        names = (_NUMBER.split(text, maxsplit=1)[0] for text in self.texts)
        return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


@dataclass(frozen=True)
class Question:
    """What a person asked, and the positions in ``Articles`` of all articles that answer it, in order."""

    text: str
    gold: tuple[int, ...]


@dataclass(frozen=True)
class Split:
    """The questions that weights are fitted on, and the others, that are measured; each in the file's order."""

    fitted: tuple[Question, ...]
    measured: tuple[Question, ...]

    @property
    def digest(self) -> str:
        """Hexadecimal SHA-256 of all questions and what answers them."""
        return _digest(f"{one.text}\t{one.gold}" for part in (self.fitted, self.measured) for one in part)


def read_articles(folder: Path) -> Articles:
    """Read ``corpus.tsv.gz``.

    Raises:
        DataMissingError: If the file is not there.
    """
    path = _existing(folder / "corpus.tsv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [(row["docid"], row["text"]) for row in _rows(file)]
    return Articles(tuple(article for article, _ in rows), tuple(text for _, text in rows))


def read_questions(folder: Path, articles: Articles) -> tuple[Question, ...]:
    """Read the questions of ``queries.tsv`` and which articles answer them; the answers' wording is not used.

    Raises:
        DataMissingError: If the file is not there.
    """
    path = _existing(folder / "queries.tsv")
    positions = {article: i for i, article in enumerate(articles.ids)}
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Question(row["question"], tuple(sorted({positions[article] for article in row["docid"].split("|")})))
            for row in _rows(file)
        )


def split(questions: Sequence[Question]) -> Split:
    """Take ``random.Random(0).sample`` of 500 questions, or a third if there are few, to measure on."""
    n_measured = min(N_TEST, len(questions) // 3)
    measured = set(random.Random(SEED).sample(range(len(questions)), n_measured))  # noqa: S311 - not a secret
    return Split(
        fitted=tuple(one for i, one in enumerate(questions) if i not in measured),
        measured=tuple(one for i, one in enumerate(questions) if i in measured),
    )


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise DataMissingError(path=path)
    return path


def _rows(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    csv.field_size_limit(sys.maxsize)
    return csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
