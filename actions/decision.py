"""Decides what to do with what was retrieved. Pure: no text, no engine, no index."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from embeddings import Hit, Retrieval
from knowledge import Limit

CITATIONS_SHOWN = 3


class Outcome(StrEnum):
    """What a turn comes to; the values are those of the public contract."""

    ANSWER = "answer"
    NO_DETAIL = "no_detail"
    ABSTAIN = "abstain"


@dataclass(frozen=True)
class Decision:
    """The outcome of a turn, with what is cited and what was left out.

    Attributes:
        outcome: What the turn comes to.
        limit: The explicit rule that the message falls under, if any; it is then never answered with a clause.
        cited: Hits to cite, best first; none if the document does not cover the matter.
        rejected: Hits retrieved and not cited, best first.
        scope_probability: Probability that the document answers at all.
        detail_probability: Probability that a detail is asked for.
    """

    outcome: Outcome
    limit: Limit | None
    cited: tuple[Hit, ...]
    rejected: tuple[Hit, ...]
    scope_probability: float
    detail_probability: float


def decide(retrieval: Retrieval, limit: Limit | None = None) -> Decision:
    """Choose between answering, answering without the detail asked for, and abstaining.

    The thresholds were chosen when the index was built; see ``embeddings.fitting``.

    Args:
        retrieval: What was retrieved for the message.
        limit: The explicit rule that the message falls under, from ``knowledge.limits``.
    """
    if limit or not retrieval.in_scope or not retrieval.hits:
        outcome, n_cited = Outcome.ABSTAIN, 0
    else:
        outcome = Outcome.NO_DETAIL if retrieval.asks_detail else Outcome.ANSWER
        n_cited = CITATIONS_SHOWN
    return Decision(
        outcome=outcome,
        limit=limit,
        cited=retrieval.hits[:n_cited],
        rejected=retrieval.hits[n_cited:],
        scope_probability=retrieval.scope_probability,
        detail_probability=retrieval.detail_probability,
    )
