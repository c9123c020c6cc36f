"""The whole run against servers that answer at once: starts, rounds, ageing, table; nothing left behind."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest

from bench.bars import figures
from bench.client import Connection
from bench.client_cost import REPLY, measure_client, null_product
from bench.errors import NotReadyError, ProcessEndedError
from bench.load import ask_at_once, ask_in_turn
from bench.processes import read_process
from bench.products import OURS, Command, Product
from bench.questions import QuestionSource
from bench.report import table
from bench.run import QUICK, Setting, measure
from bench.running import RunningProduct, free_ports, start

EMPTY = '{"messages": [], "citations": []}'
TINY = replace(QUICK, turns=((1, 6), (8, 16), (32, 32)), conversation=12, pairs=3, warm_up=4)


def _questions() -> QuestionSource:
    return QuestionSource(f"第{number}件事怎么办" for number in range(40))


async def _ready(product: Product, logs: Path) -> RunningProduct:
    running = start(product, logs)
    try:
        await running.wait_until_ready(repeat("你好"), limit_s=10)
    except BaseException:
        running.stop()
        raise
    return running


async def test_a_whole_run_measures_both_products_and_fills_the_table(tmp_path: Path) -> None:
    ports, said = free_ports(2), list[str]()
    products = [null_product(name, port) for name, port in zip(("ours", "stock"), ports, strict=True)]

    measured = await measure(products, _questions, Setting(TINY, tmp_path, said.append))

    ours, stock = figures(measured["ours"]), figures(measured["stock"])
    assert [len(measured["ours"].blocks[n][0].durations_s) for n in (1, 8, 32)] == [6, 16, 32]
    assert (ours.failures, stock.failures, ours.processes) == (0, 0, 1)
    assert f"| turn p50, one at a time | {ours.p50_ms:.0f} ms | {stock.p50_ms:.0f} ms | " in table(ours, stock)
    assert said[0].startswith("ours: start 1 answered after ")
    assert "stock: round 1, 32 at once: " in said[-3]


async def test_rounds_alternate_who_goes_first(tmp_path: Path) -> None:
    said = list[str]()
    products = [null_product(name, port) for name, port in zip("ab", free_ports(2), strict=True)]
    plan = replace(TINY, rounds=2, turns=((1, 2),))

    await measure(products, _questions, Setting(plan, tmp_path, said.append))

    rounds = [line.split(",")[0] for line in said if "round" in line]
    assert rounds == ["a: round 1", "b: round 1", "b: round 2", "a: round 2"]


async def test_stop_ends_every_process(tmp_path: Path) -> None:
    running = await _ready(null_product("ours", free_ports(1)[0]), tmp_path)
    processes = running.processes()

    running.stop()

    assert len(processes) == 1
    assert [read_process(process.pid) for process in processes] == [None]


async def test_start_is_measured_from_the_start_of_the_processes(tmp_path: Path) -> None:
    began = time.monotonic()
    running = await _ready(null_product("ours", free_ports(1)[0]), tmp_path)
    running.stop()

    assert 0 < running.ready_s < time.monotonic() - began


async def test_a_process_that_ends_is_named_with_its_log(tmp_path: Path) -> None:
    command = Command("engine", (sys.executable, "-c", "raise SystemExit(3)"), {}, tmp_path)
    product = Product("stock", (command,), free_ports(1)[0], OURS)

    with pytest.raises(ProcessEndedError, match=r"stock: process 'engine' ended with code 3 .*stock-engine.log"):
        await _ready(product, tmp_path)


async def test_a_product_that_never_cites_is_not_ready(tmp_path: Path) -> None:
    running = start(null_product("ours", free_ports(1)[0], EMPTY), tmp_path)
    try:
        with pytest.raises(NotReadyError, match="ours: no cited answer within 1 s"):
            await running.wait_until_ready(repeat("你好"), limit_s=1)
    finally:
        running.stop()


async def test_empty_replies_and_silence_are_failures(tmp_path: Path) -> None:
    lost = start(null_product("ours", free_ports(1)[0], EMPTY), tmp_path)
    answering = await _ready(null_product("null", free_ports(1)[0], REPLY), tmp_path)
    connection = Connection(answering.product.port)
    try:
        empty = await ask_at_once(lost.product, ["你好"] * 4, at_once=2, name="x", limit_s=5)
        answered = await ask_in_turn(answering.product, connection, "x", ["你好"] * 4)
    finally:
        connection.close()
        lost.stop()
        answering.stop()

    assert (empty.failures, empty.durations_s, empty.turns_per_s) == (4, (), 0.0)
    assert (answered.failures, len(answered.durations_s)) == (0, 4)


async def test_a_block_asks_nothing_after_its_limit(tmp_path: Path) -> None:
    running = await _ready(null_product("ours", free_ports(1)[0]), tmp_path)
    try:
        block = await ask_at_once(running.product, ["你好"] * 100, at_once=4, name="x", limit_s=0)
    finally:
        running.stop()

    assert len(block.durations_s) == 4


async def test_the_client_itself_costs_little(tmp_path: Path) -> None:
    assert await measure_client(tmp_path) < 5


def test_free_ports_are_different() -> None:
    assert len(set(free_ports(5))) == 5
