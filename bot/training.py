"""Train a model when what it is made of has changed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

KEPT_MODELS = 2
_FILES = (
    "config.yml",
    "domain.yml",
    "bot/classifier.py",
    "bot/featurizer.py",
    "bot/entities.py",
    "bot/tokenizer.py",
    "bot/requirements.lock",
)
_DATA = "bot/data"


class TrainingError(RuntimeError):
    """The engine's model could not be trained."""


def inputs_hash(root: Path) -> str:
    """Return 16 hex digits that change with the configuration, domain, data, featurizer or locked packages.

    Raises:
        TrainingError: If one of the files is missing.
    """
    digest = hashlib.sha256()
    for path in _inputs(root):
        if not path.is_file():
            raise TrainingError(f"{path} is missing, but the model is made from it; restore it with git.")
        name, content = path.relative_to(root).as_posix().encode(), path.read_bytes()
        digest.update(b"%d:%b%d:%b" % (len(name), name, len(content), content))
    return digest.hexdigest()[:16]


def train(root: Path, models: Path, say: Callable[[str], None]) -> Path:
    """Return the model of the present inputs, training it if there is none.

    The model appears under its final name when it is complete. The newest :data:`KEPT_MODELS` stay.

    Args:
        root: Folder of ``config.yml``, ``domain.yml`` and ``bot/``.
        models: Folder of the models; made if missing.
        say: Gets one line for each thing done.

    Raises:
        TrainingError: If Rasa made no model.
    """
    models.mkdir(parents=True, exist_ok=True)
    final = models / f"{inputs_hash(root)}.tar.gz"
    if final.exists():
        os.utime(final)
        say(f"Model {final.name} is up to date.")
    else:
        started = time.monotonic()
        say(f"Training model {final.name} …")
        _train_into(root, final)
        say(f"Trained model {final.name} in {time.monotonic() - started:.0f} s.")
    for old in _newest_first(models)[KEPT_MODELS:]:
        old.unlink()
        say(f"Removed old model {old.name}.")
    return final


def newest_model(models: Path) -> Path:
    """Return the model trained or confirmed last.

    Raises:
        TrainingError: If there is none.
    """
    found = _newest_first(models)
    if not found:
        raise TrainingError(f"{models} holds no model; train one with `python -m bot train` (`make train`).")
    return found[0]


def _inputs(root: Path) -> Iterator[Path]:
    yield from (root / name for name in _FILES)
    yield from sorted((root / _DATA).rglob("*.yml"))


def _newest_first(models: Path) -> list[Path]:
    return sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _train_into(root: Path, final: Path) -> None:
    scratch = Path(tempfile.mkdtemp(prefix=".training-", dir=final.parent))
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            model = _train_with_rasa(root, scratch, final.name)
        if model is None:
            raise TrainingError(f"Rasa trained no model; it said: {printed.getvalue().strip()}")
        model.replace(final)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _train_with_rasa(root: Path, folder: Path, name: str) -> Path | None:
    from rasa.model_training import train as train_rasa
    from rasa.shared.exceptions import RasaException
    from ruamel.yaml.error import YAMLError

    try:
        result = train_rasa(
            domain=str(root / "domain.yml"),
            config=str(root / "config.yml"),
            training_files=str(root / _DATA),
            output=str(folder),
            fixed_model_name=name,
            force_training=True,
        )
    except (RasaException, YAMLError, ValueError) as error:
        raise TrainingError(f"config.yml, domain.yml or {_DATA} is wrong: {error}") from error
    return Path(result.model) if result.code == 0 and result.model else None
