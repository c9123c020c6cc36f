from __future__ import annotations

import numpy as np
import pytest

from embeddings import OpenIndex, Retrieval, VectorShapeError
from tests.embeddings.samples import CharacterEncoder


def retrieve(opened: OpenIndex, text: str, k: int = 3) -> Retrieval:
    return opened.retriever.retrieve(text, CharacterEncoder().encode_query(text), k=k)


@pytest.mark.parametrize(
    ("text", "clause_id"),
    [("公司起名字要审核吗", "1.1"), ("我想停业一阵子", "1.2"), ("社区养老怎么办", "2.1"), ("歇页备按", "1.2")],
)
def test_retrieve_puts_the_answering_clause_first(opened: OpenIndex, text: str, clause_id: str) -> None:
    assert retrieve(opened, text).hits[0].clause_id == clause_id


def test_retrieve_returns_at_most_k_hits_best_first(opened: OpenIndex) -> None:
    hits = retrieve(opened, "歇业备案手续", k=2).hits

    assert len(hits) == 2
    assert 1 >= hits[0].score >= hits[1].score >= 0


def test_retrieve_says_what_made_the_score(opened: OpenIndex) -> None:
    why = retrieve(opened, "歇业备案是什么").hits[0].why

    assert why["nearest_question"] == "歇业备案是什么"
    assert "歇业" in why["matched_terms"]
    assert why["question_similarity"]["share"] >= 0


def test_retrieve_leaves_out_the_explanation_that_nobody_asked_for(opened: OpenIndex) -> None:
    text = "歇业备案是什么"
    vector = CharacterEncoder().encode_query(text)

    explained = opened.retriever.retrieve(text, vector)
    bare = opened.retriever.retrieve(text, vector, explain=False)

    assert bare.hits[0].why == {}
    assert [(hit.clause_id, hit.score) for hit in bare.hits] == [
        (hit.clause_id, hit.score) for hit in explained.hits
    ]


def test_retrieve_tells_matters_of_the_document_from_others(opened: OpenIndex) -> None:
    assert (
        retrieve(opened, "歇业备案是什么").scope_probability > retrieve(opened, "红烧肉的做法").scope_probability
    )


def test_retrieve_tells_questions_for_a_detail(opened: OpenIndex) -> None:
    asked = retrieve(opened, "歇业备案要交多少钱").detail_probability

    assert asked > retrieve(opened, "店先关一阵子").detail_probability


def test_retrieve_gives_the_same_for_the_same(opened: OpenIndex) -> None:
    assert retrieve(opened, "停业半年") == retrieve(opened, "停业半年")


@pytest.mark.parametrize("text", ["", "？", "😀" * 500, "the quick brown fox"])
def test_retrieve_survives_texts_without_a_known_term(opened: OpenIndex, text: str) -> None:
    assert len(retrieve(opened, text).hits) == 3


def test_retrieve_refuses_a_vector_of_another_encoder(opened: OpenIndex) -> None:
    with pytest.raises(VectorShapeError, match="Expected a vector of 64 dimensions"):
        opened.retriever.retrieve("歇业", np.zeros(384, dtype=np.float32))
