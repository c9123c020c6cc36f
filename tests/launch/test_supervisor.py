"""All services come and go together, whatever happens to the supervisor."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from launch.ports import Port
from launch.services import product_ports, product_services, service_environment
from settings import Settings
from tests.launch.fakes import free_port, lives, read_pid, until

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("fake0", "fake1", "fake2")


class Running:
    """A supervisor in a process of its own, with three fakes; the third one ignores SIGTERM."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.process, self.folder = process, folder

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text()

    @property
    def pids(self) -> list[int]:
        return [read_pid(self.folder, name) for name in NAMES]

    def all_answer(self) -> bool:
        return self.output.count("answers after") == len(NAMES) and "ready:" in self.output


def start(folder: Path) -> subprocess.Popen[bytes]:
    ports = [str(free_port()) for _ in NAMES]
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(
            (sys.executable, "-m", "tests.launch.product_of_fakes", str(folder), *ports),
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Running]:
    process = start(folder)
    product = Running(process, folder)
    try:
        await until(product.all_answer, within=20.0)
        yield product
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_supervise_ends_every_process_when_asked_to(tmp_path: Path, number: int) -> None:
    async with running(tmp_path) as product:
        pids = product.pids
        product.process.send_signal(number)
        exit_code = await asyncio.to_thread(product.process.wait, 10.0)

    assert exit_code == 0
    assert [pid for pid in pids if lives(pid)] == []
    assert product.output.rstrip().endswith("all processes have ended")


async def test_supervise_killed_outright_leaves_no_process(tmp_path: Path) -> None:
    async with running(tmp_path) as product:
        pids = product.pids
        product.process.kill()
        await until(lambda: not any(lives(pid) for pid in pids), within=5.0)


async def test_supervise_says_once_when_the_product_is_ready(tmp_path: Path) -> None:
    async with running(tmp_path) as product:
        pass

    assert len(re.findall(r"办事通已就绪 / ready: http://127\.0\.0\.1:\d+ in \d+\.\d s", product.output)) == 1


async def test_supervise_brings_each_killed_service_back(tmp_path: Path) -> None:
    async with running(tmp_path) as product:
        before = product.pids
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: product.output.count("answers after") == 2 * len(NAMES))

        assert all(pid and lives(pid) for pid in product.pids)
        assert set(product.pids).isdisjoint(before)


def test_product_services_are_the_three_processes() -> None:
    services = product_services(Settings(port=8081, host="0.0.0.0"), Path("/p"))  # noqa: S104

    assert [(s.name, s.command, s.health.host, s.health.port) for s in services] == [
        ("actions", ("/p/.venv/bin/python", "-m", "actions"), "127.0.0.1", 5055),
        ("engine", ("/p/.venv-rasa/bin/python", "-m", "bot", "serve"), "127.0.0.1", 5005),
        ("edge", ("/p/.venv/bin/python", "-m", "web"), "127.0.0.1", 8081),
    ]


def test_product_ports_leave_out_metrics_when_they_are_off() -> None:
    assert product_ports(Settings(metrics_port=0)) == (
        Port("127.0.0.1", 8080, "BANSHITONG_PORT"),
        Port("127.0.0.1", 5005, "BANSHITONG_ENGINE_PORT"),
        Port("127.0.0.1", 5055, "BANSHITONG_ACTIONS_PORT"),
    )


def test_service_environment_has_a_new_token_at_each_start() -> None:
    first, second = (service_environment(Settings(), {})["BANSHITONG_ENGINE_TOKEN"] for _ in range(2))

    assert len(first) >= 32
    assert first != second


def test_service_environment_spells_out_what_the_engine_cannot_read() -> None:
    environment = service_environment(Settings(engine_port=6005, data_dir=Path("/srv/data")), {"PATH": "/bin"})

    assert environment["BANSHITONG_ENGINE_PORT"] == "6005"
    assert environment["BANSHITONG_DATA_DIR"] == "/srv/data"
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["PATH"] == "/bin"
