"""The manifest of an index: what it was made from, and what it holds."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from embeddings.errors import IndexDamagedError, IndexMismatchError, IndexMissingError

MANIFEST_FILE = "manifest.json"
CURRENT_LINK = "current"
# Raised whenever the files of an index or the meaning of its models change.
LAYOUT = 4


@dataclass(frozen=True)
class Manifest:
    """What an index was made from.

    Attributes:
        version: Name of its folder: UTC time of the build and the first letters of ``inputs_sha256``.
        built_at: ISO 8601, UTC.
        inputs_sha256: Hash over the document, all messages, catalogue, vocabulary, encoder, layout and fitting.
        source_sha256: Hash of the document's raw file.
        clean_sha256: Hash of the repaired text.
        encoder: Id of the encoder.
        dimensions: Length of its vectors.
        counts: How many ``clauses``, outside ``matters``, and messages of each label.
        layout: Version of the files' layout.
    """

    version: str
    built_at: str
    inputs_sha256: str
    source_sha256: str
    clean_sha256: str
    encoder: str
    dimensions: int
    counts: dict[str, int]
    layout: int

    def save(self, folder: Path) -> None:
        """Write the manifest into an index folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read the manifest of an index folder.

        Raises:
            IndexMissingError: If there is no such folder.
            IndexDamagedError: If the manifest cannot be read.
        """
        path = folder / MANIFEST_FILE
        if not folder.is_dir():
            raise IndexMissingError(folder=folder)
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise IndexDamagedError(path=path, reason=str(error)) from error

    def check(self, *, clean_sha256: str, encoder: str, folder: Path) -> None:
        """Refuse an index that does not belong to this text, encoder and layout.

        Raises:
            IndexMismatchError: Naming what differs.
        """
        pairs = [
            ("layout", str(LAYOUT), str(self.layout)),
            ("text", clean_sha256[:12], self.clean_sha256[:12]),
            ("encoder", encoder, self.encoder),
        ]
        for what, expected, got in pairs:
            if expected != got:
                raise IndexMismatchError(what=what, expected=expected, got=got, folder=folder)
