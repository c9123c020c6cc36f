from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from embeddings import Vector
from embeddings.build import build_index, up_to_date
from embeddings.manifest import LAYOUT, Manifest
from embeddings.passages import Material
from knowledge import Question, UnknownClauseError
from tests.embeddings.samples import CharacterEncoder, sample_document, sample_material, sample_questions


def build(
    folder: Path, *, encoder: CharacterEncoder | None = None, questions: tuple[Question, ...] = ()
) -> Manifest:
    material = sample_material()
    if questions:
        material = dataclasses.replace(material, questions=questions)
    return build_index(material=material, encoder=encoder or CharacterEncoder(), index_dir=folder)


def versions(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.is_symlink())


def test_build_index_writes_a_manifest_of_what_it_was_made_from(tmp_path: Path) -> None:
    build(tmp_path)

    manifest = json.loads((tmp_path / "current" / "manifest.json").read_text())

    assert manifest["source_sha256"] == "a" * 64
    assert manifest["clean_sha256"] == sample_document().clean_sha256
    assert manifest["encoder"] == "characters-1"
    assert manifest["dimensions"] == 64
    assert manifest["counts"] == {"clauses": 3, "questions": 19, "outside": 9, "detail": 7}


def test_build_index_swaps_the_new_version_in_and_keeps_the_last_three(tmp_path: Path) -> None:
    built = [build(tmp_path).version for _ in range(4)]

    assert (tmp_path / "current").resolve().name == built[-1]
    assert versions(tmp_path) == sorted(built)[1:]


class BrokenEncoder(CharacterEncoder):
    def encode_queries(self, texts: Sequence[str]) -> Vector:
        raise MemoryError

    encode_passages = CharacterEncoder.encode_queries


def test_build_index_that_fails_leaves_the_current_one_alone(tmp_path: Path) -> None:
    before = build(tmp_path).version

    with pytest.raises(MemoryError):
        build(tmp_path, encoder=BrokenEncoder())

    assert (tmp_path / "current").resolve().name == before
    assert versions(tmp_path) == [before]


def test_build_index_refuses_a_question_of_no_clause(tmp_path: Path) -> None:
    with pytest.raises(UnknownClauseError, match=r"9\.9"):
        build(tmp_path, questions=(*sample_questions(), Question("9.9", "这条不存在")))


def test_build_index_twice_gives_the_same_files(tmp_path: Path) -> None:
    first, second = (tmp_path / build(tmp_path).version for _ in range(2))

    for name in ("passages.faiss", "lexical.npz", "models.npz", "questions.jsonl"):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_up_to_date_notices_a_changed_question(tmp_path: Path) -> None:
    build(tmp_path)
    changed = dataclasses.replace(sample_material(), questions=sample_questions()[:-1])

    def inputs(material: Material) -> str:
        return material.sha256(encoder="characters-1", layout=LAYOUT)

    assert up_to_date(tmp_path, inputs(sample_material()))
    assert not up_to_date(tmp_path, inputs(changed))
    assert not up_to_date(tmp_path / "elsewhere", inputs(sample_material()))


def test_material_sorts_natural_messages_by_what_they_teach() -> None:
    material = sample_material()

    assert material.answered() == (Question("1.2", "生意不做了先关半年"),)
    assert material.detail()[-1] == "停业要交几份表"
    assert material.outside()[-3:] == ("电影票怎么退", "想看电影", "公交卡丢了")
