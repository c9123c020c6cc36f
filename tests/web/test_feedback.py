from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.web.fakes import Edge


async def give(edge: Edge, **fields: Any) -> httpx2.Response:
    return await edge.client.post("/api/feedback", json=fields)


@pytest.fixture
async def turn_id(edge: Edge) -> str:
    return str((await edge.chat("歇业", session_id="s-1")).json()["turn_id"])


async def test_feedback_is_recorded_without_personal_numbers(edge: Edge, turn_id: str) -> None:
    response = await give(
        edge, session_id="s-1", turn_id=turn_id, helpful=False, reason="请回电 138 0013 8000\x00"
    )

    assert response.json() == {"session_id": "s-1", "turn_id": turn_id, "helpful": False}
    assert await edge.services.store.feedback("s-1", turn_id) == (False, "请回电 [手机号]")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"helpful": "yes"}, 400, "invalid_fields"),
        ({"helpful": 1}, 400, "invalid_fields"),
        ({"helpful": None}, 400, "invalid_fields"),
        ({"reason": 3}, 400, "invalid_fields"),
        ({"other": 3}, 400, "invalid_fields"),
        ({"session_id": "a b"}, 400, "invalid_fields"),
        ({"turn_id": ""}, 400, "invalid_fields"),
        ({"turn_id": "\x00"}, 400, "invalid_fields"),
        ({"turn_id": "unknown"}, 422, "unknown_turn"),
        ({"session_id": "s-2"}, 422, "unknown_turn"),
        ({"reason": "啊" * 1001}, 422, "reason_too_long"),
    ],
)
async def test_feedback_refuses_what_does_not_fit(
    edge: Edge, turn_id: str, changes: dict[str, Any], status: int, code: str
) -> None:
    given = {"session_id": "s-1", "turn_id": turn_id, "helpful": True} | changes
    response = await give(edge, **given)

    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
