"""Searching, suggesting and reading without chatting."""

from __future__ import annotations

import re

from sanic import Blueprint, HTTPResponse, Request

from knowledge import Document, Measure, UnknownClauseError, UnknownMeasureError
from web.citations import refer
from web.errors import ApiError
from web.http import reply_json, services_of
from web.normalise import clean
from web.schemas import (
    ClauseReply,
    ClauseSummary,
    MeasureList,
    MeasureReply,
    MeasureSummary,
    SearchHit,
    SearchReply,
    Suggested,
    SuggestionsReply,
    read_language,
)
from web.turns import read_utterance

READ = ("GET", "HEAD")
MAX_K = 50
_DEFAULT_K = 10
MAX_SUGGESTED = 10
_DEFAULT_SUGGESTED = 6
_NUMBER = re.compile(r"[0-9]{1,4}")


def create_reading() -> Blueprint:
    """Return the blueprint of search, suggestions, measures and clauses."""
    reading = Blueprint("reading", url_prefix="/api")
    reading.add_route(search, "/search", methods=READ)
    reading.add_route(suggest, "/suggestions", methods=READ)
    reading.add_route(list_measures, "/measures", methods=READ)
    reading.add_route(show_measure, "/measures/<number:str>", methods=READ)
    reading.add_route(show_clause, "/clauses/<clause_id:str>", methods=READ)
    return reading


async def search(request: Request) -> HTTPResponse:
    """Retrieve the clauses for ``q``, without intent or decision."""
    services = services_of(request)
    arguments = request.get_args(keep_blank_values=True)
    k = _read_k(arguments.get("k"), default=_DEFAULT_K, most=MAX_K)
    query = read_utterance(arguments.get("q") or "", "auto").query
    index, document = services.index, services.index.document
    vector = (await services.encoder.encode(query)).last
    retrieval = await services.encoder.run(lambda: index.retrieve(query, vector, k=k))
    clauses = {hit.clause_id: document.clause(hit.clause_id) for hit in retrieval.hits}
    hits = tuple(
        SearchHit(
            clause_id=hit.clause_id,
            measure=clauses[hit.clause_id].measure,
            quote=clauses[hit.clause_id].text,
            score=hit.score,
            why=dict(hit.why),
        )
        for hit in retrieval.hits
    )
    return reply_json(SearchReply(hits=hits))


async def suggest(request: Request) -> HTTPResponse:
    """Suggest questions for what is being typed in ``q``; nothing is kept of it."""
    arguments = request.get_args(keep_blank_values=True)
    k = _read_k(arguments.get("k"), default=_DEFAULT_SUGGESTED, most=MAX_SUGGESTED)
    language = read_language(arguments.get("language") or "zh-Hans")
    if language is None:
        raise ApiError(400, "invalid_fields", fields={"names": "language"})
    found = services_of(request).suggestions.find(clean(arguments.get("q") or ""), language, k=k)
    return reply_json(
        SuggestionsReply(suggestions=tuple(Suggested(text=one.text, clause_id=one.clause_id) for one in found))
    )


async def list_measures(request: Request) -> HTTPResponse:
    """List all measures in the document's order."""
    document = services_of(request).index.document
    measures = tuple(
        MeasureSummary(
            measure=measure.number,
            title=measure.title,
            section=measure.section,
            section_title=document.section(measure.section).title,
            clause_ids=tuple(clause.id for clause in measure.clauses),
        )
        for measure in document.measures
    )
    return reply_json(MeasureList(document=refer(document), measures=measures))


async def show_measure(request: Request, number: str) -> HTTPResponse:
    """Show one measure with its clauses."""
    document = services_of(request).index.document
    measure = _find_measure(document, number)
    return reply_json(
        MeasureReply(
            measure=measure.number,
            title=measure.title,
            section=measure.section,
            section_title=document.section(measure.section).title,
            clauses=tuple(ClauseSummary(clause_id=clause.id, text=clause.text) for clause in measure.clauses),
            document=refer(document),
        )
    )


async def show_clause(request: Request, clause_id: str) -> HTTPResponse:
    """Show one clause with its place."""
    document = services_of(request).index.document
    try:
        clause = document.clause(clause_id)
    except UnknownClauseError as error:
        raise ApiError(404, "unknown_clause") from error
    measure = document.measure(clause.measure)
    return reply_json(
        ClauseReply(
            clause_id=clause.id,
            text=clause.text,
            measure=measure.number,
            measure_title=measure.title,
            section=measure.section,
            section_title=document.section(measure.section).title,
            document=refer(document),
        )
    )


def _find_measure(document: Document, number: str) -> Measure:
    try:
        if _NUMBER.fullmatch(number):
            return document.measure(int(number))
    except UnknownMeasureError:
        pass
    raise ApiError(404, "unknown_measure", fields={"count": len(document.measures)})


def _read_k(given: str | None, *, default: int, most: int) -> int:
    if given is None:
        return default
    if _NUMBER.fullmatch(given) and 1 <= int(given) <= most:
        return int(given)
    raise ApiError(400, "invalid_k", fields={"least": 1, "most": most})
