"""A small HTTP/1.1 client on asyncio streams: cheap enough not to blur what it measures."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.errors import BadReplyError


@dataclass(frozen=True)
class Response:
    """Status and body of one reply."""

    status: int
    body: bytes


class Connection:
    """One kept-alive connection to ``127.0.0.1:port``; not for two requests at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes, *, timeout_s: float) -> Response:
        """Send one JSON body and return the reply; after a failure the next call connects anew.

        Raises:
            TimeoutError: No whole reply in time.
            OSError: Nobody listens, or the connection broke.
            BadReplyError: What came is not a reply with a length.
        """
        try:
            async with asyncio.timeout(timeout_s):
                return await self._exchange(_request(self._port, path, body))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Drop the connection, if there is one."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _exchange(self, request: bytes) -> Response:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            status, headers = parse_head(head)
            body = await reader.readexactly(_length(headers))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise BadReplyError(f"127.0.0.1:{self._port} broke off its reply: {error}") from error
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Response(status, body)


def parse_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Return status and headers (names in lower case) of a reply's head.

    Raises:
        BadReplyError: The first line is not that of an HTTP/1 reply.
    """
    text = head.decode("latin-1")
    first = text.partition("\r\n")[0]
    parts = first.split(" ", 2)
    if len(parts) < 2 or not parts[0].startswith("HTTP/1.") or not parts[1].isdigit():
        raise BadReplyError(f"Expected a line like 'HTTP/1.1 200 OK', got {first!r}.")
    return int(parts[1]), parse_headers(text)


def parse_headers(head: str) -> dict[str, str]:
    """Return the headers (names in lower case) of a request's or reply's head."""
    lines = (line.partition(":") for line in head.strip().split("\r\n")[1:])
    return {name.strip().lower(): value.strip() for name, _, value in lines}


def _length(headers: dict[str, str]) -> int:
    length = headers.get("content-length", "")
    if not length.isdigit():
        raise BadReplyError(f"Expected a Content-Length, got the headers {sorted(headers)}.")
    return int(length)


def _request(port: int, path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body
