from __future__ import annotations

import pytest

from embeddings import Hit, Retrieval
from embeddings.evaluation import Share, evaluate, render
from knowledge import NaturalMessage

OUTCOMES = {
    "停业行不行": Retrieval((Hit("2.4", 0.9), Hit("2.5", 0.1)), 0.9, 0.1, in_scope=True, asks_detail=False),
    "网上注销": Retrieval((Hit("2.4", 0.9), Hit("2.5", 0.1)), 0.9, 0.1, in_scope=True, asks_detail=False),
    "想开店": Retrieval((Hit("1.5", 0.9),), 0.1, 0.1, in_scope=False, asks_detail=False),
    "歇业多少钱": Retrieval((Hit("2.4", 0.9),), 0.9, 0.9, in_scope=True, asks_detail=True),
    "护照": Retrieval((Hit("9.5", 0.9),), 0.9, 0.1, in_scope=True, asks_detail=False),
}
LABELS = {
    "停业行不行": ("answer", ("2.4",)),
    "网上注销": ("answer", ("2.5",)),
    "想开店": ("answer", ("1.5",)),
    "歇业多少钱": ("detail", ("2.4",)),
    "护照": ("oos", ()),
}


def measured() -> dict[str, tuple[int, int]]:
    messages = [
        NaturalMessage(f"m-{n}", text, "oneliner", label, clauses, "held_out")  # type: ignore[arg-type]
        for n, (text, (label, clauses)) in enumerate(LABELS.items())
    ]
    return {share.name: (share.hits, share.total) for share in evaluate(messages, OUTCOMES.__getitem__)}


def test_evaluate_counts_by_label() -> None:
    assert measured() == {
        "answer: refused": (1, 3),
        "answer: right clause first": (1, 3),
        "answer: right clause among three": (2, 3),
        "detail: taken for an answer": (0, 1),
        "detail: said so with the related clause, or refused": (1, 1),
        "outside: answered": (1, 1),
        "outside: said that a detail is missing": (0, 1),
        "vague: answered": (0, 0),
    }


def test_interval_is_wilsons() -> None:
    # 8 of 10, worked by hand: (0.8 + 0.19208 ± 1.96·sqrt((0.16 + 0.09604)/10)) / 1.38416
    assert Share("x", 8, 10).interval() == pytest.approx((0.4902, 0.9433), abs=1e-3)


def test_interval_of_nothing_is_everything() -> None:
    assert Share("x", 0, 0).interval() == (0.0, 1.0)


def test_render_gives_a_row_for_each_share() -> None:
    assert render([Share("outside: answered", 1, 4)]).splitlines()[-1] == (
        "| outside: answered | 0.25 | 0.05–0.70 | 4 |"
    )
