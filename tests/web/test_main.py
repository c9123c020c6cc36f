"""Starting ``python -m web``: what cannot work is said in one line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from settings import ROOT


def start(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BANSHITONG_")}
    environment |= {"BANSHITONG_DATA_DIR": str(folder), "BANSHITONG_METRICS_PORT": "0"}
    environment |= {f"BANSHITONG_{name}": value for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "web"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_main_says_that_its_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        ended = start(tmp_path, PORT=str(port))

    assert ended.returncode == 1
    assert ended.stderr == (
        f"The edge cannot listen on 127.0.0.1:{port}: Address already in use. "
        "Stop what uses the port, or set BANSHITONG_PORT (or BANSHITONG_HOST).\n"
    )


def test_main_says_that_there_is_no_index(tmp_path: Path) -> None:
    ended = start(tmp_path, PORT=str(free_port()))

    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "Build it with `make index`." in ended.stderr


def test_main_says_that_the_store_cannot_be_opened(tmp_path: Path) -> None:
    ended = start(tmp_path, PORT=str(free_port()), DATABASE_URL="sqlite+aiosqlite:////proc/none/store.db")

    assert ended.returncode == 1
    assert "The store at sqlite+aiosqlite:////proc/none/store.db cannot be opened" in ended.stderr


def test_main_says_that_a_host_of_the_widget_is_none(tmp_path: Path) -> None:
    ended = start(tmp_path, PORT=str(free_port()), WIDGET_HOSTS="https://www.example.gov.cn www.district.cn")

    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "BANSHITONG_WIDGET_HOSTS has 'www.district.cn'; expected origins" in ended.stderr
