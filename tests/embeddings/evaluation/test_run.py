from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from embeddings import __main__ as command_line
from embeddings.errors import AcceptedFiguresError
from embeddings.evaluation import run
from embeddings.evaluation.accepted import load_accepted
from embeddings.evaluation.measures import Measurement
from embeddings.evaluation.shares import Share
from embeddings.handle import IndexHandle
from knowledge import NaturalMessage
from knowledge.held_out import HeldOutQuestion
from settings import Settings
from tests.embeddings.evaluation.samples import sample_measurement
from tests.embeddings.samples import CharacterEncoder, WordFinder, sample_document


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def accepted_dir(tmp_path: Path) -> Path:
    return tmp_path / "accepted"


def measured(measurement: Measurement, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "measure_index", lambda settings, report: measurement)


def measurement_of(hits: int) -> Measurement:
    """Return a measurement with so many of 100 for its first figure."""
    measurement = sample_measurement()
    return replace(measurement, headline=(Share("questions: clause@1", hits, 100), *measurement.headline[1:]))


def main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["embeddings", "evaluate", *arguments])
    return command_line.main()


def test_evaluate_writes_report_plots_and_figures(
    out: Path, accepted_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measured(sample_measurement(), monkeypatch)

    assert main(monkeypatch, "--out", str(out), "--accepted", str(accepted_dir)) == 0

    assert sorted(path.name for path in out.iterdir()) == [
        *("by-form.svg", "by-measure.svg", "by-style.svg", "figures.json", "first-clause.svg", "headline.svg"),
        *("in-scope.svg", "report.html", "report.md", "thresholds.svg"),
    ]
    assert json.loads((out / "figures.json").read_text())["headline"][0] == {
        "name": "questions: clause@1",
        "hits": 1,
        "total": 3,
        "better": "higher",
    }
    assert not accepted_dir.exists()
    assert "there is no such file" in capsys.readouterr().out


def test_accept_keeps_figures_and_report_and_check_passes_then(
    out: Path, accepted_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(sample_measurement(), monkeypatch)

    assert main(monkeypatch, "--out", str(out), "--accepted", str(accepted_dir), "--accept") == 0
    assert sorted(path.name for path in accepted_dir.iterdir()) == [
        *("accepted.json", "by-form.svg", "by-measure.svg", "by-style.svg", "first-clause.svg", "headline.svg"),
        *("in-scope.svg", "report.md", "thresholds.svg"),
    ]
    assert (accepted_dir / "report.md").read_text() == (out / "report.md").read_text()

    assert main(monkeypatch, "--out", str(out), "--accepted", str(accepted_dir), "--check") == 0


@pytest.mark.parametrize(("arguments", "status"), [(("--check",), 1), ((), 0)])
def test_only_check_fails_for_what_got_worse(
    arguments: tuple[str, ...],
    status: int,
    out: Path,
    accepted_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folders = ("--out", str(out), "--accepted", str(accepted_dir))
    measured(measurement_of(95), monkeypatch)
    main(monkeypatch, *folders, "--accept")
    measured(measurement_of(80), monkeypatch)

    assert main(monkeypatch, *folders, *arguments) == status

    assert capsys.readouterr().err == (
        "WORSE: questions: clause@1 fell from 0.950 (n = 100) to 0.800 (n = 100), by more than 0.045, half of the "
        "accepted figure's interval\n"
    )
    assert "| questions: clause@1 | 0.800 | 0.950 | -0.150 | WORSE |" in (out / "report.md").read_text()


def test_check_refuses_to_go_on_without_accepted_figures(
    out: Path, accepted_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AcceptedFiguresError, match="there is no such file"):
        run.evaluate(
            Settings(),
            out=out,
            accepted_dir=accepted_dir,
            accept=False,
            check=True,
            report=lambda line: None,
        )


def test_accept_replaces_accepted_figures_that_cannot_be_read(
    out: Path, accepted_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(sample_measurement(), monkeypatch)
    accepted_dir.mkdir()
    (accepted_dir / "accepted.json").write_text("damaged")

    assert main(monkeypatch, "--out", str(out), "--accepted", str(accepted_dir), "--accept") == 0

    assert load_accepted(accepted_dir / "accepted.json").index == sample_measurement().index


def test_measure_index_asks_the_index_about_all_held_out_messages(
    index_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    natural = (
        NaturalMessage("n-1", "歇業備案要交多少錢", "traditional", "detail", ("1.2",), "held_out"),
        NaturalMessage("n-2", "怎么开假发票", "oneliner", "oos", (), "held_out"),
    )
    monkeypatch.setattr(run, "load_natural_messages", lambda *, split: natural if split == "held_out" else ())
    monkeypatch.setattr(
        run, "load_held_out_questions", lambda: (HeldOutQuestion("h-1", "社区养老服务有哪些", "staff", ("2.1",)),)
    )
    monkeypatch.setattr(run, "load_encoder", lambda name: CharacterEncoder())
    monkeypatch.setattr(
        run,
        "open_index",
        lambda settings: IndexHandle(
            settings.index_dir, encoder="characters-1", finder=WordFinder(), read_document=sample_document
        ),
    )
    said: list[str] = []

    found = run.measure_index(Settings(data_dir=index_copy.parent, encoder="characters-1"), said.append)

    figures = {share.name: (share.hits, share.total) for share in found.headline}
    assert figures["questions: clause@1"] == (1, 1)
    assert figures["natural detail: right"][1] == 1
    assert figures["natural oos: answered"] == (0, 1)
    assert found.index == (index_copy / "current").resolve().name
    assert found.known_ids == ("n-1",)  # the sample's scope examples have it in Simplified characters
    assert said == ["asked 3 of 3 held-out messages"]
