"""Encodes all articles, batch by batch, so that a run that was interrupted goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings import Encoder, Vector, load_encoder

BATCH_SIZE = 128
REPORT_SECONDS = 20.0
_VECTORS = "vectors.npy"
_DONE = "batches.jsonl"

# Takes batches of texts; gives, in any order, the position of a batch and its vectors.
EncodeBatches = Callable[[Sequence[Sequence[str]]], Iterator[tuple[int, Vector]]]


@dataclass(frozen=True)
class Encoded:
    """The vectors of all texts.

    Attributes:
        path: ``.npy`` of unit vectors, shape ``(n_texts, dimensions)``.
        seconds: What encoding took by the clock, summed over all runs that had a part in it.
    """

    path: Path
    seconds: float


def key_of(digest: str, encoder_id: str) -> str:
    """Return the name of the folder for what an encoder makes of a collection."""
    return hashlib.sha256(f"{digest}\n{encoder_id}\n{BATCH_SIZE}".encode()).hexdigest()[:16]


def encode_all(
    texts: Sequence[str],
    encode_batches: EncodeBatches,
    dimensions: int,
    folder: Path,
    report: Callable[[str], None],
) -> Encoded:
    """Make the vectors of all texts; encode only what earlier runs have left.

    Args:
        texts: What to encode.
        encode_batches: Encodes the batches that are left; not called if none is.
        dimensions: Length of the vectors.
        folder: Where vectors and the list of finished batches are kept.
        report: Called with a line about the progress every ``REPORT_SECONDS``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vectors = _open(folder / _VECTORS, (len(texts), dimensions))
    done = _finished(folder / _DONE)
    # Texts of like length go together: a batch takes as long as its longest text. The longest come first.
    order = np.argsort([-len(text) for text in texts], kind="stable")
    batches = [order[i : i + BATCH_SIZE] for i in range(0, len(order), BATCH_SIZE)]
    left = [i for i in range(len(batches)) if i not in done]
    progress = _Progress(sum(len(t) for t in texts), report)
    progress.skip(sum(len(texts[j]) for i in done for j in batches[i]))
    started = time.perf_counter()
    for position, found in encode_batches([[texts[j] for j in batches[i]] for i in left]) if left else ():
        batch = left[position]
        vectors[batches[batch]] = found
        vectors.flush()
        done[batch], started = time.perf_counter() - started, time.perf_counter()
        _note(folder / _DONE, batch, done[batch])
        progress.add(sum(len(texts[j]) for j in batches[batch]))
    return Encoded(folder / _VECTORS, sum(done.values()))


def in_processes(n: int) -> EncodeBatches:
    """Return a function that encodes passages in ``n`` processes of one thread each.

    On cores that are shared with others that is faster than several threads of one encoder, which wait for each
    other at every layer.
    """

    def encode_batches(batches: Sequence[Sequence[str]]) -> Iterator[tuple[int, Vector]]:
        with multiprocessing.get_context("spawn").Pool(n, initializer=_load) as pool:
            yield from pool.imap_unordered(_encode, enumerate(batches))
            pool.close()
            pool.join()

    return encode_batches


_encoder: Encoder | None = None


def _load() -> None:
    global _encoder
    _encoder = load_encoder(threads=1)


def _encode(batch: tuple[int, Sequence[str]]) -> tuple[int, Vector]:
    assert _encoder is not None  # noqa: S101 - each process loads one before anything else
    position, texts = batch
    return position, _encoder.encode_passages(texts)


class _Progress:
    """Reports how many characters are done and how long the rest will take."""

    def __init__(self, total: int, report: Callable[[str], None]) -> None:
        self._total, self._report = total, report
        self._done = self._skipped = 0
        self._started = self._reported = time.monotonic()

    def skip(self, characters: int) -> None:
        self._done += characters
        self._skipped += characters

    def add(self, characters: int) -> None:
        self._done += characters
        now = time.monotonic()
        if now - self._reported < REPORT_SECONDS:
            return
        self._reported = now
        rate = (self._done - self._skipped) / (now - self._started)
        left = (self._total - self._done) / rate
        self._report(f"encoding: {self._done / self._total:.1%}, about {left / 60:.0f} min left")


def _open(path: Path, shape: tuple[int, int]) -> np.memmap[tuple[int, ...], np.dtype[np.float32]]:
    mode = "r+" if path.exists() else "w+"
    return np.lib.format.open_memmap(path, mode=mode, dtype=np.float32, shape=shape)


def _note(path: Path, batch: int, seconds: float) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"batch": batch, "seconds": round(seconds, 3)}) + "\n")


def _finished(path: Path) -> dict[int, float]:
    """Return the seconds of each batch that is finished; a line cut short by a crash does not count."""
    done: dict[int, float] = {}
    if not path.exists():
        return done
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
            done[int(entry["batch"])] = float(entry["seconds"])
        except (ValueError, KeyError, TypeError):
            continue
    return done
