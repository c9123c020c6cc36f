"""Starting a product's processes, waiting until it answers, and ending them without a trace."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.client import Connection
from bench.errors import BadReplyError, NotReadyError, ProcessEndedError
from bench.processes import Memory, Process, process_tree, processor_time_s, read_process, total_memory
from bench.products import Command, Product

POLL_S = 0.1
STOP_LIMIT_S = 20.0


@dataclass(frozen=True)
class _Started:
    command: Command
    process: subprocess.Popen[bytes]
    log: Path


class RunningProduct:
    """A started product. Ends only the processes it started and their descendants.

    Attributes:
        product: What was started.
        ready_s: Seconds from the start of its processes to its first cited answer; 0 before that.
    """

    def __init__(self, product: Product, started: tuple[_Started, ...], *, at: float, logs: Path) -> None:
        self.product, self.ready_s = product, 0.0
        self._started, self._at, self._logs = started, at, logs

    def processes(self) -> tuple[Process, ...]:
        """Return the product's living processes."""
        return process_tree(one.process.pid for one in self._started if one.process.poll() is None)

    def memory(self) -> Memory:
        """Return the memory of all its processes now."""
        return total_memory(process.pid for process in self.processes())

    def processor_time_s(self) -> float:
        """Return the seconds of processor time that its living processes have used."""
        return processor_time_s(process.pid for process in self.processes())

    async def wait_until_ready(self, questions: Iterator[str], *, limit_s: float) -> None:
        """Ask until a reply cites a clause.

        Raises:
            NotReadyError: No such reply in time.
            ProcessEndedError: A process ended meanwhile.
        """
        connection = Connection(self.product.port)
        try:
            while time.monotonic() - self._at < limit_s:
                self._check_alive()
                if await self._cites(connection, next(questions)):
                    self.ready_s = time.monotonic() - self._at
                    return
                await asyncio.sleep(POLL_S)
        finally:
            connection.close()
        raise NotReadyError(product=self.product.name, limit_s=limit_s, logs=self._logs)

    async def _cites(self, connection: Connection, question: str) -> bool:
        body = self.product.request(f"start-{time.monotonic_ns()}", question)
        try:
            response = await connection.post(self.product.dialect.path, body, timeout_s=10)
        except (OSError, TimeoutError, BadReplyError):
            return False
        return response.status == 200 and self.product.reply(response.body).cites

    def _check_alive(self) -> None:
        for one in self._started:
            if (code := one.process.poll()) is not None:
                raise ProcessEndedError(
                    product=self.product.name, command=one.command.name, code=code, log=one.log
                )

    def stop(self) -> None:
        """Ask all processes to end, wait, and kill what is left."""
        ours = self.processes()
        for one in self._started:
            if one.process.poll() is None:
                one.process.send_signal(signal.SIGTERM)
        _wait_for_end(ours, STOP_LIMIT_S)
        for process in ours:
            if read_process(process.pid) == process:
                os.kill(process.pid, signal.SIGKILL)
        for one in self._started:
            one.process.wait()


def start(product: Product, logs: Path) -> RunningProduct:
    """Start all processes of the product at once; their output goes to files in ``logs``."""
    logs.mkdir(parents=True, exist_ok=True)
    at = time.monotonic()
    with ExitStack() as undo:
        started: list[_Started] = []
        for command in product.commands:
            log = logs / f"{product.name}-{command.name}.log"
            started.append(_Started(command, _spawn(command, log), log))
            undo.callback(started[-1].process.kill)
        undo.pop_all()
    return RunningProduct(product, tuple(started), at=at, logs=logs)


def free_ports(count: int) -> tuple[int, ...]:
    """Return different ports of 127.0.0.1 that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return tuple(one.getsockname()[1] for one in sockets)


def _spawn(command: Command, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            env={**os.environ, **command.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_for_end(processes: tuple[Process, ...], limit_s: float) -> None:
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if not any(read_process(process.pid) == process for process in processes):
            return
        time.sleep(POLL_S)
