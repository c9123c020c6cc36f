"""From a fresh clone to everything that a target of the Makefile needs. Standard library only.

Two chains run side by side, because neither needs the other: our environment, the document, the index
and the widget; the engine's environment and its model.
"""

from __future__ import annotations

import fcntl
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launch.builds import DOCUMENT, INDEX, MODEL, WIDGET, Build, data_dir, is_current, record
from launch.console import Console
from launch.environments import ENGINES, OURS, Environment, Layer, check_disk, install, missing_layers
from launch.errors import LaunchError
from launch.progress import Progress, Step


@dataclass(frozen=True)
class Chain:
    """Work that has to be done in this order: an environment, then what it builds."""

    environment: Environment
    builds: tuple[Build, ...] = ()


@dataclass(frozen=True)
class Target:
    """What one target of the Makefile needs.

    Attributes:
        chains: Independent of each other.
        tests: Whether the environments need what the tests need.
        asks_builds: Start the builds' own commands even if the stamps say that nothing changed.
    """

    chains: tuple[Chain, ...]
    tests: bool = False
    asks_builds: bool = False


_INDEX_CHAIN = Chain(OURS, (DOCUMENT, INDEX))
_EDGE_CHAIN = Chain(OURS, (DOCUMENT, INDEX, WIDGET))
_MODEL_CHAIN = Chain(ENGINES, (MODEL,))
TARGETS = {
    "run": Target((_EDGE_CHAIN, _MODEL_CHAIN)),
    "test": Target((_EDGE_CHAIN, _MODEL_CHAIN), tests=True),
    "check": Target((Chain(OURS),), tests=True),
    "index": Target((_INDEX_CHAIN,), asks_builds=True),
    "eval": Target((_INDEX_CHAIN,), tests=True),
    "train": Target((_MODEL_CHAIN,), asks_builds=True),
}


@dataclass(frozen=True)
class Work:
    """What is left to do in one chain."""

    environment: Environment
    layers: tuple[Layer, ...]
    builds: tuple[Build, ...]

    @property
    def steps(self) -> int:
        """How many steps it will show."""
        return bool(self.layers) + len(self.builds)


def set_up(target: Target, root: Path, console: Console) -> None:
    """Do what is missing for a target, and nothing twice.

    Raises:
        LaunchError: If there is too little disk space, or a step fails.
    """
    began = time.monotonic()
    with _alone(root, console):
        works = [_work(chain, target, root) for chain in target.chains]
        check_disk(root, tuple(layer for work in works for layer in work.layers))
        progress = Progress(sum(work.steps for work in works), console)
        _do_side_by_side([_Worker(work, root, progress, logs=not target.asks_builds) for work in works])
    console.plain(f"Set-up is complete ({time.monotonic() - began:.1f} s).")


def _work(chain: Chain, target: Target, root: Path) -> Work:
    layers = missing_layers(chain.environment, root, tests=target.tests)
    everything = target.asks_builds or any(layer.name == "runtime" for layer in layers)
    changed = [not is_current(build, root) for build in chain.builds]
    first = 0 if everything else changed.index(True) if any(changed) else len(changed)
    return Work(chain.environment, layers, chain.builds[first:])


def _do_side_by_side(workers: list[_Worker]) -> None:
    """Run all chains; if one fails, the others finish the step that they are at and begin no other."""
    failed = threading.Event()
    pool = ThreadPoolExecutor(len(workers))
    chains = [pool.submit(worker.do, failed) for worker in workers]
    pool.shutdown(wait=False)
    wait(chains)
    for chain in chains:
        chain.result()


@dataclass(frozen=True)
class _Worker:
    """Does the work of one chain; its builds speak into logs, or to the terminal."""

    work: Work
    root: Path
    progress: Progress
    logs: bool

    def do(self, failed: threading.Event) -> None:
        layers = self.work.layers
        if layers:
            with self._step(f"{self.work.environment.name}: install {_files(layers)}", failed) as step:
                install(self.work.environment, layers, root=self.root, python=sys.executable, step=step)
        for build in self.work.builds:
            if failed.is_set():
                return
            with self._step(build.title, failed) as step:
                self._build(build, step)

    def _build(self, build: Build, step: Step) -> None:
        log = data_dir(self.root) / "logs" / f"setup-{build.name}.log" if self.logs else None
        if log:
            log.unlink(missing_ok=True)
        step.run((str(build.environment.python(self.root)), "-m", *build.arguments), cwd=self.root, log=log)
        record(build, self.root)

    @contextmanager
    def _step(self, title: str, failed: threading.Event) -> Iterator[Step]:
        step = self.progress.start(title)
        try:
            yield step
        except LaunchError:
            failed.set()
            step.say("failed; letting finish what else is running")
            raise
        step.done()


def _files(layers: tuple[Layer, ...]) -> str:
    return " and ".join(layer.lock for layer in layers)


@contextmanager
def _alone(root: Path, console: Console) -> Iterator[None]:
    """Hold the set-up's lock, so that two set-ups in one folder come one after the other."""
    lock = root / "var/setup.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.plain("Another set-up is running in this folder; waiting for it …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
