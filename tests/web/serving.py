"""A Sanic app on a free port in a thread of its own, for tests that talk HTTP."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sanic import Sanic

START_TIMEOUT_S = 20


@contextmanager
def serve_in_thread(app: Sanic[Any, Any]) -> Iterator[str]:
    """Serve the app on loopback while the block runs; yields its base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def serve() -> None:
        server = await app.create_server(sock=listener, return_asyncio_server=True)
        if server is None:
            raise RuntimeError("Sanic made no server")
        await server.startup()  # type: ignore[no-untyped-call]
        await server.start_serving()  # type: ignore[no-untyped-call]
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.create_task(serve())  # noqa: RUF006 - the loop below runs until it is stopped
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    if not ready.wait(START_TIMEOUT_S):
        raise RuntimeError(f"The app did not start within {START_TIMEOUT_S} s")
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(START_TIMEOUT_S)
        listener.close()
        Sanic.unregister_app(app)
