"""The command line works before anything is installed, and speaks in one line when it cannot go on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_set_up_needs_nothing_but_the_standard_library() -> None:
    done = subprocess.run(
        (sys.executable, "-S", "-m", "launch", "setup", "--help"), cwd=ROOT, capture_output=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")


def test_run_says_in_one_line_that_a_port_is_taken() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        done = subprocess.run(
            (sys.executable, "-m", "launch", "run"),
            cwd=ROOT,
            env={**os.environ, "BANSHITONG_PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"Port {port} on 127.0.0.1 is taken by ")
    assert done.stderr.count("\n") == 1


def test_run_names_a_setting_that_cannot_be_used() -> None:
    done = subprocess.run(
        (sys.executable, "-m", "launch", "run"),
        cwd=ROOT,
        env={**os.environ, "BANSHITONG_PORT": "八千"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("BANSHITONG_PORT: Input should be a valid integer")
    assert done.stderr.count("\n") == 1
