from __future__ import annotations

import pytest

from actions.decision import NONE_OF_THESE, Decision, Outcome, Reason, decide, decide_choice, decide_parts
from embeddings import Hit, Matter, Retrieval
from knowledge import Limit

HITS = (Hit("2.4", 0.9), Hit("2.5", 0.05), Hit("2.1", 0.02), Hit("2.3", 0.01))
PASSPORT = Matter("passport", "护照", "passports", "护照由公安机关办理。", "Passports are issued by the police.")


def retrieval(
    outcome: str, *, vague: float = 0.0, hits: tuple[Hit, ...] = HITS, matter: Matter | None = None
) -> Retrieval:
    rest = 1 - vague
    probabilities = {"answer": 0.5 * rest, "detail": 0.3 * rest, "oos": 0.2 * rest, "vague": vague}
    return Retrieval(hits, outcome, probabilities, matter)  # type: ignore[arg-type]


def test_decide_answers_what_the_document_covers_with_three_clauses_best_first() -> None:
    decision = decide(retrieval("answer"))

    assert decision.outcome is Outcome.ANSWER
    assert [hit.clause_id for hit in decision.cited] == ["2.4", "2.5", "2.1"]
    assert [hit.clause_id for hit in decision.rejected] == ["2.3"]
    assert decision.response == "utter_answer"


def test_decide_says_that_a_detail_is_not_stated_and_cites_what_is_related() -> None:
    decision = decide(retrieval("no_detail"))

    assert (decision.outcome, decision.response) == (Outcome.NO_DETAIL, "utter_no_detail")
    assert decision.cited[0].clause_id == "2.4"


def test_decide_offers_three_readings_when_it_is_not_sure() -> None:
    decision = decide(retrieval("clarify", vague=0.1))

    assert (decision.outcome, decision.response) == (Outcome.CLARIFY, "utter_clarify")
    assert [hit.clause_id for hit in decision.cited] == ["2.4", "2.5", "2.1"]


def test_decide_asks_back_and_offers_nothing_when_a_message_says_too_little() -> None:
    decision = decide(retrieval("clarify", vague=0.9))

    assert (decision.outcome, decision.response, decision.cited) == (Outcome.CLARIFY, "utter_ask_back", ())


def test_decide_abstains_outside_the_document_and_cites_nothing() -> None:
    decision = decide(retrieval("abstain"))

    assert (decision.outcome, decision.response, decision.cited) == (Outcome.ABSTAIN, "utter_abstain", ())
    assert decision.rejected == HITS


def test_decide_names_the_matter_that_it_understood() -> None:
    decision = decide(retrieval("abstain", matter=PASSPORT))

    assert (decision.response, decision.matter) == ("utter_abstain_matter", PASSPORT)


def test_decide_names_no_outside_matter_beside_an_answer() -> None:
    assert decide(retrieval("answer", matter=PASSPORT)).matter is None


@pytest.mark.parametrize("limit", ["unlawful", "elsewhere"])
def test_decide_never_cites_for_what_a_rule_excludes(limit: Limit) -> None:
    decision = decide(retrieval("answer", matter=PASSPORT), limit)

    assert (decision.outcome, decision.reason, decision.cited) == (Outcome.ABSTAIN, Reason(limit), ())
    assert (decision.response, decision.matter) == (f"utter_{limit}", None)


def test_decide_abstains_if_nothing_was_found() -> None:
    assert decide(retrieval("answer", hits=())).outcome is Outcome.ABSTAIN


def test_decide_choice_answers_with_the_clause_that_was_chosen() -> None:
    decision = decide_choice("2.5", retrieval("abstain"))

    assert (decision.outcome, decision.cited) == (Outcome.ANSWER, (Hit("2.5", 0.05),))
    assert [hit.clause_id for hit in decision.rejected] == ["2.4", "2.1", "2.3"]


def test_decide_choice_answers_with_a_clause_that_its_words_did_not_find() -> None:
    assert decide_choice("9.1", retrieval("abstain")).cited == (Hit("9.1", 1.0),)


def test_decide_choice_takes_note_of_none_of_these() -> None:
    decision = decide_choice(NONE_OF_THESE, retrieval("answer"))

    assert (decision.outcome, decision.response) == (Outcome.ABSTAIN, "utter_none_of_these")
    assert decision.cited == ()


WHOLE = decide(retrieval("answer"))


def part(clause_id: str, score: float = 0.65, outcome: Outcome = Outcome.ANSWER) -> Decision:
    return Decision(outcome, None, (Hit(clause_id, score), Hit("7.7", 0.01)), ())


def test_decide_parts_cites_the_first_clause_of_each_part_and_then_what_is_related() -> None:
    decision = decide_parts(WHOLE, [part("9.1"), part("3.3")])

    assert (decision.outcome, decision.response) == (Outcome.ANSWER, "utter_answer_several")
    assert decision.cited == (Hit("9.1", 0.65), Hit("3.3", 0.65), Hit("2.4", 0.9))
    assert decision.quoted == 2
    assert [hit.clause_id for hit in decision.rejected] == ["2.5", "2.1", "2.3"]


def test_decide_parts_begins_with_the_first_clause_of_the_whole() -> None:
    decision = decide_parts(WHOLE, [part("9.1"), part("3.3"), part("2.4", 0.7)])

    assert decision.cited == (Hit("2.4", 0.7), Hit("9.1", 0.65), Hit("3.3", 0.65))
    assert decision.quoted == 3


def test_decide_parts_leaves_out_what_it_is_not_sure_of() -> None:
    decision = decide_parts(WHOLE, [part("9.1"), part("8.1", 0.64), part("3.3")])

    assert [hit.clause_id for hit in decision.cited] == ["9.1", "3.3", "2.4"]
    assert decision.quoted == 2


def test_decide_parts_answers_a_message_that_was_not_understood_as_a_whole() -> None:
    decision = decide_parts(decide(retrieval("abstain")), [part("9.1"), part("3.3")])

    assert (decision.outcome, decision.quoted) == (Outcome.ANSWER, 2)


def test_decide_parts_keeps_to_the_whole_if_a_part_asks_for_a_detail_that_is_not_stated() -> None:
    assert decide_parts(WHOLE, [part("9.1"), part("3.3", outcome=Outcome.NO_DETAIL)]) is WHOLE


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [part("9.1")],
        [part("9.1"), part("9.1", 0.9)],
        [part("9.1"), part("3.3", 0.64)],
        [part("9.1"), part("3.3", outcome=Outcome.CLARIFY)],
        [part("9.1"), decide(retrieval("abstain"))],
    ],
)
def test_decide_parts_keeps_to_the_whole_without_two_sure_answers(parts: list[Decision]) -> None:
    assert decide_parts(WHOLE, parts) is WHOLE


@pytest.mark.parametrize(
    "whole",
    [
        decide(retrieval("answer"), "unlawful"),
        decide(retrieval("abstain", matter=PASSPORT)),
        decide(retrieval("clarify", vague=0.9)),
    ],
)
def test_decide_parts_keeps_to_a_whole_that_has_a_reason(whole: Decision) -> None:
    assert decide_parts(whole, [part("9.1"), part("3.3")]) is whole
