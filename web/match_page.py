"""The checklist of a guided matching: a page to print and to keep, made from its address alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from sanic import Blueprint, HTTPResponse, Request

from knowledge import Clause, Facet, Matching, Measure, Situation, read_situation
from web.http import services_of
from web.rendering import READ, error_page, render_page
from web.schemas import Language, read_language
from web.wording import in_script, say

PATH = "/match"


@dataclass(frozen=True)
class ChecklistItem:
    """A clause of the checklist with its measure, plain words about it, and which answers it fits."""

    clause: Clause
    measure: Measure
    reading: str
    explanation: str
    reasons: tuple[str, ...]


def create_match_page() -> Blueprint:
    """Return the blueprint of the checklist."""
    blueprint = Blueprint("match_page")
    blueprint.add_route(show_checklist, PATH, methods=READ)
    return blueprint


def checklist_url(situation: Mapping[Facet, str], language: Language) -> str:
    """Return the permanent address of the checklist for a situation."""
    return f"{PATH}?{urlencode([*situation.items(), ('lang', language)])}"


async def show_checklist(request: Request) -> HTTPResponse:
    """Show what fits the answers in the address; 404 if they are not answers, or none is a matter."""
    services = services_of(request)
    given = {name: values[0] for name, values in request.args.items()}
    try:
        situation = read_situation(given)
    except ValueError:
        return error_page(404)
    if not situation.stage:
        return error_page(404)
    language = read_language(given.get("lang", "")) or "zh-Hans"
    document, english = services.index.document, language == "en"
    items = []
    for match in services.matching.rank(situation):
        clause, entry = document.clause(match.clause_id), services.catalogue[match.clause_id]
        items.append(
            ChecklistItem(
                clause,
                document.measure(clause.measure),
                in_script(entry.reading_en if english else entry.reading, language),
                in_script(entry.explanation_en if english else entry.explanation, language),
                label_reasons(match.reasons, situation, services.matching, language),
            )
        )
    answers = label_reasons(tuple(situation.answers), situation, services.matching, language)
    return render_page(
        request,
        "checklist.html",
        page="match",
        document=document,
        items=items,
        answers=answers,
        language=language,
        say=partial(say, language=language),
        receipt={"index": services.index.version, "source": services.index.source_sha256},
    )


def label_reasons(
    facets: tuple[Facet, ...], situation: Situation, matching: Matching, language: Language
) -> tuple[str, ...]:
    """Return the words for the answers that a clause fits."""
    answers = situation.answers
    return tuple(
        in_script(matching.label(facet, answers[facet], english=language == "en"), language)
        for facet in facets
        if facet in answers
    )
