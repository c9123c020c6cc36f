"""From clauses to what the engine says: the structured part of a reply, and the variables of its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.query import Query
from actions.sources import Sources
from embeddings import Hit, OpenIndex
from knowledge import Facet, Situation


def compose(
    outcome: str,
    cited: Sequence[Hit],
    index: OpenIndex,
    *,
    quoted: int = 1,
    reasons: Mapping[str, Sequence[Facet]] | None = None,
    situation: Situation | None = None,
) -> dict[str, Any]:
    """Return the structured part of a reply, with whole clauses as quotes.

    Args:
        outcome: As in the public contract.
        cited: What is cited, best first.
        index: Whose document is quoted.
        quoted: How many of ``cited``, from the first, answer.
        reasons: For a matched list, which answers each clause fits.
        situation: For a matched list, the answers; they make its permanent link.
    """
    return {
        "outcome": outcome,
        "citations": [
            {
                "clause_id": hit.clause_id,
                "quote": index.document.clause(hit.clause_id).text,
                "score": round(hit.score, 4),
                **({"reasons": list(reasons.get(hit.clause_id, ()))} if reasons else {}),
            }
            for hit in cited
        ],
        "quoted": quoted,
        "index_version": index.manifest.version,
        **({"situation": dict(situation.answers)} if situation else {}),
    }


def place_of(clause_id: str, index: OpenIndex) -> dict[str, str]:
    """Return the variables that name a clause and its measure."""
    clause = index.document.clause(clause_id)
    measure = index.document.measure(clause.measure)
    return {
        "clause_id": clause.id,
        "measure": str(measure.number),
        "measure_title": measure.title,
        "sentence": str(clause.sentence),
    }


def topic_labels(query: Query, clause_id: str, sources: Sources) -> tuple[str, str]:
    """Return what to call a topic, in Chinese and in English: a service that is named, else the reading."""
    entry = sources.catalogue[clause_id]
    named = set(query.values("service")) & {service.name for service in entry.services}
    label = next((service.name for service in entry.services if service.name in named), entry.reading)
    return label, entry.reading_en


def name_details(query: Query, sources: Sources, *, most: int) -> str:
    """Return what a reply calls the details that a message asks for; empty if it names none."""
    labels = [sources.vocabulary.labels[value] for value in query.values("detail")[:most]]
    return " or ".join(label.en for label in labels) if query.english else "和".join(label.zh for label in labels)
