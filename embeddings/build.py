"""Builds a versioned index folder and swaps it in atomically."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from embeddings.analysis import analyse
from embeddings.encoder import Encoder, Vector
from embeddings.errors import EmbeddingsError
from embeddings.files import CORPUS_FILE, LEXICAL_FILE, MODELS_FILE, VECTORS_FILE, load_corpus, save_corpus
from embeddings.fitting import fit_models
from embeddings.lexical import LexicalIndex
from embeddings.manifest import CURRENT_LINK, LAYOUT, Manifest
from embeddings.naming import Finder
from embeddings.passages import LABELS, Corpus, Material, make_corpus
from embeddings.vector_index import VectorIndex
from knowledge import Document

BATCH = 32
REPORT_EVERY = 20
VERSIONS_KEPT = 3
# A change of these makes another index of the same material.
_FITTED_BY = ("analysis.py", "evidence.py", "fitting.py", "lexical.py", "models.py", "naming.py", "passages.py")

Report = Callable[[str], None]
Encode = Callable[[Sequence[str]], Vector]


def hash_inputs(material: Material, encoder: str) -> str:
    """Return one hash over all that an index is made from: the material, the encoder, and what fits the models."""
    digest = hashlib.sha256(material.sha256(encoder=encoder, layout=LAYOUT).encode())
    for name in _FITTED_BY:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()


def up_to_date(index_dir: Path, inputs: str) -> bool:
    """Tell whether the current index was built from inputs of this hash."""
    try:
        return Manifest.load(index_dir / CURRENT_LINK).inputs_sha256 == inputs
    except EmbeddingsError:
        return False


def build_index(
    *,
    material: Material,
    encoders: Sequence[Encoder],
    finder: Finder,
    index_dir: Path,
    report: Report = lambda line: None,
) -> Manifest:
    """Build an index beside the others and make it the current one.

    Running processes that hold an ``IndexHandle`` pick it up by themselves. If anything fails, the
    current index stays as it was.

    Args:
        material: What the index is made from.
        encoders: Encode all texts, each in a thread of its own; all of the same model.
        finder: Finds what messages name.
        index_dir: Parent of the version folders.
        report: Takes lines about the progress.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    encoder = encoders[0]
    inputs = hash_inputs(material, encoder.id)
    now = datetime.now(UTC)
    version = f"{now:%Y%m%dT%H%M%S%f}-{inputs[:8]}"
    with tempfile.TemporaryDirectory(dir=index_dir, prefix=".building-") as scratch:
        folder = Path(scratch) / version
        folder.mkdir()
        corpus = make_corpus(material)
        known = _known_messages(index_dir / CURRENT_LINK, material.document, encoder)
        dimensions = _write_files(folder, corpus, encoders, finder, known, report)
        manifest = Manifest(
            version=version,
            built_at=now.isoformat(timespec="seconds"),
            inputs_sha256=inputs,
            source_sha256=material.document.raw_sha256,
            clean_sha256=material.document.clean_sha256,
            encoder=encoder.id,
            dimensions=dimensions,
            counts=_counts(corpus),
            layout=LAYOUT,
        )
        manifest.save(folder)
        folder.rename(index_dir / version)
    _swap_in(index_dir, version)
    _prune(index_dir, keep=version)
    report(f"index {version} is current: {manifest.counts}")
    return manifest


def _known_messages(current: Path, document: Document, encoder: Encoder) -> dict[str, Vector]:
    """Return the vectors of the current index's messages by their texts, if the same encoder made them."""
    try:
        if Manifest.load(current).encoder != encoder.id:
            return {}
        corpus = load_corpus(current, document)
        vectors = VectorIndex.load(current / VECTORS_FILE).vectors()[len(corpus.clause_ids) :]
        return {message.text: vector for message, vector in zip(corpus.messages, vectors, strict=True)}
    except (EmbeddingsError, ValueError):
        return {}


def _write_files(
    folder: Path,
    corpus: Corpus,
    encoders: Sequence[Encoder],
    finder: Finder,
    known: dict[str, Vector],
    report: Report,
) -> int:
    clauses = _encode([e.encode_passages for e in encoders], corpus.clause_texts, "clauses", report)
    texts = [message.text for message in corpus.messages]
    new = list(dict.fromkeys(text for text in texts if text not in known))
    if new:
        found = _encode([e.encode_queries for e in encoders], new, "new messages", report)
        known = known | dict(zip(new, found, strict=True))
    messages = np.stack([known[text] for text in texts])
    models = fit_models(corpus, clauses, messages, finder, report)
    VectorIndex.build(np.vstack([clauses, messages])).save(folder / VECTORS_FILE)
    terms = [analyse(text) for text in texts]
    LexicalIndex.build(corpus.lexical_documents(terms)).save(folder / LEXICAL_FILE)
    models.save(folder / MODELS_FILE)
    save_corpus(folder / CORPUS_FILE, corpus)
    return int(clauses.shape[1])


def _encode(encode: Sequence[Encode], texts: Sequence[str], what: str, report: Report) -> Vector:
    """Return the vectors of the texts in their order, shared out among the encoders in batches of like length."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    vectors: dict[int, Vector] = {}
    free = SimpleQueue[Encode]()
    for one in encode:
        free.put(one)

    def run(batch: list[int]) -> None:
        one = free.get()
        try:
            found = one([texts[i] for i in batch])
        finally:
            free.put(one)
        vectors.update(zip(batch, found, strict=True))

    with ThreadPoolExecutor(len(encode)) as pool:
        for done, _ in enumerate(pool.map(run, batches), 1):
            if done % REPORT_EVERY == 0 or done == len(batches):
                report(f"encoded {len(vectors):>5} of {len(texts)} {what}")
    return np.stack([vectors[i] for i in range(len(texts))])


def _counts(corpus: Corpus) -> dict[str, int]:
    labels = Counter(message.label for message in corpus.messages)
    return {
        "clauses": len(corpus.clause_ids),
        "matters": len(corpus.matters),
        **{name: labels[name] for name in LABELS},
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
