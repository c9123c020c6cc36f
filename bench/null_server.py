"""A server that answers any POST at once with the same reply: shows what the client itself costs.

Run as ``python -m bench.null_server PORT REPLY``.
"""

from __future__ import annotations

import asyncio
import sys

from bench.client import parse_headers


async def serve(port: int, reply: str) -> None:
    """Serve on 127.0.0.1 until the process is ended."""
    body = reply.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    response = head.encode("ascii") + body

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                headers = parse_headers((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
                await reader.readexactly(int(headers["content-length"]))
                writer.write(response)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
