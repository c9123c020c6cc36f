from __future__ import annotations

import pytest

from embeddings import Retrieval
from embeddings.evaluation.cases import Case, judge_all, make_cases, measure_of, sha256_of
from embeddings.models import Outcome
from embeddings.passages import Label
from knowledge import NaturalMessage, load_limits
from knowledge.held_out import HeldOutQuestion
from tests.embeddings.evaluation.samples import case, judged, retrieval


def test_make_cases_takes_questions_first() -> None:
    questions = [HeldOutQuestion("h-1", "歇业要备案吗", "staff", ("2.4", "2.5"))]
    natural = [NaturalMessage("n-1", "护照丢了", "voice", "oos", (), "held_out")]

    assert make_cases(questions, natural) == (
        Case("h-1", "歇业要备案吗", "questions", "staff", "answer", ("2.4", "2.5")),
        Case("n-1", "护照丢了", "natural", "voice", "oos", ()),
    )


@pytest.mark.parametrize(
    ("label", "outcome", "clause_ids", "expected"),
    [
        ("answer", "answer", ("2.4", "2.5"), True),
        ("answer", "no_detail", ("2.4",), True),
        ("answer", "answer", ("2.5", "2.4"), False),
        ("answer", "clarify", ("2.4",), False),
        ("answer", "abstain", ("2.4",), False),
        ("detail", "no_detail", ("2.4",), True),
        ("detail", "no_detail", ("2.5", "2.4"), False),
        ("detail", "abstain", ("2.5",), True),
        ("detail", "answer", ("2.4",), False),
        ("detail", "clarify", ("2.4",), False),
        ("oos", "abstain", ("2.4",), True),
        ("oos", "clarify", ("2.4",), True),
        ("oos", "no_detail", ("2.4",), False),
        ("vague", "clarify", ("2.4",), True),
        ("vague", "abstain", ("2.4",), True),
        ("vague", "answer", ("2.4",), False),
    ],
)
def test_is_right_depends_on_the_label(
    label: Label, outcome: Outcome, clause_ids: tuple[str, ...], expected: bool
) -> None:
    expects = ("2.4",) if label in ("answer", "detail") else ()

    assert judged(case("n-1", label, expects), outcome, *clause_ids).is_right is expected


@pytest.mark.parametrize(
    ("outcome", "clause_ids", "expected"),
    [
        ("clarify", ("1.1", "1.2", "2.4"), True),
        ("no_detail", ("2.4",), True),
        ("answer", ("1.1", "1.2", "1.3", "2.4"), False),  # the fourth clause is not shown
        ("abstain", ("2.4",), False),
    ],
)
def test_helped_needs_an_expected_clause_among_three(
    outcome: Outcome, clause_ids: tuple[str, ...], expected: bool
) -> None:
    assert judged(case("n-1", clause_ids=("2.4",)), outcome, *clause_ids).helped is expected


def test_found_measure_compares_whole_numbers() -> None:
    assert judged(case("n-1", clause_ids=("2.4",)), "answer", "2.1").found_measure is True
    assert judged(case("n-1", clause_ids=("2.4",)), "answer", "22.4").found_measure is False


def test_no_hit_is_nothing_found() -> None:
    nothing = judged(case("n-1", clause_ids=("2.4",)), "answer")

    assert (nothing.found, nothing.found_among_three, nothing.found_measure) == (False, False, False)


def test_judge_all_asks_in_simplified_and_heeds_the_rules() -> None:
    asked: list[str] = []
    said: list[str] = []

    def retrieve(text: str) -> Retrieval:
        asked.append(text)
        return retrieval("answer", "2.4")

    cases = [
        Case("n-1", "停業要備案嗎", "natural", "traditional", "answer", ("2.4",)),
        Case("n-2", "怎么开假发票", "natural", "oneliner", "oos", ()),
    ]
    plain, unlawful = judge_all(cases, retrieve, load_limits(), said.append)

    assert asked == ["停业要备案吗", "怎么开假发票"]
    assert (plain.limited, plain.outcome) == (False, "answer")
    assert (unlawful.limited, unlawful.outcome) == (True, "abstain")
    assert said == ["asked 2 of 2 held-out messages"]


def test_sha256_of_changes_with_what_is_expected() -> None:
    assert sha256_of([case("n-1", clause_ids=("2.4",))]) == sha256_of([case("n-1", clause_ids=("2.4",))])
    assert sha256_of([case("n-1", clause_ids=("2.4",))]) != sha256_of([case("n-1", clause_ids=("2.5",))])


def test_measure_of_is_what_stands_before_the_point() -> None:
    assert measure_of("11.4") == "11"
