"""One service is started, listened to, and brought back."""

from __future__ import annotations

import asyncio
import io
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from launch.console import Console
from launch.errors import NeverAnsweredError
from launch.keeper import Keeper, Timing
from launch.services import Health, Service
from tests.launch.fakes import environment, free_port, lives, read_pid, server, until

QUICK = Timing(
    restart_delays=(0.0, 0.05, 0.1),
    deaths_before_first_answer=3,
    poll_every=0.05,
    check_every=0.1,
    answer_within=0.3,
    misses=2,
    stop_within=0.5,
)


class Stage:
    """A keeper that runs, with what it has said and the pid of its service."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.out = io.StringIO()
        self.name, self.folder = service.name, folder
        self.keeper = Keeper(
            service,
            console=Console(("launch", service.name), out=self.out),
            environment=environment(),
            run_dir=folder,
            timing=QUICK,
            cwd=folder,
        )

    @property
    def pid(self) -> int:
        return read_pid(self.folder, self.name)

    @property
    def lines(self) -> list[str]:
        return self.out.getvalue().splitlines()

    def answers(self) -> int:
        return sum("answers after" in line for line in self.lines)


@asynccontextmanager
async def kept(service: Service, folder: Path) -> AsyncIterator[Stage]:
    stage = Stage(service, folder)
    task = asyncio.create_task(stage.keeper.keep())
    try:
        yield stage
    finally:
        stage.keeper.stop()
        await asyncio.wait_for(task, 5.0)


async def test_keeper_marks_each_line_with_the_aligned_name(tmp_path: Path) -> None:
    port = free_port()
    async with kept(server("edge", port=port), tmp_path) as stage:
        await until(stage.answers)

    assert "edge   | 办事通 listens" in stage.lines
    assert f"edge   | on {port}" in stage.lines


async def test_keeper_restarts_after_sigkill_at_once(tmp_path: Path) -> None:
    async with kept(server("edge"), tmp_path) as stage:
        await until(stage.answers)
        first = stage.pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: stage.answers() == 2)
        second = stage.pid

    assert second != first
    assert "edge   | ended with SIGKILL; restarting in 0 s" in stage.lines


async def test_keeper_removes_the_pid_file_when_stopped(tmp_path: Path) -> None:
    async with kept(server("edge"), tmp_path) as stage:
        await until(stage.answers)
        pid = stage.pid

    assert not lives(pid)
    assert not (tmp_path / "edge.pid").exists()


async def test_keeper_ends_what_a_dead_service_left_behind(tmp_path: Path) -> None:
    async with kept(server("edge", "has-a-child"), tmp_path) as stage:
        await until(stage.answers)
        found = re.search(r"child (\d+)", stage.out.getvalue())
        assert found
        os.kill(stage.pid, signal.SIGKILL)
        await until(lambda: stage.answers() == 2)

    assert not lives(int(found[1]))


async def test_keeper_kills_a_service_that_ignores_sigterm(tmp_path: Path) -> None:
    async with kept(server("edge", "ignores-sigterm"), tmp_path) as stage:
        await until(stage.answers)
        pid = stage.pid

    assert not lives(pid)


async def test_keeper_restarts_a_service_that_hangs(tmp_path: Path) -> None:
    async with kept(server("edge"), tmp_path) as stage:
        await until(stage.answers)
        first = stage.pid
        os.kill(first, signal.SIGSTOP)
        await until(lambda: stage.answers() == 2)

    assert "edge   | did not answer 2 times in a row: killing it" in stage.lines
    assert not lives(first)


async def test_keeper_gives_up_a_service_that_never_answered(tmp_path: Path) -> None:
    service = Service("engine", (sys.executable, "-c", "import sys; sys.exit(7)"), Health("127.0.0.1", 1, "/"))
    stage = Stage(service, tmp_path)

    with pytest.raises(NeverAnsweredError, match=r"engine ended 3 times .* last with exit code 7"):
        await asyncio.wait_for(stage.keeper.keep(), 10.0)

    assert [line for line in stage.lines if "restarting" in line] == [
        "engine | ended with exit code 7; restarting in 0 s",
        "engine | ended with exit code 7; restarting in 0.05 s",
    ]


async def test_keeper_says_a_command_that_does_not_exist(tmp_path: Path) -> None:
    service = Service("engine", ("/nowhere/python", "-m", "bot"), Health("127.0.0.1", 1, "/"))
    stage = Stage(service, tmp_path)

    with pytest.raises(NeverAnsweredError, match="engine ended 3 times"):
        await asyncio.wait_for(stage.keeper.keep(), 10.0)

    assert any("FileNotFoundError" in line for line in stage.lines)


async def test_keeper_cuts_an_endless_line(tmp_path: Path) -> None:
    endless = "import sys\nfor _ in range(50): sys.stdout.write('办' * 1000)\nsys.stdout.write('\\nend\\n')"
    service = Service("edge", (sys.executable, "-c", endless), Health("127.0.0.1", 1, "/"))
    stage = Stage(service, tmp_path)

    with pytest.raises(NeverAnsweredError):
        await asyncio.wait_for(stage.keeper.keep(), 10.0)

    assert stage.lines.count("edge   | end") == 3
    assert max(len(line.encode()) for line in stage.lines) < 100_000
