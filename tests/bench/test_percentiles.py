from __future__ import annotations

import pytest

from bench.percentiles import median, percentile


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 10.0), (0.25, 20.0), (0.5, 30.0), (0.9, 46.0), (0.95, 48.0), (1.0, 50.0)]
)
def test_percentile_interpolates_between_neighbours(share: float, expected: float) -> None:
    assert percentile([50.0, 10.0, 40.0, 20.0, 30.0], share) == pytest.approx(expected)


def test_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 0.99) == 7.0


def test_median_of_an_even_count_lies_between_the_middle_two() -> None:
    assert median([1.0, 2.0, 4.0, 100.0]) == 3.0


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.1), ([1.0], -0.1)])
def test_percentile_refuses_what_has_no_answer(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match=r"at least one value and a share in \[0, 1\]"):
        percentile(values, share)
