"""Citations that a visitor may see: every quote proved against the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from knowledge import CatalogueEntry, Document, Measure, UnknownClauseError
from web.engine import EngineCitation
from web.errors import QuoteMismatchError
from web.schemas import Citation, DocumentReference, Explanation, Language
from web.wording import in_script, say


def cite(
    citations: Iterable[EngineCitation],
    document: Document,
    *,
    catalogue: Mapping[str, CatalogueEntry],
    language: Language,
) -> tuple[Citation, ...]:
    """Return ``citations`` with their place in the document and an explanation, in the order given.

    Args:
        citations: As the actions chose them.
        document: What they must be in.
        catalogue: Where the explanations are, by clause id.
        language: Of the explanations.

    Raises:
        QuoteMismatchError: A clause does not exist, or a quote is empty or not an exact substring of it.
    """
    return tuple(
        _cite(citation, document, explain(catalogue.get(citation.clause_id), language)) for citation in citations
    )


def explain(entry: CatalogueEntry | None, language: Language) -> Explanation | None:
    """Return a clause in plain words, never to be shown as a quotation; None without an entry."""
    if entry is None:
        return None
    if language == "en":
        return Explanation(text=entry.explanation_en, language="en", label=say("explanation_label", "en"))
    return Explanation(
        text=in_script(entry.explanation, language), language=language, label=say("explanation_label", language)
    )


def refer(document: Document) -> DocumentReference:
    """Return what a citation says about the document."""
    return DocumentReference(number=document.number, date=document.date, title=document.title)


def place(measure: Measure, document: Document) -> dict[str, object]:
    """Return the number and the title of the section that ``measure`` is in."""
    section = document.section(measure.section)
    return {"section": section.number, "section_title": section.title}


def _cite(citation: EngineCitation, document: Document, explanation: Explanation | None) -> Citation:
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
        explanation=explanation,
    )
