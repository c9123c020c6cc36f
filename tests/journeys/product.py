"""The whole product on free ports, with a data folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from bench.our_product import our_product
from bench.running import RunningProduct, free_ports, start
from settings import ROOT

SERVICES = ("actions", "engine", "edge")
READY_LIMIT_S = 60.0


@dataclass
class LiveProduct:
    """The running product as a test sees it.

    Attributes:
        url: Address of the edge.
        data_dir: Its index, models, store and process ids.
        log: What all its processes wrote.
        running: The processes that the test started.
    """

    url: str
    data_dir: Path
    log: Path
    running: RunningProduct

    def chat(self, message: str, **fields: Any) -> httpx2.Response:
        """Post one turn."""
        return httpx2.post(f"{self.url}/api/chat", json={"message": message, **fields}, timeout=30)

    def ask(self, message: str, **fields: Any) -> dict[str, Any]:
        """Return the reply of a turn that must succeed."""
        response = self.chat(message, **fields)
        assert response.status_code == 200, response.text
        reply: dict[str, Any] = response.json()
        return reply

    def is_ready(self) -> bool:
        """Tell whether all parts answer."""
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False

    def pid(self, service: str) -> int:
        """Return the process id of a service."""
        return int((self.data_dir / "run" / f"{service}.pid").read_text())

    def kill(self, service: str) -> None:
        """End one service as a crash would."""
        os.kill(self.pid(service), signal.SIGKILL)

    def recorded_turns(self) -> list[tuple[str, str]]:
        """Return turn id and utterance of every recorded turn, oldest first."""
        with sqlite3.connect(f"file:{self.data_dir / 'banshitong.db'}?mode=ro", uri=True) as store:
            rows = store.execute("SELECT id, utterance FROM turns ORDER BY created_at").fetchall()
        return [(str(turn_id), str(utterance)) for turn_id, utterance in rows]


def start_product(folder: Path) -> LiveProduct:
    """Start the product on copies of the built index and model, and wait until it is ready."""
    data_dir = folder / "data"
    data_dir.mkdir(parents=True)
    for name in ("index", "models"):
        shutil.copytree(ROOT / "var" / name, data_dir / name, symlinks=True)
    edge, engine, actions = free_ports(3)
    running = start(our_product(ports=(edge, engine, actions), data_dir=data_dir), folder / "logs")
    product = LiveProduct(f"http://127.0.0.1:{edge}", data_dir, folder / "logs" / "ours-supervisor.log", running)
    try:
        wait_until(product.is_ready, READY_LIMIT_S, what=f"ready; see {product.log}")
    except BaseException:
        running.stop()
        raise
    return product


def wait_until(reached: Callable[[], object], limit_s: float, *, what: str) -> float:
    """Wait until something holds; return the seconds that it took.

    Raises:
        TimeoutError: It did not within the limit.
    """
    started = time.monotonic()
    while not reached():
        if time.monotonic() - started > limit_s:
            raise TimeoutError(f"not {what} within {limit_s:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - started


def is_alive(pid: int) -> bool:
    """Tell whether a process lives; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
