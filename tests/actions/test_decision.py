from __future__ import annotations

import pytest

from actions.decision import Outcome, decide
from embeddings import Hit, Retrieval
from knowledge import Limit

HITS = (Hit("2.4", 0.9), Hit("2.5", 0.05), Hit("2.1", 0.02), Hit("2.3", 0.01))


def retrieval(*, in_scope: bool, asks_detail: bool, hits: tuple[Hit, ...] = HITS) -> Retrieval:
    return Retrieval(hits, 0.9, 0.1, in_scope, asks_detail)


def test_decide_answers_what_the_document_covers_with_three_clauses_best_first() -> None:
    decision = decide(retrieval(in_scope=True, asks_detail=False))

    assert decision.outcome is Outcome.ANSWER
    assert [hit.clause_id for hit in decision.cited] == ["2.4", "2.5", "2.1"]
    assert [hit.clause_id for hit in decision.rejected] == ["2.3"]


def test_decide_says_that_a_detail_is_not_stated_and_cites_what_is_related() -> None:
    decision = decide(retrieval(in_scope=True, asks_detail=True))

    assert decision.outcome is Outcome.NO_DETAIL
    assert decision.cited[0].clause_id == "2.4"


def test_decide_abstains_outside_the_document_and_cites_nothing() -> None:
    decision = decide(retrieval(in_scope=False, asks_detail=True))

    assert decision.outcome is Outcome.ABSTAIN
    assert decision.cited == ()
    assert decision.rejected == HITS


@pytest.mark.parametrize("limit", ["unlawful", "elsewhere"])
def test_decide_never_cites_for_what_a_rule_excludes(limit: Limit) -> None:
    decision = decide(retrieval(in_scope=True, asks_detail=False), limit)

    assert (decision.outcome, decision.limit, decision.cited) == (Outcome.ABSTAIN, limit, ())


def test_decide_abstains_if_nothing_was_found() -> None:
    assert decide(retrieval(in_scope=True, asks_detail=False, hits=())).outcome is Outcome.ABSTAIN
