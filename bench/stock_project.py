"""The stock Rasa project: its environment, its files made from ours, its trained model.

Intents, examples and rules are read from our own ``domain.yml`` and ``bot/data`` at each run, so that both
products always know the same. Everything made is kept under ``var/bench/stock`` until one of them changes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import yaml

from bench.errors import StepFailedError
from bench.products import STOCK, Command, Product
from bench.stock_data import Yaml, stock_domain, stock_stories
from settings import ROOT

FILES = ROOT / "bench" / "stock"
ENVIRONMENT = FILES / ".venv"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


@dataclass(frozen=True)
class StockProject:
    """Where the stock project is made.

    Attributes:
        folder: Holds its domain, data and model.
        logs: Folder for the output of pip and of the training.
        say: Shows one line of progress.
        environment: Its Python environment.
        source: The project whose ``domain.yml`` and ``bot/data`` it takes.
    """

    folder: Path
    logs: Path
    say: Callable[[str], None]
    environment: Path = ENVIRONMENT
    source: Path = ROOT

    def prepare(self) -> None:
        """Make what is missing or out of date: environment, files, model.

        Raises:
            StepFailedError: pip or the training failed.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        self._make_environment()
        self._write_files()
        self._train()

    def product(self, *, port: int, actions_port: int, data_dir: Path) -> Product:
        """Return the project as a product; its actions search the index in ``data_dir``."""
        commands = (self._engine(port, actions_port), _actions(actions_port, data_dir))
        return Product("stock", commands, port, STOCK)

    def _engine(self, port: int, actions_port: int) -> Command:
        rasa = str(self.environment / "bin" / "rasa")
        argv = (rasa, "run", "--interface", "127.0.0.1", "--port", str(port), "--model", "models/stock.tar.gz")
        return Command("engine", argv, {**QUIET, "STOCK_ACTIONS_PORT": str(actions_port)}, self.folder)

    def _make_environment(self) -> None:
        stamp, lock = self.environment / "installed", FILES / "requirements.lock"
        wanted = _fingerprint([lock])
        if stamp.exists() and stamp.read_text() == wanted:
            return
        self.say("stock: making its environment with TensorFlow (about 2 GB, some minutes)")
        base = Path(sys.base_prefix) / "bin" / "python3.11"
        self._step("environment", [str(base), "-m", "venv", "--clear", str(self.environment)])
        pip = [str(self.environment / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        self._step("pip", [*pip, "--no-deps", "--ignore-requires-python", "-r", str(lock)])
        stamp.write_text(wanted)

    def _write_files(self) -> None:
        """Write the project's files; a file that we no longer have disappears."""
        target = self.folder / "data"
        target.mkdir(parents=True, exist_ok=True)
        for path in target.glob("*.yml"):
            path.unlink()
        data = self.source / "bot" / "data"
        sources = sorted(data.rglob("*.yml"))
        for path in sources:
            (target / "-".join(path.relative_to(data).parts)).write_bytes(path.read_bytes())
        _write(target / "stories.yml", stock_stories(_load(path) for path in sources))
        _write(self.folder / "domain.yml", stock_domain(_load(self.source / "domain.yml")))
        for name in ("config.yml", "endpoints.yml", "credentials.yml"):
            (self.folder / name).write_bytes((FILES / name).read_bytes())

    def _train(self) -> None:
        stamp = self.folder / "models" / "trained"
        wanted = _fingerprint(
            [self.folder / "config.yml", self.folder / "domain.yml", *sorted((self.folder / "data").glob("*.yml"))]
        )
        if stamp.exists() and stamp.read_text() == wanted:
            return
        self.say("stock: training DIET and TED (some minutes)")
        argv = [str(self.environment / "bin" / "rasa"), "train", "--quiet", "--fixed-model-name", "stock"]
        self._step("training", argv, cwd=self.folder, env=QUIET)
        stamp.write_text(wanted)

    def _step(self, step: str, argv: list[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
        log = self.logs / f"stock-{step}.log"
        with log.open("wb") as output:
            code = subprocess.call(
                argv, cwd=cwd, env={**os.environ, **(env or {})}, stdout=output, stderr=subprocess.STDOUT
            )
        if code:
            raise StepFailedError(step=step, code=code, log=log)


def _actions(port: int, data_dir: Path) -> Command:
    argv = (sys.executable, "-m", "bench.stock.actions", str(port))
    env = {"BANSHITONG_DATA_DIR": str(data_dir), "OMP_NUM_THREADS": "1"}
    return Command("actions", argv, env, ROOT)


def _load(path: Path) -> Yaml:
    loaded: Yaml = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def _write(path: Path, content: Yaml) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _fingerprint(paths: Iterable[Path]) -> str:
    digest = sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
