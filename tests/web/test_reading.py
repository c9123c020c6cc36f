"""Search, measures and clauses, over a real socket."""

from __future__ import annotations

import pytest

from tests.web.fakes import FIRST, SECOND, THIRD, Edge


async def test_search_returns_hits_with_their_reasons(edge: Edge) -> None:
    response = await edge.client.get("/api/search", params={"q": "歇業怎麼辦"})

    assert response.json() == {
        "hits": [
            {
                "clause_id": "1.2",
                "measure": 1,
                "quote": SECOND,
                "score": 0.9,
                "why": {"lexical": {"value": 2.5}},
            },
            {"clause_id": "2.1", "measure": 2, "quote": THIRD, "score": 0.1, "why": {}},
        ]
    }
    assert edge.index.asked == [("歇业怎么办", 10)]


async def test_search_hands_no_personal_number_on(edge: Edge) -> None:
    await edge.client.get("/api/search", params={"q": "13800138000 歇业", "k": "1"})

    assert edge.index.asked == [("[手机号] 歇业", 1)]
    assert edge.encoder.texts == ["[手机号] 歇业"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 422, "empty_message"),
        ("q=", 422, "empty_message"),
        ("q=%E2%80%8B", 422, "empty_message"),
        ("q=" + "a" * 2001, 422, "message_too_long"),
        ("q=a&k=0", 400, "invalid_k"),
        ("q=a&k=51", 400, "invalid_k"),
        ("q=a&k=-1", 400, "invalid_k"),
        ("q=a&k=", 400, "invalid_k"),
        ("q=a&k=1.5", 400, "invalid_k"),
        ("q=a&k=%EF%BC%95", 400, "invalid_k"),
    ],
)
async def test_search_refuses_bad_queries(edge: Edge, query: str, status: int, code: str) -> None:
    response = await edge.client.get(f"/api/search?{query}")

    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("query", ["q=%ff%fe", "q=%00a", "q=a&q=b", "q=a&other=1", "q=a&k=50", "q=a;b&"])
async def test_search_copes_with_odd_queries(edge: Edge, query: str) -> None:
    assert (await edge.client.get(f"/api/search?{query}")).status_code == 200


async def test_measures_are_listed_in_order(edge: Edge) -> None:
    body = (await edge.client.get("/api/measures")).json()

    assert body["document"] == {"number": "沪府办〔2023〕9号", "date": "2023-03-17", "title": "改革工作要点"}
    assert body["measures"] == [
        {
            "measure": 1,
            "title": "深化登记制度改革",
            "section": 1,
            "section_title": "深化行政审批制度改革",
            "clause_ids": ["1.1", "1.2"],
        },
        {
            "measure": 2,
            "title": "推进许可改革",
            "section": 2,
            "section_title": "优化营商环境",
            "clause_ids": ["2.1"],
        },
    ]


async def test_a_measure_comes_with_its_clauses(edge: Edge) -> None:
    body = (await edge.client.get("/api/measures/1")).json()

    assert (body["measure"], body["title"], body["section_title"]) == (
        1,
        "深化登记制度改革",
        "深化行政审批制度改革",
    )
    assert body["clauses"] == [{"clause_id": "1.1", "text": FIRST}, {"clause_id": "1.2", "text": SECOND}]


async def test_a_clause_comes_with_its_place(edge: Edge) -> None:
    body = (await edge.client.get("/api/clauses/2.1")).json()

    assert (body["clause_id"], body["text"], body["measure_title"], body["section"]) == (
        "2.1",
        THIRD,
        "推进许可改革",
        2,
    )


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/measures/3", "unknown_measure"),
        ("/api/measures/0", "unknown_measure"),
        ("/api/measures/-1", "unknown_measure"),
        ("/api/measures/%EF%BC%91", "unknown_measure"),
        ("/api/measures/abc", "unknown_measure"),
        ("/api/measures/99999999999999999999", "unknown_measure"),
        ("/api/clauses/1.3", "unknown_clause"),
        ("/api/clauses/..%2f", "unknown_clause"),
        ("/api/nothing", "not_found"),
        ("/metrics", "not_found"),
    ],
)
async def test_what_is_not_there_is_a_readable_404(edge: Edge, path: str, code: str) -> None:
    response = await edge.client.get(path)

    assert (response.status_code, response.json()["error"]["code"]) == (404, code)


@pytest.mark.parametrize("path", ["/api/measures/", "/api/clauses/2.1/", "/healthz/"])
async def test_trailing_slashes_change_nothing(edge: Edge, path: str) -> None:
    assert (await edge.client.get(path)).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/measures", "/api/clauses/2.1", "/api/search?q=a", "/healthz", "/", "/docs"]
)
async def test_head_is_get_without_a_body(edge: Edge, path: str) -> None:
    response = await edge.client.head(path)

    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 0
