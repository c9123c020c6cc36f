from __future__ import annotations

from pathlib import Path

import pytest

from embeddings import __main__ as command_line
from embeddings.files import load_corpus
from knowledge import NaturalMessage
from knowledge.natural import Split
from settings import Settings
from tests.embeddings.samples import CharacterEncoder, WordFinder, sample_document, sample_material

HELD_OUT = NaturalMessage("h-1", "关门歇几个月", "oneliner", "answer", ("1.2",), "held_out")


def load_natural(*, split: Split | None = None) -> tuple[NaturalMessage, ...]:
    return tuple(one for one in (*sample_material().natural, HELD_OUT) if split in (None, one.split))


def load_encoder(name: str) -> CharacterEncoder:
    assert name == "characters-1"
    return CharacterEncoder()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of the sample document; its natural messages have a held-out one."""
    material = sample_material()
    monkeypatch.setattr(command_line, "load_document", sample_document)
    monkeypatch.setattr(command_line, "load_questions", lambda: material.questions)
    monkeypatch.setattr(command_line, "load_scope_examples", lambda: material.examples)
    monkeypatch.setattr(command_line, "load_outside_matters", lambda: material.matters)
    monkeypatch.setattr(command_line, "load_natural_messages", load_natural)
    monkeypatch.setattr(command_line, "load_catalogue", dict)
    monkeypatch.setattr(command_line, "vocabulary_fingerprint", lambda: "words-1")
    monkeypatch.setattr(command_line, "load_vocabulary", WordFinder)
    monkeypatch.setattr(command_line, "load_encoder", load_encoder)
    return Settings(data_dir=tmp_path, encoder="characters-1")


def n_versions(settings: Settings) -> int:
    return len([path for path in settings.index_dir.iterdir() if not path.is_symlink()])


def test_build_learns_from_no_held_out_message(settings: Settings) -> None:
    command_line._build(settings, force=False)

    texts = [one.text for one in load_corpus(settings.index_dir / "current", sample_document()).messages]
    assert len(texts) == 111
    assert "生意不做了先关半年" in texts
    assert HELD_OUT.text not in texts


def test_build_builds_what_is_up_to_date_only_if_forced(
    settings: Settings, index_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settings.index_dir == index_copy  # an index of the same material

    command_line._build(settings, force=False)
    assert n_versions(settings) == 1
    assert capsys.readouterr().out == "index: up to date\n"

    command_line._build(settings, force=True)
    assert n_versions(settings) == 2
