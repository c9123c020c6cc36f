from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from embeddings import Manifest, Vector
from embeddings.build import build_index, hash_inputs, up_to_date
from embeddings.manifest import LAYOUT
from embeddings.passages import Material
from knowledge import Question, ScopeExample, UnknownClauseError
from tests.embeddings.samples import (
    CharacterEncoder,
    WordFinder,
    sample_document,
    sample_material,
    sample_questions,
)

FILES = ["corpus.json", "lexical.npz", "manifest.json", "models.npz", "passages.faiss"]


def with_questions(*added: str) -> Material:
    return dataclasses.replace(
        sample_material(), questions=(*sample_questions(), *(Question("1.2", text) for text in added))
    )


def build(folder: Path, *encoders: CharacterEncoder, material: Material | None = None) -> Manifest:
    return build_index(
        material=material or sample_material(),
        encoders=encoders or [CharacterEncoder()],
        finder=WordFinder(),
        index_dir=folder,
    )


def versions(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.is_symlink())


def test_build_index_writes_a_manifest_of_what_it_was_made_from(index_dir: Path) -> None:
    manifest = json.loads((index_dir / "current" / "manifest.json").read_text())

    assert manifest["source_sha256"] == "a" * 64
    assert manifest["clean_sha256"] == sample_document().clean_sha256
    assert manifest["encoder"] == "characters-1"
    assert manifest["dimensions"] == 128
    assert manifest["counts"] == {"clauses": 3, "matters": 2, "answer": 33, "detail": 21, "oos": 42, "vague": 15}
    assert manifest["layout"] == LAYOUT
    assert manifest["version"] == (index_dir / "current").resolve().name


def test_build_index_writes_five_files_and_nothing_beside_its_folder(index_dir: Path) -> None:
    assert sorted(path.name for path in (index_dir / "current").iterdir()) == FILES
    assert sorted(path.name for path in index_dir.iterdir()) == [*versions(index_dir), "current"]


def test_build_index_twice_gives_the_same_files(index_dir: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    for _ in range(2):  # the second takes the messages' vectors from the first
        build_index(
            material=sample_material(),
            encoders=[CharacterEncoder()],
            finder=WordFinder(),
            index_dir=tmp_path,
            report=lines.append,
        )

    assert lines.count("encoded   111 of 111 new messages") == 1
    assert len(versions(tmp_path)) == 2
    for version in versions(tmp_path):
        for name in ("passages.faiss", "lexical.npz", "models.npz", "corpus.json"):
            expected = (index_dir / "current" / name).read_bytes()
            assert (tmp_path / version / name).read_bytes() == expected, (version, name)


def test_build_index_swaps_the_new_version_in_and_keeps_the_last_three(index_copy: Path) -> None:
    before = (index_copy / "current").resolve().name
    for day in (1, 2, 3):
        (index_copy / f"2020010{day}T000000000000-00000000").mkdir()

    manifest = build(index_copy)

    assert (index_copy / "current").resolve().name == manifest.version
    assert versions(index_copy) == ["20200103T000000000000-00000000", before, manifest.version]


class BrokenEncoder(CharacterEncoder):
    def encode_queries(self, texts: Sequence[str]) -> Vector:
        raise MemoryError


def test_build_index_that_fails_leaves_the_current_one_alone(index_copy: Path) -> None:
    before = sorted(path.name for path in index_copy.iterdir())
    current = (index_copy / "current").resolve()

    with pytest.raises(MemoryError):
        build(index_copy, BrokenEncoder(), material=with_questions("能不能先关门"))

    assert sorted(path.name for path in index_copy.iterdir()) == before
    assert (index_copy / "current").resolve() == current


def test_build_index_refuses_a_question_of_no_clause(index_copy: Path) -> None:
    before = versions(index_copy)
    material = dataclasses.replace(sample_material(), questions=(Question("9.9", "这条不存在"),))

    with pytest.raises(UnknownClauseError, match=r"9\.9"):
        build(index_copy, material=material)

    assert versions(index_copy) == before


def inputs(material: Material, encoder: str = "characters-1") -> str:
    return hash_inputs(material, encoder)


def test_up_to_date_knows_unchanged_inputs(index_dir: Path) -> None:
    assert up_to_date(index_dir, inputs(sample_material()))


@pytest.mark.parametrize(
    "changed",
    [
        inputs(with_questions("能不能先关门")),
        inputs(dataclasses.replace(sample_material(), natural=())),
        inputs(dataclasses.replace(sample_material(), vocabulary="words-2")),
        inputs(sample_material(), encoder="characters-2"),
    ],
    ids=["question", "natural", "vocabulary", "encoder"],
)
def test_up_to_date_notices_what_changed(index_dir: Path, changed: str) -> None:
    assert not up_to_date(index_dir, changed)


def test_up_to_date_is_never_what_is_missing_or_damaged(index_copy: Path, tmp_path: Path) -> None:
    (index_copy / "current" / "manifest.json").write_text("{")

    assert not up_to_date(index_copy, inputs(sample_material()))
    assert not up_to_date(tmp_path / "elsewhere", inputs(sample_material()))


def test_hash_inputs_changes_with_what_fits_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    before = inputs(sample_material())
    monkeypatch.setattr("embeddings.build._FITTED_BY", ("fitting.py",))

    assert inputs(sample_material()) != before


class CountingEncoder(CharacterEncoder):
    """Remembers what it encoded."""

    def __init__(self, name: str = "characters-1") -> None:
        self.id = name
        self.passages: list[str] = []
        self.queries: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Vector:
        self.queries += texts
        return super().encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vector:
        self.passages += texts
        return super().encode_queries(texts)


def test_build_index_encodes_only_the_messages_that_the_current_one_does_not_have(index_copy: Path) -> None:
    encoder = CountingEncoder()

    build(index_copy, encoder, material=with_questions("能不能先关门"))

    assert encoder.queries == ["能不能先关门"]
    assert len(encoder.passages) == 3


def test_build_index_encodes_a_text_once_however_often_it_is_said(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    twice = (*sample_material().examples, ScopeExample("公交卡丢了", "near"))

    manifest = build(tmp_path, encoder, material=dataclasses.replace(sample_material(), examples=twice))

    assert manifest.counts["oos"] == 43
    assert len(encoder.queries) == len(set(encoder.queries)) == 111


def test_build_index_encodes_everything_anew_with_another_encoder(index_copy: Path) -> None:
    encoder = CountingEncoder("characters-2")

    build(index_copy, encoder)

    assert len(encoder.queries) == 111


@pytest.mark.parametrize("name", FILES[:1] + FILES[2:3] + FILES[4:])
def test_build_index_encodes_everything_anew_if_the_current_one_is_damaged(index_copy: Path, name: str) -> None:
    encoder = CountingEncoder()
    (index_copy / "current" / name).write_bytes(b"")

    build(index_copy, encoder)

    assert len(encoder.queries) == 111


class WaitingEncoder(CountingEncoder):
    """Waits with its first messages until the other encoder has some too; refuses two threads at once."""

    def __init__(self, both: threading.Barrier) -> None:
        super().__init__()
        self._both, self._busy = both, threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> Vector:
        assert self._busy.acquire(blocking=False), "an encoder is for one thread at once"
        try:
            if not self.queries:
                self._both.wait(timeout=10)
            return super().encode_queries(texts)
        finally:
            self._busy.release()


def test_build_index_shares_the_messages_out_among_the_encoders(
    index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.build.BATCH", 5)
    both = threading.Barrier(2)
    encoders = [WaitingEncoder(both), WaitingEncoder(both)]

    build(tmp_path, *encoders)

    shares = [len(encoder.queries) for encoder in encoders]
    assert min(shares) > 0
    assert sum(shares) == len({text for encoder in encoders for text in encoder.queries}) == 111
    # Whoever encoded it, each text has its own vector in its own place.
    for name in ("passages.faiss", "corpus.json"):
        assert (tmp_path / "current" / name).read_bytes() == (index_dir / "current" / name).read_bytes()
