"""The contract's own document: true to the addresses that are really served."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.fakes import Edge


def served(edge: Edge) -> set[tuple[str, str]]:
    """Return method and path of what is served under ``/api`` and for health."""
    routes: dict[Any, Any] = edge.app.router.routes_all
    found = set()
    for route in routes.values():
        path = "/" + re.sub(r"<(\w+):\w+>", r"{\1}", route.path)
        if path.startswith("/api/") or path in ("/healthz", "/readyz"):
            found |= {(method, path) for method in route.methods if method not in ("HEAD", "OPTIONS")}
    return found


async def test_openapi_describes_exactly_what_is_served(edge: Edge) -> None:
    document = (await edge.client.get("/openapi.json")).json()
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}

    assert described == served(edge)
    assert document["openapi"] == "3.1.0"


async def test_openapi_refers_only_to_models_that_it_has(edge: Edge) -> None:
    response = await edge.client.get("/openapi.json")
    names = set(re.findall(r'"#/components/schemas/(\w+)"', response.text))

    assert names <= set(response.json()["components"]["schemas"])
    assert {"ChatRequest", "ChatReply", "Citation", "ErrorReply"} <= names


async def test_openapi_names_the_statuses_of_a_turn(edge: Edge) -> None:
    document = (await edge.client.get("/openapi.json")).json()

    assert set(document["paths"]["/api/chat"]["post"]["responses"]) == {
        *("200", "400", "413", "415", "422", "429", "503"),
    }


async def test_openapi_forbids_unknown_fields_of_a_request(edge: Edge) -> None:
    schemas = (await edge.client.get("/openapi.json")).json()["components"]["schemas"]

    assert schemas["ChatRequest"]["additionalProperties"] is False
    assert set(schemas["ChatRequest"]["properties"]) == {
        *("message", "choice_id", "session_id", "client_turn_id", "language"),
    }


async def test_openapi_describes_a_matched_list(edge: Edge) -> None:
    schemas = (await edge.client.get("/openapi.json")).json()["components"]["schemas"]

    assert set(schemas["Checklist"]["properties"]) == {"url", "title"}
    assert {"$ref": "#/components/schemas/Checklist"} in schemas["ChatReply"]["properties"]["checklist"]["anyOf"]
    assert "match" in schemas["ChatReply"]["properties"]["outcome"]["enum"]
    assert schemas["Citation"]["properties"]["reasons"]["items"] == {"type": "string"}


@pytest.mark.parametrize("text", ["接口说明", "/api/chat", "ChatRequest", "/openapi.json"])
async def test_docs_can_be_read_by_people(edge: Edge, text: str) -> None:
    response = await edge.client.get("/docs")

    assert response.status_code == 200
    assert text in response.text


async def test_docs_load_nothing_from_elsewhere(edge: Edge) -> None:
    page = (await edge.client.get("/docs")).text

    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
