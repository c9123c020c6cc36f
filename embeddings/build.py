"""Builds a versioned index folder and swaps it in atomically."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, Vector
from embeddings.errors import EmbeddingsError
from embeddings.files import LEXICAL_FILE, MODELS_FILE, QUESTIONS_FILE, VECTORS_FILE, save_questions
from embeddings.fitting import Examples, fit_models
from embeddings.lexical import LexicalIndex
from embeddings.manifest import CURRENT_LINK, LAYOUT, Manifest
from embeddings.passages import Corpus, Material, make_corpus
from embeddings.vector_index import VectorIndex

BATCH = 64
VERSIONS_KEPT = 3

Report = Callable[[str], None]


def up_to_date(index_dir: Path, inputs: str) -> bool:
    """Tell whether the current index was built from inputs of this hash."""
    try:
        return Manifest.load(index_dir / CURRENT_LINK).inputs_sha256 == inputs
    except EmbeddingsError:
        return False


def build_index(
    *,
    material: Material,
    encoder: Encoder,
    index_dir: Path,
    report: Report = lambda line: None,
) -> Manifest:
    """Build an index beside the others and make it the current one.

    Running processes that hold an ``IndexHandle`` pick it up by themselves. If anything fails, the
    current index stays as it was.

    Args:
        material: What the index is made from.
        encoder: Encodes all texts.
        index_dir: Parent of the version folders.
        report: Takes lines about the progress.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    inputs = material.sha256(encoder=encoder.id, layout=LAYOUT)
    now = datetime.now(UTC)
    version = f"{now:%Y%m%dT%H%M%S%f}-{inputs[:8]}"
    with tempfile.TemporaryDirectory(dir=index_dir, prefix=".building-") as scratch:
        folder = Path(scratch) / version
        folder.mkdir()
        corpus = make_corpus(material)
        examples = _encode_examples(material, encoder, report)
        dimensions = _write_files(folder, corpus, examples, encoder, report)
        manifest = Manifest(
            version=version,
            built_at=now.isoformat(timespec="seconds"),
            inputs_sha256=inputs,
            source_sha256=material.document.raw_sha256,
            clean_sha256=material.document.clean_sha256,
            encoder=encoder.id,
            dimensions=dimensions,
            counts=_counts(corpus, examples),
            layout=LAYOUT,
        )
        manifest.save(folder)
        folder.rename(index_dir / version)
    _swap_in(index_dir, version)
    _prune(index_dir, keep=version)
    report(f"index {version} is current: {manifest.counts}")
    return manifest


def _write_files(folder: Path, corpus: Corpus, examples: Examples, encoder: Encoder, report: Report) -> int:
    clauses = _encode(encoder.encode_passages, corpus.clause_texts, "clauses", report)
    questions = _encode(encoder.encode_queries, corpus.questions, "questions", report)
    models = fit_models(corpus, clauses, questions, examples, report)
    VectorIndex.build(np.vstack([clauses, questions])).save(folder / VECTORS_FILE)
    LexicalIndex.build(corpus.lexical_documents()).save(folder / LEXICAL_FILE)
    models.save(folder / MODELS_FILE)
    save_questions(folder / QUESTIONS_FILE, corpus)
    return int(clauses.shape[1])


def _encode_examples(material: Material, encoder: Encoder, report: Report) -> Examples:
    outside, detail = material.outside(), material.detail()
    return Examples(
        outside=outside,
        outside_vectors=_encode(encoder.encode_queries, outside, "messages outside the document", report),
        detail=detail,
        detail_vectors=_encode(encoder.encode_queries, detail, "questions for a detail", report),
        n_written=len(material.questions),
    )


def _encode(encode: Callable[[Sequence[str]], Vector], texts: Sequence[str], what: str, report: Report) -> Vector:
    batches = []
    for start in range(0, len(texts), BATCH):
        batches.append(encode(texts[start : start + BATCH]))
        done = min(start + BATCH, len(texts))
        if done == len(texts) or (start // BATCH) % 5 == 4:
            report(f"encoded {done:>5} of {len(texts)} {what}")
    return np.vstack(batches)


def _counts(corpus: Corpus, examples: Examples) -> dict[str, int]:
    return {
        "clauses": len(corpus.clause_ids),
        "questions": len(corpus.questions),
        "outside": len(examples.outside),
        "detail": len(examples.detail),
    }


def _swap_in(index_dir: Path, version: str) -> None:
    link = index_dir / f".{CURRENT_LINK}-{version}"
    link.symlink_to(version)
    link.replace(index_dir / CURRENT_LINK)


def _prune(index_dir: Path, *, keep: str) -> None:
    """Remove all but the newest versions; a process that is just opening an older one keeps its files."""
    versions = sorted(path for path in index_dir.iterdir() if path.is_dir() and not path.is_symlink())
    for folder in versions[:-VERSIONS_KEPT]:
        if folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)
