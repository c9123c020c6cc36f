"""The one HTTP request that a supervisor needs: does it answer, and with which status."""

from __future__ import annotations

import asyncio


async def http_status(host: str, port: int, path: str, *, timeout_s: float) -> int | None:
    """GET ``path`` and return the status; None if nobody answers in time, or not in HTTP."""
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            return int((await reader.readline()).split()[1])
    except (OSError, TimeoutError, ValueError, IndexError):
        return None
    finally:
        if writer is not None:
            writer.close()
