"""Does a conversation get slower as it grows? Turn 300 against turn 5, measured side by side.

One conversation is brought near its 300th turn. Then each of its turns around the 300th alternates with the
fifth turn of a fresh conversation that asks an equally long variation of the same question, so that
neither the machine's mood nor the question's length makes the difference.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.client import Connection
from bench.load import ask_in_turn
from bench.percentiles import median
from bench.products import Product
from bench.questions import QuestionSource

YOUNG_TURN = 5


@dataclass(frozen=True)
class Ageing:
    """Durations of young and old turns.

    Attributes:
        young_s: Fifth turns, each of another conversation.
        old_s: Turns around the last one of the long conversation.
        failures: Turns without a reply, anywhere in between.
    """

    young_s: tuple[float, ...]
    old_s: tuple[float, ...]
    failures: int

    @property
    def young_ms(self) -> float:
        """Median of the young turns, in milliseconds."""
        return median(self.young_s) * 1000

    @property
    def old_ms(self) -> float:
        """Median of the old turns, in milliseconds."""
        return median(self.old_s) * 1000


async def measure_ageing(
    product: Product, questions: QuestionSource, *, name: str, turns: int, pairs: int
) -> Ageing:
    """Compare ``pairs`` fifth turns with as many turns around number ``turns`` of one conversation.

    All go over one connection, so that no turn pays for opening it.
    """
    connection, long_session = Connection(product.port), f"{name}-long"
    first = turns - pairs // 2
    block = await ask_in_turn(product, connection, long_session, questions.take(first - 1))
    failures, young, old = block.failures, list[float](), list[float]()
    for number, pair in enumerate(questions.take_pairs(pairs)):
        fresh = [*questions.take(YOUNG_TURN - 1), pair.first]
        fifth = await ask_in_turn(product, connection, f"{name}-fresh-{number}", fresh)
        late = await ask_in_turn(product, connection, long_session, [pair.second])
        failures += fifth.failures + late.failures
        young.extend(fifth.durations_s[-1:])
        old.extend(late.durations_s)
    connection.close()
    return Ageing(tuple(young), tuple(old), failures)
