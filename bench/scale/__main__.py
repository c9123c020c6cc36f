"""``python -m bench.scale``: encode, build, fit, measure; write the figures to ``docs/scale.md``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.errors import BenchError
from bench.report import this_machine
from bench.scale.report import page
from bench.scale.run import measure
from settings import ROOT

DATA = ROOT.parent / "shared" / "eval" / "real" / "stard_lecoqa"
FOLDER = ROOT / "var" / "scale"
PAGE = ROOT / "docs" / "scale.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as the arguments say; return the exit code."""
    options = _parser().parse_args(arguments)
    machine = this_machine()
    try:
        measured = measure(options.data, options.folder, options.workers, _say)
    except BenchError as error:
        print(f"bench-scale: {error}", file=sys.stderr)
        return 1
    text = page(measured, machine)
    options.page.write_text(text, encoding="utf-8")
    print(text)
    print(f"Kept in {options.page}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with corpus.tsv.gz and queries.tsv")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where everything measured is kept")
    parser.add_argument("--page", type=Path, default=PAGE, help="the Markdown file to write")
    parser.add_argument("--workers", type=int, default=2, help="processes that encode articles")
    return parser


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
