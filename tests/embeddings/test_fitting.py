from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest

from embeddings.encoder import Vector
from embeddings.evidence import FloatArray
from embeddings.fitting import (
    FOLDS,
    _Fitting,
    _Measured,
    assign_folds,
    choose_policy,
    fit_fusion,
    fit_models,
    lead_for_precision,
)
from embeddings.models import SIGNALS, Models, Policy
from embeddings.passages import LABELS, NOTHING, Corpus, Message, make_corpus
from tests.embeddings.samples import CharacterEncoder, WordFinder, sample_material

ANSWER, DETAIL, OOS, VAGUE = range(4)


def ignore(line: str) -> None:
    """Take a line about the progress."""


def encoded(corpus: Corpus) -> tuple[Vector, Vector]:
    encoder = CharacterEncoder()
    return (
        encoder.encode_passages(corpus.clause_texts),
        encoder.encode_queries([message.text for message in corpus.messages]),
    )


def fit(corpus: Corpus) -> Models:
    return fit_models(corpus, *encoded(corpus), WordFinder(), ignore)


def test_fit_fusion_trusts_the_measurement_that_finds_the_answer() -> None:
    rng = np.random.default_rng(1)
    answers = rng.integers(0, 5, 200)
    good = rng.normal(size=(200, 5))
    good[np.arange(200), answers] += 2
    noise = rng.normal(size=(200, 5))

    fusion = fit_fusion(np.stack([good, noise], axis=1), answers, np.ones(200))

    assert fusion[0] > 1
    assert fusion[1] < 0.2


def test_fit_fusion_never_gives_a_negative_weight() -> None:
    misleading = np.eye(3)[[1, 2, 0]][:, None, :]

    assert fit_fusion(misleading, np.array([0, 1, 2]), np.ones(3)).tolist() == [0.0]


@pytest.mark.parametrize(
    ("weights", "trusted"),
    [([9.0, 1.0], [True, False]), ([1.0, 9.0], [False, True]), ([2.0, 2.0], [False, False])],
)
def test_fit_fusion_follows_the_queries_that_count_more(weights: list[float], trusted: list[bool]) -> None:
    # Both queries are answered by clause 0; each measurement finds it for one of them and misleads for the other.
    evidence = np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]])

    fusion = fit_fusion(evidence, np.array([0, 0]), np.array(weights))

    assert [weight > max(0.5, 2 * other) for weight, other in (fusion, fusion[::-1])] == trusted


def test_fit_fusion_depends_on_the_proportions_of_the_weights_only() -> None:
    evidence = np.random.default_rng(3).normal(size=(20, 2, 4))
    answers, weights = np.arange(20) % 4, np.arange(1.0, 21.0)

    np.testing.assert_allclose(
        fit_fusion(evidence, answers, weights), fit_fusion(evidence, answers, weights * 7), atol=1e-4
    )


def outsiders(in_scope: list[float], *, detail: bool = False, vague: float = 0.0) -> FloatArray:
    """Return probabilities of messages that are outside, with these of being in scope."""
    rows = np.zeros((len(in_scope), len(LABELS)))
    rows[:, DETAIL if detail else ANSWER] = in_scope
    rows[:, VAGUE] = vague
    rows[:, OOS] = 1 - rows.sum(axis=1)
    return rows


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 40 messages outside, one may be answered, and six may get an offer."""
    monkeypatch.setattr("embeddings.fitting.MAX_FALSE_ANSWERS", 0.025)
    monkeypatch.setattr("embeddings.fitting.MAX_FALSE_OFFERS", 0.16)
    monkeypatch.setattr("embeddings.fitting.LEAST_ANSWER", 0.2)
    monkeypatch.setattr("embeddings.fitting.DETAIL_THRESHOLD", 0.5)
    monkeypatch.setattr("embeddings.fitting.CLEAR_THRESHOLD", 0.25)


OUTSIDE = outsiders([0.705, 0.405, 0.355, 0.345, 0.335, 0.325, 0.315, 0.305, 0.295] + [0.005] * 31)
CLEAR = np.ones(40)


def outcomes(policy: Policy, rows: FloatArray, firsts: FloatArray = CLEAR) -> Counter[str]:
    return Counter(policy.choose(row, first) for row, first in zip(rows, firsts.tolist(), strict=True))


@pytest.mark.usefixtures("limits")
def test_choose_policy_takes_the_lowest_thresholds_within_the_limits() -> None:
    policy = choose_policy(OUTSIDE, CLEAR, np.full(40, OOS))

    assert (policy.detail, policy.clear) == (0.5, 0.25)
    assert policy.answer == pytest.approx(0.41)
    assert policy.offer == policy.related == pytest.approx(0.31)
    assert outcomes(policy, OUTSIDE) == {"answer": 1, "clarify": 6, "abstain": 33}


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize(("name", "outcome", "allowed"), [("answer", "answer", 1), ("offer", "clarify", 6)])
def test_choose_policy_leaves_no_room_below_its_thresholds(name: str, outcome: str, allowed: int) -> None:
    policy = choose_policy(OUTSIDE, CLEAR, np.full(40, OOS))

    lower = dataclasses.replace(policy, **{name: getattr(policy, name) - 0.01})

    assert outcomes(lower, OUTSIDE)[outcome] > allowed


@pytest.mark.usefixtures("limits")
def test_choose_policy_counts_related_clauses_for_details_as_offers() -> None:
    answers = outsiders([0.705, 0.405])
    details = outsiders([0.355, 0.345, 0.335, 0.325, 0.315, 0.305, 0.295] + [0.005] * 31, detail=True)
    rows = np.vstack([answers, details])

    policy = choose_policy(rows, CLEAR, np.full(40, OOS))

    assert policy.answer == pytest.approx(0.41)
    assert policy.related == pytest.approx(0.31)
    assert outcomes(policy, rows) == {"answer": 1, "clarify": 1, "no_detail": 5, "abstain": 33}


@pytest.mark.usefixtures("limits")
def test_choose_policy_asks_of_a_detail_that_it_be_about_the_first_clause() -> None:
    # Ten are surely in scope and ask for a detail, about one of two clauses: 0.5 each.
    rows = outsiders([1.0] * 10 + [0.0] * 30, detail=True)
    halves = np.full(40, 0.5)

    policy = choose_policy(rows, halves, np.full(40, OOS))

    assert policy.related == pytest.approx(0.51)
    assert outcomes(policy, rows, halves) == {"abstain": 40}


@pytest.mark.usefixtures("limits")
def test_choose_policy_does_not_count_close_calls_as_answers() -> None:
    firsts = np.where(np.arange(40) < 1, 0.2, 1.0)

    policy = choose_policy(OUTSIDE, firsts, np.full(40, OOS))

    # The likeliest of all is no answer, so the next one may be.
    assert policy.answer == pytest.approx(0.36)
    assert outcomes(policy, OUTSIDE, firsts) == {"answer": 1, "clarify": 6, "abstain": 33}


@pytest.mark.usefixtures("limits")
def test_choose_policy_offers_nothing_if_asking_back_alone_exceeds_the_limit() -> None:
    vague = outsiders([0.0] * 40, vague=0.75)

    policy = choose_policy(vague, CLEAR, np.full(40, OOS))

    assert policy.answer == pytest.approx(0.2)
    assert policy.offer == policy.related == 1.0


@pytest.mark.usefixtures("limits")
def test_choose_policy_answers_nothing_that_is_most_likely_outside() -> None:
    policy = choose_policy(outsiders([0.0] * 40), CLEAR, np.full(40, OOS))
    rows = outsiders([0.195] * 20 + [0.205] * 20)

    assert policy.answer == pytest.approx(0.2)
    assert outcomes(policy, rows) == {"clarify": 20, "answer": 20}


@pytest.mark.usefixtures("limits")
def test_choose_policy_looks_at_what_is_outside_only() -> None:
    rows = np.vstack([OUTSIDE, outsiders([0.9] * 40)])

    policy = choose_policy(rows, np.ones(80), np.repeat([OOS, ANSWER], 40))

    assert policy == choose_policy(OUTSIDE, CLEAR, np.full(40, OOS))


def test_the_sample_has_every_label_twice_in_every_fold() -> None:
    corpus = make_corpus(sample_material())
    folds = _Fitting(corpus, *encoded(corpus), WordFinder()).folds

    found = Counter(zip(folds.tolist(), (message.label for message in corpus.messages), strict=True))

    assert min(found[fold, label] for fold in range(FOLDS) for label in LABELS) >= 2


def test_neighbours_in_a_clauses_list_share_a_fold() -> None:
    questions = [Message(f"问题{i}", "answer", "written", clause=i // 10) for i in range(20)]
    others = [Message(f"别的{i}", "oos", "natural") for i in range(40)]

    folds = assign_folds(Corpus(("1.1", "1.2"), ("一", "二"), (*questions, *others))).tolist()

    assert folds[:10] == folds[10:20] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert sorted(set(folds[20:])) == [0, 1, 2, 3, 4]
    assert folds[20:] != sorted(folds[20:])


def test_fit_models_gives_the_same_for_the_same() -> None:
    first, second = (fit(make_corpus(sample_material())) for _ in range(2))

    np.testing.assert_equal(dataclasses.asdict(second), dataclasses.asdict(first))


def test_fit_models_gives_every_message_and_clause_its_place() -> None:
    corpus = make_corpus(sample_material())

    models = fit(corpus)

    assert models.fusion.shape == (6,)
    assert (models.fusion >= 0).all()
    assert models.classifier.coefficients.shape == (3, 128)
    assert models.kernel.duals.shape == (111, 3)
    assert models.terms.coefficients.shape == (len(models.terms.terms), 3)
    assert models.label.coefficients.shape == (4, 19)
    assert models.matter_margin > 0


def test_fit_models_asks_the_judges_only_what_applies_to_a_message() -> None:
    corpus = make_corpus(sample_material())
    duals = fit(corpus).kernel.duals

    supports = {
        judgement: {
            message.label for message, dual in zip(corpus.messages, duals[:, judgement], strict=True) if dual
        }
        for judgement in range(3)
    }

    assert supports[0] == {"answer", "detail", "oos"}  # in scope?
    assert supports[1] == {"answer", "detail"}  # a detail asked for?
    assert supports[2] == {"answer", "detail", "oos", "vague"}  # vague?


def test_fit_models_never_expects_a_label_that_no_message_has() -> None:
    whole = make_corpus(sample_material())
    corpus = dataclasses.replace(
        whole, messages=tuple(message for message in whole.messages if message.label in ("answer", "oos"))
    )

    models = fit(corpus)

    for signals in np.random.default_rng(4).normal(models.label.mean, models.label.scale, size=(20, len(SIGNALS))):
        answer, detail, oos, vague = models.label.probabilities(signals).tolist()
        assert max(detail, vague) < 1e-6
        assert answer + oos == pytest.approx(1)
    # Nobody asks for a detail, and nobody is vague: there was nothing to tell apart.
    assert models.kernel.intercepts[1:].tolist() == [-1.0, -1.0]
    assert not models.kernel.duals[:, 1:].any()


@pytest.fixture(scope="module")
def measured() -> list[_Measured]:
    corpus = make_corpus(sample_material())
    return measure_all(_Fitting(corpus, *encoded(corpus), WordFinder()))


def measure_all(fitting: _Fitting) -> list[_Measured]:
    """What is measured of each message, in order."""
    found = {position: one for fold in range(FOLDS) for position, one in fitting.measure_held_out(fold).items()}
    return [found[position] for position in range(len(found))]


def test_measure_held_out_compares_a_message_with_the_other_folds_only(measured: list[_Measured]) -> None:
    corpus = make_corpus(sample_material())
    folds = _Fitting(corpus, *encoded(corpus), WordFinder()).folds

    assert len(measured) == 111
    for i, one in enumerate(measured):
        assert np.isneginf(one.similarities).tolist() == (folds == folds[i]).tolist()
        found = one.evidence.nearest[one.evidence.nearest >= 0]
        assert (folds[found] != folds[i]).all()


def test_measure_held_out_learns_nothing_from_a_messages_own_fold(measured: list[_Measured]) -> None:
    corpus = make_corpus(sample_material())
    position = next(i for i, message in enumerate(corpus.messages) if message.text == "生意不做了先关半年")
    messages = list(corpus.messages)
    messages[position] = dataclasses.replace(messages[position], label="oos", clause=NOTHING)
    relabelled = _Fitting(dataclasses.replace(corpus, messages=tuple(messages)), *encoded(corpus), WordFinder())

    after = measure_all(relabelled)

    changed = {
        fold
        for fold, old, new in zip(relabelled.folds.tolist(), measured, after, strict=True)
        if not np.array_equal(old.judged, new.judged)
        or not np.array_equal(old.evidence.scaled(), new.evidence.scaled())
    }
    assert changed == set(range(FOLDS)) - {relabelled.folds[position]}


def test_fit_base_gives_no_weight_to_messages_that_it_is_not_fitted_on() -> None:
    corpus = make_corpus(sample_material())
    fitting = _Fitting(corpus, *encoded(corpus), WordFinder())

    duals = fitting.fit_base(np.flatnonzero(fitting.folds != 3)).kernel.duals

    assert not duals[fitting.folds == 3].any()
    assert np.count_nonzero(duals[fitting.folds != 3]) > 50


@pytest.mark.parametrize(
    ("leads", "right", "lead"),
    [
        ([3.0, 2.0, 1.0], [True, True, True], 1.0),
        ([3.0, 2.0, 1.0], [True, False, True], 3.0),
        ([2.0, 3.0, 1.0], [True, False, True], np.inf),  # the surest is wrong
    ],
)
def test_lead_for_precision_is_the_lowest_from_which_three_of_four_are_right(
    leads: list[float], right: list[bool], lead: float
) -> None:
    assert lead_for_precision(np.array(leads), np.array(right), 0.75) == lead


def test_fit_matters_names_nothing_if_there_are_not_two() -> None:
    whole = make_corpus(sample_material())
    corpus = dataclasses.replace(whole, messages=whole.messages[:20], matters=whole.matters[:1])

    matters, lead = _Fitting(corpus, *encoded(corpus), WordFinder()).fit_matters()

    assert lead == np.inf
    assert matters.duals.shape[1] == 1


def test_fit_matters_finds_the_matter_of_a_message_that_it_has_seen() -> None:
    corpus = make_corpus(sample_material())
    _, messages = encoded(corpus)

    matters, _ = _Fitting(corpus, *encoded(corpus), WordFinder()).fit_matters()

    about = np.flatnonzero(corpus.message_matters >= 0)
    found = np.array([matters.scores(messages @ messages[one]).argmax() for one in about])
    assert matters.members.tolist() == about.tolist()
    assert (found == corpus.message_matters[about]).mean() > 0.9
