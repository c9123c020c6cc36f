from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from embeddings import Hit, Retrieval
from embeddings.explanation import explain
from embeddings.models import Outcome, Policy
from embeddings.passages import Matter
from tests.embeddings.samples import sample_document

THRESHOLDS = {"answer": 0.6, "offer": 0.3, "clear": 0.25, "related": 0.4, "detail": 0.5, "vague": 0.5}


def hit(clause_id: str, score: float, *, nearest: str | None, terms: dict[str, float]) -> Hit:
    return Hit(
        clause_id,
        score,
        {
            "question_similarity": {"value": 18.5, "share": 16.7},
            "clause_similarity": {"value": 17.3, "share": 20.6},
            "lexical": {"value": 3.9, "share": 0.4},
            "lexical_per_term": {"value": 4.5, "share": 2.3},
            "classifier": {"value": -7.8, "share": -8.3},
            "service": {"value": 1.0, "share": 2.5},
            "nearest_question": nearest,
            "matched_terms": terms,
        },
    )


def retrieval(
    outcome: Outcome,
    probabilities: tuple[float, float, float, float],
    *,
    first: float = 0.875,
    matter: Matter | None = None,
) -> Retrieval:
    why: dict[str, Any] = {
        "signals": {
            "kernel: in scope": {"value": 0.25, "towards_answer": 0.5},
            "terms: vague": {"value": -3.0, "towards_answer": -1.25},
            "first clause": {"value": -0.006, "towards_answer": 0.0},
        },
        "judging_terms": {"in scope": {"歇业": 0.5, "多少": -0.25}, "detail asked for": {}},
        "nearest_messages": [
            {"text": "想停业半年", "similarity": 0.9271, "label": "answer", "about": "1.2"},
            {"text": "怎么养猫", "similarity": 0.5, "label": "oos", "about": None},
        ],
        "margin": 0.75,
        "thresholds": THRESHOLDS,
    }
    return Retrieval(
        hits=(
            hit(
                "1.2",
                first * (probabilities[0] + probabilities[1]),
                nearest="想停业半年",
                terms={"停业": 5.98, "半年": 1.0},
            ),
            hit("2.1", 0.01, nearest=None, terms={}),
        ),
        outcome=outcome,
        probabilities=dict(zip(("answer", "detail", "oos", "vague"), probabilities, strict=True)),
        matter=matter,
        why=why,
    )


def test_explain_says_everything_about_a_message() -> None:
    found = explain(retrieval("answer", (0.7, 0.1, 0.15, 0.05)), document=sample_document())

    assert found.splitlines() == [
        "outcome: answer",
        "  vague 0.050 < threshold vague 0.500",
        "  detail, given in scope 0.125 < threshold detail 0.500",
        "  in scope 0.800 ≥ threshold answer 0.600",
        "  first clause, given in scope 0.875 ≥ threshold clear 0.250: answer",
        "probabilities: answer 0.700, detail 0.100, oos 0.150, vague 0.050",
        "",
        "signals, by what they add towards `answer` rather than `oos`:",
        "    share    value",
        "   -1.250   -3.000  terms: vague",
        "   +0.500    0.250  kernel: in scope",
        "   +0.000   -0.006  first clause",
        "",
        "judging terms:",
        "  in scope: 歇业 +0.50, 多少 -0.25",
        "  detail asked for: none",
        "",
        "nearest known messages:",
        "  0.927  answer, 1.2: 想停业半年",
        "  0.500  oos: 怎么养猫",
        "outside matter: none is near enough",
        "",
        "clauses; the first leads by 0.750:",
        "1. 1.2  score 0.700  落实歇业备案制度，根据企业需要“一口办理”歇业备案手续。",
        "       share    value",
        "     +16.700   18.500  question_similarity",
        "     +20.600   17.300  clause_similarity",
        "      +0.400    3.900  lexical",
        "      +2.300    4.500  lexical_per_term",
        "      -8.300   -7.800  classifier",
        "      +2.500    1.000  service",
        "     nearest question: 想停业半年",
        "     matched terms: 停业 +5.98, 半年 +1.00",
        "2. 2.1  score 0.010  完善社区嵌入式养老服务网络。",
        "       share    value",
        "     +16.700   18.500  question_similarity",
        "     +20.600   17.300  clause_similarity",
        "      +0.400    3.900  lexical",
        "      +2.300    4.500  lexical_per_term",
        "      -8.300   -7.800  classifier",
        "      +2.500    1.000  service",
        "     nearest question: none",
        "     matched terms: none",
    ]


@pytest.mark.parametrize(
    ("outcome", "probabilities", "reason"),
    [
        ("clarify", (0.2, 0.1, 0.1, 0.6), "vague 0.600 ≥ threshold vague 0.500: clarify"),
        (
            "no_detail",
            (0.1, 0.7, 0.2, 0.0),
            "in scope and about the first clause 0.700 ≥ threshold related 0.400: no_detail",
        ),
        (
            "abstain",
            (0.1, 0.3, 0.6, 0.0),
            "in scope and about the first clause 0.350 < threshold related 0.400: abstain",
        ),
        ("clarify", (0.4, 0.0, 0.6, 0.0), "in scope 0.400 ≥ threshold offer 0.300: clarify"),
        ("abstain", (0.1, 0.0, 0.9, 0.0), "in scope 0.100 < threshold offer 0.300: abstain"),
    ],
)
def test_explain_ends_the_reasons_with_the_threshold_that_decides(
    outcome: Outcome, probabilities: tuple[float, float, float, float], reason: str
) -> None:
    lines = explain(retrieval(outcome, probabilities), document=sample_document()).splitlines()

    reasons = lines[1 : next(i for i, line in enumerate(lines) if line.startswith("probabilities"))]
    assert reasons[-1] == f"  {reason}"


def test_explain_decides_as_the_policy_does() -> None:
    steps = (0.0, 0.15, 0.35, 0.55, 0.8)
    policy = Policy(**THRESHOLDS)
    for answer, detail, vague, first in product(steps, steps, steps, (0.1, 0.5, 0.9)):
        probabilities = (answer, detail, 1 - answer - detail - vague, vague)
        if probabilities[2] < 0:
            continue
        found = retrieval("answer", probabilities, first=first)
        outcome = policy.choose(np.array(probabilities), found.first)

        lines = explain(found, document=sample_document()).splitlines()

        decisive = next(line for line in lines if line.startswith("  ") and line.count(": ") == 1)
        assert decisive.endswith(f": {outcome}"), probabilities


def test_explain_names_the_matter_and_the_rule() -> None:
    matter = Matter("tickets", "电影票", "film tickets", "影院", "the cinema")

    lines = explain(
        retrieval("answer", (0.7, 0.1, 0.2, 0.0), matter=matter), document=sample_document(), limit="unlawful"
    ).splitlines()

    assert lines[:2] == [
        "outcome: abstain, by the rule `unlawful` of knowledge/limits.yml",
        "without the rule: answer",
    ]
    assert "outside matter: 电影票, belongs to 影院" in lines
