from __future__ import annotations

from pathlib import Path

import numpy as np

from bench.report import Machine
from bench.scale.building import Files
from bench.scale.encoding import Encoded
from bench.scale.measuring import LEVELS, REPORTED
from bench.scale.report import page
from bench.scale.run import Built, Measured
from bench.scale.stages import Outcome
from embeddings.vector_index import Kind


def test_page_tells_which_bars_are_met(tmp_path: Path) -> None:
    text = page(small_run(tmp_path), Machine("CPU", 2, "Linux", "3.11", 0.5))

    assert "| nDCG@10 of hybrid, exact, ≥ 0.42 | 0.500 (" in text
    assert "| R@10 of dense, HNSW, ≥ 0.98 of the exact one's | 1.000 | met |" in text
    assert "| R@10 of dense, IVF-PQ, ≥ 0.98 of the exact one's | 0.900 | MISSED |" in text
    assert "| p50 of a hybrid query with encoding ≤ 60 ms | 70.0 ms (slowest) | MISSED |" in text
    assert "| BM25 | 0.300" in text
    assert "| vectors of the articles | 400 | 2 min |" in text


def small_run(folder: Path) -> Measured:
    def file(name: str) -> Path:
        (folder / name).write_bytes(b"0" * 1000)
        return folder / name

    kinds = [(kind, n) for n in (100, 400) for kind in Kind]
    near = {"overlap_10": 1.0, "overlap_100": 0.9, "p50": 1.0, "p99": 2.0}
    times = {"encode": [60.0, 60.0], "search": [10.0, 10.0], "resident_mb": 500.0, "load": 1.5}
    scores = {Kind.FLAT: 0.5, Kind.HNSW: 0.5, Kind.IVF_PQ: 0.45}
    names = ("BM25", "dense", *(level.name for level in LEVELS))
    levels = {level.name: {"weights": [1.0], "random": 0.4, "by_topic": 0.3} for level in LEVELS}
    files = Files(folder, file("v"), file("q"), file("m"), file("l"))
    indexes = {key: file(f"{key[0]}-{key[1]}") for key in kinds}
    return Measured(
        n_questions=(4, 2),
        encoding=Encoded(files.vectors, 120.0),
        built=Built(files, Outcome({}, 1.0, 90.0), indexes, {key: Outcome({}, 1.0, 90.0) for key in kinds}),
        compared={key: Outcome(near, 1.0, 90.0) for key in kinds},
        fitted=Outcome(levels, 1.0, 90.0),
        judged={(kind, name): np.full((2, 3), [0.3, s, s]) for kind, s in scores.items() for name in names},
        timed={(Kind.FLAT, "BM25"): Outcome({**times, "encode": []}, 1.0, 90.0)}
        | {(kind, name): Outcome(times, 1.0, 90.0) for name in REPORTED for kind in Kind},
    )
