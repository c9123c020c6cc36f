from __future__ import annotations

import asyncio
from collections.abc import Sequence

from web.errors import StoreUnavailableError
from web.store.writer import DuplicateError, GroupWriter


class Disk:
    """A disk that keeps each text once."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.kept: set[str] = set()
        self.failure: Exception | None = None

    async def write(self, items: Sequence[str]) -> None:
        await asyncio.sleep(0.01)
        if self.failure:
            raise self.failure
        if self.kept & set(items) or len(set(items)) < len(items):
            raise DuplicateError
        self.kept |= set(items)
        self.batches.append(list(items))


async def test_add_writes_what_comes_together_in_one_batch() -> None:
    disk = Disk()
    writer = GroupWriter(disk.write)
    await asyncio.gather(*(writer.add(text) for text in "abcde"))

    assert disk.batches == [["a", "b", "c", "d", "e"]]


async def test_add_writes_what_comes_meanwhile_in_the_next_batch() -> None:
    disk = Disk()
    writer = GroupWriter(disk.write)
    first = asyncio.create_task(writer.add("a"))
    await asyncio.sleep(0.005)
    await asyncio.gather(first, writer.add("b"), writer.add("c"))

    assert disk.batches == [["a"], ["b", "c"]]


async def test_add_refuses_only_the_duplicate_of_a_batch() -> None:
    disk = Disk()
    writer = GroupWriter(disk.write)
    await writer.add("b")
    results = await asyncio.gather(*(writer.add(text) for text in "abc"), return_exceptions=True)

    assert [type(result) for result in results] == [type(None), DuplicateError, type(None)]
    assert disk.kept == {"a", "b", "c"}


async def test_add_tells_everybody_of_a_failure_and_goes_on_afterwards() -> None:
    disk = Disk()
    disk.failure = StoreUnavailableError("OperationalError")
    writer = GroupWriter(disk.write)
    results = await asyncio.gather(*(writer.add(text) for text in "ab"), return_exceptions=True)
    disk.failure = None
    await writer.add("c")

    assert [getattr(result, "reason", None) for result in results] == ["OperationalError"] * 2
    assert disk.batches == [["c"]]


async def test_add_never_leaves_a_caller_waiting() -> None:
    disk = Disk()
    disk.failure = KeyError("unforeseen")
    writer = GroupWriter(disk.write)

    async with asyncio.timeout(1):
        first = asyncio.create_task(writer.add("a"))
        await asyncio.sleep(0.005)
        results = await asyncio.gather(first, writer.add("b"), return_exceptions=True)

    assert [type(result) for result in results] == [StoreUnavailableError] * 2
