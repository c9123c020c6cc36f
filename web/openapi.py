"""The OpenAPI 3.1 document of the public contract, made from the models, and a page to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from sanic import Blueprint, HTTPResponse, Request

from web import schemas
from web.http import MAX_BODY, reply_json
from web.reading import MAX_K, MAX_SUGGESTED
from web.rendering import render_page

READ = ("GET", "HEAD")
_REF = "#/components/schemas/{model}"

_ERRORS: Mapping[int, str] = {
    400: "Malformed, or wrong fields.",
    404: "There is no such thing.",
    413: f"The body is over {MAX_BODY} bytes.",
    415: "The body is not JSON.",
    422: "Empty or too long (with the limit), or not known any more.",
    429: "Too many requests; see Retry-After.",
    503: "Not answering right now; see Retry-After. Nothing is half done.",
}


@dataclass(frozen=True)
class Parameter:
    """A value in the path or the query."""

    name: str
    place: str
    schema: Mapping[str, object]
    description: str


@dataclass(frozen=True)
class Operation:
    """One address and method; ``errors`` are the statuses that it can end in beside its own."""

    method: str
    path: str
    summary: str
    reply: type[BaseModel]
    errors: tuple[int, ...] = ()
    body: type[BaseModel] | None = None
    parameters: tuple[Parameter, ...] = ()


OPERATIONS = (
    Operation(
        "post",
        "/api/chat",
        "Take one turn. A message never triggers an intent, action or event by name.",
        schemas.ChatReply,
        (400, 413, 415, 422, 429, 503),
        body=schemas.ChatRequest,
    ),
    Operation(
        "post",
        "/api/feedback",
        "Say whether a turn helped; a later word on the same turn replaces the earlier one.",
        schemas.FeedbackReply,
        (400, 413, 415, 422, 429, 503),
        body=schemas.FeedbackRequest,
    ),
    Operation(
        "post",
        "/api/rating",
        "Say how satisfied the visitor is, from 1 to 5; a later rating replaces the earlier one.",
        schemas.RatingReply,
        (400, 413, 415, 422, 429, 503),
        body=schemas.RatingRequest,
    ),
    Operation(
        "get",
        "/api/suggestions",
        "Suggest questions that go with what is being typed, best first; none for fewer than two characters.",
        schemas.SuggestionsReply,
        (400, 429),
        parameters=(
            Parameter(
                "q", "query", {"type": "string", "default": ""}, "What is in the input; nothing is kept of it."
            ),
            Parameter(
                "language",
                "query",
                {"type": "string", "enum": list(schemas.LANGUAGES), "default": "zh-Hans"},
                "Of the suggestions; what is typed may be in either script.",
            ),
            Parameter(
                "k",
                "query",
                {"type": "integer", "minimum": 1, "maximum": MAX_SUGGESTED, "default": 6},
                "How many at most.",
            ),
        ),
    ),
    Operation(
        "get",
        "/api/search",
        "Retrieve clauses alone, best first, with what made each score.",
        schemas.SearchReply,
        (400, 422, 429),
        parameters=(
            Parameter("q", "query", {"type": "string", "maxLength": schemas.MAX_UTTERANCE}, "What to look for."),
            Parameter(
                "k",
                "query",
                {"type": "integer", "minimum": 1, "maximum": MAX_K, "default": 10},
                "How many hits at most.",
            ),
        ),
    ),
    Operation("get", "/api/measures", "List all measures of the document.", schemas.MeasureList, (429,)),
    Operation(
        "get",
        "/api/measures/{number}",
        "Read one measure.",
        schemas.MeasureReply,
        (404, 429),
        parameters=(Parameter("number", "path", {"type": "integer", "minimum": 1}, "As printed, from 1."),),
    ),
    Operation(
        "get",
        "/api/clauses/{clause_id}",
        "Read one clause.",
        schemas.ClauseReply,
        (404, 429),
        parameters=(Parameter("clause_id", "path", {"type": "string"}, "measure.sentence, e.g. 2.4."),),
    ),
    Operation("get", "/healthz", "Say that the process lives.", schemas.Health),
    Operation("get", "/readyz", "Say whether every part answers; 503 if one does not.", schemas.Readiness),
)


def create_openapi() -> Blueprint:
    """Return the blueprint of ``/openapi.json`` and ``/docs``."""
    openapi = Blueprint("openapi")
    openapi.add_route(show_json, "/openapi.json", methods=READ)
    openapi.add_route(show_page, "/docs", methods=READ)
    return openapi


async def show_json(_request: Request) -> HTTPResponse:
    """Send the document for programs."""
    return reply_json(build())


async def show_page(request: Request) -> HTTPResponse:
    """Show the document for people."""
    return render_page(request, "docs.html", page="docs", api=build())


@lru_cache(maxsize=1)
def build() -> dict[str, Any]:
    """Return the OpenAPI document."""
    paths: dict[str, dict[str, object]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Banshitong",
            "version": "1",
            "description": "Questions about one government document, answered with exact quotations from it.",
        },
        "paths": paths,
        "components": {"schemas": _schemas()},
    }


def _schemas() -> dict[str, Any]:
    inputs = {operation.body for operation in OPERATIONS if operation.body}
    outputs = {operation.reply for operation in OPERATIONS} | {schemas.ErrorReply}
    models: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in inputs]
    models += [(model, "serialization") for model in outputs]
    models.sort(key=lambda model: model[0].__name__)
    definitions: dict[str, Any] = models_json_schema(models, ref_template=_REF)[1]["$defs"]
    return definitions


def _describe(operation: Operation) -> dict[str, object]:
    responses = {"200": _response("Done.", operation.reply)}
    responses |= {str(status): _response(_ERRORS[status], schemas.ErrorReply) for status in operation.errors}
    if operation.reply is schemas.Readiness:
        responses["503"] = _response("A part does not answer; the body says which.", schemas.Readiness)
    described: dict[str, object] = {
        "operationId": operation.method + operation.path.replace("/", "_").replace("{", "").replace("}", ""),
        "summary": operation.summary,
        "responses": responses,
    }
    if operation.parameters:
        described["parameters"] = [
            {
                "name": parameter.name,
                "in": parameter.place,
                "required": "default" not in parameter.schema,
                "schema": parameter.schema,
                "description": parameter.description,
            }
            for parameter in operation.parameters
        ]
    if operation.body:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    return described


def _response(description: str, model: type[BaseModel]) -> dict[str, object]:
    return {"description": description, "content": _content(model)}


def _content(model: type[BaseModel]) -> dict[str, object]:
    return {"application/json": {"schema": {"$ref": _REF.format(model=model.__name__)}}}
