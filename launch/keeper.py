"""Keeps one service running: starts it, passes its lines on, restarts it when it dies or hangs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launch.console import Console
from launch.errors import NeverAnsweredError
from launch.probe import http_status
from launch.services import Service

_GUARD = Path(__file__).with_name("guard.py")
_LONGEST_LINE = 16_384


@dataclass(frozen=True)
class Timing:
    """How patient the supervisor is, in seconds.

    Attributes:
        restart_delays: Waits before the first, second, … restart in a row; the last one holds from then on.
        settled_after: A life this long ends a row of restarts.
        deaths_before_first_answer: A service that never answered is given up after so many.
        poll_every: Between two questions while a service starts.
        check_every: Between two questions once it has answered.
        answer_within: For one answer.
        misses: So many missing answers in a row mean that it hangs.
        stop_within: From SIGTERM to SIGKILL.
    """

    restart_delays: tuple[float, ...] = (0.0, 0.5, 1.0, 2.0, 4.0, 5.0)
    settled_after: float = 30.0
    deaths_before_first_answer: int = 5
    poll_every: float = 0.2
    check_every: float = 10.0
    answer_within: float = 10.0
    misses: int = 3
    stop_within: float = 5.0


class Keeper:
    """Runs a service in a process group of its own until told to stop.

    Args:
        service: What to run.
        console: Where its lines go.
        environment: Its environment.
        run_dir: Folder of ``<name>.pid``.
        timing: How patient to be.
        cwd: Folder to run it in.
    """

    def __init__(
        self,
        service: Service,
        *,
        console: Console,
        environment: Mapping[str, str],
        run_dir: Path,
        timing: Timing,
        cwd: Path,
    ) -> None:
        self.service = service
        self._console, self._environment, self._timing, self._cwd = console, environment, timing, cwd
        self._pid_file = run_dir / f"{service.name}.pid"
        self._process: Process | None = None
        self._stopping = asyncio.Event()
        self._has_answered = False

    async def keep(self) -> None:
        """Start the service again whenever it ends, until `stop` is called.

        Raises:
            NeverAnsweredError: If it ends again and again before it has answered once.
        """
        deaths = 0
        while not await self._pause(self._delay(deaths)):
            started = time.monotonic()
            exit_code = await self._run_once()
            if self._stopping.is_set():
                return
            deaths = 1 if time.monotonic() - started > self._timing.settled_after else deaths + 1
            if not self._has_answered and deaths >= self._timing.deaths_before_first_answer:
                raise NeverAnsweredError(service=self.service.name, deaths=deaths, exit_code=exit_code)
            self._say(f"ended with {_reason(exit_code)}; restarting in {self._delay(deaths):g} s")

    def stop(self) -> None:
        """Ask the service to end; `keep` returns when it has."""
        self._stopping.set()

    def kill(self) -> None:
        """End the service now."""
        self._signal(signal.SIGKILL)

    def _delay(self, deaths: int) -> float:
        delays = self._timing.restart_delays
        return delays[min(deaths - 1, len(delays) - 1)] if deaths else 0.0

    async def _pause(self, seconds: float) -> bool:
        """Wait; return whether the service is to stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    async def _run_once(self) -> int:
        """Live one life of the service, from its start to the end of its whole process group."""
        process, lines = await self._start()
        pump = asyncio.create_task(self._pump(lines))
        watch = asyncio.create_task(self._watch())
        ended = asyncio.create_task(process.wait())
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            self._signal(signal.SIGTERM)
            await asyncio.wait({ended}, timeout=self._timing.stop_within)
        self._signal(signal.SIGKILL)  # whatever of its group is left would hold the port
        exit_code = await ended
        self._process = None
        self._pid_file.unlink(missing_ok=True)
        for task in (watch, stopped):
            task.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pump, 1.0)
        return exit_code

    async def _start(self) -> tuple[Process, int]:
        """Start the process; its standard output and error share one pipe, whose read end is returned."""
        read_end, write_end = os.pipe()
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(_GUARD), "KILL", str(os.getpid()), *self.service.command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                env=dict(self._environment),
                cwd=self._cwd,
                start_new_session=True,
            )
        finally:
            os.close(write_end)
        self._pid_file.parent.mkdir(parents=True, exist_ok=True)
        self._pid_file.write_text(f"{process.pid}\n")
        return process, read_end

    async def _pump(self, read_end: int) -> None:
        """Pass the service's lines on until nobody can write any more."""
        reader = asyncio.StreamReader()
        pipe = os.fdopen(read_end, "rb")
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        try:
            rest = b""
            while chunk := await reader.read(65_536):
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) > _LONGEST_LINE:
                    lines, rest = [*lines, rest], b""
                for line in lines:
                    self._say(line.decode(errors="replace").rstrip("\r"))
            if rest:
                self._say(rest.decode(errors="replace"))
        finally:
            transport.close()

    async def _watch(self) -> None:
        """Say when the service answers for the first time; kill it when it stops answering later."""
        started = time.monotonic()
        while not await self._answers(within=2.0):  # noqa: ASYNC110 - another process cannot set an event
            await asyncio.sleep(self._timing.poll_every)
        self._has_answered = True
        self._console.line("launch", f"{self.service.name} answers after {time.monotonic() - started:.1f} s")
        misses = 0
        while misses < self._timing.misses:
            await asyncio.sleep(self._timing.check_every)
            misses = 0 if await self._answers(within=self._timing.answer_within) else misses + 1
        self._say(f"did not answer {misses} times in a row: killing it")
        self._signal(signal.SIGKILL)

    async def _answers(self, *, within: float) -> bool:
        health = self.service.health
        return await http_status(health.host, health.port, health.path, timeout_s=within) is not None

    def _signal(self, number: int) -> None:
        """Signal the whole process group; that it is gone already is fine."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def _say(self, text: str) -> None:
        self._console.line(self.service.name, text)


def _reason(exit_code: int) -> str:
    if exit_code >= 0:
        return f"exit code {exit_code}"
    return signal.Signals(-exit_code).name
