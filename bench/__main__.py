"""``python -m bench``: measure, print the table, keep it under ``var/bench``."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bench.bars import figures
from bench.client_cost import measure_client
from bench.errors import BenchError
from bench.our_product import our_product, prepare_data_dir
from bench.products import Product
from bench.questions import QuestionSource
from bench.report import Machine, Result, page, this_machine, write
from bench.run import QUICK, Plan, Setting, measure
from bench.running import free_ports
from bench.stock_project import StockProject
from knowledge import load_questions
from settings import ROOT, get_settings

RUN_LIMIT_S = 15 * 60.0
FOLDER = ROOT / "var" / "bench"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as the arguments say; return the exit code."""
    options = _parser().parse_args(arguments)
    setting = Setting(QUICK if options.quick else Plan(), FOLDER / "logs", _say)
    try:
        products = _products(setting, with_stock=not options.ours_only)
        result = asyncio.run(_measure(products, setting, this_machine()))
    except TimeoutError:
        print(f"bench: not done within {RUN_LIMIT_S / 60:.0f} minutes; try `--quick`.", file=sys.stderr)
        return 1
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(page(result))
    print(f"Kept in {write(result, FOLDER)} and, with every duration, beside it as .json")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run: shows that it works, not how fast")
    parser.add_argument("--ours-only", action="store_true", help="leave the stock Rasa project out")
    return parser


def _products(setting: Setting, *, with_stock: bool) -> list[Product]:
    edge, engine, actions, stock_engine, stock_actions = free_ports(5)
    data_dir = FOLDER / "ours"
    shutil.rmtree(setting.logs, ignore_errors=True)
    prepare_data_dir(data_dir, get_settings().data_dir)
    products = [our_product(ports=(edge, engine, actions), data_dir=data_dir)]
    if with_stock:
        project = StockProject(FOLDER / "stock", setting.logs, setting.say)
        project.prepare()
        products.append(project.product(port=stock_engine, actions_port=stock_actions, data_dir=data_dir))
    return products


async def _measure(products: list[Product], setting: Setting, machine: Machine) -> Result:
    client_ms = await measure_client(setting.logs)
    bases = [question.text for question in load_questions()]
    async with asyncio.timeout(RUN_LIMIT_S):
        measured = await measure(products, lambda: QuestionSource(bases), setting)
    reached = {name: figures(one) for name, one in measured.items()}
    return Result(
        at=datetime.now(UTC).astimezone(),
        machine=machine,
        plan=setting.plan,
        measured=measured,
        ours=reached["ours"],
        stock=reached.get("stock"),
        client_ms=client_ms,
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
