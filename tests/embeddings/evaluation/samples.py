"""A few judged messages, so few that every figure can be counted by hand."""

from __future__ import annotations

from embeddings import Hit, Manifest, Retrieval
from embeddings.evaluation.cases import Case, Judged, Source
from embeddings.evaluation.measures import Measurement, measure
from embeddings.models import Outcome, Policy
from embeddings.passages import Label

POLICY = Policy(answer=0.6, offer=0.3, clear=0.25, related=0.27, detail=0.5, vague=0.5)
MANIFEST = Manifest(
    version="20261123T120000000000-abcdef12",
    built_at="2026-11-23T12:00:00+00:00",
    inputs_sha256="a" * 64,
    source_sha256="b" * 64,
    clean_sha256="c" * 64,
    encoder="characters-1",
    dimensions=64,
    counts={},
    layout=3,
)
# Probabilities with which ``POLICY`` chooses each outcome: of answer, detail, oos, vague.
PROBABILITIES: dict[Outcome, tuple[float, float, float, float]] = {
    "answer": (0.8, 0.1, 0.1, 0.0),
    "no_detail": (0.2, 0.5, 0.3, 0.0),
    "clarify": (0.4, 0.0, 0.6, 0.0),
    "abstain": (0.1, 0.0, 0.9, 0.0),
}


def retrieval(outcome: Outcome, *clause_ids: str) -> Retrieval:
    """Return what the policy makes of the outcome's probabilities; the first clause has 90 % of the score."""
    answer, detail, oos, vague = PROBABILITIES[outcome]
    return Retrieval(
        hits=tuple(
            Hit(clause_id, (answer + detail) * (0.9 if rank == 0 else 0.05))
            for rank, clause_id in enumerate(clause_ids)
        ),
        outcome=outcome,
        probabilities={"answer": answer, "detail": detail, "oos": oos, "vague": vague},
        matter=None,
    )


def case(
    case_id: str,
    label: Label = "answer",
    clause_ids: tuple[str, ...] = (),
    *,
    source: Source = "natural",
    kind: str = "oneliner",
) -> Case:
    """Return a case whose text is its id."""
    return Case(case_id, case_id, source, kind, label, clause_ids)


def judged(one: Case, outcome: Outcome, *clause_ids: str, limited: bool = False) -> Judged:
    return Judged(one, retrieval(outcome, *clause_ids), limited)


# Three questions and eight natural messages: two or three of each label.
JUDGED = (
    judged(case("q-1", clause_ids=("2.4",), source="questions", kind="staff"), "answer", "2.4", "2.5"),
    judged(case("q-2", clause_ids=("2.4",), source="questions", kind="story"), "no_detail", "2.5", "2.4"),
    judged(case("q-3", clause_ids=("11.4",), source="questions", kind="staff"), "clarify", "11.4"),
    judged(case("n-1", "answer", ("2.4", "2.5")), "answer", "2.5"),
    judged(case("n-2", "answer", ("2.4",), kind="story"), "clarify", "2.5", "2.4"),
    judged(case("n-3", "answer", ("11.4",)), "answer", "11.4", limited=True),
    judged(case("d-1", "detail", ("2.4",)), "answer", "2.4"),
    judged(case("d-2", "detail", ("2.4",)), "no_detail", "2.4"),
    judged(case("o-1", "oos"), "answer", "2.4"),
    judged(case("o-2", "oos", kind="story"), "no_detail", "2.4"),
    judged(case("v-1", "vague"), "clarify", "2.4"),
)


def sample_measurement() -> Measurement:
    return measure(JUDGED, POLICY, index=MANIFEST, known=["O-1！", "别的"])
