"""Group commit: turns that finish while one transaction runs share the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from web.errors import StoreUnavailableError
from web.logs import log, where

T = TypeVar("T")
_LARGEST = 64


class DuplicateError(Exception):
    """A row of this key exists already, so nothing of the transaction was written."""


class GroupWriter(Generic[T]):
    """Writes items in batches, one transaction each, and tells every caller when its own is committed.

    A transaction costs about the same for one turn as for eight: nearly all of it is waiting, for the
    driver's thread and for the disk.

    Args:
        write: Commits a batch, or raises :class:`StoreUnavailableError` or :class:`DuplicateError` and
            leaves nothing behind.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._write = write
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def add(self, item: T) -> None:
        """Return when ``item`` is committed.

        Raises:
            StoreUnavailableError: It is not.
            DuplicateError: It was there already; other items of its batch are written all the same.
        """
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, committed))
        if self._task is None or self._task.done():
            self._start()
        await committed

    def _start(self) -> None:
        self._task = asyncio.create_task(self._drain())
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Go on after a failure that nobody foresaw; its batch has been told."""
        error = None if task.cancelled() else task.exception()
        if error and self._waiting:
            self._start()
        if error:
            log.error("writer_failed", error=type(error).__name__, where=where(error))

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_LARGEST], self._waiting[_LARGEST:]
            try:
                await self._commit(batch)
            finally:
                for _, committed in batch:
                    if not committed.done():
                        committed.set_exception(StoreUnavailableError("not_written"))

    async def _commit(self, batch: list[tuple[T, asyncio.Future[None]]]) -> None:
        try:
            await self._write([item for item, _ in batch])
        except DuplicateError:
            if len(batch) == 1:
                _settle(batch[0][1], DuplicateError())
            else:
                for one in batch:
                    await self._commit([one])
            return
        except StoreUnavailableError as error:
            for _, committed in batch:
                _settle(committed, StoreUnavailableError(error.reason))
            return
        for _, committed in batch:
            _settle(committed, None)


def _settle(committed: asyncio.Future[None], error: Exception | None) -> None:
    if committed.done():  # whoever waited has gone
        return
    if error:
        committed.set_exception(error)
    else:
        committed.set_result(None)
