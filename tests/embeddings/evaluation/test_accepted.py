from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.errors import AcceptedFiguresError
from embeddings.evaluation.accepted import Accepted, compare, failures, load_accepted, save_figures
from embeddings.evaluation.shares import Share
from tests.embeddings.evaluation.samples import sample_measurement

# The interval of 80 of 100 is 0.711 to 0.867: half of it is 0.078.
ACCEPTED = Share("clause@1", 80, 100)


@pytest.mark.parametrize(
    ("hits", "verdict"), [(71, "worse"), (73, "same"), (80, "same"), (87, "same"), (89, "better")]
)
def test_verdict_allows_half_of_the_accepted_interval(hits: int, verdict: str) -> None:
    (change,) = compare([Share("clause@1", hits, 100)], [ACCEPTED])

    assert change.verdict == verdict
    assert change.difference == pytest.approx((hits - 80) / 100)


@pytest.mark.parametrize(("hits", "verdict"), [(71, "better"), (73, "same"), (89, "worse")])
def test_verdict_turns_round_where_lower_is_better(hits: int, verdict: str) -> None:
    (change,) = compare([Share("refused", hits, 100, "lower")], [Share("refused", 80, 100, "lower")])

    assert change.verdict == verdict
    assert change.title == "refused ↓"


def test_margin_is_that_of_the_accepted_figure() -> None:
    # 7 of 10 is as likely 0.4 as 0.89, but what was accepted was measured on a hundred.
    assert [change.verdict for change in compare([Share("clause@1", 7, 10)], [ACCEPTED])] == ["worse"]


def test_compare_keeps_what_is_new_and_what_is_gone() -> None:
    changes = compare([Share("clause@3", 9, 10)], [ACCEPTED])

    assert [(change.title, change.verdict, change.difference) for change in changes] == [
        ("clause@3", "new", None),
        ("clause@1", "gone", None),
    ]


def test_failures_say_what_got_worse() -> None:
    then = [ACCEPTED, Share("refused", 5, 100, "lower"), Share("helped", 90, 100), Share("old", 1, 2)]
    now = [Share("clause@1", 70, 100), Share("refused", 15, 100, "lower"), Share("helped", 91, 100)]

    assert failures(compare(now, then)) == [
        "clause@1 fell from 0.800 (n = 100) to 0.700 (n = 100), by more than 0.078, half of the accepted figure's "
        "interval",
        "refused rose from 0.050 (n = 100) to 0.150 (n = 100), by more than 0.045, half of the accepted figure's "
        "interval",
        "old was accepted and is not measured any more",
    ]


def test_load_accepted_reads_what_save_figures_wrote(tmp_path: Path) -> None:
    measurement = sample_measurement()
    save_figures(tmp_path / "accepted.json", measurement)

    assert load_accepted(tmp_path / "accepted.json") == Accepted(
        measurement.index, measurement.messages_sha256, measurement.headline
    )


@pytest.mark.parametrize("text", ["", "[]", '{"index": "x", "messages_sha256": "y", "headline": [{"nam": 1}]}'])
def test_load_accepted_names_a_file_that_it_cannot_read(text: str, tmp_path: Path) -> None:
    path = tmp_path / "accepted.json"
    path.write_text(text)

    with pytest.raises(AcceptedFiguresError, match=r"accepted\.json cannot be used: .*evaluate --accept"):
        load_accepted(path)


def test_load_accepted_says_that_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(AcceptedFiguresError, match="there is no such file"):
        load_accepted(tmp_path / "accepted.json")
