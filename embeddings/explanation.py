"""Says in plain text what became of one message, and why: ``python -m embeddings ask``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from embeddings.evidence import MEASUREMENTS
from embeddings.models import Outcome, Policy
from embeddings.retriever import Hit, Retrieval
from knowledge import Document, Limit

_TEXT_SHOWN = 40


def explain(retrieval: Retrieval, *, document: Document, limit: Limit | None = None) -> str:
    """Return the outcome with its reasons, the signals, and the first clauses with what made their scores.

    Args:
        retrieval: Made with ``explain=True``.
        document: Has the clauses' texts.
        limit: The explicit rule that the message falls under, if any.
    """
    return "\n".join(
        (
            *_outcome(retrieval, limit),
            *_signals(retrieval.why),
            *_neighbourhood(retrieval),
            *_clauses(retrieval, document),
        )
    )


def _outcome(retrieval: Retrieval, limit: Limit | None) -> Iterator[str]:
    if limit:
        yield f"outcome: abstain, by the rule `{limit}` of knowledge/limits.yml"
        yield f"without the rule: {retrieval.outcome}"
    else:
        yield f"outcome: {retrieval.outcome}"
    for step in _steps(retrieval.probabilities, retrieval.first, Policy(**retrieval.why["thresholds"])):
        yield f"  {step}"
    shares = ", ".join(f"{label} {value:.3f}" for label, value in retrieval.probabilities.items())
    yield f"probabilities: {shares}"


def _steps(probabilities: Mapping[str, float], first: float, policy: Policy) -> Iterator[str]:
    """Yield what ``Policy.choose`` compares, in its order, up to what decides."""
    in_scope = probabilities["answer"] + probabilities["detail"]
    detail = probabilities["detail"] / in_scope if in_scope else 1.0

    def against(what: str, value: float, name: str, outcomes: tuple[Outcome, Outcome] | None = None) -> str:
        threshold = getattr(policy, name)
        reached = value >= threshold
        sign = "≥" if reached else "<"
        then = f": {outcomes[0] if reached else outcomes[1]}" if outcomes else ""
        return f"{what} {value:.3f} {sign} threshold {name} {threshold:.3f}{then}"

    if probabilities["vague"] >= policy.vague:
        yield against("vague", probabilities["vague"], "vague", ("clarify", "clarify"))
        return
    yield against("vague", probabilities["vague"], "vague")
    yield against("detail, given in scope", detail, "detail")
    if detail >= policy.detail:
        yield against("in scope and about the first clause", in_scope * first, "related", ("no_detail", "abstain"))
        return
    if in_scope >= policy.answer and first >= policy.clear:
        yield against("in scope", in_scope, "answer")
        yield against("first clause, given in scope", first, "clear", ("answer", "clarify"))
        return
    yield against("in scope", in_scope, "answer")
    if in_scope >= policy.answer:
        yield against("first clause, given in scope", first, "clear")
    yield against("in scope", in_scope, "offer", ("clarify", "abstain"))


def _signals(why: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield "signals, by what they add towards `answer` rather than `oos`:"
    yield "    share    value"
    signals = sorted(why["signals"].items(), key=lambda signal: -abs(signal[1]["towards_answer"]))
    for name, signal in signals:
        yield f"  {signal['towards_answer']:+7.3f} {signal['value']:8.3f}  {name}"
    yield ""
    yield "judging terms:"
    for judgement, terms in why["judging_terms"].items():
        yield f"  {judgement}: {_terms(terms)}"


def _neighbourhood(retrieval: Retrieval) -> Iterator[str]:
    yield ""
    yield "nearest known messages:"
    for message in retrieval.why["nearest_messages"]:
        about = f", {message['about']}" if message["about"] else ""
        yield f"  {message['similarity']:.3f}  {message['label']}{about}: {message['text']}"
    matter = retrieval.matter
    yield "outside matter: " + (
        f"{matter.title}, belongs to {matter.belongs_to}" if matter else "none is near enough"
    )


def _clauses(retrieval: Retrieval, document: Document) -> Iterator[str]:
    yield ""
    yield f"clauses; the first leads by {retrieval.why['margin']:.3f}:"
    for rank, hit in enumerate(retrieval.hits, 1):
        yield from _clause(rank, hit, document)


def _clause(rank: int, hit: Hit, document: Document) -> Iterator[str]:
    text = document.clause(hit.clause_id).text
    shown = text if len(text) <= _TEXT_SHOWN else text[:_TEXT_SHOWN] + "…"
    yield f"{rank}. {hit.clause_id}  score {hit.score:.3f}  {shown}"
    yield "       share    value"
    for name in MEASUREMENTS:
        part = hit.why[name]
        yield f"     {part['share']:+7.3f} {part['value']:8.3f}  {name}"
    yield f"     nearest question: {hit.why['nearest_question'] or 'none'}"
    yield f"     matched terms: {_terms(hit.why['matched_terms'])}"


def _terms(terms: Mapping[str, float]) -> str:
    return ", ".join(f"{term} {share:+.2f}" for term, share in terms.items()) or "none"
