from __future__ import annotations

import pytest

from embeddings.evaluation.calibration import Bin, reliabilities, reliability
from embeddings.evaluation.shares import Share
from tests.embeddings.evaluation.samples import JUDGED


def test_reliability_sorts_into_bins_and_leaves_out_empty_ones() -> None:
    found = reliability("x", [(0.0, False), (0.125, True), (0.125, False), (1.0, True)])

    assert found.bins == (
        Bin(0.0, 0.0, Share("0.0–0.1", 0, 1)),
        Bin(0.1, 0.125, Share("0.1–0.2", 1, 2)),
        Bin(0.9, 1.0, Share("0.9–1.0", 1, 1)),
    )
    assert found.total == 4


def test_expected_error_weighs_bins_by_their_messages() -> None:
    # two at 0.2 of which one comes true (0.3 away), six at 0.9 of which all do (0.1 away): (2·0.3 + 6·0.1)/8
    found = reliability("x", [(0.2, True), (0.2, False), *[(0.9, True)] * 6])

    assert found.expected_error == pytest.approx(0.15)


def test_expected_error_of_nothing_is_nothing() -> None:
    assert reliability("x", []).expected_error == 0.0


def test_reliabilities_take_natural_messages_by_label_and_clauses_by_what_is_expected() -> None:
    in_scope, first, of_questions = reliabilities(JUDGED)

    # Answered ones are 0.9 likely to be in scope: n-1, n-3 and d-1 are, o-1 is not.
    assert in_scope.bins[-1].observed == Share("0.9–1.0", 3, 4)
    # Their first clauses have 0.81: all but that of o-1 are expected.
    assert first.bins[-1].observed == Share("0.8–0.9", 3, 4)
    assert (in_scope.total, first.total, of_questions.total) == (8, 8, 3)
