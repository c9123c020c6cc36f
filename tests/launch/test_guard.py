"""A guarded command ends with its parent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.launch.fakes import lives, until

GUARD = Path(__file__).resolve().parents[2] / "launch/guard.py"
PARENT = r"""
import os, subprocess, sys, time
guard, number = sys.argv[1:]
command = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
child = subprocess.Popen([sys.executable, "-I", "-S", guard, number, str(os.getpid()), *command], stdout=-1)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
@pytest.mark.parametrize("number", ["KILL", "TERM"])
async def test_guard_ends_the_command_when_the_parent_is_killed(number: str) -> None:
    parent = subprocess.Popen(  # noqa: ASYNC220
        (sys.executable, "-c", PARENT, str(GUARD), number), stdout=subprocess.PIPE
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert lives(child)

    parent.kill()
    parent.wait()
    parent.stdout.close()

    await until(lambda: not lives(child), within=5.0)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_guard_does_not_start_when_the_parent_has_gone_already() -> None:
    done = subprocess.run(
        (sys.executable, "-I", "-S", str(GUARD), "TERM", "999999999", "echo", "started"),
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (143, b"")
