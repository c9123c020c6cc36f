"""The current index of a running process, exchanged for a newer one without a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from embeddings.encoder import Vector, encoder_id
from embeddings.errors import EmbeddingsError, IndexMissingError
from embeddings.files import load_retriever
from embeddings.manifest import CURRENT_LINK, Manifest
from embeddings.naming import Finder
from embeddings.retriever import Retrieval, Retriever
from knowledge import Document, KnowledgeError, Vocabulary, load_document, load_vocabulary
from settings import Settings

CHECK_EVERY_S = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenIndex:
    """One version of the index, opened, together with the document that it belongs to."""

    manifest: Manifest
    document: Document
    retriever: Retriever


def open_version(
    folder: Path, *, encoder: str, finder: Finder, read_document: Callable[[], Document] = load_document
) -> OpenIndex:
    """Open one index folder for the document now on disk.

    Args:
        folder: Of one version.
        encoder: Id of the encoder of the queries.
        finder: Finds what queries name.
        read_document: Reads the document.

    Raises:
        IndexMissingError: If there is no such folder.
        IndexDamagedError: If a file of it cannot be read.
        IndexMismatchError: If it does not belong to the document or the encoder.
    """
    manifest = Manifest.load(folder)
    document = read_document()
    manifest.check(clean_sha256=document.clean_sha256, encoder=encoder, folder=folder)
    return OpenIndex(manifest, document, load_retriever(folder, document, finder))


class IndexHandle:
    """Always answers from the current index; safe for several threads.

    About once a second a use of the handle looks whether the link ``current`` points elsewhere; if so, a thread
    opens the new version, which is exchanged for the old one at once. A version that cannot be opened is
    logged and left alone; the old one goes on.
    """

    def __init__(
        self,
        index_dir: Path,
        *,
        encoder: str,
        finder: Finder,
        read_document: Callable[[], Document] = load_document,
        check_every_s: float = CHECK_EVERY_S,
    ) -> None:
        self._index_dir, self._encoder, self._read_document = index_dir, encoder, read_document
        self._finder = finder
        self._check_every_s = check_every_s
        self._seen = self._target()
        self._current = self._open(self._seen)
        self._next_check = time.monotonic() + check_every_s
        self._reloading = threading.Lock()

    @property
    def current(self) -> OpenIndex:
        """The version in use; take it once per turn, so that a turn sees one version only."""
        self._look_for_newer()
        return self._current

    @property
    def version(self) -> str:
        """Name of the version in use."""
        return self.current.manifest.version

    @property
    def source_sha256(self) -> str:
        """Hash of the raw file that the version in use was made from."""
        return self.current.manifest.source_sha256

    @property
    def document(self) -> Document:
        """The document of the version in use."""
        return self.current.document

    def retrieve(self, text: str, vector: Vector, *, k: int = 10) -> Retrieval:
        """Retrieve from the version in use; see ``Retriever.retrieve``."""
        return self.current.retriever.retrieve(text, vector, k=k)

    def _target(self) -> Path:
        link = self._index_dir / CURRENT_LINK
        if not link.exists():
            raise IndexMissingError(folder=self._index_dir)
        return link.resolve()

    def _open(self, folder: Path) -> OpenIndex:
        return open_version(folder, encoder=self._encoder, finder=self._finder, read_document=self._read_document)

    def _look_for_newer(self) -> None:
        now = time.monotonic()
        if now < self._next_check:
            return
        self._next_check = now + self._check_every_s
        try:
            target = self._target()
        except IndexMissingError:
            return
        if target != self._seen and self._reloading.acquire(blocking=False):
            threading.Thread(target=self._reload, args=(target,), daemon=True, name="index-reload").start()

    def _reload(self, target: Path) -> None:
        try:
            self._current = self._open(target)
            logger.info("index %s is in use", target.name)
        except (EmbeddingsError, KnowledgeError) as error:
            logger.error("index %s is refused, %s stays in use: %s", target.name, self._seen.name, error)
        finally:
            self._seen = target
            self._reloading.release()


def open_index(settings: Settings, vocabulary: Vocabulary | None = None) -> IndexHandle:
    """Open the current index of these settings.

    Args:
        settings: Say where the index is and which encoder belongs to it.
        vocabulary: Loaded if not given, which takes spaCy seconds.

    Raises:
        EmbeddingsError: If there is none, or it belongs to another text or encoder.
    """
    return IndexHandle(
        settings.index_dir, encoder=encoder_id(settings.encoder), finder=vocabulary or load_vocabulary()
    )
