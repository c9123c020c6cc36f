"""Two commands run at once, neither hides the failure of the other, and their output does not mix."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "launch/side_by_side.sh"


def run(first: str, second: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(("/bin/sh", str(SCRIPT), first, second), capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("first", "second", "status"), [("true", "true", 0), ("exit 3", "true", 1), ("true", "exit 3", 1)]
)
def test_it_fails_if_either_fails(first: str, second: str, status: int) -> None:
    assert run(first, second).returncode == status


def test_what_the_second_says_comes_last_and_whole() -> None:
    done = run("echo one; sleep 0.3; echo two", "echo three; echo four >&2; false")

    assert done.stdout.split() == ["one", "two", "three", "four"]


def test_they_run_at_once() -> None:
    began = time.monotonic()
    run("sleep 0.6", "sleep 0.6")

    assert time.monotonic() - began < 1.1
