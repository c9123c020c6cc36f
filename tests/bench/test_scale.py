from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from bench.scale.__main__ import main
from bench.scale.encoding import BATCH_SIZE, EncodeBatches, encode_all, key_of
from bench.scale.fitting import fit, held_out_ndcg, random_folds, topic_folds
from bench.scale.known import KnownQuestions
from bench.scale.metrics import interval, judge, ndcg_at, overlap, recall_at
from bench.scale.questions import (
    Articles,
    DataMissingError,
    Question,
    read_articles,
    read_questions,
    split,
)
from bench.scale.searching import SIGNALS, Candidates, Moments, Searcher, rank
from bench.scale.stages import Stages
from embeddings import Vector
from embeddings.analysis import analyse
from embeddings.lexical import LexicalIndex
from embeddings.vector_index import Kind, VectorIndex

ARTICLES = Articles(
    ids=("A0", "A1", "A2", "A3"),
    texts=(
        "民法典第五十四条 自然人从事工商业经营，经依法登记，为个体工商户。",
        "民法典第一千零六十条 夫妻一方因家庭日常生活需要而实施的民事法律行为，对夫妻双方发生效力。",
        "旅游法第三十五条 旅行社不得以不合理的低价组织旅游活动。",
        "没有条号的规定",
    ),
)
VECTORS = np.array([[1, 0, 0], [0.8, 0.6, 0], [0, 1, 0], [0, 0, 1]], dtype=np.float32)
QUESTIONS = (
    Question("个体工商户要登记吗", (0,)),
    Question("低价游合法吗", (2,)),
    Question("夫妻债务谁还", (0, 1)),
)
QUESTION_VECTORS = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0]], dtype=np.float32)


def searcher(kind: Kind = Kind.FLAT) -> Searcher:
    return Searcher(
        ARTICLES,
        VectorIndex.build(VECTORS, kind=kind),
        LexicalIndex.build(analyse(text) for text in ARTICLES.texts),
        Moments.of(VECTORS),
        KnownQuestions(QUESTIONS, QUESTION_VECTORS, ARTICLES.laws),
    )


def counting(batches_done: list[int], stop_after: int = 10**6) -> EncodeBatches:
    """An encoder whose vectors say how long a text is, and that breaks down after some batches."""

    def encode_batches(batches: Sequence[Sequence[str]]) -> Iterator[tuple[int, Vector]]:
        for position in reversed(range(len(batches))):
            if len(batches_done) == stop_after:
                raise KeyboardInterrupt
            batches_done.append(position)
            yield position, np.array([[len(text), 1] for text in batches[position]], dtype=np.float32)

    return encode_batches


def test_encode_all_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    texts = ["条" * (i % 7 + 1) for i in range(3 * BATCH_SIZE + 5)]
    first: list[int] = []
    second: list[int] = []

    with pytest.raises(KeyboardInterrupt):
        encode_all(texts, counting(first, stop_after=3), 2, tmp_path, lambda line: None)
    encoded = encode_all(texts, counting(second), 2, tmp_path, lambda line: None)

    assert (len(first), len(second)) == (3, 1)
    assert np.load(encoded.path)[:, 0].tolist() == [len(text) for text in texts]


def test_encode_all_asks_for_nothing_once_all_is_done(tmp_path: Path) -> None:
    batches: list[int] = []
    texts = ["第一条", "第二条 是"]
    encode_all(texts, counting(batches), 2, tmp_path, lambda line: None)

    encode_all(texts, counting(batches), 2, tmp_path, lambda line: None)

    assert batches == [0]


def test_encode_all_adds_up_the_seconds_and_drops_a_line_cut_short(tmp_path: Path) -> None:
    texts = ["条" * (i % 7 + 1) for i in range(2 * BATCH_SIZE)]
    encode_all(texts, counting([]), 2, tmp_path, lambda line: None)
    noted = tmp_path / "batches.jsonl"
    noted.write_text(json.dumps({"batch": 0, "seconds": 100.5}) + '\n{"batch": 1, "sec', encoding="utf-8")
    again: list[int] = []

    encoded = encode_all(texts, counting(again), 2, tmp_path, lambda line: None)

    assert len(again) == 1
    assert 100.5 < encoded.seconds < 110


def test_key_changes_with_the_collection_and_the_encoder() -> None:
    assert len({key_of("a", "e5-1"), key_of("b", "e5-1"), key_of("a", "e5-2")}) == 3


def test_recall_is_the_share_of_the_answers_that_are_found() -> None:
    assert recall_at(1, [7, 3], [7, 3]) == 0.5
    assert recall_at(10, [5, 3, 7], [7, 3, 9, 11]) == 0.5


def test_ndcg_discounts_by_rank() -> None:
    # One of two answers, at rank 3: 1 / log2(4), over the best 1 + 1 / log2(3).
    assert ndcg_at(10, [5, 6, 7], [7, 9]) == pytest.approx(0.5 / (1 + 0.6309297535714574))
    assert ndcg_at(10, [9, 7], [7, 9]) == 1.0
    assert ndcg_at(2, [5, 6, 7], [7]) == 0.0


@pytest.mark.parametrize("measure", [recall_at, ndcg_at])
def test_measures_refuse_a_question_without_answers(measure: type) -> None:
    with pytest.raises(ValueError, match="needs at least one article that answers"):
        measure(10, [1], [])


def test_judge_gives_one_row_per_question() -> None:
    assert judge([[1, 2], [3]], [(2,), (3,)]).tolist() == pytest.approx(
        np.array([[0, 1, 0.6309297535714575], [1, 1, 1]])
    )


def test_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    values = np.array([0.0, 1.0] * 50)

    found = interval(values)

    assert found == interval(values)
    assert found.mean == 0.5
    assert 0.38 < found.low < 0.42
    assert 0.58 < found.high < 0.62


def test_overlap_is_the_share_of_the_exact_ranking() -> None:
    assert overlap([[1, 2, 9], [5]], [[2, 1, 3], [5, 6, 7]], 2) == 0.75


def test_laws_are_what_comes_before_the_number() -> None:
    assert ARTICLES.laws.tolist() == [0, 0, 1, 2]


def test_split_measures_500_questions_of_the_seeded_sample() -> None:
    questions = [Question(str(i), (i,)) for i in range(1543)]
    expected = sorted(random.Random(0).sample(range(1543), 500))  # noqa: S311

    parts = split(questions)

    assert [one.gold[0] for one in parts.measured] == expected
    assert len(parts.fitted) == 1043
    assert not set(parts.fitted) & set(parts.measured)


def test_read_finds_articles_and_what_answers_each_question(tmp_path: Path) -> None:
    write_data(tmp_path)

    articles = read_articles(tmp_path)
    questions = read_questions(tmp_path, articles)

    assert articles == ARTICLES
    assert questions[2] == Question("夫妻债务谁还", (0, 1))


def test_main_says_where_it_looked_for_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path / "nowhere")]) == 1
    assert "nowhere/corpus.tsv.gz not found" in capsys.readouterr().err


def test_read_questions_says_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataMissingError, match=r"queries\.tsv not found.*make bench-scale DATA=folder"):
        read_questions(tmp_path, ARTICLES)


def test_moments_standardise_over_all_vectors() -> None:
    similarities = VECTORS @ QUESTION_VECTORS[2]

    found = Moments.of(VECTORS).standardise(similarities, QUESTION_VECTORS[2])

    assert found.mean() == pytest.approx(0, abs=1e-6)
    assert found.std() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("kind", Kind)
def test_candidates_are_measured_alike_by_every_index(kind: Kind) -> None:
    exact = searcher().candidates("个体工商户要登记吗", VECTORS[0], use_known=True)

    found = searcher(kind).candidates("个体工商户要登记吗", VECTORS[0], use_known=True)

    assert found.ids.tolist() == exact.ids.tolist() == [0, 1, 2, 3]
    assert found.signals == pytest.approx(exact.signals, abs=0.01)


def test_known_questions_vote_for_their_articles_and_laws() -> None:
    votes = KnownQuestions(QUESTIONS, QUESTION_VECTORS, ARTICLES.laws).votes(VECTORS[0])

    assert votes.articles.tolist() == [0, 1, 2]
    assert votes.by_article[0] > votes.by_article[1] > votes.by_article[2]
    assert votes.by_law.argmax() == 0


def test_a_question_that_is_left_out_does_not_vote() -> None:
    known = KnownQuestions(QUESTIONS, QUESTION_VECTORS, ARTICLES.laws)

    votes = known.votes(VECTORS[0], np.array([True, False, True]))

    assert votes.articles.tolist() == [2]


def test_rank_breaks_ties_by_the_articles_order() -> None:
    candidates = Candidates(np.array([3, 5, 8]), np.array([[1.0, 0], [2, 9], [1, 9]]))

    assert rank(candidates, np.array([1.0]), 3) == [5, 3, 8]


def test_fit_gives_weight_to_the_signal_that_finds_the_answer() -> None:
    rng = np.random.default_rng(0)
    candidates = [Candidates(np.arange(20), rng.normal(size=(20, len(SIGNALS)))) for _ in range(60)]
    questions = [Question("问", (int(one.signals[:, 1].argmax()),)) for one in candidates]

    weights = fit(candidates, questions, 3)

    assert weights[1] > 5 * abs(weights[0])
    assert weights[1] > 5 * abs(weights[2])
    assert held_out_ndcg(candidates, questions, random_folds(60), 3) > 0.95


def test_fit_refuses_questions_whose_answers_were_not_found() -> None:
    with pytest.raises(ValueError, match="None of 1 questions has an article among its candidates"):
        fit([Candidates(np.array([1]), np.zeros((1, 2)))], [Question("问", (2,))], 2)


def test_topic_folds_keep_neighbours_together() -> None:
    assert topic_folds(10).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def note_and_add(log: str, one: int, other: int) -> int:
    with Path(log).open("a") as file:
        file.write("run\n")
    return one + other


def test_stages_run_a_part_once_until_its_source_changes_or_its_file_is_gone(tmp_path: Path) -> None:
    source, log, made = tmp_path / "module.py", tmp_path / "log", tmp_path / "made"
    source.write_text("1")
    made.touch()
    stages = Stages(tmp_path / "kept", (source,), lambda line: None)

    outcomes = [stages.run("sum", note_and_add, str(log), 1, 2, makes=made) for _ in range(2)]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0].value == 3
    assert outcomes[0].peak_mb > 1
    assert log.read_text() == "run\n"

    made.unlink()
    stages.run("sum", note_and_add, str(log), 1, 2, makes=made)
    source.write_text("2")
    made.touch()
    stages.run("sum", note_and_add, str(log), 1, 2, makes=made)
    assert log.read_text() == "run\n" * 3


def write_data(folder: Path) -> None:
    with gzip.open(folder / "corpus.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("docid\ttext\n")
        file.writelines(f"{i}\t{text}\n" for i, text in zip(ARTICLES.ids, ARTICLES.texts, strict=True))
    with (folder / "queries.tsv").open("w", encoding="utf-8") as file:
        file.write("qid\tdocid\tquestion\tanswer\n")
        for i, one in enumerate(QUESTIONS):
            file.write(f"{i}\t{'|'.join(ARTICLES.ids[j] for j in reversed(one.gold))}\t{one.text}\t不读\n")
