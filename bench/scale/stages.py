"""Runs each part of the measurement once, in a process of its own, and keeps what it returned."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KIB_PER_MB = 1000**2 / 1024


@dataclass(frozen=True)
class Outcome:
    """What a part returned, and what it took.

    Attributes:
        value: What its function returned; as JSON has it.
        seconds: By the clock, without starting the process.
        peak_mb: Largest resident memory of its process in MB, libraries and mapped files included.
    """

    value: Any
    seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Stages:
    """The parts of a measurement that are done.

    Attributes:
        folder: Where outcomes are kept, one ``.json`` each, and the files that the parts make.
        sources: Modules whose text decides the outcomes: parts are done anew when one of them has changed.
        report: Called with a line when a part begins.
    """

    folder: Path
    sources: tuple[Path, ...]
    report: Callable[[str], None]

    def file(self, name: str) -> Path:
        """Return the path of a file that a part makes, for the sources as they are now."""
        return self.folder / f"{digest_of(self.sources)}-{name}"

    def run(self, name: str, function: Callable[..., Any], *arguments: Any, makes: Path | None = None) -> Outcome:  # noqa: ANN401
        """Return the outcome of ``function(*arguments)``: the kept one, or else that of a run now.

        Args:
            name: Of the part, and of its file.
            function: At the top of a module; returns what JSON can hold.
            arguments: Its arguments. They should follow from ``name``, ``folder`` and ``sources``.
            makes: A file that the part makes: it is done anew if that is gone.
        """
        path = self.file(f"{name}.json")
        if path.exists() and (makes is None or makes.exists()):
            return Outcome(**json.loads(path.read_text(encoding="utf-8")))
        self.report(f"{name} ...")
        self.folder.mkdir(parents=True, exist_ok=True)
        outcome = _in_own_process(function, arguments)
        scratch = path.with_suffix(".tmp")
        scratch.write_text(json.dumps(vars(outcome)), encoding="utf-8")
        scratch.replace(path)
        return outcome


def digest_of(sources: Sequence[Path]) -> str:
    """Return eight hexadecimal digits that change with the text of any of the files."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()[:8]


def _in_own_process(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Outcome:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measured, function, arguments).result()


def _measured(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Outcome:
    started = time.perf_counter()
    value = function(*arguments)
    seconds = time.perf_counter() - started
    return Outcome(value, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MB)
