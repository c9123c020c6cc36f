"""Citations that a visitor may see: every quote proved against the document."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge import Document, Measure, UnknownClauseError
from web.engine import EngineCitation
from web.errors import QuoteMismatchError
from web.schemas import Citation, DocumentReference


def cite(citations: Iterable[EngineCitation], document: Document) -> tuple[Citation, ...]:
    """Return ``citations`` with their place in the document, in the order given.

    Raises:
        QuoteMismatchError: A clause does not exist, or a quote is empty or not an exact substring of it.
    """
    return tuple(_cite(citation, document) for citation in citations)


def refer(document: Document) -> DocumentReference:
    """Return what a citation says about the document."""
    return DocumentReference(number=document.number, date=document.date, title=document.title)


def place(measure: Measure, document: Document) -> dict[str, object]:
    """Return the number and the title of the section that ``measure`` is in."""
    section = document.section(measure.section)
    return {"section": section.number, "section_title": section.title}


def _cite(citation: EngineCitation, document: Document) -> Citation:
    try:
        clause = document.clause(citation.clause_id)
    except UnknownClauseError as error:
        raise QuoteMismatchError(citation.clause_id) from error
    if not citation.quote or citation.quote not in clause.text:
        raise QuoteMismatchError(citation.clause_id)
    measure = document.measure(clause.measure)
    section = document.section(measure.section)
    return Citation(
        clause_id=clause.id,
        measure=measure.number,
        measure_title=measure.title,
        section=section.number,
        section_title=section.title,
        quote=citation.quote,
        score=citation.score,
        document=refer(document),
    )
