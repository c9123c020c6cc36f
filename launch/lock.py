"""Writes the resolved part of the requirements files: every package that the direct ones need, pinned.

pip itself resolves (``pip install --dry-run --report``), so what is locked is what it will install.
The upper part of each file, above the marker, is written by hand; only the lower part is ours.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from launch.errors import NotInstalledError, StepFailedError

MARKER = "# ---- resolved by `.venv/bin/python -m launch lock`; not edited by hand ----"
FILES = ("requirements.txt", "requirements-dev.txt")
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)")


def lock_all(root: Path, *, upgrade: bool = False) -> None:
    """Resolve both files; the second one leaves out what the first one has.

    Args:
        root: The project.
        upgrade: Take the newest versions that fit, instead of those that are locked now.

    Raises:
        StepFailedError: If pip cannot resolve them.
        NotInstalledError: If pip's answer lacks a direct requirement.
    """
    taken: dict[str, str] = {}
    constraints = (
        {} if upgrade else {k: v for name in FILES for k, v in pins_of((root / name).read_text()).items()}
    )
    for name in FILES:
        file = root / name
        direct = file.read_text().partition(MARKER)[0]
        resolved = _resolve(pins_of(direct) | taken, constraints)
        for requirement in pins_of(direct):
            if requirement not in resolved:
                raise NotInstalledError(requirement=requirement, file=file)
        file.write_text(locked_text(direct, resolved, taken=taken))
        taken |= resolved


def pins_of(text: str) -> dict[str, str]:
    """Return the ``name==version`` lines of a requirements file, names as the package index compares them."""
    found = (_PIN.match(line) for line in text.splitlines())
    return {_normal(match[1]): match[2] for match in found if match}


def locked_text(direct: str, resolved: dict[str, str], *, taken: dict[str, str]) -> str:
    """Return the whole file: the part written by hand, the marker, and what only follows from it."""
    by_hand = pins_of(direct)
    rest = sorted(name for name in resolved if name not in by_hand and name not in taken)
    return direct.rstrip("\n") + f"\n\n{MARKER}\n" + "".join(f"{name}=={resolved[name]}\n" for name in rest)


def _resolve(direct: dict[str, str], constraints: dict[str, str]) -> dict[str, str]:
    """Ask pip which versions it would install for these requirements into an empty environment."""
    with tempfile.TemporaryDirectory() as folder:
        fixed = Path(folder) / "constraints.txt"
        fixed.write_text("".join(f"{name}=={version}\n" for name, version in constraints.items()))
        done = subprocess.run(
            (
                *(sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"),
                *("--report", "-", "-c", str(fixed)),
                *(f"{name}=={version}" for name, version in direct.items()),
            ),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise StepFailedError(title="pip's resolution", exit_code=done.returncode, log=None, tail=done.stderr)
    packages = (item["metadata"] for item in json.loads(done.stdout)["install"])
    # A local label such as +cpu says where a wheel came from, not which version is needed.
    return {_normal(package["name"]): package["version"].partition("+")[0] for package in packages}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
