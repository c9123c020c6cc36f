"""The whole evaluation: asks the current index, writes the report, compares it with the accepted one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from embeddings.encoder import load_encoder
from embeddings.errors import AcceptedFiguresError
from embeddings.evaluation.accepted import (
    Accepted,
    Change,
    compare,
    failures,
    load_accepted,
    save_figures,
)
from embeddings.evaluation.blocks import to_html, to_markdown
from embeddings.evaluation.cases import judge_all, make_cases
from embeddings.evaluation.measures import Measurement, measure
from embeddings.evaluation.plots import check_available, draw_plots
from embeddings.evaluation.report import make_report
from embeddings.files import MODELS_FILE, load_corpus
from embeddings.handle import open_index
from embeddings.models import Models
from embeddings.retriever import Retrieval
from knowledge import load_limits, load_natural_messages
from knowledge.held_out import load_held_out_questions
from settings import ROOT, Settings

ACCEPTED_DIR = ROOT / "docs" / "evaluation"
ACCEPTED_FILE = "accepted.json"
FIGURES_FILE = "figures.json"
MARKDOWN_FILE = "report.md"
HTML_FILE = "report.html"

Report = Callable[[str], None]


def measure_index(settings: Settings, report: Report) -> Measurement:
    """Measure the current index of these settings; about a minute and a half.

    Raises:
        EmbeddingsError: If there is no index, or it belongs to another text or encoder.
    """
    index = open_index(settings).current
    encoder = load_encoder(settings.encoder)
    folder = settings.index_dir / index.manifest.version
    cases = make_cases(load_held_out_questions(), load_natural_messages(split="held_out"))

    def retrieve(text: str) -> Retrieval:
        return index.retriever.retrieve(text, encoder.encode_query(text), k=3, explain=False)

    return measure(
        judge_all(cases, retrieve, load_limits(), report),
        Models.load(folder / MODELS_FILE).policy,
        index=index.manifest,
        known=(message.text for message in load_corpus(folder, index.document).messages),
    )


def evaluate(
    settings: Settings, *, out: Path, accepted_dir: Path, accept: bool, check: bool, report: Report
) -> list[str]:
    """Measure the current index and write the report.

    Args:
        settings: Say which index, and which encoder.
        out: Folder for the report, its plots and the figures.
        accepted_dir: Folder with what was accepted last.
        accept: Make this measurement the accepted one.
        check: Refuse to go on without accepted figures.
        report: Takes lines about the progress.

    Returns:
        A line for each headline figure that got worse by more than its interval.

    Raises:
        EmbeddingsError: If the index cannot be measured, plots not drawn, or accepted figures not read.
    """
    check_available()
    accepted = _read_accepted(accepted_dir / ACCEPTED_FILE, needed=check, report=report)
    measurement = measure_index(settings, report)
    changes = compare(measurement.headline, accepted.headline if accepted else ())
    write_report(out, measurement, accepted, changes)
    report(f"the report is {out / HTML_FILE}")
    if accept:
        accept_report(out, accepted_dir)
        report(f"the figures are accepted in {accepted_dir}")
    return failures(changes)


def write_report(
    out: Path, measurement: Measurement, accepted: Accepted | None, changes: Sequence[Change]
) -> None:
    """Write the report in Markdown and in HTML, its plots, and all figures."""
    out.mkdir(parents=True, exist_ok=True)
    plots = draw_plots(measurement, changes)
    for name, svg in plots.items():
        (out / name).write_text(svg, encoding="utf-8")
    blocks = make_report(measurement, accepted, changes)
    (out / MARKDOWN_FILE).write_text(to_markdown(blocks), encoding="utf-8")
    (out / HTML_FILE).write_text(to_html(blocks, plots), encoding="utf-8")
    save_figures(out / FIGURES_FILE, measurement)


def accept_report(out: Path, accepted_dir: Path) -> None:
    """Copy the figures, and the Markdown report with its plots, to where the accepted ones are kept."""
    accepted_dir.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(out / FIGURES_FILE, accepted_dir / ACCEPTED_FILE)
    for path in (out / MARKDOWN_FILE, *sorted(out.glob("*.svg"))):
        shutil.copyfile(path, accepted_dir / path.name)


def _read_accepted(path: Path, *, needed: bool, report: Report) -> Accepted | None:
    try:
        return load_accepted(path)
    except AcceptedFiguresError as error:
        if needed:
            raise
        report(str(error))
        return None
