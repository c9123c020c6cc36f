"""A real edge, with the widget as it was built, in a thread of its own."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sanic import HTTPResponse, Request, Sanic

from tests.browser.engine import ScriptedEngine, content
from tests.web.fakes import Edge, run_edge
from web.demo_page import show_demo
from web.limiter import MovingWindow
from web.widget_files import BUILD_FOLDER

BARE_DEMO = "/demo-without-widget"
_TAG = re.compile(rb"<script src=[^>]*></script>")
_START_TIMEOUT_S = 30
_NO_LIMIT = "100000/minute"


@dataclass
class StubEdge:
    """The edge as a test sees it.

    Attributes:
        url: Its origin.
        engine: What answers; asked what it was asked, told what to do.
    """

    url: str
    engine: ScriptedEngine
    edge: Edge = field(repr=False)

    @property
    def asked(self) -> list[str]:
        """The questions that reached the engine, in their order."""
        return [query.text for query in self.engine.queries]

    def reset(self) -> None:
        """Forget what was asked and told."""
        self.engine.queries.clear()
        self.engine.holds, self.engine.failure, self.engine.delay_s = False, "", 0.0
        self.limit(_NO_LIMIT)

    def limit(self, rate: str) -> None:
        """Let each conversation have no more turns than ``rate``."""
        self.edge.services.session_limit = MovingWindow(rate)


def _add_bare_demo(app: Sanic[Any, Any]) -> None:
    app.add_route(_show_bare_demo, BARE_DEMO)


async def _show_bare_demo(request: Request) -> HTTPResponse:
    """Show the start page without the tag that embeds the widget."""
    response = await show_demo(request)
    body, n_tags = _TAG.subn(b"", response.body or b"")
    if n_tags != 1:
        raise ValueError(f"The start page embeds the widget {n_tags} times, expected once.")
    response.body = body
    return response


@contextmanager
def serve_edge(folder: Path, *, hosts: str) -> Iterator[StubEdge]:
    """Serve the edge while the block runs.

    Args:
        folder: Its data.
        hosts: Origins that may embed the widget.
    """
    if not (BUILD_FOLDER / "frame.js").is_file():
        pytest.skip("the widget is not built; build it with `.venv/bin/python -m launch widget`")
    engine, started = ScriptedEngine(), Future[tuple[Edge, asyncio.AbstractEventLoop, asyncio.Event]]()

    async def live() -> None:
        async with run_edge(
            folder,
            engine=engine,
            content=content(),
            build=BUILD_FOLDER,
            add_routes=_add_bare_demo,
            widget_hosts=hosts,
            address_rate_limit=_NO_LIMIT,
            session_rate_limit=_NO_LIMIT,
        ) as edge:
            ended = asyncio.Event()
            started.set_result((edge, asyncio.get_running_loop(), ended))
            await ended.wait()

    def run() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    edge, loop, ended = started.result(_START_TIMEOUT_S)
    try:
        yield StubEdge(f"http://127.0.0.1:{edge.port}", engine, edge)
    finally:
        engine.holds = False
        loop.call_soon_threadsafe(ended.set)
        thread.join(_START_TIMEOUT_S)
