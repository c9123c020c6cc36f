"""What other thresholds of the policy would do to the same messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from embeddings.evaluation.cases import CITED, Judged
from embeddings.evaluation.shares import Share, share_of
from embeddings.models import Outcome, Policy
from embeddings.passages import LABELS

Moved = Literal["answer", "offer"]
GRID = tuple(round(0.02 * step, 2) for step in range(1, 50))


@dataclass(frozen=True)
class Point:
    """What becomes of the natural messages at one threshold.

    Attributes:
        threshold: The threshold's value.
        answered: Messages outside that are answered.
        offered: Messages outside that are not refused: answered, asked back, or told that a detail is missing.
        not_answered: ``answer`` messages for which nothing is cited.
        refused: ``answer`` messages that are refused.
    """

    threshold: float
    answered: Share
    offered: Share
    not_answered: Share
    refused: Share


@dataclass(frozen=True)
class Tradeoff:
    """One threshold moved, the others as the policy has them.

    Attributes:
        moved: Which one; ``related`` moves with ``offer``.
        current: The policy as it is.
        points: By growing threshold.
    """

    moved: Moved
    current: Point
    points: tuple[Point, ...]


def tradeoffs(judged: Sequence[Judged], policy: Policy) -> tuple[Tradeoff, ...]:
    """Move the threshold of answering, then the two of offering together, as they are chosen."""
    natural = [one for one in judged if one.case.source == "natural"]
    return (
        _tradeoff("answer", policy, natural, lambda value: replace(policy, answer=value)),
        _tradeoff("offer", policy, natural, lambda value: replace(policy, offer=value, related=value)),
    )


def _tradeoff(
    moved: Moved, policy: Policy, natural: Sequence[Judged], policy_at: Callable[[float], Policy]
) -> Tradeoff:
    return Tradeoff(
        moved,
        _point(getattr(policy, moved), natural, policy),
        tuple(_point(threshold, natural, policy_at(threshold)) for threshold in GRID),
    )


def _point(threshold: float, natural: Sequence[Judged], policy: Policy) -> Point:
    outside = [_outcome(one, policy) for one in natural if one.case.label == "oos"]
    answer = [_outcome(one, policy) for one in natural if one.case.label == "answer"]
    return Point(
        threshold=threshold,
        answered=share_of("outside: answered", outside, lambda o: o == "answer", better="lower"),
        offered=share_of("outside: not refused", outside, lambda o: o != "abstain", better="lower"),
        not_answered=share_of("answer: nothing cited", answer, lambda o: o not in CITED, better="lower"),
        refused=share_of("answer: refused", answer, lambda o: o == "abstain", better="lower"),
    )


def _outcome(one: Judged, policy: Policy) -> Outcome:
    if one.limited:
        return "abstain"
    probabilities = np.array([one.retrieval.probabilities[label] for label in LABELS])
    return policy.choose(probabilities, one.retrieval.first)
