"""A build is current as long as its inputs, variables and outputs are."""

from __future__ import annotations

from pathlib import Path

import pytest

from launch.builds import Build, data_dir, is_current, record
from launch.environments import OURS

BUILD = Build(
    "index",
    OURS,
    ("embeddings", "build"),
    inputs=("knowledge", "settings.py", ".env"),
    outputs=("index/current",),
    variables=("BANSHITONG_ENCODER",),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose index has just been built."""
    (tmp_path / "knowledge/__pycache__").mkdir(parents=True)
    (tmp_path / "knowledge/clean.txt").write_text("上海市人民政府办公厅")
    (tmp_path / "settings.py").write_text("")
    (tmp_path / "var/index/current").mkdir(parents=True)
    record(BUILD, tmp_path, {})
    return tmp_path


def test_is_current_after_a_build(root: Path) -> None:
    assert is_current(BUILD, root, {})


def test_is_current_ignores_byte_code(root: Path) -> None:
    (root / "knowledge/__pycache__/x.pyc").write_bytes(b"x")

    assert is_current(BUILD, root, {})


def test_is_current_not_when_a_file_changed(root: Path) -> None:
    (root / "knowledge/clean.txt").write_text("上海市人民政府办公厅。")

    assert not is_current(BUILD, root, {})


def test_is_current_not_when_a_file_was_renamed(root: Path) -> None:
    (root / "knowledge/clean.txt").rename(root / "knowledge/clear.txt")

    assert not is_current(BUILD, root, {})


def test_is_current_not_when_the_output_has_gone(root: Path) -> None:
    (root / "var/index/current").rmdir()

    assert not is_current(BUILD, root, {})


def test_is_current_not_when_a_variable_changed(root: Path) -> None:
    assert not is_current(BUILD, root, {"BANSHITONG_ENCODER": "other"})


def test_is_current_not_in_another_data_folder(root: Path) -> None:
    assert not is_current(BUILD, root, {"BANSHITONG_DATA_DIR": str(root / "elsewhere")})


def test_is_current_not_in_a_fresh_clone(tmp_path: Path) -> None:
    assert not is_current(BUILD, tmp_path, {})


@pytest.mark.parametrize(
    ("environment", "env_file", "expected"),
    [
        ({}, "", "var"),
        ({"BANSHITONG_DATA_DIR": "data"}, "BANSHITONG_DATA_DIR=other", "data"),
        ({}, "BANSHITONG_PORT=1\nBANSHITONG_DATA_DIR = 'other'\n", "other"),
    ],
)
def test_data_dir_is_where_the_settings_have_it(
    tmp_path: Path, environment: dict[str, str], env_file: str, expected: str
) -> None:
    (tmp_path / ".env").write_text(env_file)

    assert data_dir(tmp_path, environment) == tmp_path / expected


def test_data_dir_may_be_outside_the_project(tmp_path: Path) -> None:
    assert data_dir(tmp_path, {"BANSHITONG_DATA_DIR": "/srv/data"}) == Path("/srv/data")
