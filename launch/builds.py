"""What is built from the project's files: the clean document, the index, the engine's model, the widget.

Each build's own command knows when there is nothing to do, but starting it costs seconds. So a stamp
over everything that it reads says it without starting anything. Standard library only.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from launch.environments import ENGINES, OURS, Environment


@dataclass(frozen=True)
class Build:
    """One build step.

    Attributes:
        title: What is shown.
        environment: Where it runs.
        arguments: Of that environment's ``python -m``.
        inputs: Files and folders that it reads, relative to the project; what is missing is left out.
        outputs: Patterns below the data folder; each must be there.
        variables: Environment variables that change the result.
        files: What it writes into the project itself, relative to it; each must be there.
    """

    title: str
    environment: Environment
    arguments: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    variables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of its stamp and log."""
        return "-".join(self.arguments)


DOCUMENT = Build(
    "document: repair and parse the source file",
    OURS,
    ("knowledge", "build"),
    inputs=("knowledge", "requirements.txt"),
    outputs=(),
)
INDEX = Build(
    "index: encode clauses and questions",
    OURS,
    ("embeddings", "build"),
    inputs=("knowledge", "embeddings", "settings.py", ".env", "requirements.txt"),
    outputs=("index/current",),
    variables=("BANSHITONG_ENCODER",),
)
MODEL = Build(
    "model: train the engine",
    ENGINES,
    ("bot", "train"),
    inputs=("bot", "config.yml", "domain.yml"),
    outputs=("models/*",),
)
WIDGET = Build(
    "widget: install its packages and bundle it",
    OURS,
    ("launch", "widget"),
    inputs=(
        "web/widget/src",
        "web/widget/build.mjs",
        "web/widget/package.json",
        "web/widget/package-lock.json",
        "launch/widget.py",
    ),
    outputs=(),
    files=("web/widget/dist/loader.js", "web/widget/dist/frame.js", "web/widget/dist/frame.css"),
)


def data_dir(root: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Return the data folder as the settings will: by the environment, else by ``.env``, else ``var``."""
    chosen = environment.get("BANSHITONG_DATA_DIR", "")
    env_file = root / ".env"
    if not chosen and env_file.exists():
        for row in env_file.read_text().splitlines():
            key, _, value = row.partition("=")
            if key.strip().upper() == "BANSHITONG_DATA_DIR":
                chosen = value.strip().strip("\"'")
    return root / chosen if chosen else root / "var"


def is_current(build: Build, root: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the build has been made from exactly these inputs, and its outputs are still there."""
    folder = data_dir(root, environment)
    stamp = _stamp_file(build, folder)
    return (
        stamp.exists()
        and all(any(folder.glob(pattern)) for pattern in build.outputs)
        and all((root / file).exists() for file in build.files)
        and stamp.read_text() == fingerprint(build, root, environment)
    )


def record(build: Build, root: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Remember that the build was made from the inputs as they are now."""
    stamp = _stamp_file(build, data_dir(root, environment))
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint(build, root, environment))


def fingerprint(build: Build, root: Path, environment: Mapping[str, str] = os.environ) -> str:
    """Return a hash over all inputs: each file's path and bytes, and the variables."""
    digest = hashlib.sha256()
    for file in _input_files(build, root):
        digest.update(f"{file.relative_to(root)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    for variable in build.variables:
        digest.update(f"{variable}={environment.get(variable, '')}\0".encode())
    return digest.hexdigest()


def _input_files(build: Build, root: Path) -> Iterator[Path]:
    for name in build.inputs:
        path = root / name
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(
                file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts
            )


def _stamp_file(build: Build, folder: Path) -> Path:
    return folder / "stamps" / build.name
