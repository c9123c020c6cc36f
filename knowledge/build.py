"""Make the clean document from the raw file, only when something it is made from has changed."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from knowledge.document import Document
from knowledge.errors import DocumentNotBuiltError, RepairError
from knowledge.repair import RepairedText, repair_text
from knowledge.repair.errata import load_errata
from knowledge.storage import (
    DOCUMENT_DIR,
    ERRATA_FILE,
    EXPECTED_FILE,
    PACKAGE_DIR,
    RAW_FILE,
    load_document,
    load_stored,
    save_document,
)
from knowledge.structure import load_expected, parse_document

_CODE = ("build.py", "document.py", "repair/*.py", "script.py", "segmentation.py", "storage.py", "structure.py")


@dataclass(frozen=True)
class Source:
    """The files that the document is made from."""

    raw: Path = RAW_FILE
    errata: Path = ERRATA_FILE
    expected: Path = EXPECTED_FILE


def build_document(source: Source, folder: Path = DOCUMENT_DIR) -> bool:
    """Write the document to ``folder`` and return whether there was anything to do.

    Raises:
        RepairError: The raw text is not fully repaired; nothing is written.
        StructureError: The clean text is not built as expected; nothing is written.
        DataFileError: The errata or the expected counts break their schema.
    """
    build_sha256 = fingerprint(source)
    if is_current(folder, build_sha256):
        return False
    save_document(make_document(source), folder, build_sha256=build_sha256)
    return True


def make_document(source: Source) -> Document:
    """Repair and parse the raw file; raises as ``build_document``."""
    from knowledge.segmentation import segment  # spaCy takes a second to import

    return parse_document(
        repair_source(source).text,
        raw_sha256=sha256(source.raw.read_bytes()).hexdigest(),
        expected=load_expected(source.expected),
        segment=segment,
    )


def repair_source(source: Source) -> RepairedText:
    """Repair the raw file.

    Raises:
        RepairError: It is not UTF-8, or something is left that does not belong in the text.
    """
    try:
        raw = source.raw.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        problem = f"byte {error.object[error.start]:#04x} is not UTF-8"
        raise RepairError(path=source.raw, line=line, column=column, found="", problem=problem) from error
    return repair_text(raw, errata=load_errata(source.errata), path=source.raw)


def fingerprint(source: Source) -> str:
    """Return a hash of all that the built document depends on: source files and the code of the build."""
    digest = sha256()
    code = (path for pattern in _CODE for path in sorted(PACKAGE_DIR.glob(pattern)))
    for path in (source.raw, source.errata, source.expected, *code):
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_current(folder: Path, build_sha256: str) -> bool:
    """Whether ``folder`` holds a sound document made from just this."""
    try:
        if load_stored(folder).build_sha256 != build_sha256:
            return False
        load_document(folder)
    except DocumentNotBuiltError:
        return False
    return True
