"""Who may take a turn now: one at a time in a session, a bounded number in all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from web.errors import BusyError


@dataclass
class _Seat:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class TurnGate:
    """Lets turns in, those of one session in the order they came.

    Args:
        max_turns: Turns under way and waiting, of all sessions.
        patience_s: Longest wait for the session's earlier turns.
    """

    def __init__(self, *, max_turns: int, patience_s: float) -> None:
        self._max_turns, self._patience_s = max_turns, patience_s
        self._seats: dict[str, _Seat] = {}
        self._turns = 0

    @property
    def turns(self) -> int:
        """Turns under way and waiting."""
        return self._turns

    @property
    def sessions(self) -> int:
        """Sessions with a turn under way or waiting."""
        return len(self._seats)

    @asynccontextmanager
    async def turn(self, session_id: str) -> AsyncIterator[None]:
        """Hold the session for one turn.

        Raises:
            BusyError: Too many turns wait already, or the earlier ones of the session took too long.
        """
        if self._turns >= self._max_turns:
            raise BusyError
        seat = self._seats.setdefault(session_id, _Seat())
        self._turns, seat.users = self._turns + 1, seat.users + 1
        try:
            await self._acquire(seat.lock)
            try:
                yield
            finally:
                seat.lock.release()
        finally:
            self._turns, seat.users = self._turns - 1, seat.users - 1
            if not seat.users:
                del self._seats[session_id]

    async def _acquire(self, lock: asyncio.Lock) -> None:
        try:
            async with asyncio.timeout(self._patience_s):
                await lock.acquire()
        except TimeoutError as error:
            raise BusyError from error
