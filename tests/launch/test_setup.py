"""The set-up does what is missing, shows it, and does nothing twice."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from launch.builds import Build
from launch.console import Console
from launch.environments import Environment, Layer
from launch.errors import StepFailedError
from launch.progress import Progress, news_of, tail_of
from launch.setup import Chain, Target, set_up

COUNTING = """
import pathlib, sys
log = pathlib.Path("count.txt")
log.write_text((log.read_text() if log.exists() else "") + sys.argv[1] + "\\n")
if sys.argv[1] == "fail":
    sys.exit("no such clause: 2.99")
pathlib.Path("var/out").mkdir(parents=True, exist_ok=True)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a module ``counting`` that counts how often it is run."""
    (tmp_path / "run.txt").write_text("")
    (tmp_path / "source.txt").write_text("原文")
    (tmp_path / "counting.py").write_text(COUNTING)
    return tmp_path


def target(*arguments: str, asks_builds: bool = False) -> Target:
    layer = Layer("runtime", "run.txt", 0.0)
    environment = Environment(".venv", layer, layer)
    builds = tuple(
        Build(f"build {a}", environment, ("counting", a), inputs=("source.txt",), outputs=("out",))
        for a in arguments
    )
    return Target((Chain(environment, builds),), asks_builds=asks_builds)


def runs(root: Path) -> list[str]:
    return (root / "count.txt").read_text().split()


def test_set_up_does_nothing_twice_and_redoes_what_changed(root: Path) -> None:
    out = io.StringIO()
    set_up(target("one", "two"), root, Console((), out=out))
    shown = out.getvalue()

    set_up(target("one", "two"), root, Console((), out=io.StringIO()))
    assert runs(root) == ["one", "two"]

    (root / "source.txt").write_text("新文")
    set_up(target("one", "two"), root, Console((), out=io.StringIO()))
    assert runs(root) == ["one", "two", "one", "two"]
    assert "[1/3] .venv: install run.txt …" in shown
    assert "[3/3] build two done in 0 s" in shown


def test_set_up_asked_for_a_build_always_asks_its_command(root: Path) -> None:
    for _ in range(2):
        set_up(target("one", asks_builds=True), root, Console((), out=io.StringIO()))

    assert runs(root) == ["one", "one"]


def test_set_up_stops_at_a_build_that_fails_and_tries_it_again(root: Path) -> None:
    for _ in range(2):
        with pytest.raises(
            StepFailedError, match=r"(?s)no such clause: 2\.99\nbuild fail failed with exit code 1"
        ):
            set_up(target("fail", "two"), root, Console((), out=io.StringIO()))

    assert runs(root) == ["fail", "fail"]


def test_step_shows_a_sign_of_life_with_the_last_line_of_the_log(tmp_path: Path) -> None:
    out = io.StringIO()
    step = Progress(4, Console((), out=out), sign_of_life_s=0.3).start(".venv")
    slow = "import time; print('Collecting torch', flush=True); time.sleep(0.8)"

    step.run((sys.executable, "-c", slow), cwd=tmp_path, log=tmp_path / "log")

    assert "[1/4] .venv 0 s  Collecting torch" in out.getvalue() or "1 s  Collecting torch" in out.getvalue()


def test_tail_of_leaves_blank_lines_out(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("one\n\ntwo\n   \n")

    assert tail_of(log, 2) == "one\ntwo"


def test_news_of_is_the_last_line_that_is_no_warning(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("Collecting torch\nWARNING: Location is ignored\nx.py:1: DeprecationWarning: old\n")

    assert news_of(log) == "Collecting torch"
