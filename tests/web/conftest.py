"""A running edge for every test that asks for one."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from tests.web.fakes import Edge, run_edge


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Undo what a test that configures the logs leaves behind: they write to its captured output."""
    handlers = logging.getLogger().handlers[:]
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    async with run_edge(tmp_path) as running:
        yield running
