"""Our own product as the benchmark starts it: through its supervisor, on ports and in a folder of its own."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bench.errors import NotBuiltError
from bench.products import OURS, Command, Product
from settings import ROOT

UNLIMITED = "1000000/second"
BUILT = {"index": "make index", "models": "make train"}


def prepare_data_dir(folder: Path, built: Path) -> None:
    """Make an empty data folder whose index and models are those of ``built``: no conversations from before.

    Raises:
        NotBuiltError: The index or the model was not built yet.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, command in BUILT.items():
        if not (built / name).is_dir():
            raise NotBuiltError(path=built / name, command=command)
        (folder / name).symlink_to((built / name).resolve(), target_is_directory=True)


def our_product(*, ports: tuple[int, int, int], data_dir: Path) -> Product:
    """Return the product on the ports of edge, engine and actions; only its rate limits are not the default."""
    edge, engine, actions = (str(port) for port in ports)
    env = {
        "BANSHITONG_HOST": "127.0.0.1",
        "BANSHITONG_PORT": edge,
        "BANSHITONG_ENGINE_PORT": engine,
        "BANSHITONG_ACTIONS_PORT": actions,
        "BANSHITONG_METRICS_PORT": "0",
        "BANSHITONG_DATA_DIR": str(data_dir),
        "BANSHITONG_SESSION_RATE_LIMIT": UNLIMITED,
        "BANSHITONG_ADDRESS_RATE_LIMIT": UNLIMITED,
    }
    command = Command("supervisor", (sys.executable, "-m", "launch", "run"), env, ROOT)
    return Product("ours", (command,), ports[0], OURS)
