"""What the load generator itself costs, so that nobody takes its time for the products'."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from itertools import repeat
from pathlib import Path

from bench.load import ask_at_once
from bench.percentiles import median
from bench.products import OURS, Command, Product
from bench.running import free_ports, start
from settings import ROOT

REPLY = '{"messages": [{"text": "好"}], "citations": [{"clause_id": "2.4"}]}'


def null_product(name: str, port: int, reply: str = REPLY) -> Product:
    """Return a product that answers every question at once with the same reply."""
    argv = (sys.executable, "-m", "bench.null_server", str(port), reply)
    return Product(name, (Command("null", argv, {}, ROOT),), port, OURS)


async def measure_client(logs: Path, *, turns: int = 200) -> float:
    """Return the median milliseconds of a turn with a server that does nothing, one at a time."""
    product = null_product("null", free_ports(1)[0])
    with ExitStack() as stack:
        running = start(product, logs)
        stack.callback(running.stop)
        await running.wait_until_ready(repeat("你好"), limit_s=20)
        block = await ask_at_once(product, ["你好"] * turns, at_once=1, name="null", limit_s=20)
    return median(block.durations_s) * 1000
