"""Asking: so many conversations at once, each waiting for its reply before it asks on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.client import Connection
from bench.errors import BadReplyError
from bench.products import Product

TURNS_PER_CONVERSATION = 5
REPLY_LIMIT_S = 30.0


@dataclass(frozen=True)
class Block:
    """Turns that were asked one after another or at once.

    Attributes:
        durations_s: One per answered turn, in the order of the replies.
        elapsed_s: From the first question to the last reply.
        failures: Turns without a reply: an error status, an empty reply, none in time.
    """

    durations_s: tuple[float, ...]
    elapsed_s: float
    failures: int

    @property
    def turns_per_s(self) -> float:
        """Answered turns per second."""
        return len(self.durations_s) / self.elapsed_s if self.elapsed_s else 0.0


@dataclass
class Tally:
    """Fills up while questions are asked."""

    durations_s: list[float] = field(default_factory=list)
    failures: int = 0


async def ask_at_once(
    product: Product, questions: Sequence[str], *, at_once: int, name: str, limit_s: float
) -> Block:
    """Ask the questions, ``at_once`` of them at any time, in conversations of five turns.

    Args:
        product: Whom to ask.
        questions: Each is asked once.
        at_once: Number of visitors; each has a connection of its own.
        name: Makes the session ids unique.
        limit_s: After that no new question is asked.
    """
    tally, queue = Tally(), iter(questions)
    began = time.monotonic()
    visitors = [
        _visit(product, queue, tally, name=f"{name}-{number}", until=began + limit_s) for number in range(at_once)
    ]
    await asyncio.gather(*visitors)
    return Block(tuple(tally.durations_s), time.monotonic() - began, tally.failures)


async def _visit(product: Product, queue: Iterator[str], tally: Tally, *, name: str, until: float) -> None:
    connection = Connection(product.port)
    try:
        for turn, question in enumerate(queue):
            session = f"{name}-{turn // TURNS_PER_CONVERSATION}"
            await ask(product, connection, session, question, tally)
            if time.monotonic() > until:
                return
    finally:
        connection.close()


async def ask(product: Product, connection: Connection, session: str, question: str, tally: Tally) -> None:
    """Ask one question and enter its duration, or its failure, in the tally."""
    body = product.request(session, question)
    began = time.perf_counter()
    try:
        response = await connection.post(product.dialect.path, body, timeout_s=REPLY_LIMIT_S)
    except (OSError, TimeoutError, BadReplyError):
        tally.failures += 1
        return
    took = time.perf_counter() - began
    if response.status == 200 and product.reply(response.body).texts:
        tally.durations_s.append(took)
    else:
        tally.failures += 1


async def ask_in_turn(product: Product, connection: Connection, session: str, questions: Sequence[str]) -> Block:
    """Ask all questions in one conversation, one at a time; the connection stays open."""
    tally = Tally()
    began = time.monotonic()
    for question in questions:
        await ask(product, connection, session, question, tally)
    return Block(tuple(tally.durations_s), time.monotonic() - began, tally.failures)
