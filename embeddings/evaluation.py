"""Measures the retrieval and its decision on natural messages that no model has seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from embeddings.encoder import Encoder
from embeddings.retriever import Retrieval
from knowledge import NaturalMessage, to_simplified

Retrieve = Callable[[str], Retrieval]

# 95 % of a normal distribution lie within so many standard deviations.
Z = 1.96


@dataclass(frozen=True)
class Share:
    """How many of some messages got a treatment, with a 95 % interval."""

    name: str
    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share in [0, 1]; 0 if there are no messages."""
        return self.hits / self.total if self.total else 0.0

    def interval(self) -> tuple[float, float]:
        """Return the Wilson score interval (Wilson 1927)."""
        if not self.total:
            return (0.0, 1.0)
        centre = self.value + Z * Z / (2 * self.total)
        spread = Z * ((self.value * (1 - self.value) + Z * Z / (4 * self.total)) / self.total) ** 0.5
        width = 1 + Z * Z / self.total
        return ((centre - spread) / width, (centre + spread) / width)


@dataclass(frozen=True)
class _Judged:
    message: NaturalMessage
    retrieval: Retrieval

    @property
    def in_scope(self) -> bool:
        return self.retrieval.in_scope

    @property
    def answered(self) -> bool:
        return self.in_scope and not self.retrieval.asks_detail

    @property
    def found(self) -> bool:
        """The first clause is one that the readers named."""
        return self.retrieval.hits[0].clause_id in self.message.clause_ids

    @property
    def among_three(self) -> bool:
        return any(hit.clause_id in self.message.clause_ids for hit in self.retrieval.hits[:3])


def evaluate(messages: Sequence[NaturalMessage], retrieve: Retrieve) -> tuple[Share, ...]:
    """Return what became of natural messages, by their label.

    Args:
        messages: Must be held out from everything that the index was built from.
        retrieve: Takes a message in Simplified Chinese or English.
    """
    judged = [_Judged(message, retrieve(to_simplified(message.text))) for message in messages]

    def share(name: str, label: str, counts: Callable[[_Judged], bool]) -> Share:
        of_label = [one for one in judged if one.message.label == label]
        return Share(name, sum(counts(one) for one in of_label), len(of_label))

    return (
        share("answer: refused", "answer", lambda one: not one.in_scope),
        share("answer: right clause first", "answer", lambda one: one.in_scope and one.found),
        share("answer: right clause among three", "answer", lambda one: one.in_scope and one.among_three),
        share("detail: taken for an answer", "detail", lambda one: one.answered),
        share("detail: said so with the related clause, or refused", "detail", _detail_is_right),
        share("outside: answered", "oos", lambda one: one.answered),
        share(
            "outside: said that a detail is missing",
            "oos",
            lambda one: one.in_scope and not one.answered,
        ),
        share("vague: answered", "vague", lambda one: one.answered),
    )


def make_retrieve(encoder: Encoder, retrieve: Callable[..., Retrieval]) -> Retrieve:
    """Return a function from a message to its retrieval."""
    return lambda text: retrieve(text, encoder.encode_query(text), k=3)


def render(shares: Sequence[Share]) -> str:
    """Return a Markdown table of shares with their intervals."""
    rows = ["| held-out natural messages | share | 95 % interval | n |", "| --- | --- | --- | --- |"]
    for one in shares:
        low, high = one.interval()
        rows.append(f"| {one.name} | {one.value:.2f} | {low:.2f}–{high:.2f} | {one.total} |")
    return "\n".join(rows)


def _detail_is_right(one: _Judged) -> bool:
    retrieval = one.retrieval
    return not retrieval.in_scope or (retrieval.asks_detail and one.found)
