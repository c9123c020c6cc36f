"""The five levels of satisfaction, over a real socket."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.web.fakes import Edge
from web.store import Rating


async def rate(edge: Edge, **fields: Any) -> httpx2.Response:
    return await edge.client.post("/api/rating", json={"session_id": "s-1"} | fields)


@pytest.mark.parametrize("stars", [1, 2, 3, 4, 5])
async def test_rating_is_recorded_for_the_conversation(edge: Edge, stars: int) -> None:
    await edge.chat("歇业", session_id="s-1")

    assert (await rate(edge, stars=stars)).json() == {"session_id": "s-1", "stars": stars}
    assert await edge.services.store.rating("s-1") == Rating(stars)


async def test_rating_replaces_the_earlier_one(edge: Edge) -> None:
    await edge.chat("歇业", session_id="s-1")
    await rate(edge, stars=1, comment="看不懂")
    await rate(edge, stars=4)

    assert await edge.services.store.rating("s-1") == Rating(4)


async def test_rating_keeps_a_comment_without_personal_numbers(edge: Edge) -> None:
    await edge.chat("歇业", session_id="s-1")
    await rate(edge, stars=2, comment=" 请回电 138 0013 8000\x00 ")

    assert await edge.services.store.rating("s-1") == Rating(2, "请回电 [手机号]")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"stars": 0}, 400, "invalid_fields"),
        ({"stars": 6}, 400, "invalid_fields"),
        ({"stars": "5"}, 400, "invalid_fields"),
        ({"stars": 4.5}, 400, "invalid_fields"),
        ({"stars": True}, 400, "invalid_fields"),
        ({"comment": 3}, 400, "invalid_fields"),
        ({"turn_id": "t-1"}, 400, "invalid_fields"),
        ({"session_id": "a b"}, 400, "invalid_fields"),
        ({"session_id": "s-2"}, 422, "unknown_session"),
        ({"comment": "啊" * 1001}, 422, "reason_too_long"),
    ],
)
async def test_rating_refuses_what_does_not_fit(
    edge: Edge, changes: dict[str, Any], status: int, code: str
) -> None:
    await edge.chat("歇业", session_id="s-1")
    response = await rate(edge, **({"stars": 5} | changes))

    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert await edge.services.store.rating("s-1") is None
