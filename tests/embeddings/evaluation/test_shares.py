from __future__ import annotations

import pytest

from embeddings.evaluation.shares import Share, share_of


def test_interval_is_wilsons() -> None:
    # 8 of 10, worked by hand: (0.8 + 0.19208 ± 1.96·sqrt((0.16 + 0.09604)/10)) / 1.38416
    assert Share("x", 8, 10).interval() == pytest.approx((0.4902, 0.9433), abs=1e-3)
    assert Share("x", 8, 10).margin == pytest.approx(0.2266, abs=1e-3)


@pytest.mark.parametrize(("hits", "expected"), [(0, (0.0, 0.0370)), (100, (0.9630, 1.0))])
def test_interval_at_the_ends_stays_within_the_possible(hits: int, expected: tuple[float, float]) -> None:
    low, high = Share("x", hits, 100).interval()

    assert (low, high) == pytest.approx(expected, abs=1e-4)
    assert low >= 0.0
    assert high <= 1.0


def test_share_of_nothing_says_nothing() -> None:
    assert Share("x", 0, 0).value == 0.0
    assert Share("x", 0, 0).interval() == (0.0, 1.0)


def test_share_of_counts() -> None:
    assert share_of("even", [1, 2, 4], lambda n: n % 2 == 0, better="lower") == Share("even", 2, 3, "lower")
