from __future__ import annotations

import asyncio
import time

from bot.lock_store import FastLockStore


async def test_waiter_gets_the_lock_soon_after_it_is_free() -> None:
    store, order = FastLockStore(), []

    async def turn(name: str, busy_s: float) -> float:
        async with store.lock("session-1"):
            order.append(name)
            await asyncio.sleep(busy_s)
        return time.monotonic()

    first_done, second_done = await asyncio.gather(turn("first", 0.05), turn("second", 0.0))

    assert order == ["first", "second"]
    assert second_done - first_done < 0.5


async def test_conversations_do_not_wait_for_each_other() -> None:
    store = FastLockStore()

    async with store.lock("session-1"), asyncio.timeout(0.5), store.lock("session-2"):
        pass


async def test_lock_is_free_after_a_failed_turn() -> None:
    store = FastLockStore()
    try:
        async with store.lock("session-1"):
            raise KeyError("歇业")
    except KeyError:
        pass

    async with asyncio.timeout(0.5), store.lock("session-1"):
        pass
    assert store.conversation_locks == {}
