"""Decides what to do with what was retrieved. Pure: no text, no engine, no index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from embeddings import Hit, Matter, Retrieval
from knowledge import Limit

CITATIONS_SHOWN = 3
# Splitting a message can tear a question apart, and a fragment can look like a question that it is not: parts are
# only answered one by one when each would surely be right alone.
SURE_OF_PART = 0.65
NONE_OF_THESE = "none"


class Outcome(StrEnum):
    """What a turn comes to; the values are those of the public contract."""

    ANSWER = "answer"
    NO_DETAIL = "no_detail"
    CLARIFY = "clarify"
    ABSTAIN = "abstain"


class Reason(StrEnum):
    """Why a turn comes to that, where there is more than one reason; each has a response of its own."""

    UNLAWFUL = "unlawful"
    ELSEWHERE = "elsewhere"
    OUTSIDE_MATTER = "abstain_matter"
    NONE_OF_THESE = "none_of_these"
    ASK_BACK = "ask_back"
    SEVERAL = "answer_several"


@dataclass(frozen=True)
class Decision:
    """The outcome of a turn, with what is cited and what was left out.

    Attributes:
        outcome: What the turn comes to.
        reason: Why, where that decides the words.
        cited: Hits to cite or to offer, best first; none if the document does not cover the matter.
        rejected: Hits retrieved and not cited, best first.
        matter: What the message is about if that is not in the document, as far as it was understood.
        quoted: How many of ``cited``, from the first, answer; the others are related.
    """

    outcome: Outcome
    reason: Reason | None
    cited: tuple[Hit, ...]
    rejected: tuple[Hit, ...]
    matter: Matter | None = None
    quoted: int = 1

    @property
    def response(self) -> str:
        """Name of the response in ``domain.yml``."""
        return f"utter_{self.reason or self.outcome}"


def decide(retrieval: Retrieval, limit: Limit | None = None) -> Decision:
    """Choose between answering, answering without the detail asked for, asking back and abstaining.

    The thresholds were chosen when the index was built; see ``embeddings.fitting``.

    Args:
        retrieval: What was retrieved for the message.
        limit: The explicit rule that the message falls under, from ``knowledge.limits``.
    """
    hits = retrieval.hits
    if limit:
        return Decision(Outcome.ABSTAIN, Reason(limit), (), hits)
    if retrieval.outcome == "abstain" or not hits:
        reason = Reason.OUTSIDE_MATTER if retrieval.matter else None
        return Decision(Outcome.ABSTAIN, reason, (), hits, retrieval.matter)
    if retrieval.outcome == "clarify" and retrieval.probabilities["vague"] >= retrieval.in_scope:
        return Decision(Outcome.CLARIFY, Reason.ASK_BACK, (), hits)
    return Decision(Outcome(retrieval.outcome), None, hits[:CITATIONS_SHOWN], hits[CITATIONS_SHOWN:])


def decide_parts(whole: Decision, parts: Sequence[Decision]) -> Decision:
    """Answer each question of a message with a clause of its own, if at least two surely have one.

    Args:
        whole: What the message as a whole comes to; returned as it is if it has a reason, or if fewer than two
            parts are answered by different clauses with a score of ``SURE_OF_PART`` or more.
        parts: What each question in it comes to, in order, at most ``CITATIONS_SHOWN``.
    """
    sure = [part for part in parts if _is_sure(part)]
    first: dict[str, Hit] = {}
    for part in sure:
        first.setdefault(part.cited[0].clause_id, part.cited[0])
    if whole.reason or len(first) < 2:
        return whole
    hits = whole.cited + whole.rejected
    leading = hits[0].clause_id if hits else ""
    main = sorted(first.values(), key=lambda hit: hit.clause_id != leading)
    ordered = (*main, *(hit for hit in hits if hit.clause_id not in first))
    cited, rejected = ordered[:CITATIONS_SHOWN], ordered[CITATIONS_SHOWN:]
    return Decision(Outcome.ANSWER, Reason.SEVERAL, cited, rejected, quoted=len(main))


def _is_sure(part: Decision) -> bool:
    return part.outcome is Outcome.ANSWER and bool(part.cited) and part.cited[0].score >= SURE_OF_PART


def decide_choice(chosen: str, retrieval: Retrieval) -> Decision:
    """Answer with the clause that a visitor chose from those offered, or take note that it is none of them.

    Args:
        chosen: A clause id, or ``NONE_OF_THESE``.
        retrieval: What was retrieved for the button's words; gives the score, if the clause is among the hits.
    """
    if chosen == NONE_OF_THESE:
        return Decision(Outcome.ABSTAIN, Reason.NONE_OF_THESE, (), retrieval.hits)
    others = tuple(hit for hit in retrieval.hits if hit.clause_id != chosen)
    hit = next((hit for hit in retrieval.hits if hit.clause_id == chosen), Hit(chosen, 1.0))
    return Decision(Outcome.ANSWER, None, (hit,), others)
