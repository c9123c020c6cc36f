"""Shows what the set-up does while it does it: numbered steps, their time, and a sign of life in between."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from launch.console import Console
from launch.errors import StepFailedError

_GUARD = Path(__file__).with_name("guard.py")
_TAIL_LINES = 15


class Progress:
    """Numbers the steps of a set-up, in the order in which they start.

    Args:
        total: How many steps there will be.
        console: Where to show them.
        sign_of_life_s: After so many silent seconds, a running step shows its log's last line.
    """

    def __init__(self, total: int, console: Console, *, sign_of_life_s: float = 15.0) -> None:
        self._total, self._console, self._sign_of_life_s = total, console, sign_of_life_s
        self._started = 0
        self._lock = threading.Lock()

    def start(self, title: str) -> Step:
        """Begin the next step."""
        with self._lock:
            self._started += 1
            step = Step(f"[{self._started}/{self._total}]", title, self._console, self._sign_of_life_s)
        step.say("…")
        return step


class Step:
    """One step: runs commands into its log and shows how far it is."""

    def __init__(self, number: str, title: str, console: Console, sign_of_life_s: float) -> None:
        self.title = title
        self._number, self._console, self._sign_of_life_s = number, console, sign_of_life_s
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """Show one line about this step."""
        self._console.plain(f"{self._number} {self.title} {text}")

    def done(self) -> None:
        """Show that the step is finished, and how long it took."""
        self.say(f"done in {time.monotonic() - self._began:.0f} s")

    def run(
        self,
        command: tuple[str, ...],
        *,
        cwd: Path,
        log: Path | None = None,
        sign_of_life: Callable[[], str] = str,
    ) -> None:
        """Run a command with its output in ``log``, or on the terminal; it ends with us, however we end.

        Args:
            command: What to run.
            cwd: Where to run it.
            log: Where its output goes; None for the terminal.
            sign_of_life: Says now and then how far it is; if it says nothing, the log's last news are shown.

        Raises:
            StepFailedError: If it fails; with the end of the log.
        """
        if log is None:
            exit_code = _start(command, cwd, None).wait()
        else:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("ab") as output:
                exit_code = self._wait(_start(command, cwd, output), lambda: sign_of_life() or news_of(log))
        if exit_code != 0:
            tail = tail_of(log, _TAIL_LINES) if log else ""
            raise StepFailedError(title=self.title, exit_code=exit_code, log=log, tail=tail)

    def _wait(self, process: subprocess.Popen[bytes], news: Callable[[], str]) -> int:
        while True:
            try:
                return process.wait(self._sign_of_life_s)
            except subprocess.TimeoutExpired:
                self.say(f"{time.monotonic() - self._began:.0f} s  {news()}")


def _start(command: tuple[str, ...], cwd: Path, output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        (sys.executable, "-I", "-S", str(_GUARD), "KILL", str(os.getpid()), *command),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
    )


def tail_of(log: Path, lines: int) -> str:
    """Return the last lines of a log that are not blank."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        text = file.read().decode(errors="replace")
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])


def news_of(log: Path) -> str:
    """Return the last line of a log that is not a warning, short enough for one line of a terminal."""
    lines = [line.strip() for line in tail_of(log, 40).splitlines()]
    return next((line[:80] for line in reversed(lines) if "warning" not in line.lower()), "")
