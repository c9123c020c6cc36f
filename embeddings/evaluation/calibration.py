"""Whether probabilities come true: of what is said to be 80 % likely, how much happens?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.evaluation.cases import Judged
from embeddings.evaluation.shares import Share

N_BINS = 10


@dataclass(frozen=True)
class Bin:
    """The messages whose probability lies in one interval.

    Attributes:
        low: Where the interval begins.
        predicted: Mean of their probabilities.
        observed: How many of them came true.
    """

    low: float
    predicted: float
    observed: Share


@dataclass(frozen=True)
class Reliability:
    """Probabilities against what happened.

    Attributes:
        name: Of what, among which messages.
        bins: By growing probability; without the empty ones.
    """

    name: str
    bins: tuple[Bin, ...]

    @property
    def total(self) -> int:
        """How many messages."""
        return sum(one.observed.total for one in self.bins)

    @property
    def expected_error(self) -> float:
        """Expected calibration error (Naeini et al. 2015): the mean over all messages of each bin's distance."""
        if not self.total:
            return 0.0
        distances = (abs(one.predicted - one.observed.value) * one.observed.total for one in self.bins)
        return sum(distances) / self.total


def reliabilities(judged: Sequence[Judged]) -> tuple[Reliability, ...]:
    """Return how far the probability of being in scope and the first clause's come true."""
    natural = [one for one in judged if one.case.source == "natural"]
    questions = [one for one in judged if one.case.source == "questions"]
    return (
        reliability(
            "natural: in scope",
            [(one.retrieval.in_scope, one.case.label in ("answer", "detail")) for one in natural],
        ),
        reliability("natural: first clause", [_first_clause(one) for one in natural]),
        reliability("questions: first clause", [_first_clause(one) for one in questions]),
    )


def reliability(name: str, pairs: Sequence[tuple[float, bool]]) -> Reliability:
    """Sort pairs of a probability and what happened into ten bins of equal width."""
    members: list[list[tuple[float, bool]]] = [[] for _ in range(N_BINS)]
    for probability, happened in pairs:
        members[min(int(probability * N_BINS), N_BINS - 1)].append((probability, happened))
    return Reliability(
        name,
        tuple(
            Bin(
                low=number / N_BINS,
                predicted=sum(probability for probability, _ in pairs_in) / len(pairs_in),
                observed=Share(
                    f"{number / N_BINS:.1f}–{(number + 1) / N_BINS:.1f}",
                    sum(happened for _, happened in pairs_in),
                    len(pairs_in),
                ),
            )
            for number, pairs_in in enumerate(members)
            if pairs_in
        ),
    )


def _first_clause(one: Judged) -> tuple[float, bool]:
    return (one.retrieval.hits[0].score if one.retrieval.hits else 0.0, one.found)
