from __future__ import annotations

import asyncio

import pytest

from web.errors import BusyError
from web.gate import TurnGate


async def test_turn_lets_one_session_in_one_after_another_in_order() -> None:
    gate, order = TurnGate(max_turns=10, patience_s=1), []

    async def take(number: int) -> None:
        async with gate.turn("s-1"):
            order.append(f"begin {number}")
            await asyncio.sleep(0)
            order.append(f"end {number}")

    await asyncio.gather(*(take(number) for number in range(3)))

    assert order == ["begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2"]
    assert (gate.turns, gate.sessions) == (0, 0)


async def test_turn_gives_up_after_its_patience() -> None:
    gate = TurnGate(max_turns=10, patience_s=0.05)
    async with gate.turn("s-1"):
        with pytest.raises(BusyError, match="503 busy"):
            async with gate.turn("s-1"):
                pass
        assert (gate.turns, gate.sessions) == (1, 1)
    async with gate.turn("s-1"):
        pass
    assert (gate.turns, gate.sessions) == (0, 0)


async def test_turn_refuses_more_than_may_wait() -> None:
    gate = TurnGate(max_turns=1, patience_s=1)
    async with gate.turn("s-1"):
        with pytest.raises(BusyError, match="503 busy"):
            async with gate.turn("s-2"):
                pass

    assert (gate.turns, gate.sessions) == (0, 0)


async def test_turn_frees_its_session_after_an_error_and_a_cancellation() -> None:
    gate = TurnGate(max_turns=10, patience_s=1)
    with pytest.raises(ValueError, match="boom"):
        async with gate.turn("s-1"):
            raise ValueError("boom")
    async with gate.turn("s-1"):
        waiting = asyncio.create_task(gate.turn("s-1").__aenter__())
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    assert (gate.turns, gate.sessions) == (0, 0)
