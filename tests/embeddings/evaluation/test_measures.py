from __future__ import annotations

import pytest

from embeddings.evaluation.measures import Confusion, breakdowns, confusions, headline
from embeddings.evaluation.shares import Share
from tests.embeddings.evaluation.samples import JUDGED, POLICY, case, judged, sample_measurement


def test_headline_counts_by_source_and_label() -> None:
    assert headline(JUDGED) == (
        Share("questions: clause@1", 1, 3),
        Share("questions: clause@3", 2, 3),
        Share("questions: measure@1", 2, 3),
        Share("questions: refused", 0, 3, "lower"),
        Share("questions: clarified", 1, 3, "lower"),
        Share("natural answer: right at once", 1, 3),
        Share("natural answer: helped", 2, 3),
        Share("natural answer: refused", 1, 3, "lower"),
        Share("natural detail: right", 1, 2),
        Share("natural oos: answered", 1, 2, "lower"),
        Share("natural oos: clarified", 1, 2, "lower"),
        Share("natural vague: right", 1, 1),
    )


@pytest.mark.parametrize(
    ("by", "name", "expected"),
    [
        (
            "label",
            "abstain",
            [("questions", 0, 3), ("natural answer", 1, 3), ("natural detail", 0, 2), ("natural oos", 0, 2)],
        ),
        ("style", "clause@1", [("staff", 1, 2), ("story", 0, 1)]),
        ("form", "all: right", [("oneliner", 3, 6), ("story", 0, 2)]),
        ("form", "oos: answered", [("oneliner", 1, 1), ("story", 0, 1)]),
        ("measure", "questions: clause@1", [("2", 1, 2), ("11", 0, 1)]),
        ("measure", "natural answer, detail: right", [("2", 2, 4), ("11", 0, 1)]),
        ("measure", "right clause first, whatever the outcome", [("2", 4, 6), ("11", 2, 2)]),
    ],
)
def test_breakdowns_count_each_group(by: str, name: str, expected: list[tuple[str, int, int]]) -> None:
    (found,) = (one for one in breakdowns(JUDGED) if (one.by, one.name) == (by, name))

    assert [(share.name, share.hits, share.total) for share in found.shares][: len(expected)] == expected


def test_confusions_are_the_most_frequent_pairs() -> None:
    more = (*JUDGED, judged(case("n-9", clause_ids=("11.4",)), "abstain", "1.1"))

    assert confusions(more) == (
        Confusion("2.4", "2.5", Share("2.4 → 2.5", 2, 6, "lower"), ("q-2", "n-2")),
        Confusion("11.4", "1.1", Share("11.4 → 1.1", 1, 3, "lower"), ("n-9",)),
    )
    assert [one.got for one in confusions(more, k=1)] == ["2.5"]


def test_measure_names_messages_that_the_index_knows() -> None:
    measurement = sample_measurement()

    assert measurement.known_ids == ("o-1",)  # in capitals and with an exclamation mark, but the same words
    assert measurement.index == "20261123T120000000000-abcdef12"
    assert measurement.policy == vars(POLICY)
