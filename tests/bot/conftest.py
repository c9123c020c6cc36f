"""Prepare Rasa as the launcher does, and train one model for the whole session."""

from __future__ import annotations

import base64
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent

if importlib.util.find_spec("rasa") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    from bot import quiet, without_tensorflow

    quiet.install()
    without_tensorflow.install()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder's models, trained by the command that visitors of the project use."""
    given = os.environ.get("BANSHITONG_TEST_MODELS")
    folder = Path(given) if given else tmp_path_factory.mktemp("data")
    made = ROOT / "var" / "models"
    if made.is_dir() and not (folder / "models").exists():
        # Training takes minutes: the command takes the model of the set-up over if it is of these very inputs.
        shutil.copytree(made, folder / "models")
    subprocess.run(
        [sys.executable, "-m", "bot", "train"],
        cwd=ROOT,
        env={**os.environ, "BANSHITONG_DATA_DIR": str(folder)},
        check=True,
    )
    return folder / "models"


@pytest.fixture
def query_of() -> Any:
    """Make ``metadata.query`` as the edge does."""
    from bot.featurizer import ENCODER_ID, encode_queries

    def query(text: str) -> dict[str, str]:
        vector = encode_queries([text])[0].astype("<f4").tobytes()
        return {"encoder": ENCODER_ID, "vector": base64.b64encode(vector).decode()}

    return query


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("BANSHITONG_") and name != "BANSHITONG_TEST_MODELS":
            monkeypatch.delenv(name)
    yield
