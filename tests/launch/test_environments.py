"""Environments are installed once, redone when a lock changes or an installation was interrupted."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from launch.console import Console
from launch.environments import Environment, Layer, check_disk, install, missing_layers
from launch.errors import DiskFullError, StepFailedError
from launch.progress import Progress, Step

RUNTIME, TESTS = Layer("runtime", "run.txt", 2.6), Layer("tests", "test.txt", 0.4)
ENVIRONMENT = Environment(".venv", RUNTIME, TESTS)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "run.txt").write_text("# nothing to install\n")
    (tmp_path / "test.txt").write_text("-r run.txt\n")
    return tmp_path


@pytest.fixture
def installed(root: Path) -> Path:
    """A project whose environment is complete, without the seconds that a real one takes."""
    (root / ".venv/bin").mkdir(parents=True)
    (root / ".venv/bin/python").symlink_to(sys.executable)
    (root / ".venv/pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.7\n")
    install_without_pip(root)
    return root


def install_without_pip(root: Path, *layers: Layer) -> None:
    class NoPip(Step):
        def run(self, command: tuple[str, ...], **options: object) -> None:
            del command, options

    step = NoPip("[1/1]", "test", Console((), out=io.StringIO()), 1.0)
    install(ENVIRONMENT, layers or (RUNTIME,), root=root, python=sys.executable, step=step)


def new_step() -> Step:
    return Progress(1, Console((), out=io.StringIO())).start("test")


def test_missing_layers_of_a_fresh_clone_are_all(root: Path) -> None:
    assert missing_layers(ENVIRONMENT, root, tests=True) == (RUNTIME, TESTS)


def test_missing_layers_of_a_complete_environment_are_none(installed: Path) -> None:
    assert missing_layers(ENVIRONMENT, installed, tests=False) == ()


def test_missing_layers_are_the_tests_when_only_the_product_is_installed(installed: Path) -> None:
    assert missing_layers(ENVIRONMENT, installed, tests=True) == (TESTS,)


def test_missing_layers_are_all_when_the_lock_changed(installed: Path) -> None:
    install_without_pip(installed, RUNTIME, TESTS)
    (installed / "run.txt").write_text("idna==3.20\n")

    assert missing_layers(ENVIRONMENT, installed, tests=True) == (RUNTIME, TESTS)


def test_missing_layers_are_all_after_an_interrupted_installation(installed: Path) -> None:
    (installed / ".venv/.set-up-unfinished").touch()

    assert missing_layers(ENVIRONMENT, installed, tests=False) == (RUNTIME,)


def test_missing_layers_are_all_when_the_interpreter_has_gone(installed: Path) -> None:
    (installed / ".venv/bin/python").unlink()
    (installed / ".venv/bin/python").symlink_to("/nowhere/python3.11")

    assert missing_layers(ENVIRONMENT, installed, tests=False) == (RUNTIME,)


def test_missing_layers_are_all_when_the_interpreter_was_replaced(installed: Path) -> None:
    (installed / ".venv/pyvenv.cfg").write_text("version = 3.11.9\n")

    assert missing_layers(ENVIRONMENT, installed, tests=False) == (RUNTIME,)


def test_install_makes_a_real_environment_and_marks_it_complete(root: Path) -> None:
    install(ENVIRONMENT, (RUNTIME, TESTS), root=root, python=sys.executable, step=new_step())

    assert (root / ".venv/bin/pip").exists()
    assert missing_layers(ENVIRONMENT, root, tests=True) == ()


def test_install_that_fails_is_shown_and_redone_from_nothing(installed: Path) -> None:
    (installed / "run.txt").write_text("idna==\n")

    with pytest.raises(StepFailedError, match=r"(?s)test failed with exit code \d+.*setup-venv\.log"):
        install(ENVIRONMENT, (RUNTIME,), root=installed, python=sys.executable, step=new_step())

    assert (installed / ".venv/.set-up-unfinished").exists()


def test_check_disk_says_how_much_is_there_and_needed(tmp_path: Path) -> None:
    with pytest.raises(DiskFullError, match=r"1\.2 GB free, 3\.0 GB needed") as raised:
        check_disk(tmp_path, (RUNTIME, TESTS), free_gb=1.2)

    assert raised.value.folder == tmp_path
    assert "\n" not in str(raised.value)


def test_check_disk_is_content_when_nothing_is_to_install(tmp_path: Path) -> None:
    check_disk(tmp_path, (), free_gb=0.0)
