from __future__ import annotations

from pathlib import Path

import pytest

from embeddings import IndexDamagedError
from embeddings.files import load_corpus, save_corpus
from embeddings.passages import make_corpus
from tests.embeddings.samples import sample_document, sample_material


def test_load_corpus_gives_back_what_save_corpus_wrote(tmp_path: Path) -> None:
    corpus = make_corpus(sample_material())

    save_corpus(tmp_path / "corpus.json", corpus)

    assert load_corpus(tmp_path, sample_document()) == corpus


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"messages": [{"text": "想停业"}], "matters": []}',
        '{"messages": [], "matters": [{"i": 1}]}',
    ],
)
def test_load_corpus_names_a_damaged_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "corpus.json").write_text(content)

    with pytest.raises(IndexDamagedError, match=r"corpus\.json cannot be used.*make index"):
        load_corpus(tmp_path, sample_document())
