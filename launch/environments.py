"""The two Python environments: ours and the engine's. Made once, redone when a lock file changes.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from launch.errors import DiskFullError
from launch.progress import Step

_GB = 1e9
_UNFINISHED = ".set-up-unfinished"  # there while pip runs: an interrupted installation is redone from nothing
_DISK_FULL = "No space left on device"


@dataclass(frozen=True)
class Layer:
    """What one lock file installs.

    Attributes:
        name: ``runtime`` or ``tests``.
        lock: Path of the lock file, relative to the project.
        size_gb: Disk space that it takes, roughly, with what pip needs in between.
    """

    name: str
    lock: str
    size_gb: float


@dataclass(frozen=True)
class Environment:
    """A virtual environment: what the product needs, and on top what its tests need."""

    name: str
    runtime: Layer
    tests: Layer
    pip_options: tuple[str, ...] = ()

    def python(self, root: Path) -> Path:
        """Path of the environment's interpreter."""
        return root / self.name / "bin/python"


OURS = Environment(
    ".venv",
    Layer("runtime", "requirements.txt", 2.8),
    Layer("tests", "requirements-dev.txt", 0.4),
)
# Rasa declares an older Python and older libraries than the ones that its lock file was tried with.
ENGINES = Environment(
    ".venv-rasa",
    Layer("runtime", "bot/requirements.lock", 1.2),
    Layer("tests", "bot/requirements-test.lock", 0.1),
    pip_options=("--no-deps", "--ignore-requires-python"),
)


def missing_layers(environment: Environment, root: Path, *, tests: bool) -> tuple[Layer, ...]:
    """Return the layers that are not installed as their lock files say; empty if there is nothing to do."""
    wanted = (environment.runtime, environment.tests) if tests else (environment.runtime,)
    if not _is_usable(environment, root):
        return wanted
    return tuple(
        layer for layer in wanted if _stamp_of(environment, layer, root) != _recorded(environment, layer, root)
    )


def check_disk(root: Path, layers: tuple[Layer, ...], *, free_gb: float | None = None) -> None:
    """Refuse to begin what would fill the disk.

    Args:
        root: The project, where the environments go.
        layers: What is going to be installed.
        free_gb: Free space; asked of the system by default.

    Raises:
        DiskFullError: If there is too little.
    """
    needed = sum(layer.size_gb for layer in layers)
    free = shutil.disk_usage(root).free / _GB if free_gb is None else free_gb
    if free < needed:
        raise DiskFullError(folder=root, free_gb=free, needed_gb=needed)


def install(environment: Environment, layers: tuple[Layer, ...], *, root: Path, python: str, step: Step) -> None:
    """Install layers; the environment is made first if there is none, or not a usable one.

    Raises:
        StepFailedError: If pip or venv fails; the next call begins anew.
    """
    folder = root / environment.name
    log = root / "var/logs" / f"setup-{environment.name.lstrip('.')}.log"
    log.unlink(missing_ok=True)
    if not _is_usable(environment, root):
        step.run((python, "-m", "venv", "--clear", str(folder)), cwd=root, log=log)
    unfinished = folder / _UNFINISHED
    unfinished.touch()
    for layer in layers:
        _stamp_file(environment, layer, root).unlink(missing_ok=True)
    files = [part for layer in layers for part in ("-r", layer.lock)]
    pip = (str(environment.python(root)), "-m", "pip", "install", "--no-input", "--progress-bar", "off")
    # Compiling every module of torch takes a minute; Python compiles the few that are used when they are used.
    step.run(
        (*pip, "--no-compile", *environment.pip_options, *files),
        cwd=root,
        log=log,
        sign_of_life=lambda: _packages_in(folder),
    )
    for layer in layers:
        _stamp_file(environment, layer, root).write_text(_stamp_of(environment, layer, root))
    unfinished.unlink()


def _packages_in(folder: Path) -> str:
    """Say how many packages an environment has beyond the two or three that a new one has."""
    installed = sum(1 for _ in folder.glob("lib/python3.*/site-packages/*.dist-info"))
    return f"{installed} packages are in" if installed > 3 else ""


def _is_usable(environment: Environment, root: Path) -> bool:
    """Whether the environment is a complete one whose interpreter still exists."""
    folder = root / environment.name
    return (
        environment.python(root).exists()
        and (folder / "pyvenv.cfg").exists()
        and _python_version(folder).startswith("3.11.")
        and not (folder / _UNFINISHED).exists()
    )


def _python_version(folder: Path) -> str:
    for row in (folder / "pyvenv.cfg").read_text().splitlines():
        key, _, value = row.partition("=")
        if key.strip() in ("version", "version_info"):
            return value.strip()
    return ""


def _stamp_of(environment: Environment, layer: Layer, root: Path) -> str:
    """Return what identifies an installed layer: its locks, pip's options, Python's version."""
    digest = hashlib.sha256()
    for lock in dict.fromkeys((environment.runtime.lock, layer.lock)):
        digest.update((root / lock).read_bytes())
    digest.update(repr((environment.pip_options, _python_version(root / environment.name))).encode())
    return digest.hexdigest()


def _stamp_file(environment: Environment, layer: Layer, root: Path) -> Path:
    return root / environment.name / f".installed-{layer.name}"


def _recorded(environment: Environment, layer: Layer, root: Path) -> str:
    file = _stamp_file(environment, layer, root)
    return file.read_text() if file.exists() else ""
