"""Errors of the benchmark; each says what to look at or run."""

from __future__ import annotations

from pathlib import Path


class BenchError(Exception):
    """Root of everything the benchmark raises on purpose."""


class NotReadyError(BenchError):
    """A product did not give a cited answer in time."""

    def __init__(self, *, product: str, limit_s: float, logs: Path) -> None:
        self.product, self.limit_s, self.logs = product, limit_s, logs
        super().__init__(
            f"{product}: no cited answer within {limit_s:.0f} s of its start; read its logs in {logs}."
        )


class ProcessEndedError(BenchError):
    """A process that should serve has ended."""

    def __init__(self, *, product: str, command: str, code: int, log: Path) -> None:
        self.product, self.command, self.code, self.log = product, command, code, log
        super().__init__(
            f"{product}: process {command!r} ended with code {code} while it should serve; read {log}."
        )


class StepFailedError(BenchError):
    """A step of preparing the stock project failed."""

    def __init__(self, *, step: str, code: int, log: Path) -> None:
        self.step, self.code, self.log = step, code, log
        super().__init__(
            f"Preparing the stock project: {step} ended with code {code}; read {log}, "
            "or measure without it: `python -m bench --ours-only`."
        )


class BadReplyError(BenchError):
    """A server sent something that is not an HTTP/1.1 reply with a length."""


class TooFewQuestionsError(BenchError):
    """The run needs more different questions than can be made."""

    def __init__(self, *, asked: int, available: int) -> None:
        self.asked, self.available = asked, available
        super().__init__(
            f"Question {asked} was asked for but only {available} different ones can be made; "
            "add questions under knowledge/questions or measure with `--quick`."
        )


class NotBuiltError(BenchError):
    """Something the product needs was not built yet."""

    def __init__(self, *, path: Path, command: str) -> None:
        self.path, self.command = path, command
        super().__init__(f"{path} is missing; the product cannot start without it. Build it with `{command}`.")
