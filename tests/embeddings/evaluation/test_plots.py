from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree

import pytest

from embeddings.errors import PlotsUnavailableError
from embeddings.evaluation.accepted import compare
from embeddings.evaluation.blocks import Plots
from embeddings.evaluation.plots import check_available, draw_plots
from embeddings.evaluation.report import make_report
from embeddings.evaluation.shares import Share
from tests.embeddings.evaluation.samples import sample_measurement

MEASUREMENT = sample_measurement()
CHANGES = compare(MEASUREMENT.headline, [Share("questions: clause@1", 2, 3), Share("old", 1, 2, "lower")])


@pytest.fixture(scope="module")
def plots() -> dict[str, str]:
    return draw_plots(MEASUREMENT, CHANGES)


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314  our own


def texts(svg: str) -> set[str]:
    return {"".join(node.itertext()) for node in parse(svg).iter() if node.tag.endswith("}text")}


def test_draw_plots_draws_every_plot_of_the_report(plots: dict[str, str]) -> None:
    blocks = make_report(MEASUREMENT, None, CHANGES)
    shown = {name for block in blocks if isinstance(block, Plots) for name, _ in block.captions}

    assert set(plots) == shown


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("headline.svg", {"questions: clause@1", "natural oos: answered ↓", "old ↓", "now", "accepted"}),
        ("by-style.svg", {"staff", "story", "clause@1"}),
        ("by-form.svg", {"oneliner", "story", "oos: answered"}),
        ("by-measure.svg", {"2", "11", "questions: clause@1"}),
        ("in-scope.svg", {"natural: in scope (error 0.150, n 8)", "came true", "messages", "4"}),
        ("first-clause.svg", {"questions: first clause (error 0.487, n 3)"}),
        ("thresholds.svg", {"answer moved; ◆ the policy, 0.60", "offer moved; ◆ the policy, 0.30"}),
    ],
)
def test_plot_names_what_it_shows(name: str, expected: set[str], plots: dict[str, str]) -> None:
    assert expected - texts(plots[name]) == set()


def test_plots_follow_light_and_dark_mode(plots: dict[str, str]) -> None:
    for svg in plots.values():
        assert "prefers-color-scheme:dark" in svg
        assert "fill: var(--paper)" in svg
        assert svg.count("#1f2328") == 1  # the ink is named once, as the light mode's colour


def test_plots_are_as_wide_as_a_telephone(plots: dict[str, str]) -> None:
    widths = {parse(svg).get("width") for svg in plots.values()}

    assert widths == {"273.6pt"}  # 365 px


def test_draw_plots_is_deterministic(plots: dict[str, str]) -> None:
    assert draw_plots(MEASUREMENT, CHANGES) == plots


def test_missing_matplotlib_is_said_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)

    with pytest.raises(PlotsUnavailableError, match=r"Plots cannot be drawn: .*requirements-dev\.txt"):
        check_available()


def test_matplotlib_is_imported_only_when_something_is_drawn() -> None:
    code = "import sys, embeddings.evaluation.plots; print('matplotlib' in sys.modules)"
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
