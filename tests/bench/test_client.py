from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bench.client import Connection, Response, parse_head
from bench.errors import BadReplyError


@asynccontextmanager
async def _server(*replies: bytes) -> AsyncIterator[tuple[int, list[int]]]:
    """Serve the replies in order, whoever asks; the list counts the connections."""
    waiting, connections = list(replies), [0]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections[0] += 1
        while head := await reader.read(65536):
            assert b"\r\n\r\n" in head
            writer.write(waiting.pop(0))
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], connections


async def test_post_returns_status_and_body_over_one_connection() -> None:
    async with _server(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"
    ) as (port, connections):
        connection = Connection(port)
        replies = [await connection.post("/x", b"{}", timeout_s=5) for _ in range(2)]
        connection.close()

    assert replies == [Response(200, b"ok"), Response(503, b"")]
    assert connections == [1]


async def test_post_connects_anew_after_connection_close() -> None:
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    async with _server(closing, closing) as (port, connections):
        connection = Connection(port)
        for _ in range(2):
            await connection.post("/x", b"{}", timeout_s=5)
        connection.close()

    assert connections == [2]


async def test_post_gives_up_in_time() -> None:
    async with _server(b"") as (port, _):
        with pytest.raises(TimeoutError):
            await Connection(port).post("/x", b"{}", timeout_s=0.05)


async def test_post_refuses_a_reply_without_length() -> None:
    async with _server(b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n") as (port, _):
        with pytest.raises(BadReplyError, match=r"Expected a Content-Length, got the headers \['x'\]"):
            await Connection(port).post("/x", b"{}", timeout_s=5)


def test_parse_head_refuses_what_is_not_http() -> None:
    with pytest.raises(BadReplyError, match=r"Expected a line like 'HTTP/1.1 200 OK', got 'SSH-2.0'"):
        parse_head(b"SSH-2.0\r\n\r\n")
