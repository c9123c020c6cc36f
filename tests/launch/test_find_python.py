"""Python 3.11 is found where it may be, tried before it is believed, and asked for in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "launch/find_python.sh"


def find(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ("/bin/sh", str(SCRIPT)),
        env={"PATH": "/nowhere", "HOME": "/nowhere", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_find_python_takes_the_variable_first(tmp_path: Path) -> None:
    script(tmp_path / "python3.11", "echo wrong one")

    assert find(PYTHON=sys.executable, PATH=str(tmp_path)).stdout == f"{sys.executable}\n"


def test_find_python_refuses_a_variable_that_is_no_python_3_11(tmp_path: Path) -> None:
    old = script(tmp_path / "old", "exit 1")

    done = find(PYTHON=str(old))

    assert done.returncode == 1
    assert done.stderr.startswith(f"PYTHON={old} is not a complete Python 3.11")
    assert done.stderr.count("\n") == 1


def test_find_python_takes_python3_11_of_the_path(tmp_path: Path) -> None:
    script(tmp_path / "python3.11", f'exec {sys.executable} "$@"')

    assert find(PATH=str(tmp_path)).stdout == f"{sys.executable}\n"


def test_find_python_passes_a_shim_that_fails_and_looks_into_pyenv(tmp_path: Path) -> None:
    script(tmp_path / "shims/python3.11", "echo 'pyenv: python3.11: command not found' >&2; exit 127")
    script(tmp_path / "pyenv/versions/3.11.4/bin/python3.11", f'exec {sys.executable} "$@"')

    done = find(PATH=str(tmp_path / "shims"), PYENV_ROOT=str(tmp_path / "pyenv"))

    assert done.stdout == f"{sys.executable}\n"


def test_find_python_asks_uv_and_lets_it_fetch_one(tmp_path: Path) -> None:
    fetched = tmp_path / "fetched"
    script(
        tmp_path / "uv",
        f'case "$2" in\nfind) [ -e {fetched} ] && echo {sys.executable} ;;\ninstall) : > {fetched} ;;\nesac',
    )

    done = find(PATH=str(tmp_path))

    assert done.stdout == f"{sys.executable}\n"
    assert fetched.exists()


def test_find_python_says_in_one_line_what_to_install() -> None:
    done = find()

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("No Python 3.11 found. Install it (Debian, Ubuntu: apt install python3.11")
    assert done.stderr.count("\n") == 1
