from __future__ import annotations

import dataclasses
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings import OpenIndex, Retrieval, Retriever, VectorShapeError
from embeddings.analysis import analyse
from embeddings.evidence import BM25_SCALE, MEASUREMENTS
from embeddings.files import LEXICAL_FILE, MODELS_FILE, VECTORS_FILE, load_corpus
from embeddings.lexical import LexicalIndex
from embeddings.models import JUDGEMENTS, SIGNALS, Models, Policy
from embeddings.vector_index import VectorIndex
from tests.embeddings.samples import CharacterEncoder, WordFinder, sample_document

TEXTS = ["公司起名字要审核吗", "我想停业一阵子", "社区养老怎么办", "电影票退了吗", "那个怎么弄", "红烧肉的做法"]


def retrieve(opened: OpenIndex, text: str, k: int = 3) -> Retrieval:
    return opened.retriever.retrieve(text, CharacterEncoder().encode_query(text), k=k)


@pytest.fixture
def models(index_dir: Path) -> Models:
    return Models.load(index_dir / "current" / MODELS_FILE)


@pytest.mark.parametrize(
    ("text", "clause_id"),
    [("公司起名字要审核吗", "1.1"), ("我想停业一阵子", "1.2"), ("社区养老怎么办", "2.1"), ("歇页备按", "1.2")],
)
def test_retrieve_puts_the_answering_clause_first(opened: OpenIndex, text: str, clause_id: str) -> None:
    assert retrieve(opened, text).hits[0].clause_id == clause_id


@pytest.mark.parametrize("k", [0, 1, 2, 3])
def test_retrieve_returns_at_most_k_hits_best_first(opened: OpenIndex, k: int) -> None:
    hits = retrieve(opened, "歇业备案手续", k=k).hits

    assert hits == retrieve(opened, "歇业备案手续", k=10).hits[:k]
    assert len(hits) == k
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("text", TEXTS)
def test_retrieve_gives_probabilities(opened: OpenIndex, text: str) -> None:
    found = retrieve(opened, text)

    assert list(found.probabilities) == ["answer", "detail", "oos", "vague"]
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.in_scope == found.probabilities["answer"] + found.probabilities["detail"]
    # A clause answers only what is in scope.
    assert sum(hit.score for hit in found.hits) == pytest.approx(found.in_scope)


@pytest.mark.parametrize(
    ("text", "label", "outcome"),
    [
        ("公司想停业一阵子", "answer", "answer"),
        ("歇业备案要交多少钱", "detail", "no_detail"),
        ("红烧肉的做法", "oos", "abstain"),
        ("那个怎么弄", "vague", "clarify"),
    ],
)
def test_retrieve_judges_what_to_make_of_a_message(opened: OpenIndex, text: str, label: str, outcome: str) -> None:
    found = retrieve(opened, text)

    assert max(found.probabilities, key=found.probabilities.__getitem__) == label
    assert found.outcome == outcome


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("电影票退了吗", "tickets"),
        ("公交卡在哪里充值", "bus_card"),
        ("红烧肉的做法", None),
        ("歇业备案是什么", None),
        ("世界杯", None),
    ],
)
def test_retrieve_names_the_matter_that_a_message_is_near_to(
    opened: OpenIndex, text: str, matter: str | None
) -> None:
    found = retrieve(opened, text).matter

    assert (found.id if found else None) == matter


def retriever_of(index_dir: Path, models: Models, **corpus_changes: Any) -> Retriever:
    folder = index_dir / "current"
    return Retriever(
        corpus=dataclasses.replace(load_corpus(folder, sample_document()), **corpus_changes),
        vectors=VectorIndex.load(folder / VECTORS_FILE),
        lexical=LexicalIndex.load(folder / LEXICAL_FILE),
        models=models,
        finder=WordFinder(),
    )


def test_retrieve_names_no_matter_if_the_index_has_none(index_dir: Path, models: Models) -> None:
    retriever = retriever_of(index_dir, models, matters=())

    assert retriever.retrieve("电影票", CharacterEncoder().encode_query("电影票"), explain=False).matter is None


@pytest.mark.parametrize(("text", "clause_id"), [("名称申报", "1.1"), ("歇业备案", "1.2"), ("养老院", "2.1")])
def test_retrieve_weighs_the_services_that_a_message_names(
    index_dir: Path, models: Models, text: str, clause_id: str
) -> None:
    by_service = dataclasses.replace(models, fusion=np.array([0.0, 0.0, 0.0, 0.0, 0.0, math.log(2)]))

    hits = retriever_of(index_dir, by_service).retrieve(text, CharacterEncoder().encode_query(text)).hits

    assert hits[0].clause_id == clause_id
    assert hits[0].score == pytest.approx(hits[1].score * 2)
    assert hits[1].score == pytest.approx(hits[2].score)
    assert hits[0].why["service"] == {"value": 1.0, "share": 0.6931}


@pytest.mark.parametrize(("clear", "outcome"), [(0.33, "answer"), (0.34, "clarify")])
def test_retrieve_answers_only_if_the_first_clause_is_clear(
    index_dir: Path, models: Models, clear: float, outcome: str
) -> None:
    # Without any measurement the three clauses are equally likely.
    undecided = dataclasses.replace(
        models,
        fusion=np.zeros(6),
        policy=Policy(answer=0.1, offer=0.1, clear=clear, related=1.0, detail=1.0, vague=1.0),
    )
    vector = CharacterEncoder().encode_query("我想停业一阵子")

    found = retriever_of(index_dir, undecided).retrieve("我想停业一阵子", vector, explain=False)

    assert found.in_scope > 0.1
    assert found.outcome == outcome


@pytest.mark.parametrize("text", TEXTS)
def test_retrieve_does_not_change_when_every_term_is_repeated(opened: OpenIndex, text: str) -> None:
    vector = CharacterEncoder().encode_query(text)

    once = opened.retriever.retrieve(text, vector, explain=False)
    thrice = opened.retriever.retrieve("，".join([text] * 3), vector, explain=False)

    assert [hit.clause_id for hit in thrice.hits] == [hit.clause_id for hit in once.hits]
    assert [hit.score for hit in thrice.hits] == pytest.approx([hit.score for hit in once.hits])
    assert thrice.probabilities == pytest.approx(once.probabilities)


def test_retrieve_leaves_out_the_explanation_that_nobody_asked_for(opened: OpenIndex) -> None:
    text = "歇业备案是什么"
    vector = CharacterEncoder().encode_query(text)

    explained = opened.retriever.retrieve(text, vector)
    bare = opened.retriever.retrieve(text, vector, explain=False)

    assert bare.why == {}
    assert [hit.why for hit in bare.hits] == [{}, {}, {}]
    assert explained.why != {}
    without = [dataclasses.replace(hit, why={}) for hit in explained.hits]
    assert dataclasses.replace(explained, hits=tuple(without), why={}) == bare


@pytest.mark.parametrize("text", TEXTS)
def test_explained_shares_of_a_hit_add_up_to_its_logit(opened: OpenIndex, text: str) -> None:
    hits = retrieve(opened, text).hits

    logits = [sum(hit.why[name]["share"] for name in MEASUREMENTS) for hit in hits]

    # Scores are proportional to exp(logit).
    for hit, logit in zip(hits[1:], logits[1:], strict=True):
        assert logits[0] - logit == pytest.approx(math.log(hits[0].score / hit.score), abs=1e-3)


def test_explained_share_is_the_fusions_weight_times_the_value(opened: OpenIndex, models: Models) -> None:
    why = retrieve(opened, "我想停业一阵子").hits[0].why

    for name, weight in zip(MEASUREMENTS, models.fusion.tolist(), strict=True):
        assert why[name]["share"] == pytest.approx(weight * why[name]["value"], abs=1e-3), name


def test_explained_matched_terms_add_up_to_the_lexical_score(opened: OpenIndex) -> None:
    why = retrieve(opened, "歇业备案").hits[0].why

    assert set(why["matched_terms"]) == {"歇业", "业备", "备案", "xie'ye", "ye'bei", "bei'an"}
    assert sum(why["matched_terms"].values()) * BM25_SCALE == pytest.approx(why["lexical"]["value"], abs=1e-3)


def test_explained_hit_names_the_nearest_question(opened: OpenIndex) -> None:
    hit = retrieve(opened, "歇业备案是什么").hits[0]

    assert hit.why["nearest_question"] == "歇业备案是什么"
    assert hit.why["question_similarity"]["value"] == pytest.approx(20, abs=1e-3)


@pytest.mark.parametrize("text", ["今天天气好", "我想停业一阵子"])
def test_explained_signals_add_up_to_what_speaks_for_an_answer(
    opened: OpenIndex, models: Models, text: str
) -> None:
    found = retrieve(opened, text)

    shares = [signal["towards_answer"] for signal in found.why["signals"].values()]

    assert list(found.why["signals"]) == list(SIGNALS)
    without_signals = models.label.intercepts[0] - models.label.intercepts[2]
    odds = math.log(found.probabilities["answer"] / found.probabilities["oos"])
    assert sum(shares) + without_signals == pytest.approx(odds, abs=0.01)


def test_explained_judging_terms_add_up_to_the_judgement(opened: OpenIndex, models: Models) -> None:
    found = retrieve(opened, "多少钱").why

    judged = models.terms.judge(analyse("多少钱")) - models.terms.intercepts
    for i, judgement in enumerate(JUDGEMENTS):
        terms = found["judging_terms"][judgement]
        assert set(terms) == {"多少", "少钱", "duo'shao", "shao'qian"}
        assert list(terms) == sorted(terms, key=lambda term: -abs(terms[term]))
        assert sum(terms.values()) == pytest.approx(judged[i], abs=0.02)


def test_explanation_gives_the_nearest_messages_and_what_they_are_about(opened: OpenIndex) -> None:
    near_matter = retrieve(opened, "想看电影").why["nearest_messages"]
    near_clause = retrieve(opened, "歇业要去办手续吗").why["nearest_messages"]
    near_nothing = retrieve(opened, "在吗").why["nearest_messages"]

    assert near_matter[0] == {"text": "想看电影", "similarity": 1.0, "label": "oos", "about": "电影票"}
    assert near_clause[0] == {"text": "歇业要去办手续吗", "similarity": 1.0, "label": "answer", "about": "1.2"}
    assert near_nothing[0] == {"text": "在吗", "similarity": 1.0, "label": "vague", "about": None}
    assert len(near_matter) == 5
    assert [one["similarity"] for one in near_matter] == sorted(
        (one["similarity"] for one in near_matter), reverse=True
    )


def test_explanation_gives_margin_and_thresholds(opened: OpenIndex, models: Models) -> None:
    found = retrieve(opened, "爸妈谁照顾")

    first, second, _ = (hit.score / found.in_scope for hit in found.hits)
    assert found.why["margin"] == pytest.approx(first - second, abs=1e-4)
    assert found.why["thresholds"] == pytest.approx(vars(models.policy), abs=1e-3)


def test_retrieve_gives_the_same_for_the_same(opened: OpenIndex) -> None:
    assert retrieve(opened, "停业半年") == retrieve(opened, "停业半年")


def test_retrieve_gives_the_same_from_several_threads(opened: OpenIndex) -> None:
    alone = [retrieve(opened, text) for text in TEXTS]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: retrieve(opened, text), TEXTS * 20))

    assert together == alone * 20


@pytest.mark.parametrize("text", ["", "？", "😀" * 500, "the quick brown fox"])
def test_retrieve_survives_texts_without_a_known_term(opened: OpenIndex, text: str) -> None:
    found = retrieve(opened, text)

    assert len(found.hits) == 3
    assert np.isfinite([hit.score for hit in found.hits]).all()
    assert sum(found.probabilities.values()) == pytest.approx(1)


def test_retrieve_refuses_a_vector_of_another_encoder(opened: OpenIndex) -> None:
    assert opened.retriever.dimensions == 128
    with pytest.raises(VectorShapeError, match="Expected a vector of 128 dimensions"):
        opened.retriever.retrieve("歇业", np.zeros(384, dtype=np.float32))
