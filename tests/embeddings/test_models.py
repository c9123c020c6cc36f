from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from embeddings import IndexDamagedError
from embeddings.evidence import Evidence, FloatArray
from embeddings.models import (
    SIGNALS,
    KernelJudges,
    KernelMatters,
    LabelModel,
    Models,
    Policy,
    TermJudges,
    VectorClassifier,
    gather_signals,
    softmax,
)

DOCUMENTS = [
    ["歇业", "备案", "歇业"],
    ["备案", "多少"],
    ["多少", "公交", "公交", "公交"],
    ["公交", "天气"],
    ["歇业", "多少", "备案"],
    ["天气", "怎样"],
]
TARGETS = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 0, 1]])
ANSWER, DETAIL, OOS, VAGUE = range(4)


def unit_vectors(n: int, *, seed: int) -> FloatArray:
    vectors = np.random.default_rng(seed).normal(size=(n, 4))
    found: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return found


def unchanged(terms: list[str]) -> list[str]:
    return terms


def hand_made_judges() -> TermJudges:
    return TermJudges(
        terms=np.array(["公交", "备案", "歇业"]),
        idf=np.array([1.0, 3.0, 4.0]),
        coefficients=np.array([[-1.0, 0.0, 2.0], [0.5, 1.0, 0.0], [2.0, -1.0, 0.0]]),
        intercepts=np.array([0.5, -0.5, -1.0]),
    )


def test_clause_classifier_gives_log_odds_for_one_vector_and_for_many() -> None:
    classifier = VectorClassifier(np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]), np.array([0.0, 0.5, -1.0]))

    assert classifier.log_odds(np.array([0.5, 0.25], dtype=np.float32)).tolist() == [0.5, 1.0, -0.25]
    assert classifier.log_odds(np.eye(2, dtype=np.float32)).tolist() == [[1.0, 0.5, 0.0], [0.0, 2.5, 0.0]]


def test_kernel_judges_decide_as_sklearns_support_vector_machines() -> None:
    messages, queries = unit_vectors(40, seed=1), unit_vectors(7, seed=2)
    duals, intercepts, expected = np.zeros((40, 3)), np.zeros(3), np.zeros((7, 3))
    for judgement in range(3):
        machine = SVC(C=10.0, gamma=5.0).fit(messages, messages[:, judgement] > 0.1)
        duals[machine.support_, judgement] = machine.dual_coef_[0]
        intercepts[judgement] = machine.intercept_[0]
        expected[:, judgement] = machine.decision_function(queries)

    judged = KernelJudges(np.array(5.0), duals, intercepts).judge((queries @ messages.T).astype(np.float32))

    np.testing.assert_allclose(judged, expected, atol=1e-4)
    assert np.ptp(expected, axis=0).min() > 1  # they do decide something


def test_kernel_judges_hear_nothing_from_messages_left_out() -> None:
    judges = KernelJudges(np.array(0.5), np.array([[1.0], [3.0]]), np.array([0.25]))

    assert judges.judge(np.array([1.0, 1.0], dtype=np.float32)).tolist() == [4.25]
    assert judges.judge(np.array([1.0, -np.inf], dtype=np.float32)).tolist() == [1.25]
    assert judges.judge(np.array([0.0, -np.inf], dtype=np.float32)).tolist() == [pytest.approx(0.25 + np.exp(-1))]


@pytest.mark.parametrize(
    "query",
    [
        ["歇业", "备案"],
        ["歇业", "歇业", "歇业", "多少"],
        ["公交", "没见过", "天气"],
        ["没见过"],
        [],
    ],
)
def test_term_judges_decide_as_sklearns_tfidf_and_logistic_regression(query: list[str]) -> None:
    vectorizer = TfidfVectorizer(analyzer=unchanged, sublinear_tf=True)
    x = vectorizer.fit_transform(DOCUMENTS)
    models = [LogisticRegression(C=5.0).fit(x, TARGETS[:, judgement]) for judgement in range(3)]
    judges = TermJudges(
        terms=np.array(vectorizer.get_feature_names_out(), dtype=np.str_),
        idf=vectorizer.idf_,
        coefficients=np.column_stack([model.coef_[0] for model in models]),
        intercepts=np.concatenate([model.intercept_ for model in models]),
    )

    expected = [model.decision_function(vectorizer.transform([query]))[0] for model in models]

    np.testing.assert_allclose(judges.judge(query), expected, atol=1e-12)


def test_term_judges_fall_back_on_the_intercepts_for_unknown_terms() -> None:
    assert hand_made_judges().judge(["天气", "怎样"]).tolist() == [0.5, -0.5, -1.0]
    assert hand_made_judges().contributions(["天气"], 0) == {}


def test_term_judges_do_not_change_when_every_term_is_repeated() -> None:
    judges = hand_made_judges()

    np.testing.assert_allclose(judges.judge(["歇业", "备案"] * 3), judges.judge(["歇业", "备案"]))


def test_contributions_give_what_weighs_most_first_and_add_up_to_the_judgement() -> None:
    # TF-IDF of 备案 and 歇业 is (3, 4), of length 5.
    judges = hand_made_judges()

    shares = judges.contributions(["备案", "天气", "歇业"], 0)

    assert list(shares) == ["歇业", "备案"]
    assert shares == pytest.approx({"歇业": 1.6, "备案": 0.3})
    against = judges.contributions(["备案", "歇业"], 1)
    assert list(against) == ["歇业", "备案"]
    assert against == pytest.approx({"歇业": -0.8, "备案": 0.6})
    assert judges.judge(["备案", "天气", "歇业"])[0] == pytest.approx(0.5 + 1.6 + 0.3)


def test_softmax_gives_probabilities_however_great_the_logits() -> None:
    assert softmax(np.log([3.0, 1.0])).tolist() == pytest.approx([0.75, 0.25])
    assert softmax(np.array([1000.0, -1000.0])).tolist() == [1.0, 0.0]


def test_label_model_standardises_signals_and_gives_probabilities_that_sum_to_one() -> None:
    model = LabelModel(
        mean=np.array([1.0, 0.0]),
        scale=np.array([2.0, 1.0]),
        coefficients=np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0], [0.0, 0.0]]),
        intercepts=np.array([0.0, np.log(2), 0.0, 0.0]),
    )

    assert model.probabilities(np.array([1.0, 0.0])).tolist() == pytest.approx([0.2, 0.4, 0.2, 0.2])
    # The first signal is log 5 standard deviations above its mean.
    assert model.probabilities(np.array([1 + 2 * np.log(5), 0.0])).tolist() == pytest.approx(
        [5 / 9, 2 / 9, 1 / 9, 1 / 9]
    )
    assert model.probabilities(np.array([-7.0, 31.0])).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("probabilities", "first", "outcome"),
    [
        # answer, detail, oos, vague; in scope is answer + detail
        ((0.75, 0.0, 0.25, 0.0), 1.0, "answer"),
        ((0.5, 0.0, 0.5, 0.0), 1.0, "answer"),  # exactly the threshold
        ((0.3125, 0.1875, 0.5, 0.0), 1.0, "answer"),  # only both together reach it
        ((0.75, 0.0, 0.25, 0.0), 0.25, "answer"),  # just clear enough
        ((0.75, 0.0, 0.25, 0.0), 0.1875, "clarify"),  # a close call between clauses
        ((0.4375, 0.0, 0.5625, 0.0), 1.0, "clarify"),  # too little for an answer
        ((0.375, 0.0, 0.625, 0.0), 0.125, "clarify"),  # exactly the threshold of an offer, whatever is first
        ((0.3125, 0.0, 0.6875, 0.0), 1.0, "abstain"),
        ((0.25, 0.5, 0.25, 0.0), 1.0, "no_detail"),
        ((0.375, 0.375, 0.25, 0.0), 1.0, "no_detail"),  # a detail as likely as not
        ((0.4375, 0.3125, 0.25, 0.0), 1.0, "answer"),  # a detail rather not
        ((0.0, 0.125, 0.875, 0.0), 1.0, "no_detail"),  # exactly the threshold of the related clause
        ((0.0, 0.0625, 0.9375, 0.0), 1.0, "abstain"),
        ((0.0, 0.75, 0.25, 0.0), 0.1875, "no_detail"),
        ((0.0, 0.75, 0.25, 0.0), 0.125, "abstain"),  # about the document, and not about that clause
        ((0.0, 0.0, 1.0, 0.0), 1.0, "abstain"),
        ((0.5, 0.0, 0.0, 0.5), 1.0, "clarify"),  # vague goes before all
        ((0.0, 0.5, 0.0, 0.5), 1.0, "clarify"),
        ((0.0, 0.0, 0.25, 0.75), 1.0, "clarify"),
        ((0.0, 0.0, 0.5625, 0.4375), 1.0, "abstain"),
    ],
)
def test_policy_chooses_by_literal_thresholds(
    probabilities: tuple[float, float, float, float], first: float, outcome: str
) -> None:
    policy = Policy(answer=0.5, offer=0.375, clear=0.25, related=0.125, detail=0.5, vague=0.5)

    assert policy.choose(np.array(probabilities), first) == outcome


def hand_made_models() -> Models:
    return Models(
        fusion=np.array([1.0, 0.5, 0.0, 2.0, 1.0, 3.0]),
        classifier=VectorClassifier(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.25, -0.25])),
        matters=KernelMatters(np.array(3.0), np.array([1, 2]), np.array([[0.5, 0.0], [0.0, 0.5]])),
        kernel=KernelJudges(np.array(5.0), np.arange(9.0).reshape(3, 3), np.array([0.1, 0.2, 0.3])),
        terms=hand_made_judges(),
        label=LabelModel(
            np.zeros(16), np.ones(16), np.arange(64.0).reshape(4, 16), np.array([1.0, 2.0, 3.0, 4.0])
        ),
        policy=Policy(answer=0.41, offer=0.31, clear=0.25, related=0.21, detail=0.5, vague=0.6),
        matter_margin=0.875,
    )


def test_matters_are_scored_by_how_near_their_own_messages_are() -> None:
    matters = hand_made_models().matters

    scores = matters.scores(np.array([0.9, 1.0, 0.5], dtype=np.float32))

    # exp(0) · 0.5 and exp(-2 · 3 · 0.5) · 0.5; the first message is about none.
    assert scores.tolist() == pytest.approx([0.5, 0.024894], abs=1e-6)


def test_clause_logits_weigh_the_scaled_measurements() -> None:
    evidence = Evidence(
        question=np.array([0.5, 0.25]),
        clause=np.array([0.5, 0.0]),
        lexical=np.array([3.0, 0.0]),
        classifier=np.array([0.5, -1.0]),
        service=np.array([0.5, 0.0]),
        nearest=np.array([0, 1]),
        n_terms=8,
    )

    assert hand_made_models().clause_logits(evidence).tolist() == [10 + 5 + 0 + 2 + 0.5 + 1.5, 5 - 1]


def test_models_load_gives_back_what_save_wrote(tmp_path: Path) -> None:
    hand_made_models().save(tmp_path / "models.npz")

    loaded = Models.load(tmp_path / "models.npz")

    np.testing.assert_equal(dataclasses.asdict(loaded), dataclasses.asdict(hand_made_models()))
    assert loaded.policy == hand_made_models().policy
    assert loaded.terms.judge(["歇业"]).tolist() == [2.5, -1.5, -1.0]


def missing(path: Path) -> None:
    assert not path.exists()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def of_other_bytes(path: Path) -> None:
    path.write_bytes(b"not a model")


def cut_short(path: Path) -> None:
    hand_made_models().save(path)
    path.write_bytes(path.read_bytes()[:-100])


def of_one_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


def without_the_policy(path: Path) -> None:
    hand_made_models().save(path)
    with np.load(path) as arrays:
        kept = {name: arrays[name] for name in arrays if name != "policy.vague"}
    np.savez(path, **kept)


@pytest.mark.parametrize(
    "damage",
    [missing, empty, of_other_bytes, cut_short, of_one_array, without_the_policy],
    ids=lambda f: f.__name__,
)
def test_models_load_names_a_damaged_file(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    damage(tmp_path / "models.npz")

    with pytest.raises(IndexDamagedError, match=r"models\.npz cannot be used.*make index"):
        Models.load(tmp_path / "models.npz")


# Two clauses, the first three times as likely as the second.
EVIDENCE = Evidence(
    question=np.array([0.75, 0.5]),
    clause=np.array([0.25, 0.625]),
    lexical=np.array([1.5, 6.0]),
    classifier=np.array([0.0, 0.0]),
    service=np.array([0.0, 0.0]),
    nearest=np.array([0, 1]),
    n_terms=8,
)
LOGITS = np.log([3.0, 1.0])
JUDGED = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
KINDS = np.array([1.0, 0.0, 1.0])


def signals(
    similarities: list[float], labels: list[int], *, evidence: Evidence = EVIDENCE, logits: FloatArray = LOGITS
) -> dict[str, float]:
    found = gather_signals(
        evidence, logits, JUDGED, np.array(similarities, dtype=np.float32), np.array(labels), KINDS
    )
    return dict(zip(SIGNALS, found.tolist(), strict=True))


def test_gather_signals_gives_all_that_speaks_for_a_label() -> None:
    similarities = [0.9, 0.8, 0.7, 0.6, 0.5, 0.1, 0.5, 0.4, 0.3, 0.2, 0.1, 0.99]
    labels = [ANSWER, DETAIL, ANSWER, ANSWER, DETAIL, ANSWER, OOS, OOS, OOS, OOS, OOS, VAGUE]

    assert signals(similarities, labels) == pytest.approx(
        {
            "kernel: in scope": 1.0,
            "kernel: detail asked for": 2.0,
            "kernel: vague": 3.0,
            "terms: in scope": 4.0,
            "terms: detail asked for": 5.0,
            "terms: vague": 6.0,
            "nearest in scope": 0.9,
            "near in scope": 0.7,  # the mean of five
            "nearest outside": 0.5,
            "near outside": 0.3,
            "first clause": np.log(0.75),
            "first three clauses": 0.0,
            "nearest message of a clause": 0.75,
            "nearest clause": 0.625,
            "lexical per term": 2.0,  # by the root of 8 terms and one
            "clauses undecided": -0.573881,  # log of the entropy 0.562335 and 0.001
            "names a service": 1.0,
            "names a detail": 0.0,
            "names a stage": 1.0,
        },
        abs=1e-6,
    )


def test_gather_signals_counts_what_is_missing_of_five_neighbours_as_zero() -> None:
    found = signals([0.9, 0.6, 0.5], [ANSWER, DETAIL, OOS])

    assert found["nearest in scope"] == pytest.approx(0.9)
    assert found["near in scope"] == pytest.approx((0.9 + 0.6) / 5)
    assert found["nearest outside"] == pytest.approx(0.5)
    assert found["near outside"] == pytest.approx(0.5 / 5)


def test_gather_signals_counts_messages_left_out_as_missing() -> None:
    left_out = -np.inf

    some = signals([0.9, left_out, 0.6, left_out, left_out, left_out], [ANSWER] * 6)
    none = signals([left_out] * 6, [ANSWER] * 6)

    assert some["nearest in scope"] == pytest.approx(0.9)
    assert some["near in scope"] == pytest.approx((0.9 + 0.6) / 5)
    assert (none["nearest in scope"], none["near in scope"]) == (0.0, 0.0)
    assert (none["nearest outside"], none["near outside"]) == (0.0, 0.0)


def test_gather_signals_see_the_number_of_terms_in_one_signal_only() -> None:
    longer = dataclasses.replace(EVIDENCE, n_terms=35)
    before, after = signals([0.9], [ANSWER]), signals([0.9], [ANSWER], evidence=longer)

    assert {name for name in SIGNALS if before[name] != after[name]} == {"lexical per term"}
    assert after["lexical per term"] == pytest.approx(1.0)


def test_gather_signals_let_matches_grow_by_the_root_of_the_number_of_terms() -> None:
    longer = dataclasses.replace(EVIDENCE, lexical=EVIDENCE.lexical * 2, n_terms=35)

    assert signals([0.9], [ANSWER], evidence=longer) == pytest.approx(signals([0.9], [ANSWER]))


def test_gather_signals_survive_a_single_clause() -> None:
    one = np.array([0.5])
    alone = Evidence(one, one, one, one, one, nearest=np.array([0]), n_terms=0)

    found = signals([0.9], [ANSWER], evidence=alone, logits=np.array([3.0]))

    assert (found["first clause"], found["first three clauses"]) == (0.0, 0.0)
    assert found["clauses undecided"] == pytest.approx(np.log(1e-3), abs=1e-6)
