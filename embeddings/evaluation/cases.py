"""The held-out messages, and what the index makes of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from embeddings.models import Outcome
from embeddings.passages import Label
from embeddings.retriever import Retrieval
from knowledge import Limits, NaturalMessage, to_simplified
from knowledge.held_out import HeldOutQuestion

Source = Literal["questions", "natural"]
Retrieve = Callable[[str], Retrieval]

CITED: tuple[Outcome, ...] = ("answer", "no_detail")
CLAUSES_SHOWN = 3
REPORT_EVERY = 200


@dataclass(frozen=True)
class Case:
    """A message that nothing in the index was made from, and what is expected of it.

    Attributes:
        id: Unique within its source.
        text: As it was written.
        source: Held-out ``questions``, or ``natural`` messages.
        kind: Style of a question, form of a natural message.
        label: As in ``knowledge.NaturalMessage``; questions are all ``answer``.
        clause_ids: The clauses that answer it or are related, best first; none for ``oos`` and ``vague``.
    """

    id: str
    text: str
    source: Source
    kind: str
    label: Label
    clause_ids: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """A case, and what became of it.

    Attributes:
        case: The message.
        retrieval: What the index made of it.
        limited: Whether an explicit rule says that it is never answered with a clause.
    """

    case: Case
    retrieval: Retrieval
    limited: bool = False

    @property
    def outcome(self) -> Outcome:
        """What a visitor would get."""
        return "abstain" if self.limited else self.retrieval.outcome

    @property
    def is_cited(self) -> bool:
        """Whether clauses are cited, with or without the detail."""
        return self.outcome in CITED

    @property
    def found(self) -> bool:
        """Whether the first clause is an expected one, whatever the outcome."""
        return self._first in self.case.clause_ids

    @property
    def found_among_three(self) -> bool:
        """Whether one of the first three clauses is an expected one, whatever the outcome."""
        return any(hit.clause_id in self.case.clause_ids for hit in self.retrieval.hits[:CLAUSES_SHOWN])

    @property
    def found_measure(self) -> bool:
        """Whether the first clause is of the measure of an expected one, whatever the outcome."""
        return measure_of(self._first) in {measure_of(clause_id) for clause_id in self.case.clause_ids}

    @property
    def is_right(self) -> bool:
        """Whether the message got what its label asks for.

        ``answer``: cited with an expected clause first. ``detail``: told that the detail is missing, with an
        expected clause first, or refused. ``oos`` and ``vague``: nothing is cited.
        """
        if self.case.label == "answer":
            return self.is_cited and self.found
        if self.case.label == "detail":
            return self.outcome == "abstain" or (self.outcome == "no_detail" and self.found)
        return not self.is_cited

    @property
    def helped(self) -> bool:
        """Whether one of the first three clauses is an expected one, and they are cited or offered."""
        return self.outcome != "abstain" and self.found_among_three

    @property
    def _first(self) -> str:
        return self.retrieval.hits[0].clause_id if self.retrieval.hits else ""


def make_cases(questions: Iterable[HeldOutQuestion], natural: Iterable[NaturalMessage]) -> tuple[Case, ...]:
    """Return all held-out messages as cases, the questions first."""
    return (
        *(Case(q.id, q.text, "questions", q.style, "answer", q.clause_ids) for q in questions),
        *(Case(m.id, m.text, "natural", m.form, m.label, m.clause_ids) for m in natural),
    )


def judge_all(
    cases: Sequence[Case], retrieve: Retrieve, limits: Limits, report: Callable[[str], None]
) -> tuple[Judged, ...]:
    """Ask the index about each case.

    Args:
        cases: Must be held out from everything that the index was built from.
        retrieve: Takes a message in Simplified Chinese or English.
        limits: The explicit rules.
        report: Takes lines about the progress.
    """
    judged = []
    for done, case in enumerate(cases, 1):
        text = to_simplified(case.text)
        judged.append(Judged(case, retrieve(text), limits.of(text) is not None))
        if done % REPORT_EVERY == 0 or done == len(cases):
            report(f"asked {done} of {len(cases)} held-out messages")
    return tuple(judged)


def sha256_of(cases: Sequence[Case]) -> str:
    """Return a hash over all cases: two measurements with different ones are of different messages."""
    return hashlib.sha256(json.dumps([asdict(case) for case in cases], ensure_ascii=False).encode()).hexdigest()


def measure_of(clause_id: str) -> str:
    """Return the number of a clause's measure: ``"2"`` for ``"2.4"``."""
    return clause_id.partition(".")[0]
