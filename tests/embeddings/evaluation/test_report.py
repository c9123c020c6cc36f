from __future__ import annotations

import re

import pytest

from embeddings.evaluation.accepted import Accepted, compare
from embeddings.evaluation.blocks import to_markdown
from embeddings.evaluation.report import cell, make_report
from embeddings.evaluation.shares import Share
from tests.embeddings.evaluation.samples import sample_measurement

MEASUREMENT = sample_measurement()


def report(accepted: Accepted | None = None) -> str:
    changes = compare(MEASUREMENT.headline, accepted.headline if accepted else ())
    return to_markdown(make_report(MEASUREMENT, accepted, changes))


def test_cell_has_interval_and_n() -> None:
    assert cell(Share("x", 8, 10)) == "0.80 (0.49–0.94), n 10"


@pytest.mark.parametrize(
    "line",
    [
        "| natural answer: refused ↓ | 0.333 |  |  | new | 0.061–0.792 | 3 |  |",
        "| staff | 0.50 (0.09–0.91), n 2 |",
        "| natural vague | 0.00 (0.00–0.79), n 1 | 0.00 (0.00–0.79), n 1 | 1.00 (0.21–1.00), n 1 "
        "| 0.00 (0.00–0.79), n 1 |",
        "| 2.4 | 2.5 | q-2, n-2 | 2 | 0.33 (0.10–0.70), n 6 |",
        "| 0.9–1.0 | 0.90 | 0.75 (0.30–0.95), n 4 |",
        "| related | 0.270 |",
        "No figures have been accepted yet. ↓: the lower, the better.",
    ],
)
def test_report_gives_each_figure(line: str) -> None:
    assert line in report().splitlines()


def test_report_says_which_messages_are_not_held_out() -> None:
    assert "1 messages are not held out: the index was made from the same words (o-1)." in report()


def test_report_puts_accepted_figures_beside_the_current_ones() -> None:
    accepted = Accepted(
        "20261101T000000000000-00000000",
        MEASUREMENT.messages_sha256,
        (Share("questions: clause@1", 99, 100), Share("natural oos: answered", 1, 2, "lower")),
    )

    lines = report(accepted).splitlines()

    assert "| questions: clause@1 | 0.333 | 0.990 | -0.657 | WORSE | 0.061–0.792 | 3 | 100 |" in lines
    assert "| natural oos: answered ↓ | 0.500 | 0.500 | +0.000 | same | 0.095–0.905 | 2 | 2 |" in lines
    assert not any("The held-out messages have changed since" in line for line in lines)


def test_report_says_if_the_messages_are_others() -> None:
    accepted = Accepted("20261101T000000000000-00000000", "other", MEASUREMENT.headline)

    assert "The held-out messages have changed since" in report(accepted)


def test_report_marks_the_policys_threshold_once() -> None:
    rows = re.findall(r"^\| (0\.\d\d(?: \(policy\))?) \| (?=.*, n 2 )", report(), re.MULTILINE)

    assert rows[:9] == ["0.10", "0.20", "0.30", "0.40", "0.50", "0.60 (policy)", "0.70", "0.80", "0.90"]
    assert rows[9:13] == ["0.10", "0.20", "0.30 (policy)", "0.40"]
