"""Writes what was measured as Markdown. What it says about the articles and questions is of the default data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from textwrap import fill

from bench.percentiles import percentile
from bench.report import Machine
from bench.scale.known import N_NEAREST
from bench.scale.measuring import LEVELS, REPORTED
from bench.scale.metrics import Quality, quality
from bench.scale.run import Measured
from bench.scale.searching import N_EACH
from bench.scale.stages import Outcome
from embeddings.vector_index import (
    DIMENSIONS_PER_CODE,
    EF_SEARCH,
    HNSW_EF_CONSTRUCTION,
    HNSW_LINKS,
    NPROBE,
    REFINE_FACTOR,
    Kind,
    n_cells,
)

NAMES = {Kind.FLAT: "exact", Kind.HNSW: "HNSW", Kind.IVF_PQ: "IVF-PQ"}
WIDTH = 115
MIN_NDCG = 0.42
MAX_P50_MS = 60.0
MIN_OF_EXACT = 0.98
_FIRST, _LAWS, _KNOWN = REPORTED[1:]


def page(measured: Measured, machine: Machine) -> str:
    """Return the whole report."""
    text = "\n\n".join([
        _introduction(measured),
        f"## Bars\n\n{_bars(measured)}",
        f"## Quality and time\n\n{_about_rows(measured)}\n\n{_rows(measured)}\n\n{_about_times(machine)}",
        f"## What each step adds\n\n{_steps(measured)}\n\n{_about_steps()}",
        f"## Approximate beside exact\n\n{_nearness(measured)}",
        f"## Building, memory, disk\n\n{_building(measured)}",
        f"## Which index for how many passages\n\n{_choice(measured)}",
    ])  # fmt: skip
    return "".join(f"{_wrap(line)}\n" for line in text.split("\n"))


def _introduction(measured: Measured) -> str:
    fitted, used = measured.n_questions
    return (
        "# Retrieval at scale\n\n"
        f"Written by `make bench-scale` on {datetime.now(UTC):%Y-%m-%d}: {measured.built.sizes[-1]:,} statute "
        f"articles, {fitted + used:,} questions that lay people asked of legal aid (STARD and LeCoQA; not "
        f"part of the project: `make bench-scale DATA=folder`). All weights are fitted on {fitted:,} of the "
        f"questions; the figures are of the other {used}, `random.Random(0).sample`. The answers that lawyers "
        "wrote are not read. The encoder, the analysis into terms, the lexical index and the vector index "
        "are the product's.\n\n"
        "A run that is interrupted goes on where it stopped: articles are encoded batch by batch, and every "
        "other part is kept once it is done, under `var/scale/`, until the data or the code that it depends "
        "on changes."
    )


def _bars(measured: Measured) -> str:
    p50 = max(percentile(_total(measured.timed[kind, name]), 0.5) for kind in Kind for name in REPORTED[1:])
    rows = [("bar", "reached", "")]
    for name in REPORTED[1:]:
        ndcg = quality(measured.judged[Kind.FLAT, name]).ndcg_10
        rows.append((f"nDCG@10 of {name}, exact, ≥ {MIN_NDCG}", str(ndcg), _verdict(ndcg.mean >= MIN_NDCG)))
    rows.append((
        f"p50 of a hybrid query with encoding ≤ {MAX_P50_MS:.0f} ms", f"{p50:.1f} ms (slowest)",
        _verdict(p50 <= MAX_P50_MS),
    ))  # fmt: skip
    for kind in (Kind.HNSW, Kind.IVF_PQ):
        for name in REPORTED:
            share = _of_exact(measured, kind, name)
            text = f"R@10 of {name}, {NAMES[kind]}, ≥ {MIN_OF_EXACT} of the exact one's"
            rows.append((text, f"{share:.3f}", _verdict(share >= MIN_OF_EXACT)))
    return _table(rows)


def _about_rows(measured: Measured) -> str:
    return (
        "- **BM25**: k1 = 1.2, b = 0.75, character bigrams and their pinyin. **dense**: the encoder's "
        "vectors alone.\n"
        f"- **{_FIRST}**: the best {N_EACH} of each, by cosine similarity and BM25 score, each standardised "
        "per query over all articles, with two fitted weights.\n"
        f"- **{_LAWS}**: besides, the article's length, how many candidates are of its law, the best of "
        "these, and how many articles the law has. The last says as much about what people ask as about "
        "laws: half of the answers are in the Civil Code, the largest law.\n"
        f"- **{_KNOWN}**: besides, the votes of the questions that were fitted on: the {N_NEAREST} nearest "
        "for their articles, all for their laws. It stands for a product that knows what people asked "
        "before.\n\n"
        "R@1 and R@10 are shares of a question's articles (1.7 on average), so R@1 cannot reach 1. In "
        f"brackets, 95 % bootstrap intervals over the {measured.n_questions[1]} questions. Times in ms: p50 / "
        "p99."
    )


def _rows(measured: Measured) -> str:
    rows: list[tuple[str, ...]] = [("", "R@1", "R@10", "nDCG@10", "encoder", "search", "both", "memory", "load")]
    for (kind, name), outcome in measured.timed.items():
        label = name if name == "BM25" else f"{name}, {NAMES[kind]}"
        found: Quality = quality(measured.judged[kind, name])
        cells = (found.recall_1, found.recall_10, found.ndcg_10)
        times = (outcome.value["encode"], outcome.value["search"], _total(outcome))
        memory = f"{outcome.value['resident_mb']:.0f} MB"
        load = f"{outcome.value['load']:.1f}"
        rows.append((label, *map(str, cells), *map(_times, times), memory, load))
    return _table(rows)


def _about_times(machine: Machine) -> str:
    return (
        f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python}. Each row in a "
        "process of its own, one thread, one question after another. Memory is of that process, with encoder, "
        "indexes and libraries; load is the machine's load average at the end, of which the process itself is 1 "
        "or less: other programs ran too."
    )


def _steps(measured: Measured) -> str:
    rows = [("", "nDCG@10", "R@10", "folds at random", "folds by topic")]
    for name in ("BM25", "dense"):
        rows.append((name, *_means(measured, name), "", ""))
    for level in LEVELS:
        found = measured.fitted.value[level.name]
        rows.append(
            (level.name, *_means(measured, level.name), f"{found['random']:.3f}", f"{found['by_topic']:.3f}")
        )
    return _table(rows)


def _about_steps() -> str:
    return (
        "Exact index. The last two columns are nDCG@10 of five held-out folds of the questions that were "
        "fitted on. The file goes topic by topic. In folds by topic neither weights nor known questions are "
        "of the question's topic: what known questions are worth to a question of a new kind. The 500 "
        "questions are of the same topics as the others. Signals, and how many candidates and neighbours, "
        "were chosen by the folds at random, with the figures of the 500 in view."
    )


def _nearness(measured: Measured) -> str:
    rows = [("", "articles", f"of the exact first 10, first {N_EACH}", f"search for {N_EACH}: p50 / p99")]
    for (kind, n), outcome in measured.compared.items():
        found = outcome.value
        overlap = f"{found['overlap_10']:.3f}, {found['overlap_100']:.3f}"
        rows.append((NAMES[kind], f"{n:,}", overlap, f"{found['p50']:.2f} / {found['p99']:.2f} ms"))
    n_all = measured.built.sizes[-1]
    return (
        f"{_table(rows)}\n\n"
        "All questions; the smaller collections are the first articles of the file, which has no order.\n\n"
        f"- HNSW: {HNSW_LINKS} links, efConstruction {HNSW_EF_CONSTRUCTION}, efSearch {EF_SEARCH}.\n"
        f"- IVF-PQ: {n_cells(n_all)} cells at {n_all:,} (four times the square root), nprobe {NPROBE}, one "
        f"byte per {DIMENSIONS_PER_CODE} dimensions; the best {REFINE_FACTOR} × {N_EACH} by code are compared "
        "again by their vectors in 16 bits.\n\n"
        "Why these: [ADR 0309](adr/0309-exact-search-until-encoding-is-outweighed.md)."
    )


def _building(measured: Measured) -> str:
    built = measured.built
    rows = [("", "articles", "time", "peak memory", "on disk")]
    n_all = f"{built.sizes[-1]:,}"
    vectors = f"{built.files.vectors.stat().st_size / 1e6:.1f} MB"
    rows.append(("vectors of the articles", n_all, f"{measured.encoding.seconds / 60:.0f} min", "", vectors))
    lexical = f"{built.files.lexical.stat().st_size / 1e6:.1f} MB"
    rows.append(("lexical index", n_all, *_took(built.lexical), lexical))
    for (kind, n), outcome in built.outcomes.items():
        size = f"{built.indexes[kind, n].stat().st_size / 1e6:.1f} MB"
        rows.append((f"vector index, {NAMES[kind]}", f"{n:,}", *_took(outcome), size))
    rows.append(("weights of all levels, with folds", n_all, *_took(measured.fitted), ""))
    return (
        f"{_table(rows)}\n\n"
        "Encoding is summed over all runs that had a part in it, on a machine that others used too. Peak "
        "memory is of the building process, with its libraries and the vectors' file where it is mapped."
    )


def _choice(measured: Measured) -> str:
    sizes = measured.built.sizes
    most = sizes[-1]
    exact = {n: measured.compared[Kind.FLAT, n].value["p50"] for n in sizes}
    encode = percentile([ms for one in measured.timed.values() for ms in one.value["encode"]], 0.5)
    saved = exact[most] - measured.compared[Kind.HNSW, most].value["p50"]
    disk = {kind: measured.built.indexes[kind, most].stat().st_size / 1e6 for kind in Kind}
    seconds = measured.built.outcomes[Kind.HNSW, most].seconds
    found = measured.compared[Kind.IVF_PQ, most].value["overlap_10"]
    times = ", ".join(f"{ms:.2f} ms at {n:,}" for n, ms in exact.items())
    return (
        f"Exact search takes {times}. Encoding the query takes {encode:.0f} ms, whatever the index; HNSW saves "
        f"{saved:.1f} ms of a query at {most:,}. Nothing larger was measured; by proportion, exact search takes "
        f"as long as encoding at about {round(most * encode / exact[most], -4):,.0f}.\n\n"
        "- **As long as exact search is a small part of encoding: exact** (`flat`), as the product has it for its "
        "few thousand passages. There is nothing to tune, nothing is missed, and adding a vector costs nothing.\n"
        f"- **Beyond, if the vectors fit into memory: HNSW** (`hnsw`). At {most:,} it takes {seconds:.0f} s to "
        f"build, and {disk[Kind.HNSW]:.0f} MB where exact search takes {disk[Kind.FLAT]:.0f} MB.\n"
        f"- **If memory is short: IVF-PQ** (`ivf_pq`), {disk[Kind.IVF_PQ]:.0f} MB, most of it the vectors in 16 "
        f"bits. It finds {found:.1%} of the exact first ten, and has to be trained again when the passages change "
        "much."
    )


def _of_exact(measured: Measured, kind: Kind, name: str) -> float:
    return float(measured.judged[kind, name][:, 1].mean() / measured.judged[Kind.FLAT, name][:, 1].mean())


def _means(measured: Measured, name: str) -> tuple[str, str]:
    means = measured.judged[Kind.FLAT, name].mean(axis=0)
    return f"{means[2]:.3f}", f"{means[1]:.3f}"


def _total(outcome: Outcome) -> list[float]:
    search: list[float] = outcome.value["search"]
    encode: list[float] = outcome.value["encode"] or [0.0] * len(search)
    return [one + other for one, other in zip(encode, search, strict=True)]


def _times(values: Sequence[float]) -> str:
    return f"{percentile(values, 0.5):.1f} / {percentile(values, 0.99):.1f}" if values else ""


def _took(outcome: Outcome) -> tuple[str, str]:
    return f"{outcome.seconds:.2f} s", f"{outcome.peak_mb:.0f} MB"


def _verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def _wrap(line: str) -> str:
    """Break a line of prose; tables and headings stay as they are."""
    if line.startswith(("|", "#")):
        return line
    indent = "  " if line.startswith("- ") else ""
    return fill(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _table(rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    separator = "|" + " --- |" * (lines[0].count("|") - 1)
    return "\n".join([lines[0], separator, *lines[1:]])
