"""Builds the widget with the Node.js that the environment brings along: its packages, then its bundles.

The packages are installed once for each lock file, without running any package's own scripts. Standard
library only.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from launch.errors import WidgetBuildError

FOLDER = "web/widget"
_LOCK = "package-lock.json"
_INSTALLED = "node_modules/.installed-lock"  # `npm ci` begins by deleting the folder that it is in
_INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress")
_BUNDLE = ("node", "build.mjs")
_CHECK = ("node", "node_modules/typescript/bin/tsc", "--noEmit")


def build_widget(root: Path, *, checks: bool = False, programs: Path | None = None) -> None:
    """Write ``web/widget/dist``.

    Args:
        root: The project.
        checks: Check the types first.
        programs: Folder of ``node`` and ``npm``; by default where this Python is.

    Raises:
        WidgetBuildError: If there is no Node.js, npm cannot install the packages, a type is wrong, or the bundles
            cannot be made.
    """
    programs = programs or Path(sys.executable).parent
    folder = root / FOLDER
    lock = hashlib.sha256((folder / _LOCK).read_bytes()).hexdigest()
    installed = folder / _INSTALLED
    if not installed.exists() or installed.read_text() != lock:
        _run(_INSTALL, folder, programs)
        installed.write_text(lock)
    if checks:
        _run(_CHECK, folder, programs)
    _run(_BUNDLE, folder, programs)


def _run(command: tuple[str, ...], folder: Path, programs: Path) -> None:
    """Run a program of the environment; what it starts finds the same Node.js before any other."""
    program, *arguments = command
    path = os.pathsep.join((str(programs), os.environ.get("PATH", os.defpath)))
    try:
        done = subprocess.run(
            (str(programs / program), *arguments), cwd=folder, env={**os.environ, "PATH": path}, check=False
        )
    except FileNotFoundError:
        raise WidgetBuildError(command=command, exit_code=None, programs=programs) from None
    if done.returncode != 0:
        raise WidgetBuildError(command=command, exit_code=done.returncode, programs=programs)
