"""One run: starts of the products, then rounds in which they take turns under load."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.ageing import Ageing, measure_ageing
from bench.load import Block, ask_at_once
from bench.processes import Memory
from bench.products import Product
from bench.questions import QuestionSource
from bench.running import RunningProduct, start

AT_ONCE = (1, 8, 32)
PAUSE_S = 0.5


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        starts: Cold starts per product.
        rounds: Blocks per product and load; the products alternate within each.
        turns: Questions in a block, by number of visitors at once.
        block_limit_s: After that a block asks nothing more.
        conversation: Turns of the long conversation.
        pairs: Young turns compared with old ones.
        start_limit_s: How long a product may take to answer.
        warm_up: Questions before anything counts.
    """

    starts: int = 3
    rounds: int = 4
    turns: tuple[tuple[int, int], ...] = ((1, 60), (8, 160), (32, 160))
    block_limit_s: float = 30.0
    conversation: int = 300
    pairs: int = 25
    start_limit_s: float = 120.0
    warm_up: int = 16


QUICK = Plan(
    starts=1,
    rounds=1,
    turns=((1, 20), (8, 40), (32, 64)),
    block_limit_s=10.0,
    conversation=30,
    pairs=5,
    warm_up=8,
)


@dataclass
class Measurements:
    """Everything measured of one product; blocks and their processor time by the visitors at once."""

    starts_s: list[float] = field(default_factory=list)
    blocks: dict[int, list[Block]] = field(default_factory=lambda: {n: [] for n in AT_ONCE})
    processor_s: dict[int, list[float]] = field(default_factory=lambda: {n: [] for n in AT_ONCE})
    memory_idle: Memory | None = None
    memory_loaded: Memory | None = None
    ageing: Ageing | None = None


@dataclass(frozen=True)
class Setting:
    """Where a run happens and how it shows its progress.

    Attributes:
        plan: How much is measured.
        logs: Folder for the output of the processes.
        say: Shows one line of progress.
    """

    plan: Plan
    logs: Path
    say: Callable[[str], None]


@dataclass
class Contestant:
    """A product with its own source of questions and what was measured of it so far."""

    product: Product
    questions: QuestionSource
    measured: Measurements = field(default_factory=Measurements)

    async def start(self, setting: Setting, stack: ExitStack) -> RunningProduct:
        """Start it and wait until it answers; the stack stops it."""
        running = start(self.product, setting.logs)
        stack.callback(running.stop)
        await running.wait_until_ready(self.questions.openings, limit_s=setting.plan.start_limit_s)
        return running

    async def warm_up(self, plan: Plan) -> None:
        """Ask some questions that do not count."""
        questions = self.questions.take(plan.warm_up)
        await ask_at_once(self.product, questions, at_once=4, name="warm-up", limit_s=plan.block_limit_s)

    async def block(self, running: RunningProduct, plan: Plan, *, at_once: int, turns: int) -> Block:
        """Measure one block of turns."""
        blocks, before = self.measured.blocks[at_once], running.processor_time_s()
        block = await ask_at_once(
            self.product,
            self.questions.take(turns),
            at_once=at_once,
            name=f"block-{at_once}-{len(blocks)}",
            limit_s=plan.block_limit_s,
        )
        blocks.append(block)
        self.measured.processor_s[at_once].append(running.processor_time_s() - before)
        return block

    async def age(self, plan: Plan) -> None:
        """Measure how a long conversation compares with fresh ones."""
        self.measured.ageing = await measure_ageing(
            self.product, self.questions, name="ageing", turns=plan.conversation, pairs=plan.pairs
        )


async def measure(
    products: Sequence[Product], questions: Callable[[], QuestionSource], setting: Setting
) -> dict[str, Measurements]:
    """Measure the products side by side.

    Args:
        products: One or two; each must be startable at any time.
        questions: Makes a source of questions; called once per product, so that all get the same ones.
        setting: How much, where and how.

    Returns:
        The measurements by the product's name.
    """
    contestants = [Contestant(product, questions()) for product in products]
    await _measure_starts(contestants, setting)
    with ExitStack() as stack:
        running = [(one, await one.start(setting, stack)) for one in contestants]
        for one, processes in running:
            await one.warm_up(setting.plan)
            one.measured.memory_idle = processes.memory()
        for number in range(setting.plan.rounds):
            await _round(running[:: 1 if number % 2 == 0 else -1], number, setting)
        for one, processes in running:
            one.measured.memory_loaded = processes.memory()
        for one in contestants:
            setting.say(f"{one.product.name}: a conversation of {setting.plan.conversation} turns")
            await one.age(setting.plan)
    return {one.product.name: one.measured for one in contestants}


async def _measure_starts(contestants: Sequence[Contestant], setting: Setting) -> None:
    for number in range(setting.plan.starts):
        for one in contestants:
            with ExitStack() as stack:
                running = await one.start(setting, stack)
            one.measured.starts_s.append(running.ready_s)
            setting.say(f"{one.product.name}: start {number + 1} answered after {running.ready_s:.1f} s")


async def _round(running: Sequence[tuple[Contestant, RunningProduct]], number: int, setting: Setting) -> None:
    for at_once, turns in setting.plan.turns:
        for one, processes in running:
            block = await one.block(processes, setting.plan, at_once=at_once, turns=turns)
            setting.say(
                f"{one.product.name}: round {number + 1}, {at_once} at once: "
                f"{block.turns_per_s:.1f} turns/s, {block.failures} without a reply"
            )
            await asyncio.sleep(PAUSE_S)
