"""Questions nobody asked before: the catalogue's, each with an ending that makes the text new.

No text repeats within a run, so nothing can be answered from a cache; both products get the same texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import cycle
from typing import TypeVar

from bench.errors import TooFewQuestionsError

T = TypeVar("T")

ENDINGS = ("，谢谢您", "，求解答", "，盼回复", "，麻烦了", "，辛苦了", "，请说明", "，想了解", "，请指点")
"""All of one length, so that two variations of a question cost the same to encode."""


def vary(question: str, ending: str) -> str:
    """Return the question with its closing punctuation replaced by the ending."""
    return question.strip().rstrip("？?。.！!，, ") + ending


@dataclass(frozen=True)
class Pair:
    """Two variations of one question, equally long."""

    first: str
    second: str


class QuestionSource:
    """Hands out questions, none twice; openings, pairs and single questions never share a text.

    Args:
        bases: The catalogue's questions; duplicates are dropped. Their order does not matter: they are
            mixed by a fixed rule, so that each run asks the same in the same order.

    Attributes:
        openings: Questions without end, for waiting until a server answers; they alone come again, after all
            of them were asked.
    """

    def __init__(self, bases: Iterable[str]) -> None:
        stems = {vary(base, "") for base in bases}
        mixed = sorted(stems, key=lambda stem: sha256(stem.encode()).digest())
        opening, *single, young, old = ENDINGS
        self.openings = cycle([stem + opening for stem in mixed])
        self._singles = iter([stem + ending for ending in single for stem in mixed])
        self._pairs = iter([Pair(stem + young, stem + old) for stem in mixed])
        self._n_singles, self._n_pairs = len(mixed) * len(single), len(mixed)

    def take(self, count: int) -> list[str]:
        """Return the next ``count`` questions.

        Raises:
            TooFewQuestionsError: Not that many are left.
        """
        return [self._next(self._singles, self._n_singles) for _ in range(count)]

    def take_pairs(self, count: int) -> list[Pair]:
        """Return the next ``count`` pairs.

        Raises:
            TooFewQuestionsError: Not that many are left.
        """
        return [self._next(self._pairs, self._n_pairs) for _ in range(count)]

    @staticmethod
    def _next(source: Iterator[T], available: int) -> T:
        try:
            return next(source)
        except StopIteration as error:
            raise TooFewQuestionsError(asked=available + 1, available=available) from error
