from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings import IndexDamagedError
from embeddings.lexical import LexicalIndex

DOCUMENTS = [["歇业", "备案", "歇业"], ["备案", "养老"], ["养老", "社区"]]


def test_score_prefers_the_document_with_rarer_and_repeated_terms() -> None:
    scores = LexicalIndex.build(DOCUMENTS).score(["歇业", "备案"])

    assert scores.argsort()[::-1].tolist() == [0, 1, 2]
    assert scores[2] == 0


def test_score_equals_the_formula_worked_by_hand() -> None:
    # "社区" is in 1 of 3 documents, once in a document of 2 terms; the mean length is 7 / 3.
    idf = np.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    norm = 1.2 * (1 - 0.75 + 0.75 * 2 / (7 / 3))

    assert LexicalIndex.build(DOCUMENTS).score(["社区"])[2] == pytest.approx(idf * 2.2 / (1 + norm), rel=1e-6)


def test_score_counts_a_repeated_query_term_once() -> None:
    index = LexicalIndex.build(DOCUMENTS)

    assert index.score(["歇业", "歇业"])[0] == index.score(["歇业"])[0]


def test_score_is_zero_for_unknown_terms() -> None:
    assert LexicalIndex.build(DOCUMENTS).score(["天气"]).tolist() == [0, 0, 0]


def test_contributions_add_up_to_the_score() -> None:
    index = LexicalIndex.build(DOCUMENTS)

    shares = index.contributions(["备案", "歇业", "天气"], 0)

    assert list(shares) == ["歇业", "备案"]
    assert sum(shares.values()) == pytest.approx(float(index.score(["备案", "歇业"])[0]))


def test_load_gives_back_what_save_wrote(tmp_path: Path) -> None:
    index = LexicalIndex.build(DOCUMENTS)
    index.save(tmp_path / "lexical.npz")

    loaded = LexicalIndex.load(tmp_path / "lexical.npz")

    assert loaded.score(["歇业", "养老"]).tolist() == index.score(["歇业", "养老"]).tolist()


def test_load_refuses_a_file_that_is_no_index(tmp_path: Path) -> None:
    path = tmp_path / "lexical.npz"
    path.write_bytes(b"not an index")

    with pytest.raises(IndexDamagedError, match=r"lexical\.npz cannot be used.*make index"):
        LexicalIndex.load(path)
