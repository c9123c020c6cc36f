from __future__ import annotations

from dataclasses import replace

import pytest

from embeddings.evaluation.tradeoffs import Point, Tradeoff, tradeoffs
from tests.embeddings.evaluation.samples import JUDGED, POLICY


def hits(point: Point) -> tuple[int, int, int, int]:
    return (point.answered.hits, point.offered.hits, point.not_answered.hits, point.refused.hits)


def at(one: Tradeoff, threshold: float) -> tuple[int, int, int, int]:
    (point,) = (point for point in one.points if point.threshold == threshold)
    return hits(point)


def test_current_point_is_what_became_of_the_messages() -> None:
    answer, offer = tradeoffs(JUDGED, POLICY)

    # Outside, o-1 is answered and o-2 told that a detail is missing; n-2 is asked back and n-3 refused.
    assert (answer.moved, answer.current.threshold, hits(answer.current)) == ("answer", 0.6, (1, 2, 2, 1))
    assert (offer.moved, offer.current.threshold, hits(offer.current)) == ("offer", 0.3, (1, 2, 2, 1))
    assert (answer.current.answered.total, answer.current.refused.total) == (2, 3)


def test_answer_threshold_trades_false_answers_for_answers() -> None:
    answer, _ = tradeoffs(JUDGED, POLICY)

    assert at(answer, 0.4) == (1, 2, 1, 1)  # n-2, at 0.4, is answered now; a rule refuses n-3 at every threshold
    assert at(answer, 0.92) == (0, 2, 3, 1)  # o-1, at 0.9, is asked back; so is n-1


def test_offer_threshold_moves_with_that_of_related_clauses() -> None:
    _, offer = tradeoffs(JUDGED, replace(POLICY, answer=0.95))

    assert at(offer, 0.3) == (0, 2, 3, 1)
    assert at(offer, 0.5) == (0, 2, 3, 2)  # n-2 is refused
    assert at(offer, 0.8) == (0, 1, 3, 2)  # o-2, which asks for a detail, is refused at 0.7


def test_thresholds_are_even_steps() -> None:
    answer, _ = tradeoffs(JUDGED, POLICY)

    assert [point.threshold for point in answer.points][:3] == pytest.approx([0.02, 0.04, 0.06])
    assert answer.points[-1].threshold == 0.98
